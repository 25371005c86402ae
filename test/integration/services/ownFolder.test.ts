import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ownFolder } from '../../../electron/services/ownFolder';

test('folders of killed processes go; those of running ones, and what is for something else, stay', () => {
  const parent = mkdtempSync(join(tmpdir(), 'graft-own-'));
  try {
    const { pid: gone } = spawnSync(process.execPath, ['-e', '']);
    const [dead, alive, other] = [`a-${gone}-x`, `a-${process.ppid}-x`, `b-${gone}-x`].map((name) => join(parent, name)) as [string, string, string];
    for (const folder of [dead, alive, other]) mkdirSync(folder);
    const own = ownFolder('a', parent);
    expect([dead, alive, other, own].map((folder) => existsSync(folder))).toEqual([false, true, true, true]);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
});
