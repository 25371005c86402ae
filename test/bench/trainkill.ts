import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killTrainings, trainingChild } from '../helpers/killTraining';

/** `kill -9` at random moments of trainings, each resumed: `npm run bench -- trainkill [--kills 50] [--seed 1] [--epochs 40]`. */
const [, script, role, ...rest] = process.argv as [string, string, string | undefined, ...string[]];
if (role === 'child') await trainingChild(rest[0] as string, rest[1] as string, Number(rest[2]));

const option = (name: string, otherwise: number): number => (process.argv.includes(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : otherwise);
const folder = mkdtempSync(join(tmpdir(), 'graft-trainkill-'));
try {
  const figures = await killTrainings(folder, script, option('--kills', 50), option('--seed', 1), option('--epochs', 40));
  const ok = figures.different.length === 0;
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok, ...figures })}\n`);
  else console.log({ ok, ...figures });
  if (!ok) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
