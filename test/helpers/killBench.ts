import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A number behind its name on the command line of a bench. */
export const numberOption = (name: string, otherwise: number): number => (process.argv.includes(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : otherwise);

/** Runs a bench that kills, in a folder of its own, prints its figures (`--json`: one document), and fails where `isFine` says so. */
export async function killBench<T extends object>(name: string, run: (folder: string) => Promise<T>, isFine: (figures: T) => boolean): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), `graft-${name}-`));
  try {
    const figures = await run(folder);
    const ok = isFine(figures);
    if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok, ...figures })}\n`);
    else console.log({ ok, ...figures });
    if (!ok) process.exitCode = 1;
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
