import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { graphFolder } from '../../../electron/nn/graph/graphFolder';

test('folders of killed processes go; those of running ones, and what has another name, stay', () => {
  const parent = mkdtempSync(join(tmpdir(), 'graft-folders-'));
  try {
    // A process that has ended: its number is free.
    const { pid: gone } = spawnSync(process.execPath, ['-e', '']);
    const [dead, alive, other] = [`graft-graph-${gone}-a`, `graft-graph-${process.ppid}-a`, 'graft-keras-1-a'].map((name) => join(parent, name)) as [string, string, string];
    for (const folder of [dead, alive, other]) mkdirSync(folder);
    const [first, second] = [graphFolder(parent), graphFolder(parent)];
    expect([dead, alive, other, first, second].map((folder) => existsSync(folder))).toEqual([false, true, true, true, true]);
    expect(first).not.toBe(second);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
});
