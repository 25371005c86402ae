import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { npyBytes } from '../../../electron/nn/files/npy';
import { plainContext } from '../../../electron/services/jobs';
import { drawSampleFilms } from '../../../electron/services/sample';
import { runCli } from '../../helpers/cli';
import { kerasBytes, writeH5 } from '../../helpers/kerasFiles';
import { noise } from '../../helpers/networks';

let folder: string;
let project: string;
const weight = (shape: readonly number[], seed: number) => ({ shape, values: noise(shape.reduce((a, b) => a * b, 1), seed, 0.3) });
const layer = (className: string, config: object) => ({ module: 'keras.layers', class_name: className, config });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'graft-model-files-'));
  project = join(folder, 'Toys.graft');
  const layers = [
    layer('InputLayer', { name: 'i', batch_shape: [null, 32, 32, 3] }),
    layer('Conv2D', { name: 'c', filters: 6, kernel_size: [3, 3], strides: [2, 2], padding: 'same', activation: 'linear', use_bias: false }),
    layer('BatchNormalization', { name: 'n', scale: false, epsilon: 1e-3, momentum: 0.9 }),
    layer('Activation', { name: 'a', activation: 'relu' }),
    layer('Flatten', { name: 'f' }),
    layer('Dense', { name: 'd', units: 3, activation: 'softmax' }),
  ];
  const norm = [weight([6], 2), weight([6], 3), { shape: [6], values: new Float32Array(6).fill(0.5) }];
  writeFileSync(join(folder, 'toys.keras'), await kerasBytes({ module: 'keras', class_name: 'Sequential', config: { name: 'toys', layers } }, { 'layers/conv2d': [weight([3, 3, 3, 6], 1)], 'layers/batch_normalization': norm, 'layers/dense': [weight([1536, 3], 4), weight([3], 5)] }));
  const films = await drawSampleFilms(plainContext(), ['paper']);
  await runCli('new', project, '--classes', 'mug,duck,car', '--quiet');
  for (const object of ['mug', 'duck', 'car']) expect((await runCli('import', project, join(films, object, 'paper'), '--from-folders', 'class/background', '--quiet')).code).toBe(0);
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('inspect says what is inside', async () => {
  const { json } = await runCli('model', 'inspect', join(folder, 'toys.keras'), '--json', '--quiet');
  expect(json).toMatchObject({ ok: true, format: 'keras', kerasVersion: '3.15.1', input: '32x32x3', parameters: 162 + 18 + 4611, trainable: true, reasons: [], scaling: '0..1' });
  expect(json.layers.map((one: { name: string }) => one.name)).toEqual(['c', 'n', 'a', 'f', 'd']);
  expect(json.layers[4]).toEqual({ name: 'd', type: 'dense', outputShape: [3], parameters: 4611 });
});

test('predict: raw numbers, and pictures', async () => {
  const arrays = join(folder, 'x.npy');
  writeFileSync(arrays, npyBytes({ shape: [2, 32, 32, 3], values: noise(2 * 32 * 32 * 3, 9) }));
  const { json } = await runCli('model', 'predict', join(folder, 'toys.keras'), '--arrays', arrays, '--json', '--quiet');
  expect(json.shape).toEqual([2, 3]);
  expect(json.output.slice(0, 3).reduce((sum: number, value: number) => sum + value, 0)).toBeCloseTo(1, 5);
  const logits = (await runCli('model', 'predict', join(folder, 'toys.keras'), '--arrays', arrays, '--logits', '--json', '--quiet')).json.output as number[];
  const powers = logits.slice(0, 3).map(Math.exp);
  powers.forEach((power, index) => expect(power / (powers[0]! + powers[1]! + powers[2]!)).toBeCloseTo(json.output[index], 5));
  writeFileSync(arrays, npyBytes({ shape: [2, 30], values: noise(60, 9) }));
  const wrong = await runCli('model', 'predict', join(folder, 'toys.keras'), '--arrays', arrays, '--json', '--quiet');
  expect(wrong).toMatchObject({ code: 1, json: { ok: false, error: { kind: 'models.arraysShape' } } });
});

test('an imported model is evaluated, trained further and migrated like one made here', async () => {
  const imported = (await runCli('model', 'import', project, join(folder, 'toys.keras'), '--classes', 'Mug,duck,car', '--scaling', '-1..1', '--json', '--quiet')).json;
  expect(imported).toMatchObject({ ok: true, classes: ['mug', 'duck', 'car'], scaling: '-1..1', name: 'toys' });
  // A project's tools know normalisations with scale and centre only.
  expect(imported.parameters).toBe(162 + 24 + 4611);
  const models = (await runCli('models', project, '--json', '--quiet')).json.models;
  expect(models).toMatchObject([{ id: imported.model, origin: 'imported', parent: null, round: null, input: '32x32x3' }]);
  const evaluated = await runCli('evaluate', project, '--model', 'toys', '--split', 'all', '--json', '--quiet');
  expect(evaluated.json.models[0].frames).toBeGreaterThan(10);
  const plan = (await runCli('migrate', project, '--model', 'toys', '--input', '64x64x3', '--json', '--quiet')).json;
  expect(plan.check.maxProbabilityDifference).toBeLessThan(1e-4);
  const trained = await runCli('train', project, '--from', 'toys', '--epochs', '2', '--json', '--quiet');
  expect(trained.code, trained.stderr).toBe(0);
  const after = (await runCli('models', project, '--json', '--quiet')).json.models.find((model: { origin: string }) => model.origin === 'trained');
  expect(after.parent).toBe(imported.model);
  // The scaling of the model it came from stays with it.
  expect((await runCli('model', 'inspect', join(project, 'models', after.id), '--json', '--quiet')).json.scaling).toBe('-1..1');
}, 240_000);

test('a file of weights alone needs its network; what cannot be read is said layer by layer', async () => {
  const weights = join(folder, 'alone.h5');
  await writeH5(weights, { config: null, kerasVersion: '2.4.0', backend: 'tensorflow', layers: [{ name: 'd', weights: [{ ...weight([4, 2], 1), name: 'd/kernel:0' }, { ...weight([2], 2), name: 'd/bias:0' }] }] });
  expect((await runCli('model', 'inspect', weights, '--json', '--quiet')).json.error.kind).toBe('models.weightsOnly');
  const network = join(folder, 'network.json');
  writeFileSync(network, JSON.stringify({ class_name: 'Sequential', config: [{ class_name: 'Dense', config: { name: 'd', units: 2, activation: 'softmax', batch_input_shape: [null, 4] } }] }));
  const { json } = await runCli('model', 'inspect', weights, '--architecture', network, '--json', '--quiet');
  expect(json).toMatchObject({ input: '4', parameters: 10, trainable: false });
  expect(json.reasons).toHaveLength(1);
  expect((await runCli('predict', weights, 'x.jpg', '--quiet')).code).toBe(1);
  const bad = await runCli('model', 'import', project, join(folder, 'toys.keras'), '--classes', 'one,two', '--json', '--quiet');
  expect(bad).toMatchObject({ code: 1, json: { error: { kind: 'models.classesCount' } } });
  expect((await runCli('model', 'import', project, join(folder, 'toys.keras'), '--scaling', '0..9')).code).toBe(2);
  writeFileSync(join(folder, 'text.txt'), 'no model');
  expect((await runCli('model', 'inspect', join(folder, 'text.txt'), '--json', '--quiet')).json.error.kind).toBe('models.unknownFormat');
});
