import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCli } from '../helpers/cli';
import { attacks, slowSenders } from '../helpers/hostile';
import { ask } from '../helpers/http';
import { measureLoad } from '../helpers/load';
import { framesOf, makeServedProject, startServe } from '../helpers/served';

/**
 * The server under load and under attack: 20 requests at a time without and with a training beside it, then 1,000 malformed
 * and hostile requests. `npm run bench -- serve [--seconds 20] [--hostile 1000] [--json]`. Needs a built command line.
 */
const option = (name: string, usual: number): number => Number(process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : usual);
const seconds = option('--seconds', 20);
const wanted = option('--hostile', 1000);
const folder = mkdtempSync(join(tmpdir(), 'graft-bench-serve-'));

try {
  const project = join(folder, 'Served.graft');
  await makeServedProject(project);
  const served = await startServe(project, '--host', '127.0.0.1');
  const pictures = framesOf(project).slice(0, 20).map((file) => readFileSync(file));
  const alone = await measureLoad(served, pictures, 20, seconds);
  const { child, done } = startCli(['train', project, '--from', 'none', '--epochs', '10000', '--input', '64x64x3', '--quiet']);
  await new Promise((resolve) => setTimeout(resolve, 4000));
  const training = await measureLoad(served, pictures, 20, seconds);
  const trained = child.exitCode === null;
  child.kill('SIGINT');
  await done;

  const picture = pictures[0] as Buffer;
  const right = async (): Promise<string> => {
    const { status, text } = await ask(served.address, '/v1/predict', { method: 'POST', headers: { authorization: `Bearer ${served.token}`, 'content-type': 'image/jpeg' }, body: picture });
    return status === 200 ? JSON.stringify((JSON.parse(text) as { scores: unknown }).scores) : `refused: ${status}`;
  };
  const before = await right();
  const slow = slowSenders(served).flatMap((attack) => Array.from({ length: 20 }, (_, turn) => attack.run(turn)));
  const kinds = attacks(served, picture);
  const statuses: Record<string, number> = {};
  const count = (status: number | null): void => void (statuses[status ?? 'cut'] = (statuses[status ?? 'cut'] ?? 0) + 1);
  let sent = slow.length;
  let wrongBetween = 0;
  for (let turn = 0; sent < wanted; turn += 1) {
    const batch = kinds.slice(0, wanted - sent);
    sent += batch.length;
    for (const { status } of await Promise.all(batch.map(({ run }) => run(turn)))) count(status);
    if ((await right()) !== before) wrongBetween += 1;
  }
  for (const { status } of await Promise.all(slow)) count(status);
  const gotIn = Object.entries(statuses).filter(([status]) => Number(status) < 400).reduce((sum, [, number]) => sum + number, 0);
  const hostile = { requests: sent, gotIn, statuses, serverErrors: statuses['500'] ?? 0, wrongBetween, answersAfterwards: (await right()) === before };
  const code = await served.stop();
  const result = { machine: { processor: cpus()[0]?.model ?? '?', cores: cpus().length }, rows: [{ what: 'load, 20 at a time', ...alone }, { what: 'load, 20 at a time, while a training runs', trained, ...training }], hostile, exitCode: code };
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok: true, ...result })}\n`);
  else console.log(JSON.stringify(result, null, 2));
  if (alone.errors + training.errors + gotIn + wrongBetween + hostile.serverErrors > 0 || !hostile.answersAfterwards || !trained) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
