import { describe, expect, test } from 'vitest';
import { augmentationNames, augmentationNumbers, augmentationOf, augmentationPresets, drawAugmentation, type AugmentationConfig } from '../../../electron/core/augmentation';
import { Random } from '../../../electron/core/random';
import { callSchemas } from '../../../electron/ipc/schemas';
import { augmentPicture } from '../../../electron/nn/augment';

const [height, width] = [20, 30];
const size = height * width * 3;
const random = Random.seeded(1);
/** A bright blue corner on a red gradient. */
const picture = Uint8Array.from({ length: size }, (_, k) => {
  const [x, y, c] = [Math.floor(k / 3) % width, Math.floor(k / 3 / width), k % 3];
  return x < 8 && y < 6 ? [40, 60, 220][c] as number : [90 + x * 4, 60, 50][c] as number;
});

function numbersOf(changes: Partial<AugmentationConfig>, epoch = 0, frame = 1, repeat = 0): Float64Array {
  const numbers = new Float64Array(augmentationNumbers);
  drawAugmentation({ ...augmentationPresets.none, ...changes }, 7, epoch, frame, repeat, height, width, numbers, 0);
  return numbers;
}

function changed(numbers: Float64Array, source: Uint8Array = picture): Uint8ClampedArray {
  const target = new Uint8ClampedArray(size);
  augmentPicture(source, 0, target, 0, height, width, numbers, 0, new Int32Array(height * width));
  return target;
}
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
function deviation(values: ArrayLike<number>): number {
  const middle = mean(values);
  return Math.sqrt(Array.from(values).reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length);
}
const over = <T>(of: (frame: number) => T): readonly T[] => Array.from({ length: 200 }, (_, frame) => of(frame));

describe('what is drawn', () => {
  test('is the same for the same seed, epoch and frame, and another for any other', () => {
    const one = numbersOf(augmentationPresets.strong, 3, 9);
    expect(numbersOf(augmentationPresets.strong, 3, 9)).toEqual(one);
    for (const [epoch, frame, repeat] of [[4, 9, 0], [3, 10, 0], [3, 9, 1]] as const) expect(numbersOf(augmentationPresets.strong, epoch, frame, repeat)).not.toEqual(one);
  });

  test('switching one off leaves the others as they were', () => {
    const [all, without] = [numbersOf(augmentationPresets.strong), numbersOf({ ...augmentationPresets.strong, rotate: 0, noise: 0 })];
    expect(without.slice(6, 18)).toEqual(all.slice(6, 18));
    expect(without.slice(20)).toEqual(all.slice(20));
    expect(without.slice(0, 6)).not.toEqual(all.slice(0, 6));
  });

  test('presets: nothing, something, more; none mirrors; what is left of nothing is null', () => {
    expect(augmentationOf('none')).toBeNull();
    expect(augmentationOf('none', { hue: 0, flip: false })).toBeNull();
    expect(augmentationOf('light', { rotate: 0 })).toEqual({ ...augmentationPresets.light, rotate: 0 });
    for (const name of augmentationNames) expect(augmentationPresets[name].flip).toBe(false);
    const config = { epochs: 1, batchSize: 1, learningRate: 1, seed: 1, patience: 0, augmentation: 'strong', augment: augmentationPresets.strong };
    const wish = { backgrounds: null, input: null, preset: null, from: null };
    expect(callSchemas['rounds:train'].safeParse([{ ...wish, config }]).success).toBe(true);
    expect(callSchemas['rounds:train'].safeParse([{ ...wish, config: { ...config, augment: { shift: 3 } } }]).success).toBe(false);
  });
});

describe('what a picture becomes', () => {
  test('nothing on: the same, byte for byte', () => expect(changed(numbersOf({}))).toEqual(new Uint8ClampedArray(picture)));

  test('flip mirrors half of them exactly', () => {
    const mirrored = new Uint8ClampedArray(size).map((_, k) => picture[(Math.floor(k / 3 / width) * width + (width - 1 - (Math.floor(k / 3) % width))) * 3 + (k % 3)] as number);
    const flipped = over((frame) => String(changed(numbersOf({ flip: true }, 0, frame))) === String(mirrored)).filter(Boolean).length;
    expect(flipped).toBeGreaterThan(75);
    expect(flipped).toBeLessThan(125);
  });

  test('a shift by whole pixels moves, and repeats the edge', () => {
    const numbers = numbersOf({});
    numbers[2] = 3;
    const moved = changed(numbers);
    expect(moved.slice(0, 3)).toEqual(new Uint8ClampedArray(picture.slice(9, 12)));
    expect(moved.slice((width - 1) * 3, width * 3)).toEqual(new Uint8ClampedArray(picture.slice((width - 1) * 3, width * 3)));
  });

  test('half a pixel is the mean of two', () => {
    const numbers = numbersOf({});
    numbers[2] = 0.5;
    const [a, b] = [picture[30] as number, picture[33] as number];
    expect(Math.abs((changed(numbers)[30] as number) - (a + b) / 2)).toBeLessThanOrEqual(1);
  });

  test('zoom and turn keep the middle where it is', () => {
    for (const frame of [1, 2, 3]) {
      const p = numbersOf({ zoom: 0.4, rotate: 60 }, 0, frame);
      const [x, y] = [(width - 1) / 2, (height - 1) / 2];
      expect((p[0] as number) * x + (p[1] as number) * y + (p[2] as number)).toBeCloseTo(x, 9);
      expect((p[3] as number) * x + (p[4] as number) * y + (p[5] as number)).toBeCloseTo(y, 9);
    }
  });

  test('brightness moves the mean, both ways and as far as it may', () => {
    const moves = over((frame) => mean(changed(numbersOf({ brightness: 0.2 }, 0, frame))) - mean(picture));
    expect(Math.max(...moves)).toBeGreaterThan(20);
    expect(Math.min(...moves)).toBeLessThan(-20);
    expect(Math.max(...moves.map(Math.abs))).toBeLessThanOrEqual(26.5);
  });

  test('contrast changes the spread about middle grey', () => {
    const gray = new Uint8Array(size).fill(128);
    expect(over((frame) => changed(numbersOf({ contrast: 0.5 }, 0, frame), gray).every((value) => Math.abs(value - 128) <= 1)).every(Boolean)).toBe(true);
    const spreads = over((frame) => deviation(changed(numbersOf({ contrast: 0.3 }, 0, frame))) / deviation(picture));
    expect(Math.max(...spreads)).toBeGreaterThan(1.2);
    expect(Math.min(...spreads)).toBeLessThan(0.8);
  });

  test.each(['saturation', 'hue'] as const)('%s keeps the luma and leaves grey alone', (name) => {
    const config = { [name]: name === 'hue' ? 40 : 0.5 };
    const soft = Uint8Array.from({ length: size }, (_, k) => 110 + (k % 3) * 15);
    const luma = (values: ArrayLike<number>): number => 0.299 * (values[0] as number) + 0.587 * (values[1] as number) + 0.114 * (values[2] as number);
    const results = over((frame) => changed(numbersOf(config, 0, frame), soft));
    for (const result of results) expect(Math.abs(luma(result) - luma(soft))).toBeLessThan(1.5);
    expect(new Set(results.map((result) => result[0])).size).toBeGreaterThan(4);
    const gray = Uint8Array.from({ length: size }, () => 99);
    expect(over((frame) => changed(numbersOf(config, 0, frame), gray).every((value) => value === 99)).every(Boolean)).toBe(true);
  });

  test('noise: on half of the pictures, without a bias, of the strength that was drawn', () => {
    const gray = new Uint8Array(size).fill(128);
    const results = over((frame) => ({ drawn: numbersOf({ noise: 0.1 }, 0, frame)[18] as number, values: changed(numbersOf({ noise: 0.1 }, 0, frame), gray) }));
    const noisy = results.filter(({ drawn }) => drawn > 2);
    expect(noisy.length).toBeGreaterThan(60);
    expect(noisy.length).toBeLessThan(130);
    for (const { drawn, values } of noisy) {
      expect(Math.abs(mean(values) - 128)).toBeLessThan(drawn * 0.12 + 0.5);
      expect(deviation(values) / drawn).toBeGreaterThan(0.85);
      expect(deviation(values) / drawn).toBeLessThan(1.15);
    }
    for (const { drawn, values } of results) if (drawn === 0) expect(values.every((value) => value === 128)).toBe(true);
  });

  test('blur evens out and keeps the mean; it comes as often as asked', () => {
    const rough = Uint8Array.from({ length: size }, () => random.below(256));
    const blurred = over((frame) => changed(numbersOf({ blur: 0.3 }, 0, frame), rough)).filter((values) => deviation(values) < deviation(rough) * 0.6);
    expect(blurred.length).toBeGreaterThan(35);
    expect(blurred.length).toBeLessThan(85);
    for (const values of blurred) expect(Math.abs(mean(values) - mean(rough))).toBeLessThan(2);
  });

  test('cutout covers a grey square no larger than asked', () => {
    const white = new Uint8Array(size).fill(255);
    const shares = over((frame) => changed(numbersOf({ cutout: 0.5 }, 0, frame), white).filter((value) => value === 128).length / size);
    expect(Math.max(...shares)).toBeGreaterThan(0.1);
    expect(Math.max(...shares)).toBeLessThanOrEqual(0.27);
    expect(shares.filter((share) => share === 0).length).toBeGreaterThan(70);
  });
});
