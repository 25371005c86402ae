import { afterAll, describe, expect, test } from 'vitest';
import { defaultPreprocessing, type Architecture, type Layer, type Weights } from '../../../electron/core/architecture';
import { kernelSpan, outputShapes, sizeOf, weightSpecs } from '../../../electron/core/shapes';
import { GraphSession } from '../../../electron/nn/graph/session';
import { tensorflow } from '../../../electron/nn/tensorflow';
import { compare, networkOf, noise, noisyWeights } from '../../helpers/networks';
import { referenceLogits } from '../../helpers/referenceNetwork';

const tf = tensorflow();
const size = 11;
const count = 3;
const classes = 3;
const pixels = Uint8Array.from(noise(count * size * size * 3, 4), (value) => Math.floor((value + 1) * 127));
const labels = Int32Array.from([0, 2, 1]);
const end = [{ type: 'flatten' as const }, { type: 'dense' as const, units: classes, activation: 'softmax' as const, useBias: true }];

afterAll(() => tf.disposeVariables());

type Kernel = Extract<Layer, { type: 'conv2d' | 'depthwiseConv2d' | 'separableConv2d' }>;

/** Number of weight [i, j, c, o] of the layer's own kernel in the plain kernel that does the same; `width`: channels of that one. */
function plainKernel(layer: Kernel, shape: readonly number[], width: number): { readonly shape: readonly number[]; readonly at: (index: number) => number } {
  const [, columns, channels, filters] = shape as readonly [number, number, number, number];
  const [rate, rateAcross] = layer.dilationRate ?? [1, 1];
  const [height, across] = kernelSpan(layer);
  const groups = layer.type === 'conv2d' ? (layer.groups ?? 1) : 1;
  return {
    shape: [height, across, width, filters],
    at: (index) => {
      const o = index % filters;
      const c = Math.floor(index / filters) % channels;
      const j = Math.floor(index / filters / channels) % columns;
      const i = Math.floor(index / filters / channels / columns);
      const first = groups > 1 ? Math.floor(o / (filters / groups)) * channels : 0;
      return (((i * rate * across) + j * rateAcross) * width + first + c) * filters + o;
    },
  };
}

/** Values and gradients are those of the plain convolution with zeros between the taps and between the groups. */
async function likePlain(architecture: Architecture, role: 'kernel' | 'depthwise_kernel'): Promise<void> {
  const layer = architecture.layers[1] as Kernel;
  const weights = noisyWeights(architecture, 3);
  const spec = weightSpecs(architecture).find(({ name }) => name === `${layer.name}/${role}`)!;
  const { shape, at } = plainKernel(layer, spec.shape, outputShapes(architecture).get(architecture.layers[0]!.name)!.at(-1)!);
  const large = new Float32Array(sizeOf(shape));
  const own = weights.get(spec.name)!;
  own.forEach((value, index) => (large[at(index)] = value));
  const plain = Object.fromEntries(Object.entries({ ...layer, kernelSize: kernelSpan(layer) }).filter(([key]) => key !== 'dilationRate' && key !== 'groups')) as unknown as Layer;
  const [ours, theirs] = [
    await gradientsOf(architecture, weights),
    await gradientsOf({ ...architecture, layers: architecture.layers.map((other) => (other === layer ? plain : other)) }, new Map([...weights, [spec.name, large]])),
  ];
  expect(compare(ours.probabilities, theirs.probabilities).difference).toBeLessThan(1e-5);
  for (const [name, gradient] of ours.gradients) {
    const wanted = theirs.gradients.get(name)!;
    const { difference, size: most } = compare(gradient, name === spec.name ? own.map((_, index) => wanted[at(index)]!) : wanted);
    expect({ name, difference: difference / Math.max(most, 1e-3) }).toEqual({ name, difference: expect.closeTo(0, 4) });
  }
}

async function gradientsOf(architecture: Architecture, weights: Weights): Promise<{ readonly probabilities: Float32Array; readonly gradients: ReadonlyMap<string, Float32Array> }> {
  const before = tf.memory().numTensors;
  const session = await GraphSession.create(architecture, defaultPreprocessing(3), weights, true);
  const result = { probabilities: session.predict(pixels, count).probabilities, gradients: session.gradients(pixels, labels, [1, 1]) };
  session.dispose();
  expect(tf.memory().numTensors).toBe(before);
  return result;
}

const first = { type: 'conv2d' as const, filters: 6, kernelSize: [2, 2] as const, strides: [1, 1] as const, padding: 'same' as const, activation: 'tanh' as const, useBias: true };
const rest = { strides: [1, 1], activation: 'relu', useBias: true } as const;

describe('dilation is a kernel with zeros between its taps', () => {
  test.each([['same', [2, 2], [3, 3]], ['valid', [2, 2], [3, 3]], ['same', [3, 2], [2, 3]], ['valid', [1, 4], [3, 2]], ['same', [4, 1], [2, 1]]] as const)('%s, rate %j, kernel %j', async (padding, dilationRate, kernelSize) => {
    await likePlain(networkOf([size, size, 3], [first, { type: 'conv2d', filters: 4, kernelSize, dilationRate, padding, ...rest }, ...end]), 'kernel');
    await likePlain(networkOf([size, size, 3], [first, { type: 'depthwiseConv2d', depthMultiplier: 2, kernelSize, dilationRate, padding, ...rest }, ...end]), 'depthwise_kernel');
    await likePlain(networkOf([size, size, 3], [first, { type: 'separableConv2d', filters: 4, depthMultiplier: 1, kernelSize, dilationRate, padding, ...rest }, ...end]), 'depthwise_kernel');
  });
});

describe('groups are a kernel with zeros between the parts', () => {
  test.each([[2, 4, 'same', 1], [3, 3, 'valid', 1], [6, 6, 'same', 1], [6, 12, 'valid', 2], [3, 9, 'same', 2]] as const)('%i groups, %i filters, %s, stride %i', (groups, filters, padding, stride) =>
    likePlain(networkOf([size, size, 3], [first, { type: 'conv2d', filters, groups, kernelSize: [3, 2], padding, ...rest, strides: [stride, stride] }, ...end]), 'kernel'));
  test('with dilation', () => likePlain(networkOf([size, size, 3], [first, { type: 'conv2d', filters: 4, groups: 2, kernelSize: [3, 3], dilationRate: [2, 3], padding: 'same', ...rest }, ...end]), 'kernel'));
});

// With a threshold the function jumps, so only without one differences follow the gradient.
test.each([0, 0.1])('a ReLU with slope, bound and threshold %d: values by the formula, the gradient by differences', async (threshold) => {
  const architecture = networkOf([size, size, 3], [{ ...first, activation: 'linear', useBias: true }, { type: 'reLU', maxValue: 0.6, negativeSlope: 0.25, threshold }, ...end]);
  const weights = noisyWeights(architecture, 8);
  const session = await GraphSession.create(architecture, defaultPreprocessing(3), weights, true);
  const one = pixels.subarray(0, size * size * 3);
  const expected = referenceLogits(architecture, weights, { shape: [size, size, 3], values: Float64Array.from(one, (value) => value / 255) });
  expect(compare(session.predict(one, 1).logits, expected.values).difference).toBeLessThan(1e-4);
  if (threshold > 0) return session.dispose();
  const name = 'conv2d_0/kernel';
  const gradient = session.gradients(pixels, labels, [1, 1]).get(name)!;
  const along = Math.hypot(...gradient);
  const direction = gradient.map((value) => value / along);
  const lossAt = (step: number): number => {
    session.setWeights(new Map([...weights, [name, weights.get(name)!.map((value, index) => value + step * direction[index]!)]]));
    return session.gradients(pixels, labels, [1, 1]).get('loss')![0]!;
  };
  expect((lossAt(1e-3) - lossAt(-1e-3)) / 2e-3 / along).toBeCloseTo(1, 1);
  session.dispose();
});

test('batch normalisation without scale and centre has only its statistics, and trains', async () => {
  const norm = { type: 'batchNormalization' as const, epsilon: 1e-3, momentum: 0.9, scale: false as const, center: false as const };
  const architecture = networkOf([size, size, 3], [first, norm, ...end]);
  expect(weightSpecs(architecture).filter(({ layer }) => layer === 'batchNormalization_1').map(({ role }) => role)).toEqual(['moving_mean', 'moving_variance']);
  const weights = noisyWeights(architecture, 5);
  const full = networkOf([size, size, 3], [first, { type: 'batchNormalization', epsilon: 1e-3, momentum: 0.9 }, ...end]);
  const channels = 6;
  const [ours, theirs] = [await gradientsOf(architecture, weights), await gradientsOf(full, new Map([...weights, ['batchNormalization_1/gamma', new Float32Array(channels).fill(1)], ['batchNormalization_1/beta', new Float32Array(channels)]]))];
  expect(compare(ours.probabilities, theirs.probabilities).difference).toBeLessThan(1e-6);
  expect(compare(ours.gradients.get('conv2d_0/kernel')!, theirs.gradients.get('conv2d_0/kernel')!).difference).toBeLessThan(1e-5);
});

test('a network that reads a vector predicts vectors, and refuses pictures', async () => {
  const layers = networkOf([1, 1, 5], [{ type: 'dense', units: 12, activation: 'relu', useBias: true }, { type: 'reshape', shape: [2, 3, 2] }, { type: 'conv2d', filters: 2, kernelSize: [2, 2], strides: [1, 1], padding: 'valid', activation: 'linear', useBias: true }]);
  const architecture: Architecture = { ...layers, input: { ...layers.input, vector: true } };
  const weights = noisyWeights(architecture, 2);
  const session = await GraphSession.create(architecture, defaultPreprocessing(1), weights, false);
  const values = noise(5, 3);
  expect(compare(session.predictFloat(values, 1).logits, referenceLogits(architecture, weights, { shape: [5], values: Float64Array.from(values) }).values).difference).toBeLessThan(1e-5);
  session.dispose();
  await expect(GraphSession.create({ ...architecture, layers: architecture.layers.slice(0, 1) }, defaultPreprocessing(1), weights, true)).rejects.toMatchObject({ key: 'training:vectorInput' });
});
