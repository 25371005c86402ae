import type { Activation, Architecture, Weights } from '../../electron/core/architecture';
import { buildPreset, presetNames } from '../../electron/core/presets';
import { initialWeights } from '../../electron/nn/initialWeights';
import { compare, networkOf, noise } from './networks';

const activations: readonly Activation[] = ['relu', 'relu6', 'elu', 'selu', 'sigmoid', 'hardSigmoid', 'tanh', 'softplus', 'softsign', 'swish', 'gelu'];

const head = { type: 'dense', name: 'head', units: 3, activation: 'softmax', useBias: true } as const;

/** Small networks that between them have every layer, activation and padding. */
export const oddNetworks: readonly (readonly [string, Architecture])[] = [
  ...activations.map((activation) => [activation, networkOf([9, 10, 3], [
    { type: 'conv2d', filters: 6, kernelSize: [3, 3], strides: [1, 1], padding: 'same', activation, useBias: true },
    { type: 'activation', activation },
    ...(activation === 'gelu' ? [{ type: 'activation', activation: 'softmax' } as const] : []),
    { type: 'flatten' },
    { type: 'dense', units: 5, activation, useBias: false },
    head,
  ])] as const),
  ['uneven padding', networkOf([13, 10, 1], [
    { type: 'conv2d', filters: 5, kernelSize: [4, 3], strides: [2, 2], padding: 'same', activation: 'relu', useBias: true },
    { type: 'depthwiseConv2d', depthMultiplier: 2, kernelSize: [3, 3], strides: [2, 2], padding: 'same', activation: 'relu6', useBias: true },
    { type: 'upSampling2d', size: [3, 2] },
    { type: 'maxPooling2d', poolSize: [3, 3], strides: [2, 2], padding: 'same' },
    { type: 'zeroPadding2d', padding: [[1, 0], [2, 1]] },
    { type: 'averagePooling2d', poolSize: [3, 2], strides: [2, 2], padding: 'same' },
    { type: 'separableConv2d', filters: 4, depthMultiplier: 2, kernelSize: [2, 3], strides: [1, 1], padding: 'same', activation: 'swish', useBias: true },
    { type: 'flatten' },
    head,
  ])],
  ['dilation, groups, cropping, reshape', networkOf([14, 12, 3], [
    { type: 'conv2d', filters: 6, kernelSize: [3, 3], strides: [1, 1], dilationRate: [2, 3], padding: 'same', activation: 'linear', useBias: true },
    { type: 'reLU', maxValue: 2, negativeSlope: 0.1, threshold: 0 },
    { type: 'conv2d', filters: 4, kernelSize: [3, 2], strides: [1, 2], groups: 2, padding: 'same', activation: 'linear', useBias: true },
    { type: 'reLU', maxValue: null, negativeSlope: 0.2, threshold: 0.1 },
    { type: 'depthwiseConv2d', depthMultiplier: 2, kernelSize: [3, 3], strides: [1, 1], dilationRate: [2, 1], padding: 'valid', activation: 'tanh', useBias: true },
    { type: 'cropping2d', cropping: [[1, 0], [0, 1]] },
    { type: 'spatialDropout2d', rate: 0.2 },
    { type: 'batchNormalization', epsilon: 0.001, momentum: 0.9, scale: false },
    { type: 'separableConv2d', filters: 8, depthMultiplier: 1, kernelSize: [2, 2], strides: [1, 1], dilationRate: [2, 2], padding: 'same', activation: 'relu', useBias: true },
    { type: 'batchNormalization', epsilon: 0.001, momentum: 0.9, center: false },
    { type: 'reshape', shape: [9, 4, 6] },
    { type: 'conv2d', filters: 3, kernelSize: [2, 2], strides: [2, 2], padding: 'same', activation: 'elu', useBias: true },
    { type: 'reshape', shape: [30] },
    head,
  ])],
  ['branches', networkOf([8, 8, 3], [
    { type: 'rescaling', name: 'scaled', scale: 2, offset: -1 },
    { type: 'conv2d', name: 'left', inputs: ['scaled'], filters: 4, kernelSize: [3, 3], strides: [1, 1], padding: 'same', activation: 'tanh', useBias: true },
    { type: 'conv2d', name: 'right', inputs: ['scaled'], filters: 4, kernelSize: [1, 1], strides: [1, 1], padding: 'valid', activation: 'linear', useBias: false },
    { type: 'prelu', name: 'slope', inputs: ['right'] },
    { type: 'conv2d', name: 'deeper', filters: 4, kernelSize: [3, 3], strides: [1, 1], padding: 'same', activation: 'relu', useBias: true },
    { type: 'add', name: 'sum', inputs: ['left', 'deeper'] },
    { type: 'multiply', name: 'product', inputs: ['sum', 'right', 'left'] },
    { type: 'concatenate', name: 'both', inputs: ['product', 'right'] },
    { type: 'batchNormalization', name: 'norm', epsilon: 0.01, momentum: 0.8 },
    { type: 'leakyReLU', name: 'leaky', alpha: 0.2 },
    { type: 'dense', name: 'pixelwise', units: 4, activation: 'elu', useBias: true },
    { type: 'globalMaxPooling2d', name: 'most' },
    { type: 'globalAveragePooling2d', name: 'mean', inputs: ['leaky'] },
    { type: 'concatenate', name: 'pools', inputs: ['most', 'mean'] },
    { type: 'batchNormalization', name: 'norm2', epsilon: 0.001, momentum: 0.9 },
    { type: 'prelu', name: 'slope2' },
    { type: 'dropout', name: 'drop', rate: 0.5 },
    { ...head, activation: 'linear' },
    { type: 'activation', name: 'probabilities', activation: 'softmax' },
  ])],
];

/** Every preset, gray and in colour. */
export const presetNetworks: readonly (readonly [string, Architecture])[] = presetNames.flatMap((name) => [1, 3].map((channels) => [`${name}, ${channels} channels`, buildPreset(name, { height: 32, width: 48, channels }, 3)] as const));

/** Pictures (values 0 to 1) that differ in more than noise: each has a light of its own. `size` values each. */
export function variedPictures(count: number, size: number): Float32Array {
  const grain = noise(count * size, 3, 0.25);
  return grain.map((value, at) => Math.min(1, Math.max(0, 0.1 + (0.8 * Math.floor(at / size)) / Math.max(1, count - 1) + value)));
}

/** Weights under which every answer depends on the picture: fresh ones, with something in every bias and statistic. */
export function livelyWeights(architecture: Architecture): Weights {
  return new Map([...initialWeights(architecture, 4)].map(([name, values], index) => {
    const extra = noise(values.length, 100 + index * 1001, 0.1);
    return [name, name.endsWith('depthwise_kernel') ? values.map((value) => 4 * value) : name.endsWith('kernel') ? values : values.map((value, at) => value + (name.endsWith('moving_variance') ? 2 * Math.abs(extra[at] as number) : (extra[at] as number)))];
  }));
}

/** True where the answers [count, classes] tell the pictures apart: otherwise equal answers would prove nothing. */
export function isLively(answers: Float32Array, count: number): boolean {
  const classes = answers.length / count;
  return compare(answers.subarray(0, classes), answers.subarray(-classes)).difference > 1e-3;
}
