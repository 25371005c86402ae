import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importClips } from '../../../electron/services/clips';
import { betterStart, floorOf, nextStart } from '../../../electron/services/floors';
import { evaluateModel } from '../../../electron/services/evaluations';
import { plainContext } from '../../../electron/services/jobs';
import { keepMigration, planFor, repeatMigration } from '../../../electron/services/migrations';
import { fineTune, recipeOf } from '../../../electron/services/recipe';
import { trainRound } from '../../../electron/services/rounds';
import { roundView } from '../../../electron/services/views';
import { stopWorkers, type Workers } from '../../../electron/services/workers';
import { findModel, setModelAccuracy, type ModelRow } from '../../../electron/store/models';
import { builtWorkers, buildWorkers } from '../../helpers/builtWorkers';
import { makeFilm } from '../../helpers/films';
import { temporaryProject } from '../../helpers/projects';

let holder: ReturnType<typeof temporaryProject>;
let built: Awaited<ReturnType<typeof buildWorkers>>;
let workers: Workers;
const context = plainContext();

beforeAll(async () => {
  holder = temporaryProject();
  built = await buildWorkers();
  workers = builtWorkers(built.folder);
  const films = join(holder.project.folder, '..', 'films');
  mkdirSync(films);
  for (const [name, className, source] of [['a', 'cup', 'testsrc2'], ['b', 'cup', 'testsrc2'], ['c', 'car', 'mandelbrot'], ['d', 'car', 'mandelbrot']] as const) {
    const film = await makeFilm(films, `${name}.mp4`, { source: `${source}=size=160x120:rate=10,trim=end_frame=20,hue=h=${name.charCodeAt(0) % 7}` });
    await importClips(holder.project, { paths: [film], class: className, background: 'table' }, context);
  }
});
afterAll(() => {
  stopWorkers(workers);
  holder.remove();
  built.remove();
});

const weights = ({ id }: ModelRow): string => createHash('sha256').update(readFileSync(join(holder.project.folder, 'models', id, 'weights.bin'))).digest('hex');

test('a migration, its recipe, the floor of what is trained from it, and the same migration once more', async () => {
  const { project } = holder;
  const input = { height: 32, width: 32, channels: 3 };
  const first = await trainRound(project, { input, architecture: 'tiny', from: 'none', config: { epochs: 2, batchSize: 8 } }, workers, context);
  expect(() => recipeOf(project, first.model.id)).toThrow('recipes:notMigrated');
  const plan = planFor(project, first.model, { input: null, width: 1.5, addClasses: [], removeClasses: [], route: 'exact' });
  const { model } = await keepMigration(project, first.model, plan, 'wide', workers, context);

  const again = await repeatMigration(project, model.id, null, workers, context);
  expect(again.model.id).not.toBe(model.id);
  expect(weights(again.model)).toBe(weights(model));
  expect(weights(model)).not.toBe(weights(first.model));

  expect(recipeOf(project, model.id).config).toMatchObject({ inheritedFactor: 0.1, schedule: 'cosine' });
  const tuned = await fineTune(project, model.id, workers, context);
  expect(tuned.round.startModelId).toBe(model.id);
  expect(roundView(project, tuned.round).floor).toBe(model.accuracy);
  expect(floorOf(project, first.model.id)).toBeNull();

  // Made worse by training, the migrated model stays the start of the next round; made better, it does not.
  setModelAccuracy(project.db, tuned.model.id, (model.accuracy ?? 0) - 0.01);
  expect(betterStart(project, findModel(project.db, tuned.model.id) as ModelRow)?.id).toBe(model.id);
  expect(nextStart(project)?.id).toBe(model.id);
  setModelAccuracy(project.db, tuned.model.id, (model.accuracy ?? 0) + 0.01);
  expect(nextStart(project)?.id).toBe(tuned.model.id);

  // A model below its floor is saved with a sentence that says so, at once and whenever it is looked at.
  setModelAccuracy(project.db, model.id, 2);
  const worse = await fineTune(project, model.id, workers, context);
  expect(worse.observations.map(({ key }) => key)).toContain('observations:belowFloor');
  const looked = await evaluateModel(project, findModel(project.db, worse.model.id) as ModelRow, 'validation', workers, context);
  expect(looked.observations.map(({ key }) => key)).toContain('observations:belowFloor');
});
