import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultPreprocessing, type Architecture, type InputShape } from '../../../electron/core/architecture';
import { placeOf } from '../../../electron/core/migration/addLayer';
import { changeArchitecture } from '../../../electron/core/migration/change';
import { planMigration } from '../../../electron/core/migration/plan';
import type { ArchitectureChange, MigrationPlan } from '../../../electron/core/migrations';
import { buildPreset, presetNames } from '../../../electron/core/presets';
import { countParameters } from '../../../electron/core/shapes';
import { initialWeights } from '../../../electron/nn/initialWeights';
import { freeContext } from '../../../electron/nn/context';
import { GraphSession } from '../../../electron/nn/graph/session';
import { runMigration } from '../../../electron/nn/migrate';
import { loadModel, saveModel } from '../../../electron/nn/modelFiles';
import { tensorflow } from '../../../electron/nn/tensorflow';
import { plainContext } from '../../../electron/services/jobs';
import { importClips } from '../../../electron/services/clips';
import { projectExamples, writeDatasetFile } from '../../../electron/services/datasets';
import { drawSampleFilms } from '../../../electron/services/sample';
import { realData } from '../../helpers/shared';
import { temporaryProject } from '../../helpers/projects';

const holder = temporaryProject();
let datasetFile: string;
const classNames = ['mug', 'duck', 'car'];
const work = join(holder.project.folder, 'tmp', 'migrate');

beforeAll(async () => {
  const films = await drawSampleFilms(plainContext(), ['paper']);
  await importClips(holder.project, { paths: classNames.map((name) => join(films, name, 'paper')), fromFolders: ['class', 'background'] }, plainContext());
  mkdirSync(work, { recursive: true });
  datasetFile = join(work, 'dataset.json');
  writeDatasetFile(datasetFile, { folder: holder.project.folder, classNames, examples: projectExamples(holder.project, classNames, 'all') });
});
afterAll(() => holder.remove());

/** A model with random weights (larger than fresh ones, so that its answers differ), and its folder. */
function source(preset: string, input: InputShape, classes = classNames): { readonly folder: string; readonly model: ReturnType<typeof loadModel> } {
  const architecture = buildPreset(preset, input, classes.length);
  const folder = join(work, `${preset}-${input.height}x${input.channels}`);
  const weights = new Map([...initialWeights(architecture, 3)].map(([name, values]) => [name, values.map((value, index) => (/variance/.test(name) ? 0.5 + (index % 7) / 7 : /bias|beta|mean/.test(name) ? ((index % 5) - 2) / 10 : value * 1.5))]));
  saveModel(folder, { architecture, weights, classNames: classes, preprocessing: defaultPreprocessing(input.channels) });
  return { folder, model: loadModel(folder) };
}

function planOf(model: ReturnType<typeof loadModel>, change: ArchitectureChange): MigrationPlan {
  const { architecture, classNames: names, preprocessing } = model;
  const from = { architecture, classNames: names, preprocessing };
  return planMigration({ source: from, target: changeArchitecture(from, change), route: change.route, oldPictures: change.oldPictures });
}
const hash = (folder: string): string => createHash('sha256').update(readFileSync(join(folder, 'weights.bin'))).digest('hex');
const run = (folder: string, plan: MigrationPlan, targetFolder: string | null): ReturnType<typeof runMigration> =>
  runMigration({ sourceFolder: folder, targetFolder, plan, datasetFile, cacheFolder: join(work, 'cache') }, freeContext());

describe('on native TensorFlow', () => {
  test.each(presetNames)('%s: 64x64x1 -> 128x128x3, wider, one class more: exact, and the old model untouched', async (preset) => {
    const { folder, model } = source(preset, { height: 64, width: 64, channels: 1 });
    const before = hash(folder);
    const tensors = tensorflow().memory().numTensors;
    const plan = planOf(model, { input: { height: 128, width: 128, channels: 3 }, widthFactor: 1.5, addClasses: ['bird'], route: 'exact' });
    const target = join(work, `${preset}-target`);
    const { check, saved } = await run(folder, plan, target);
    expect(check).toMatchObject({ grade: 'exact', passed: true, sameAnswers: 1, frames: 90 });
    expect(check.maxLogitDifference).toBeLessThanOrEqual(1e-5 * Math.max(1, check.maxLogit));
    expect(check.accuracyAfter).toBe(check.accuracyBefore);
    expect(check.worstFrames).toHaveLength(3);
    expect(check.perBackground).toEqual([expect.objectContaining({ background: 'paper', frames: 90 })]);
    expect(saved).toBe(true);
    expect(loadModel(target).classNames).toEqual([...classNames, 'bird']);
    expect(hash(folder)).toBe(before);
    expect(tensorflow().memory().numTensors).toBe(tensors);
  });

  test('fewer classes and colour alone are exact too; native is not, and says so', async () => {
    const { folder, model } = source('small', { height: 64, width: 64, channels: 1 });
    expect((await run(folder, planOf(model, { removeClasses: ['duck'], route: 'exact' }), null)).check).toMatchObject({ grade: 'exact', passed: true });
    expect((await run(folder, planOf(model, { input: { height: 64, width: 64, channels: 3 }, route: 'exact' }), null)).check).toMatchObject({ grade: 'exact', passed: true });
    const native = await run(folder, planOf(model, { input: { height: 128, width: 128, channels: 1 }, route: 'native' }), null);
    expect(native.check.grade).not.toBe('exact');
    expect(native.check.passed).toBe(true);
  });

  test('one layer more: exact on native TensorFlow, everywhere', async () => {
    const { folder, model } = source('small', { height: 64, width: 64, channels: 1 });
    for (const place of ['front', 'middle', 'top'] as const) {
      const plan = planOf(model, { addLayer: placeOf(model.architecture, place), route: 'exact' });
      expect((await run(folder, plan, null)).check, place).toMatchObject({ grade: 'exact', passed: true, sameAnswers: 1 });
    }
  });

  test('old pictures of another kind: colour spaces, filters, repeated pixels, a part of a larger picture', async () => {
    const gray = source('tiny', { height: 32, width: 32, channels: 1 });
    const colour = source('tiny', { height: 32, width: 32, channels: 3 });
    const larger = { height: 64, width: 64, channels: 3 };
    const ways: readonly (readonly [string, typeof gray, ArchitectureChange, 'exact' | 'close'])[] = [
      ['C1', gray, { input: { height: 32, width: 32, channels: 3 }, oldPictures: { channels: 'mean' }, route: 'exact' }, 'exact'],
      ['C8', gray, { input: larger, oldPictures: { channels: 'newest' }, route: 'exact' }, 'exact'],
      ['C6', colour, { oldPictures: { channels: 'bgr' }, route: 'exact' }, 'exact'],
      ['C7', colour, { input: larger, oldPictures: { channels: 'ycbcr' }, route: 'exact' }, 'exact'],
      ['H3', colour, { input: larger, oldPictures: { pixels: 'bicubic' }, route: 'exact' }, 'close'],
      ['H5', colour, { input: larger, oldPictures: { pixels: 'repeated' }, firstKernels: 'stuffed', route: 'native' }, 'exact'],
      ['H6', colour, { input: larger, firstKernels: 'spread', route: 'native' }, 'close'],
      ['H11', colour, { input: larger, oldPictures: { inside: { top: 16, left: 16 } }, route: 'native' }, 'close'],
    ];
    for (const [rule, { folder, model }, change, grade] of ways) {
      const plan = planOf(model, change);
      expect(plan.grade, rule).toBe(grade);
      const { check } = await run(folder, plan, null);
      expect(check.passed, rule).toBe(true);
      if (grade === 'exact') expect(check, rule).toMatchObject({ grade: 'exact', sameAnswers: 1 });
      else expect(check.sameAnswers, rule).toBeGreaterThan(0.5);
    }
  });

  test('a network without Flatten (Conv2D 3, Dense 512, Dense 10): 7,208 parameters, 7,262 in colour, and an answer per pixel', async () => {
    const names = [...classNames, 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
    const built = (channels: number): Architecture => ({
      formatVersion: 1,
      name: 'asked',
      input: { height: 64, width: 64, channels },
      layers: [
        { uid: 'conv', name: 'conv', type: 'conv2d', filters: 3, kernelSize: [3, 3], strides: [1, 1], padding: 'valid', activation: 'linear', useBias: true },
        { uid: 'hidden', name: 'hidden', type: 'dense', units: 512, activation: 'relu', useBias: true },
        { uid: 'head', name: 'head', type: 'dense', units: 10, activation: 'softmax', useBias: true },
      ],
    });
    expect([1, 3].map((channels) => countParameters(built(channels)).total)).toEqual([7208, 7262]);
    const folder = join(work, 'asked');
    saveModel(folder, { architecture: built(1), weights: new Map([...initialWeights(built(1), 5)].map(([name, values]) => [name, values.map((value, k) => (/bias/.test(name) ? (k % 7) / 20 : value * 1.5))])), classNames: names, preprocessing: defaultPreprocessing(1) });
    const model = loadModel(folder);
    const few = join(work, 'few.json');
    writeDatasetFile(few, { folder: holder.project.folder, classNames, examples: projectExamples(holder.project, classNames, 'all').filter((_, k) => k % 8 === 0) });
    const changes: readonly (readonly [ArchitectureChange, 'exact' | 'close', number])[] = [
      [{ input: { height: 128, width: 128, channels: 1 }, route: 'exact' }, 'exact', 7289],
      [{ input: { height: 128, width: 128, channels: 3 }, route: 'exact' }, 'exact', 7505],
      [{ input: { height: 64, width: 64, channels: 3 }, route: 'exact' }, 'exact', 7262],
      [{ widthFactor: 1.5, route: 'exact' }, 'exact', 50 + 6 * 768 + 769 * 10],
      [{ addClasses: ['k'], route: 'exact' }, 'exact', 7208 + 513],
      [{ input: { height: 128, width: 128, channels: 1 }, route: 'native' }, 'close', 7208],
    ];
    for (const [change, grade, parameters] of changes) {
      const plan = planOf(model, change);
      expect(plan.notes.map(({ key }) => key)).toContain('migrations:answerPerPlace');
      expect({ grade: plan.grade, parameters: plan.parameters.after }, JSON.stringify(change)).toEqual({ grade, parameters });
      const { check } = await runMigration({ sourceFolder: folder, targetFolder: null, plan, datasetFile: few, cacheFolder: join(work, 'cache') }, freeContext());
      expect(check.passed, JSON.stringify(change)).toBe(true);
      if (grade === 'exact') expect(check, JSON.stringify(change)).toMatchObject({ grade: 'exact', sameAnswers: 1 });
    }
  }, 120_000);

  test('K6: one sigmoid for two classes and back, and with a third class', async () => {
    const { folder, model } = source('tiny', { height: 48, width: 48, channels: 1 }, ['mug', 'duck']);
    const single = join(work, 'sigmoid');
    const there = await run(folder, planOf(model, { input: { height: 96, width: 96, channels: 3 }, head: 'sigmoid', route: 'exact' }), single);
    expect(there.check).toMatchObject({ grade: 'exact', passed: true, sameAnswers: 1 });
    expect(there.check.accuracyAfter).toBe(there.check.accuracyBefore);
    for (const change of [{ head: 'softmax' }, { addClasses: ['bird'] }] as const) {
      expect((await run(single, planOf(loadModel(single), { ...change, route: 'exact' }), null)).check).toMatchObject({ grade: 'exact', passed: true, sameAnswers: 1 });
    }
    const { architecture, weights, preprocessing } = loadModel(single);
    const session = await GraphSession.create(architecture, preprocessing, weights, true);
    try {
      const pixels = Uint8Array.from({ length: 8 * 96 * 96 * 3 }, (_, k) => (k % 8 < 4 ? k % 200 : (k * 7) % 251));
      const labels = Int32Array.from([0, 1, 0, 1, 0, 1, 0, 1]);
      const before = session.evaluate(pixels, labels).loss;
      for (let step = 0; step < 20; step += 1) session.train(pixels, labels, 1e-3, [1, step]);
      expect(session.evaluate(pixels, labels).loss).toBeLessThan(before);
      const { probabilities, classes } = session.predict(pixels, 8);
      expect(classes).toBe(2);
      for (let k = 0; k < 8; k += 1) expect((probabilities[2 * k] as number) + (probabilities[2 * k + 1] as number)).toBeCloseTo(1, 5);
    } finally {
      session.dispose();
    }
  });

  test('batch normalisation put in is set by real frames: gamma and beta undo what is measured', async () => {
    const { folder, model } = source('small', { height: 64, width: 64, channels: 1 });
    const from = { architecture: model.architecture, classNames: model.classNames, preprocessing: model.preprocessing };
    const [first, ...rest] = model.architecture.layers;
    const target = { ...from, architecture: { ...from.architecture, layers: [first!, { uid: 'norm', name: 'norm', type: 'batchNormalization', epsilon: 1e-3, momentum: 0.99 } as const, ...rest] } };
    const folderAfter = join(work, 'norm-target');
    const { check, saved } = await run(folder, planMigration({ source: from, target, route: 'exact' }), folderAfter);
    expect({ grade: check.grade, saved }).toEqual({ grade: 'exact', saved: true });
    const { weights } = loadModel(folderAfter);
    const [gamma, mean, variance, beta] = ['gamma', 'moving_mean', 'moving_variance', 'beta'].map((role) => weights.get(`norm/${role}`)!);
    expect(beta).toEqual(mean);
    expect(new Set(mean).size).toBeGreaterThan(1);
    gamma!.forEach((value, i) => expect(value).toBeCloseTo(Math.sqrt(variance![i]! + 1e-3), 5));
  });

  test('what is only close is refitted on unlabelled frames, where that helps on held out ones', async () => {
    const { folder, model } = source('small', { height: 64, width: 64, channels: 1 });
    const tensors = tensorflow().memory().numTensors;
    const { check } = await run(folder, planOf(model, { input: { height: 128, width: 128, channels: 1 }, route: 'native' }), null);
    expect(check.refit!.length).toBeGreaterThan(0);
    for (const { heldOutBefore, heldOutAfter, accepted } of check.refit!) expect(accepted).toBe(heldOutAfter < heldOutBefore);
    expect(check.refit!.some(({ accepted }) => accepted)).toBe(true);
    expect(tensorflow().memory().numTensors).toBe(tensors);
  });

  test('narrower: the channels that matter most on the frames stay, and the dense layers make up for the rest', async () => {
    const { folder, model } = source('small', { height: 64, width: 64, channels: 1 });
    const { check, plan } = await run(folder, planOf(model, { widthFactor: 0.6, route: 'native' }), null);
    expect(plan.grade).toBe('close');
    expect(plan.weights.flatMap((row) => row.reasons.map(({ key }) => key))).toContain('migrations:channelsChosen');
    expect(check.refit!.some(({ accepted }) => accepted)).toBe(true);
    expect(check.passed).toBe(true);
  });

  test('a plan that does not keep its promise saves nothing', async () => {
    const { folder, model } = source('tiny', { height: 64, width: 64, channels: 1 });
    const plan = planOf(model, { input: { height: 128, width: 128, channels: 1 }, route: 'exact' });
    const broken: MigrationPlan = { ...plan, weights: plan.weights.map((row) => (row.layer === 'head' && row.weight === 'bias' ? { ...row, action: 'init', values: [5, 0, 0], axes: [], fills: [] } : row)) };
    const target = join(work, 'broken-target');
    const { check, saved } = await run(folder, broken, target);
    expect(check.trail).toEqual({ equalUpTo: plan.pairs!.at(-2)!.layer, firstDifference: 'head' });
    expect({ passed: check.passed, saved, there: existsSync(target) }).toEqual({ passed: false, saved: false, there: false });
    expect(readdirSync(work).filter((name) => name.includes('.new'))).toEqual([]);
  });
});

const signs = realData('multibg', 'turtlebot_signs', 'frames');
test.skipIf(!signs)('real pictures: 64x64x1 -> 128x128x3 keeps every answer on all frames', async () => {
  const own = temporaryProject();
  try {
    await importClips(own.project, { paths: [signs as string], fromFolders: ['class', 'background'] }, plainContext());
    const names = ['goal_star', 'no_sign', 'stop', 'turn_left', 'turn_right', 'u_turn'];
    const file = join(own.project.folder, 'tmp', 'dataset.json');
    writeDatasetFile(file, { folder: own.project.folder, classNames: names, examples: projectExamples(own.project, names, 'all') });
    const { folder, model } = source('small', { height: 64, width: 64, channels: 1 }, names);
    const plan = planOf(model, { input: { height: 128, width: 128, channels: 3 }, route: 'exact' });
    const { check } = await runMigration({ sourceFolder: folder, targetFolder: null, plan, datasetFile: file, cacheFolder: join(own.project.folder, 'cache') }, freeContext());
    expect(check).toMatchObject({ grade: 'exact', sameAnswers: 1 });
    expect(check.frames).toBeGreaterThan(400);
  } finally {
    own.remove();
  }
});
