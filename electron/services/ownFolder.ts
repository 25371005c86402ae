import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else answers that it may not be asked: it runs.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * A new empty folder for pictures that are nobody else's business, e.g. of a phone. Its name holds the number of this process:
 * folders of processes that were killed, and could not clean up, are removed on the way. `prefix`: what it is for.
 */
export function ownFolder(prefix: string, parent: string = tmpdir()): string {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(`${prefix}-`)) continue;
    const pid = Number(/^-(\d+)-/.exec(name.slice(prefix.length))?.[1] ?? process.pid);
    if (pid !== process.pid && !isRunning(pid)) rmSync(join(parent, name), { recursive: true, force: true });
  }
  return mkdtempSync(join(parent, `${prefix}-${process.pid}-`));
}
