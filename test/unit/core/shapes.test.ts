import { describe, expect, test } from 'vitest';
import { formatInputShape, type Architecture, type Layer } from '../../../electron/core/architecture';
import { UserError } from '../../../electron/core/errors';
import { buildPreset, presetNames } from '../../../electron/core/presets';
import { countParameters, outputShapes, paddingBefore, validateArchitecture } from '../../../electron/core/shapes';

const conv = (over: object = {}): Layer => ({ uid: 'c', name: 'conv', type: 'conv2d', filters: 3, kernelSize: [3, 3], strides: [1, 1], padding: 'valid', activation: 'linear', useBias: true, ...over });
const dense = (name: string, units: number): Layer => ({ uid: name, name, type: 'dense', units, activation: 'relu', useBias: true });
const network = (height: number, channels: number, layers: readonly Layer[]): Architecture => ({ formatVersion: 1, name: 'test', input: { height, width: height, channels }, layers });

describe("the question's own network: Conv2D(3, 3x3), Dense(512), Dense(10), no Flatten", () => {
  const layers = [conv(), dense('d1', 512), dense('d2', 10)];
  test.each([[64, 1, 7208, [62, 62, 10]], [64, 3, 7262, [62, 62, 10]], [128, 1, 7208, [126, 126, 10]]])('%ix%i', (size, channels, parameters, output) => {
    expect(countParameters(network(size, channels, layers)).total).toBe(parameters);
    expect(outputShapes(network(size, channels, layers)).get('d2')).toEqual(output);
  });
  test('folded to 128', () => {
    const folded = [conv({ kernelSize: [6, 6], strides: [2, 2] }), dense('d1', 512), dense('d2', 10)];
    expect(countParameters(network(128, 1, folded)).total).toBe(7289);
    expect(countParameters(network(128, 3, folded)).total).toBe(7505);
    expect(outputShapes(network(128, 3, folded)).get('d2')).toEqual([62, 62, 10]);
  });
  test('with Flatten behind the convolution', () => {
    const flat = [conv(), { uid: 'f', name: 'f', type: 'flatten' } as Layer, dense('d1', 512), dense('d2', 10)];
    expect(countParameters(network(64, 1, flat)).total).toBe(5_910_056);
    expect(countParameters(network(128, 1, flat)).total).toBe(24_391_208);
  });
});

test('padding is that of TensorFlow: the smaller half before', () => {
  expect(paddingBefore(14, 3, 2, 'same')).toBe(0);
  expect(paddingBefore(15, 3, 2, 'same')).toBe(1);
  expect(paddingBefore(28, 4, 1, 'same')).toBe(1);
});

test('every preset can be built at usual sizes', () => {
  for (const name of presetNames) for (const size of [32, 64, 128]) expect(() => validateArchitecture(buildPreset(name, { height: size, width: size, channels: 3 }, 3))).not.toThrow();
});

test('what cannot follow is refused with the layer', () => {
  expect(() => validateArchitecture(network(2, 1, [conv()]))).toThrow(UserError);
  expect(() => validateArchitecture(network(8, 1, []))).toThrow(UserError);
});

describe('gaps, groups, crops and new shapes', () => {
  const shapeOf = (layers: readonly Layer[], channels = 4, size = 12) => [...outputShapes(network(size, channels, layers)).values()].at(-1);
  test('a dilated kernel spans (taps - 1) x rate + 1', () => {
    expect(shapeOf([conv({ dilationRate: [2, 3] })])).toEqual([8, 6, 3]);
    expect(shapeOf([conv({ dilationRate: [2, 3], padding: 'same' })])).toEqual([12, 12, 3]);
    expect(() => shapeOf([conv({ dilationRate: [2, 2], strides: [2, 2] })])).toThrow(UserError);
    expect(() => shapeOf([conv({ dilationRate: [6, 6] })])).toThrow(UserError);
  });
  test('groups divide the kernel, and must divide channels and filters', () => {
    expect(countParameters(network(12, 4, [conv({ groups: 2, filters: 6 })])).total).toBe(3 * 3 * 2 * 6 + 6);
    expect(() => shapeOf([conv({ groups: 3, filters: 6 })])).toThrow(UserError);
    expect(() => shapeOf([conv({ groups: 2, filters: 5 })])).toThrow(UserError);
  });
  test('cropping and reshape', () => {
    expect(shapeOf([{ uid: 'x', name: 'x', type: 'cropping2d', cropping: [[1, 2], [3, 4]] }])).toEqual([9, 5, 4]);
    expect(() => shapeOf([{ uid: 'x', name: 'x', type: 'cropping2d', cropping: [[6, 6], [0, 0]] }])).toThrow(UserError);
    expect(shapeOf([{ uid: 'x', name: 'x', type: 'reshape', shape: [576] }])).toEqual([576]);
    expect(() => shapeOf([{ uid: 'x', name: 'x', type: 'reshape', shape: [575] }])).toThrow(UserError);
    expect(() => shapeOf([{ uid: 'x', name: 'x', type: 'reshape', shape: [24, 24] }])).toThrow(UserError);
  });
  test('a vector as input', () => {
    const vector: Architecture = { formatVersion: 1, name: 'v', input: { height: 1, width: 1, channels: 7, vector: true }, layers: [dense('d', 3)] };
    expect(outputShapes(vector).get('d')).toEqual([3]);
    expect(countParameters(vector).total).toBe(24);
    expect(formatInputShape(vector.input)).toBe('7');
  });
});
