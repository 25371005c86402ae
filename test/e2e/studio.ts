import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export interface Studio {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** Folder of this test: the program's own files, documents and films lie in it. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Path of Electron as the set-up found it. */
function electronPath(): string {
  const { electron } = JSON.parse(readFileSync(join(root, 'out', 'engines.json'), 'utf8')) as { electron: { path: string } };
  return electron.path;
}

/** The program to be driven: the checkout in Electron, or with GRAFT_PACKAGED the installed program in that folder. */
function program(): { readonly executablePath: string; readonly args: readonly string[] } {
  const folder = process.env['GRAFT_PACKAGED'];
  if (!folder) return { executablePath: electronPath(), args: [root] };
  const name = { darwin: 'Graft.app/Contents/MacOS/Graft', win32: 'Graft.exe' }[process.platform as string] ?? 'graft-studio';
  return { executablePath: resolve(folder, name), args: [] };
}

/** Opens the built studio in a real window, with an empty folder for its own files (or the one given). */
export async function openStudio(options: { readonly folder?: string; readonly language?: 'en' | 'ru'; readonly theme?: 'light' | 'dark' } = {}): Promise<Studio> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'graft-e2e-'));
  const { executablePath, args } = program();
  const app = await _electron.launch({
    executablePath,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), `--lang=${options.language ?? 'en'}`, ...args],
    timeout: 60_000,
    env: { ...(process.env as Record<string, string>), GRAFT_USER_DATA: join(folder, 'user'), GRAFT_DOCUMENTS: folder },
  });
  const page = await app.firstWindow();
  await page.waitForLoadState('domcontentloaded');
  return {
    app,
    page,
    folder,
    close: async () => {
      await app.close();
      if (!options.folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}
