import { _electron, expect, type ElectronApplication, type Page } from '@playwright/test';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runCli } from '../helpers/cli';

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
export async function openStudio(options: { readonly folder?: string; readonly language?: 'en' | 'ru'; readonly theme?: 'light' | 'dark'; readonly flags?: readonly string[] } = {}): Promise<Studio> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'graft-e2e-'));
  const { executablePath, args } = program();
  const app = await _electron.launch({
    executablePath,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), `--lang=${options.language ?? 'en'}`, ...(options.flags ?? []), ...args],
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

const keep = process.env['GRAFT_SCREENSHOTS'] ? resolve(process.env['GRAFT_SCREENSHOTS']) : null;

/** With GRAFT_SCREENSHOTS=FOLDER a picture of the window, once nothing moves any more (`settled`: milliseconds). */
export async function shot(page: Page, name: string, settled = 600): Promise<void> {
  if (!keep) return;
  mkdirSync(keep, { recursive: true });
  await page.waitForTimeout(settled);
  await page.screenshot({ path: join(keep, `${name}.png`) });
}

/** Runs the command line, which must do what it is told. */
export async function cli(...words: string[]): Promise<void> {
  const { code, stderr } = await runCli(...words, '--quiet');
  expect(code, stderr).toBe(0);
}
