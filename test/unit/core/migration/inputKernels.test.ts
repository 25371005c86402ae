import { expect, it } from 'vitest';
import type { Architecture, Layer } from '../../../../electron/core/architecture';
import { identityMap, mapAxes, productMap } from '../../../../electron/core/migration/axisMaps';
import { inColourSpace, letterboxMap, reorderedChannels, resampledKernelMap, resamplerTaps, stackedFramesMap, stuffedKernelMap } from '../../../../electron/core/migration/inputKernels';
import type { AxisMap } from '../../../../electron/core/migrations';
import { random, randomPicture, randomWeights } from '../../../helpers/randomNetworks';
import type { Tensor } from '../../../helpers/referenceNetwork';
import { referenceLogits } from '../../../helpers/referenceNetwork';
import { conv, dense, flatten, maxPool, network, picture } from '../../../helpers/smallModels';

const valid = { padding: 'valid', activation: 'relu' } as const;

/** Largest difference of two networks' answers. */
function apart(a: Tensor, b: Tensor): number {
  expect(a.values.length).toBe(b.values.length);
  return a.values.reduce((most, value, k) => Math.max(most, Math.abs(value - b.values[k]!)), 0);
}

/** Old weights with the first kernel's axes mapped. */
function mapped(old: Architecture, maps: readonly (AxisMap | null)[], seed: number) {
  const weights = randomWeights(old, random(seed));
  const shape = [3, 3, old.input.channels, 4];
  const kernel = mapAxes(weights.get('conv/kernel')!, shape, shape.map((size, axis) => maps[axis] ?? identityMap(size)));
  return { weights, next: new Map([...weights, ['conv/kernel', Float32Array.from(kernel)] as const]) };
}

function tensor(height: number, width: number, channels: number, value: (y: number, x: number, c: number) => number): Tensor {
  return { shape: [height, width, channels], values: Float64Array.from({ length: height * width * channels }, (_, k) => value(Math.floor(k / channels / width), Math.floor(k / channels) % width, k % channels)) };
}

it.each([['area', 2], ['area', 3], ['bilinear', 2], ['bilinear', 3], ['bicubic', 2]] as const)('H3: frames once reduced by %s, %i times: exact', (resampler, factor) => {
  const taps = resamplerTaps(resampler, factor);
  expect(taps.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  expect(taps).toEqual([...taps].reverse().map((tap) => expect.closeTo(tap, 12) as number));
  const old = network(picture(6), [conv('conv', 4, 3, valid), flatten(), dense('head', 2)]);
  const map = resampledKernelMap(3, factor, taps);
  const { weights, next } = mapped(old, [map, map], 3);
  const large = 5 * factor + taps.length;
  const seen = randomPicture([large, large, 1], random(4));
  const reduced = tensor(6, 6, 1, (y, x) => taps.reduce((sum, f, a) => sum + f * taps.reduce((row, g, b) => row + g * seen.values[(y * factor + a) * large + x * factor + b]!, 0), 0));
  const target = network(picture(large), [{ ...conv('conv', 4, map.newSize, { ...valid, stride: factor }) }, flatten(), dense('head', 2)]);
  expect(apart(referenceLogits(target, next, seen), referenceLogits(old, weights, reduced))).toBeLessThan(1e-5);
});

it('H5: zeros between the taps see a repeated frame as the old kernel saw the old one', () => {
  const old = network(picture(6), [conv('conv', 4, 3, valid), flatten(), dense('head', 2)]);
  const map = stuffedKernelMap(3, 2);
  const { weights, next } = mapped(old, [map, map], 5);
  const seen = randomPicture([6, 6, 1], random(6));
  const repeated = tensor(12, 12, 1, (y, x) => seen.values[Math.floor(y / 2) * 6 + Math.floor(x / 2)]!);
  const every: Layer = { uid: 'every', name: 'every', type: 'maxPooling2d', poolSize: [2, 2], strides: [2, 2], padding: 'valid' };
  const target = network(picture(12), [conv('conv', 4, 5, valid), every, flatten(), dense('head', 2)]);
  expect(map.newSize).toBe(5);
  expect(apart(referenceLogits(target, next, repeated), referenceLogits(old, weights, seen))).toBeLessThan(1e-12);
});

const colour = network(picture(6, 6, 3), [conv('conv', 4, 3, valid), flatten(), dense('head', 2)]);

it('C6: BGR for RGB', () => {
  const weights = randomWeights(colour, random(7));
  const next = new Map([...weights, ['conv/kernel', Float32Array.from(reorderedChannels(weights.get('conv/kernel')!, [3, 3, 3, 4], [2, 1, 0]))] as const]);
  const seen = randomPicture([6, 6, 3], random(8));
  const turned = tensor(6, 6, 3, (y, x, c) => seen.values[(y * 6 + x) * 3 + 2 - c]!);
  expect(apart(referenceLogits(colour, next, turned), referenceLogits(colour, weights, seen))).toBeLessThan(1e-12);
  expect(() => reorderedChannels([1, 2, 3], [1, 1, 3, 1], [0, 0, 1])).toThrow();
});

it('C7: a linear colour space without padding', () => {
  const weights = randomWeights(colour, random(9));
  const [forward, inverse, offset] = [[[2, 0, 0], [1, 1, 0], [0, 0, 4]], [[0.5, 0, 0], [-0.5, 1, 0], [0, 0, 0.25]], [0.1, 0.5, -0.3]] as const;
  const made = inColourSpace(weights.get('conv/kernel')!, [3, 3, 3, 4], weights.get('conv/bias')!, { inverse, offset });
  const next = new Map([...weights, ['conv/kernel', Float32Array.from(made.kernel)], ['conv/bias', Float32Array.from(made.bias)]] as const);
  const seen = randomPicture([6, 6, 3], random(10));
  const other = tensor(6, 6, 3, (y, x, z) => offset[z]! + [0, 1, 2].reduce((sum, c) => sum + forward[z]![c]! * seen.values[(y * 6 + x) * 3 + c]!, 0));
  expect(apart(referenceLogits(colour, next, other), referenceLogits(colour, weights, seen))).toBeLessThan(1e-5);
});

it('C8: frames one behind another: only the newest, or each a share where nothing moves', () => {
  const stacked = network(picture(6, 6, 9), colour.layers);
  const now = randomPicture([6, 6, 3], random(11));
  const before = randomPicture([6, 6, 3], random(12));
  const stack = (frames: readonly Tensor[]) => tensor(6, 6, 9, (y, x, k) => frames[Math.floor(k / 3)]!.values[(y * 6 + x) * 3 + (k % 3)]!);
  for (const [heard, frames] of [['newest', [before, before, now]], ['mean', [now, now, now]]] as const) {
    const { weights, next } = mapped(colour, [null, null, stackedFramesMap(3, 3, heard)], 13);
    expect(apart(referenceLogits(stacked, next, stack(frames)), referenceLogits(colour, weights, now))).toBeLessThan(1e-5);
  }
});

it('H11: the old frame inside a larger one, by whole cells; other offsets are refused', () => {
  const layers = [conv('conv', 4, 3, valid), maxPool('pool'), flatten(), dense('head', 2)];
  const [old, target] = [network(picture(10), layers), network(picture(18), layers)];
  const weights = randomWeights(old, random(14));
  const map = letterboxMap(8, 4, 4, 2)!;
  const head = mapAxes(weights.get('head/kernel')!, [64, 2], [productMap([map, map, identityMap(4)]), identityMap(2)]);
  const next = new Map([...weights, ['head/kernel', Float32Array.from(head)] as const]);
  const around = randomPicture([18, 18, 1], random(15));
  const inside = tensor(10, 10, 1, (y, x) => around.values[(y + 4) * 18 + x + 4]!);
  expect(apart(referenceLogits(target, next, around), referenceLogits(old, weights, inside))).toBeLessThan(1e-12);
  expect([letterboxMap(8, 4, 3, 2), letterboxMap(8, 4, 10, 2), letterboxMap(8, 4, -2, 2)]).toEqual([null, null, null]);
});

it('vector 10: four taps at factor 2 make 8 of 3, and the kernel keeps its sum', () => {
  const map = resampledKernelMap(3, 2, [-3 / 32, 19 / 32, 19 / 32, -3 / 32]);
  const kernel = mapAxes([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3], [map, map]);
  expect(kernel).toHaveLength(64);
  expect(kernel.reduce((a, b) => a + b, 0)).toBeCloseTo(45, 10);
  expect(kernel[0]).toBeCloseTo(9 / 1024, 12);
});
