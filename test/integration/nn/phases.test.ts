import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Weights } from '../../../electron/core/architecture';
import { buildPreset } from '../../../electron/core/presets';
import { defaultTrainingConfig, type TrainingConfig } from '../../../electron/core/training';
import { freeContext } from '../../../electron/nn/context';
import { initialWeights } from '../../../electron/nn/initialWeights';
import { loadModel } from '../../../electron/nn/modelFiles';
import { train } from '../../../electron/nn/train';
import type { TrainRequest } from '../../../electron/nn/training/run';
import { drawDataset } from '../../helpers/discs';
import { temporaryFolder } from '../../helpers/projects';

const architecture = buildPreset('small-bn', { height: 16, width: 16, channels: 1 }, 2);
let holder: ReturnType<typeof temporaryFolder>;
let datasetFile: string;
beforeEach(() => {
  holder = temporaryFolder();
  datasetFile = drawDataset(holder.folder);
});
afterEach(() => holder.remove());

function request(name: string, config: Partial<TrainingConfig>, over: Partial<TrainRequest> = {}): TrainRequest {
  const runFolder = join(holder.folder, name);
  mkdirSync(runFolder, { recursive: true });
  return { runFolder, startModelFolder: null, architecture, datasetFile, cacheFolder: join(holder.folder, 'cache'), config: { ...defaultTrainingConfig, epochs: 5, batchSize: 8, learningRate: 3e-3, ...config }, resume: false, ...over };
}
const last = (name: string): string => createHash('sha256').update(readFileSync(join(holder.folder, name, 'last', 'weights.bin'))).digest('hex');
const weightsOf = (name: string): Weights => loadModel(join(holder.folder, name, 'last')).weights;

/** Trains to the end, and again cut off after each of some epochs: all must end alike. */
async function resumesAlike(config: Partial<TrainingConfig>, cuts: readonly number[]): Promise<void> {
  await train(request('whole', config), freeContext());
  for (const cut of cuts) {
    const abort = new AbortController();
    const events = { onEpoch: ({ epoch }: { epoch: number }) => epoch === cut && abort.abort() };
    await expect(train(request(`cut${cut}`, config), { ...freeContext(), signal: abort.signal }, events)).rejects.toThrow('cancelled');
    await train(request(`cut${cut}`, config, { resume: true }), freeContext());
    expect({ cut, weights: last(`cut${cut}`) }).toEqual({ cut, weights: last('whole') });
  }
}

const still = ['conv1', 'norm1', 'conv2', 'norm2'];

describe('frozen layers', () => {
  test('stand still for a whole run, batch normalisation with its statistics', async () => {
    await train(request('a', { frozen: still }), freeContext());
    const [before, after] = [initialWeights(architecture, 1), weightsOf('a')];
    for (const [name, values] of after) expect({ name, still: values.every((value, k) => value === before.get(name)?.[k]) }).toEqual({ name, still: still.includes(name.split('/')[0] as string) });
  });

  test('thaw after some epochs', async () => {
    await train(request('a', { frozen: still, thawAfter: 2, epochs: 2 }), freeContext());
    expect(weightsOf('a').get('conv1/kernel')).toEqual(initialWeights(architecture, 1).get('conv1/kernel'));
    await train(request('b', { frozen: still, thawAfter: 2, epochs: 3 }), freeContext());
    for (const name of ['conv1/kernel', 'norm1/moving_mean']) expect(weightsOf('b').get(name)).not.toEqual(initialWeights(architecture, 1).get(name));
  });

  test('resumed before, at and after the thaw it ends as one never interrupted', () => resumesAlike({ frozen: still, thawAfter: 2, warmUp: 3, schedule: 'cosine' }, [1, 2, 3]));

  test('unknown layers, and nothing left to learn, are refused', async () => {
    await expect(train(request('a', { frozen: ['convX'] }), freeContext())).rejects.toThrow('noLayer');
    await expect(train(request('b', { inherited: ['convX'] }), freeContext())).rejects.toThrow('noLayer');
    await expect(train(request('c', { frozen: architecture.layers.map(({ name }) => name) }), freeContext())).rejects.toThrow('allFrozen');
  });

  test('a checkpoint without a list of trained weights, of before, is read', async () => {
    await train(request('whole', { epochs: 4 }), freeContext());
    await train(request('half', { epochs: 2 }), freeContext());
    const file = join(holder.folder, 'half', 'last', 'checkpoint.json');
    const { trained, ...old } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    expect(trained).toEqual(expect.arrayContaining(['conv1/kernel', 'head/bias']));
    writeFileSync(file, JSON.stringify(old));
    await train(request('half', { epochs: 4 }, { resume: true }), freeContext());
    expect(last('half')).toBe(last('whole'));
  });
});

describe('inherited layers', () => {
  test('move less than with the whole rate', async () => {
    const before = initialWeights(architecture, 1);
    const moved = (name: string): number => (weightsOf(name).get('conv1/kernel') as Float32Array).reduce((sum, value, k) => sum + Math.abs(value - (before.get('conv1/kernel')?.[k] as number)), 0);
    await train(request('whole', { epochs: 1 }), freeContext());
    await train(request('tenth', { epochs: 1, inherited: ['conv1'], inheritedFactor: 0.1 }), freeContext());
    expect(moved('tenth') / moved('whole')).toBeGreaterThan(0.05);
    expect(moved('tenth') / moved('whole')).toBeLessThan(0.2);
  });
});

describe.each([
  ['sgd, clipped, smoothed', { optimizer: 'sgd', clip: 1, labelSmoothing: 0.1, l2: 1e-3 }],
  ['adamw with balanced class weights', { optimizer: 'adamw', classWeights: 'balanced' }],
  ['balanced by class and background', { balance: 'both' }],
] as const)('%s', (_, config) => {
  test('a resumed run ends as one never interrupted, and is another one than plain Adam', async () => {
    await resumesAlike(config, [2]);
    await train(request('plain', {}), freeContext());
    expect(last('plain')).not.toBe(last('whole'));
    cpSync(join(holder.folder, 'whole'), join(holder.folder, 'again'), { recursive: true });
    rmSync(join(holder.folder, 'again', 'last'), { recursive: true });
    await train(request('again', config), freeContext());
    expect(last('again')).toBe(last('whole'));
  });
});
