import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

test.skipIf(process.platform === 'win32')('six kills -9 of a program that imports, labels, trains and serves at once: nothing acknowledged is lost', () => {
  const run = spawnSync(process.execPath, [resolve(import.meta.dirname, '../../bench/run.mjs'), 'crash', '--json', '--kills', '6', '--seed', '3'], { encoding: 'utf8' });
  const figures = JSON.parse(run.stdout) as { acknowledged: { labels: number } };
  expect(figures).toMatchObject({ ok: true, kills: 6, lost: [], doubled: [], damaged: [], leftOver: [] });
  expect(figures.acknowledged.labels).toBeGreaterThan(50);
});
