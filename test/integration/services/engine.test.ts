import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DatasetFile } from '../../../electron/core/training';
import { augmentFrame } from '../../../electron/services/augmentation';
import { importClips } from '../../../electron/services/clips';
import { plainContext } from '../../../electron/services/jobs';
import { labelFrames, undoChange } from '../../../electron/services/labels';
import { extendRound, trainRound } from '../../../electron/services/rounds';
import { stopWorkers, type Workers } from '../../../electron/services/workers';
import { listFrames } from '../../../electron/store/frames';
import { listEpochs, listRuns } from '../../../electron/store/rounds';
import { builtWorkers, buildWorkers } from '../../helpers/builtWorkers';
import { makeFilm } from '../../helpers/films';
import { temporaryProject } from '../../helpers/projects';

let holder: ReturnType<typeof temporaryProject>;
let built: Awaited<ReturnType<typeof buildWorkers>>;
let workers: Workers;
const context = plainContext();
const input = { height: 32, width: 32, channels: 3 };

beforeAll(async () => {
  holder = temporaryProject();
  built = await buildWorkers();
  workers = builtWorkers(built.folder);
  const films = join(holder.project.folder, '..', 'films');
  mkdirSync(films);
  for (const [name, className, source] of [['a', 'cup', 'testsrc2'], ['b', 'cup', 'testsrc2'], ['c', 'car', 'mandelbrot'], ['d', 'car', 'mandelbrot']] as const) {
    const film = await makeFilm(films, `${name}.mp4`, { source: `${source}=size=160x120:rate=10,trim=end_frame=${name < 'c' ? 20 : 24},hue=h=${name.charCodeAt(0) % 7}` });
    await importClips(holder.project, { paths: [film], class: className, background: 'table' }, context);
  }
  const film = await makeFilm(films, 'unknown.mp4', { source: 'smptebars=size=160x120:rate=10,trim=end_frame=10' });
  await importClips(holder.project, { paths: [film], background: 'table' }, context);
});
afterAll(() => {
  stopWorkers(workers);
  holder.remove();
  built.remove();
});

const last = (run: string): string => createHash('sha256').update(readFileSync(join(holder.project.folder, 'runs', run, 'last', 'weights.bin'))).digest('hex');

test('a run that is done goes on: the same round, a new run and model, and as if planned for so long', async () => {
  const config = { epochs: 2, batchSize: 8, augmentation: 'strong', patience: 1, optimizer: 'adamw' } as const;
  const first = await trainRound(holder.project, { input, architecture: 'tiny', from: 'none', config: { ...config, patience: 0 } }, workers, context);
  const extended = await extendRound(holder.project, first.run.id, 3, workers, context);
  expect(extended.round).toMatchObject({ id: first.round.id, config: { epochs: 5 } });
  expect(extended.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
  expect(extended.epochs.slice(0, 2)).toEqual(first.epochs);
  expect(listEpochs(holder.project.db, extended.run.id)).toHaveLength(5);
  expect(listRuns(holder.project.db, first.round.id).map(({ state }) => state)).toEqual(['done', 'done']);
  expect(extended.model.id).not.toBe(first.model.id);
  expect([first, extended].map(({ model }) => model.name)).toEqual(['round-1', 'round-1-extended']);
  const whole = await trainRound(holder.project, { input, architecture: 'tiny', from: 'none', config: { ...config, epochs: 5, patience: 0 } }, workers, context);
  expect(last(extended.run.id)).toBe(last(whole.run.id));
  expect(whole.epochs.map(({ loss }) => loss)).toEqual(extended.epochs.map(({ loss }) => loss));
});

test('what cannot be extended says why', async () => {
  await expect(extendRound(holder.project, 'run-x', 3, workers, context)).rejects.toThrow('noRun');
  const run = listRuns(holder.project.db).at(-1);
  rmSync(join(holder.project.folder, 'runs', run?.id ?? '', 'last'), { recursive: true });
  await expect(extendRound(holder.project, undefined, 3, workers, context)).rejects.toThrow('noLastState');
});

test('what could not be trained is refused before there is a round', async () => {
  const before = listRuns(holder.project.db).length;
  const wish = (config: object) => trainRound(holder.project, { input, architecture: 'tiny', from: 'none', config }, workers, context);
  await expect(wish({ frozen: ['nope'] })).rejects.toThrow('noLayer');
  await expect(wish({ classWeights: { spoon: 2 } })).rejects.toThrow('noClass');
  await expect(wish({ teacher: 'nobody' })).rejects.toThrow('unknown');
  expect(listRuns(holder.project.db)).toHaveLength(before);
});

test('a round with a teacher: the model is meant by its name, and frames without a label are learnt from', async () => {
  const wish = { input, architecture: 'small', from: 'none', config: { epochs: 2, batchSize: 8, teacher: 'round-1', teacherShare: 0.7, unlabelled: true } };
  const taught = await trainRound(holder.project, wish, workers, context);
  expect(taught.round.config.teacher).toMatch(/^m-/);
  const { examples } = JSON.parse(readFileSync(join(holder.project.folder, 'runs', taught.run.id, 'dataset.json'), 'utf8')) as DatasetFile;
  const unlabelled = examples.filter(({ classIndex }) => classIndex < 0);
  expect(unlabelled.length).toBeGreaterThan(0);
  expect(unlabelled).toHaveLength(listFrames(holder.project.db).filter(({ classId }) => classId === null).length);
  // Labels that come later change nothing about what it learnt from: an extension keeps to it.
  labelFrames(holder.project, unlabelled.map(({ frameId }) => frameId), 'cup');
  const longer = await extendRound(holder.project, taught.run.id, 1, workers, context);
  const later = JSON.parse(readFileSync(join(holder.project.folder, 'runs', longer.run.id, 'dataset.json'), 'utf8')) as DatasetFile;
  expect(later.examples.filter(({ classIndex }) => classIndex < 0)).toEqual(unlabelled);
  undoChange(holder.project);
});

test('a frame is shown as the coming epochs will see it', async () => {
  const frame = listFrames(holder.project.db)[0]?.id ?? -1;
  const show = (augmentation: 'none' | 'strong', seed = 1): Promise<readonly string[]> => augmentFrame(holder.project, frame, { augmentation, seed, input }, 4, workers, context);
  const strong = await show('strong');
  expect(strong).toHaveLength(4);
  expect(new Set(strong).size).toBe(4);
  for (const picture of strong) expect(Buffer.from(picture.replace('data:image/png;base64,', ''), 'base64').subarray(1, 4).toString()).toBe('PNG');
  expect(await show('strong')).toEqual(strong);
  expect(await show('strong', 2)).not.toEqual(strong);
  expect(new Set(await show('none')).size).toBe(1);
  await expect(augmentFrame(holder.project, 99_999, { augmentation: 'light', seed: 1, input }, 1, workers, context)).rejects.toThrow('noFrame');
});
