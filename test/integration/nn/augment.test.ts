import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { augmentationNumbers, augmentationPresets, drawAugmentation } from '../../../electron/core/augmentation';
import { buildPreset } from '../../../electron/core/presets';
import { Random } from '../../../electron/core/random';
import { defaultTrainingConfig, type TrainingConfig } from '../../../electron/core/training';
import { augmentPicture } from '../../../electron/nn/augment';
import { AugmentPool } from '../../../electron/nn/augmentPool';
import { freeContext } from '../../../electron/nn/context';
import { openFeeder } from '../../../electron/nn/training/feeder';
import { train } from '../../../electron/nn/train';
import { drawDataset } from '../../helpers/discs';
import { temporaryFolder } from '../../helpers/projects';

const [height, width, count] = [24, 16, 37];
const size = height * width * 3;
const random = Random.seeded(4);
const pictures = Uint8Array.from({ length: count * size }, () => random.below(256));

function expected(epoch: number, example: number, repeat = 0): Uint8Array {
  const numbers = new Float64Array(augmentationNumbers);
  drawAugmentation(augmentationPresets.strong, 1, epoch, 100 + example, repeat, height, width, numbers, 0);
  const target = new Uint8ClampedArray(size);
  augmentPicture(pictures, example * size, target, 0, height, width, numbers, 0, new Int32Array(height * width));
  return new Uint8Array(target);
}

const all = Array.from({ length: count }, (_, index) => ({ frameId: 100 + index, file: '', sha256: '', classIndex: index % 2, split: 'train' as const, clipId: 1, background: null }));
const source = { bytesPerExample: size, unreadable: new Set<number>(), close: () => undefined, copy: (index: number, batch: Uint8Array, at: number) => batch.set(pictures.subarray(index * size, (index + 1) * size), at) };

describe('threads that change pictures', () => {
  test.each([1, 3, 4])('%i of them do what the function does', async (threads) => {
    const pool = new AugmentPool(height, width, count, 2, threads);
    for (const slot of [0, 1]) {
      pool.input(slot).set(pictures);
      for (let k = 0; k < count; k += 1) drawAugmentation(augmentationPresets.strong, 1, slot, 100 + k, 0, height, width, pool.numbers(slot), k * augmentationNumbers);
      pool.start(slot, count);
    }
    for (const slot of [1, 0]) {
      await pool.done(slot);
      for (let k = 0; k < count; k += 1) expect(pool.output(slot).slice(k * size, (k + 1) * size)).toEqual(expected(slot, k));
    }
    await pool.close();
  });

  test('an epoch comes in order, each picture changed by its own frame; a frame that comes twice is changed twice', async () => {
    const examples = { train: Int32Array.from(all.keys()), validation: new Int32Array(0), labels: Int32Array.from(all, ({ classIndex }) => classIndex), all };
    const feeder = openFeeder({ ...defaultTrainingConfig, augmentation: 'strong', batchSize: 5 }, source, examples, { height, width });
    for (const epoch of [0, 1]) {
      const order = Int32Array.from({ length: count }, (_, k) => (k * 7) % (count - 1));
      feeder.begin(order, epoch);
      const seen = new Map<number, number>();
      for (let at = 0; at < count; at += 5) {
        const batch = await feeder.next();
        order.subarray(at, at + 5).forEach((example, k) => {
          const repeat = seen.get(example) ?? 0;
          seen.set(example, repeat + 1);
          expect(batch.slice(k * size, (k + 1) * size)).toEqual(expected(epoch, example, repeat));
        });
      }
      expect(await feeder.next()).toHaveLength(0);
    }
    await feeder.close();
  });
});

describe('training with it', () => {
  let holder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => (holder = temporaryFolder()));
  afterEach(() => holder.remove());

  test('changes to a preset count; all switched off is a training without', async () => {
    const datasetFile = drawDataset(holder.folder);
    const run = async (name: string, config: Partial<TrainingConfig>): Promise<string> => {
      const runFolder = join(holder.folder, name);
      mkdirSync(runFolder);
      const architecture = buildPreset('tiny', { height: 16, width: 16, channels: 3 }, 2);
      await train({ runFolder, startModelFolder: null, architecture, datasetFile, cacheFolder: join(holder.folder, 'cache'), config: { ...defaultTrainingConfig, epochs: 2, batchSize: 8, ...config }, resume: false }, freeContext());
      return createHash('sha256').update(readFileSync(join(runFolder, 'last', 'weights.bin'))).digest('hex');
    };
    const off = Object.fromEntries(Object.keys(augmentationPresets.none).map((key) => [key, key === 'flip' ? false : 0]));
    const [none, light, strong, mirrored, silenced] = [await run('none', {}), await run('light', { augmentation: 'light' }), await run('strong', { augmentation: 'strong' }), await run('mirrored', { augmentation: 'light', augment: { flip: true } }), await run('off', { augmentation: 'strong', augment: off })];
    expect(new Set([none, light, strong, mirrored]).size).toBe(4);
    expect(silenced).toBe(none);
  });
});
