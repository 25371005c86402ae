import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

test.skipIf(process.platform === 'win32')('five kills -9 at random moments of trainings: resumed, they end bit for bit as one that nobody interrupted', () => {
  const run = spawnSync(process.execPath, [resolve(import.meta.dirname, '../../bench/run.mjs'), 'trainkill', '--json', '--kills', '5', '--seed', '3', '--epochs', '30'], { encoding: 'utf8' });
  expect(JSON.parse(run.stdout)).toMatchObject({ ok: true, kills: 5, different: [] });
});
