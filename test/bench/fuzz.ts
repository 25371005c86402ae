import { buildWorkers } from '../helpers/builtWorkers';
import { fuzzModelFiles } from '../helpers/fuzzing';

/** Damaged model files: `npm run bench -- fuzz [--files 2000] [--seed 1] [--json]`. Each is loaded or refused with a sentence, within 20 s and 2 GB. */
const option = (name: string, otherwise: number): number => (process.argv.includes(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : otherwise);
const json = process.argv.includes('--json');
const workers = await buildWorkers();
try {
  const figures = await fuzzModelFiles(workers.folder, option('--files', 2000), option('--seed', 1), (done) => !json && console.error(`${done} files`));
  const ok = figures.bugs.length === 0 && figures.slowestSeconds < 20 && figures.peakMemoryMiB < 2048;
  if (json) process.stdout.write(`${JSON.stringify({ ok, rows: [figures] })}\n`);
  else console.log({ ok, ...figures });
  if (!ok) process.exitCode = 1;
} finally {
  workers.remove();
}
