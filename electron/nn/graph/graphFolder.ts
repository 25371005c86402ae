import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../processes';

const pattern = /^graft-graph-(\d+)-/;

/**
 * A new empty folder for a graph that TensorFlow reads from the disk. Its name holds the number of this process:
 * folders of processes that were killed while they read are removed on the way.
 */
export function graphFolder(parent: string = tmpdir()): string {
  for (const name of readdirSync(parent)) {
    const pid = Number(pattern.exec(name)?.[1] ?? process.pid);
    if (pid !== process.pid && !isRunning(pid)) rmSync(join(parent, name), { recursive: true, force: true });
  }
  const folder = join(parent, `graft-graph-${process.pid}-${randomUUID()}`);
  mkdirSync(folder);
  return folder;
}
