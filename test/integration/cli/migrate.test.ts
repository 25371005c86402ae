import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainContext } from '../../../electron/services/jobs';
import { drawSampleFilms } from '../../../electron/services/sample';
import { runCli } from '../../helpers/cli';
import { temporaryFolder } from '../../helpers/projects';

const holder = temporaryFolder();
const project = join(holder.folder, 'Migrate.graft');

async function run(...words: string[]): Promise<Awaited<ReturnType<typeof runCli>>['json']> {
  const { code, json, stderr } = await runCli(...words, '--json', '--quiet');
  expect(code, stderr).toBe(0);
  return json;
}

beforeAll(async () => {
  const films = await drawSampleFilms(plainContext(), ['paper']);
  await run('new', project, '--classes', 'mug,duck,car');
  for (const object of ['mug', 'duck', 'car']) await run('import', project, join(films, object, 'paper'), '--from-folders', 'class/background');
  await run('train', project, '--input', '32x32x3', '--epochs', '2', '--architecture', 'tiny');
});
afterAll(() => holder.remove());

test('a report that cannot be written is refused before a model is saved; one that can leaves no empty file behind when it is refused', async () => {
  const before = (await run('models', project)).models.length;
  const { code, stderr } = await runCli('migrate', project, '--model', 'last', '--width', '1.5', '--report', join(holder.folder, 'nowhere', 'report.md'), '--json', '--quiet');
  expect(code).not.toBe(0);
  expect(stderr).toContain('nowhere');
  expect((await run('models', project)).models).toHaveLength(before);
  const refused = join(holder.folder, 'refused.md');
  expect((await runCli('migrate', project, '--model', 'last', '--width', '0.5', '--report', refused, '--json', '--quiet')).code).not.toBe(0);
  expect(existsSync(refused)).toBe(false);
});

test('migrated by a network from a file, once more with the same result, and trained on by its recipe', async () => {
  const file = join(holder.folder, 'net.json');
  const conv = (name: string, filters: number) => ({ type: 'conv2d', name, filters, kernelSize: [3, 3], activation: 'relu' });
  const pool = (name: string) => ({ type: 'maxPooling2d', name, poolSize: [2, 2], strides: [2, 2] });
  const layers = [conv('conv1', 12), pool('pool1'), conv('conv2', 16), pool('pool2'), { type: 'flatten', name: 'flatten' }, { type: 'dense', name: 'dense1', units: 32, activation: 'relu' }, { type: 'dense', name: 'head', units: 3, activation: 'softmax' }];
  writeFileSync(file, JSON.stringify({ formatVersion: 1, name: 'wide', input: { height: 32, width: 32, channels: 3 }, layers }));
  const report = join(holder.folder, 'report.md');
  const kept = await run('migrate', project, '--model', 'last', '--architecture', file, '--report', report);
  expect(kept.check.passed).toBe(true);
  expect(readFileSync(report, 'utf8')).toContain('conv1/kernel');
  const again = await run('migrate', project, '--repeat', kept.model);
  const weights = (id: string) => readFileSync(join(project, 'models', id, 'weights.bin'));
  expect(again.model).not.toBe(kept.model);
  expect(weights(again.model).equals(weights(kept.model))).toBe(true);
  const trained = await run('train', project, '--recipe', '--from', kept.model, '--epochs', '2');
  expect(trained.epochs).toHaveLength(2);
  expect((await runCli('train', project, '--recipe', '--from', 'round-1', '--json', '--quiet')).code).not.toBe(0);
});
