import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawSampleFilms } from '../../../electron/services/sample';
import { plainContext } from '../../../electron/services/jobs';
import { runCli } from '../../helpers/cli';
import { temporaryFolder } from '../../helpers/projects';

const holder = temporaryFolder();
const project = join(holder.folder, 'Results.graft');
let films: string;

async function run(...words: string[]): Promise<Awaited<ReturnType<typeof runCli>>['json']> {
  const { code, json, stderr } = await runCli(...words, '--json', '--quiet');
  expect(code, stderr).toBe(0);
  return json;
}

beforeAll(async () => {
  films = await drawSampleFilms(plainContext(), ['paper', 'toys']);
  await run('new', project, '--classes', 'mug,duck,car');
  for (const object of ['mug', 'duck', 'car']) await run('import', project, join(films, object, 'paper'), '--from-folders', 'class/background');
  await run('train', project, '--input', '32x32x3', '--epochs', '3', '--architecture', 'tiny');
  for (const object of ['mug', 'duck', 'car']) await run('import', project, join(films, object, 'toys'), '--from-folders', 'class/background');
  await run('train', project, '--epochs', '6');
});
afterAll(() => holder.remove());

test('two models are compared frame by frame', async () => {
  const [first, second] = (await run('models', project)).models;
  const comparison = await run('compare', project, first.id, second.id);
  expect(comparison.frames).toBe(comparison.bothRight + comparison.onlyFirst + comparison.onlySecond + comparison.bothWrong);
  const evaluations = (await run('evaluate', project, '--model', 'all')).models;
  expect((comparison.bothRight + comparison.onlyFirst) / comparison.frames).toBeCloseTo(evaluations[0].accuracy, 10);
  expect((comparison.bothRight + comparison.onlySecond) / comparison.frames).toBeCloseTo(evaluations[1].accuracy, 10);
  expect(await run('compare', project, first.id, first.id)).toMatchObject({ onlyFirst: 0, onlySecond: 0, chance: null });
});

test('below the threshold the answer is unknown, and the cost is said', async () => {
  const picture = join(holder.folder, 'Results.graft', 'frames');
  const { predictions } = await run('predict', project, ...framesOf(picture));
  const scores: number[] = predictions.map(({ score }: { score: number }) => score);
  const between = (Math.min(...scores) + Math.max(...scores)) / 2;
  const set = await run('threshold', project, '--set', between.toFixed(2));
  expect(set.threshold).toBeCloseTo(between, 2);
  expect(set.cost.right + set.cost.wrong).toBe(set.frames);
  const after = (await run('predict', project, ...framesOf(picture))).predictions;
  for (const { score, unknown } of after) expect(unknown).toBe(score < set.threshold);
  expect(after.some(({ unknown }: { unknown: boolean }) => unknown)).toBe(true);
  expect((await run('threshold', project, '--set', 'none')).threshold).toBeNull();
  expect((await runCli('threshold', project, '--set', '2')).code).toBe(2);
});

test('a model suggests labels for frames without one; accepted ones say where they come from, and are taken back', async () => {
  const { clips } = await run('import', project, join(films, 'duck', 'desk'), '--background', 'desk');
  const unlabeled = clips.reduce((sum: number, { framesStored }: { framesStored: number }) => sum + framesStored, 0);
  const all = await run('suggest', project);
  expect(all.suggestions).toHaveLength(unlabeled);
  expect(all.changed).toBe(0);
  const scores: number[] = all.suggestions.map(({ score }: { score: number }) => score);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  const limit = scores[Math.floor(scores.length / 2)] as number;
  const before = await run('status', project);
  const accepted = await run('suggest', project, '--above', String(limit), '--accept');
  expect(accepted.changed).toBe(accepted.suggestions.length);
  expect(accepted.changed).toBeGreaterThan(0);
  expect((await run('suggest', project)).suggestions).toHaveLength(unlabeled - accepted.changed);
  await run('undo', project);
  expect((await run('status', project)).classes).toEqual(before.classes);
});

function framesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).map(String).filter((name) => name.endsWith('.jpg')).sort().slice(0, 12).map((name) => join(folder, name));
}
