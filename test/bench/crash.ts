import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crashingChild } from '../helpers/crashing';
import { crashManyTimes } from '../helpers/crashKills';

/** `kill -9` of the whole program or one of its workers while it imports, labels, trains and serves at once: `npm run bench -- crash [--kills 200] [--seed 1]`. Needs a build. */
const [, script, role, ...rest] = process.argv as [string, string, string | undefined, ...string[]];
if (role === 'child') await crashingChild(rest[0] as string, rest[1] as string, Number(rest[2]));

const option = (name: string, otherwise: number): number => (process.argv.includes(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : otherwise);
const folder = mkdtempSync(join(tmpdir(), 'graft-crash-'));
try {
  const figures = await crashManyTimes(folder, script, option('--kills', 200), option('--seed', 1));
  const ok = figures.lost.length + figures.doubled.length + figures.damaged.length + figures.leftOver.length === 0;
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok, ...figures })}\n`);
  else console.log({ ok, ...figures });
  if (!ok) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
