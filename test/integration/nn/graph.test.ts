import { afterAll, describe, expect, test } from 'vitest';
import { defaultPreprocessing, type Activation, type Architecture, type Layer, type Weights } from '../../../electron/core/architecture';
import { buildPreset, presetNames } from '../../../electron/core/presets';
import { Random } from '../../../electron/core/random';
import { sizeOf, weightSpecs } from '../../../electron/core/shapes';
import { GraphSession } from '../../../electron/nn/graph/session';
import { initialWeights } from '../../../electron/nn/initialWeights';
import { kerasTopology } from '../../../electron/nn/kerasTopology';
import { tensorflow } from '../../../electron/nn/tensorflow';
import type { LayersModel, Tensor, Variable } from '@tensorflow/tfjs-node';

const tf = tensorflow();
const size = 12;
const classes = 3;
const count = 4;

type Draft = Layer extends infer L ? (L extends Layer ? Omit<L, 'uid'> : never) : never;
function network(layers: readonly Draft[], channels = 3): Architecture {
  return { formatVersion: 1, name: 'test', input: { height: size, width: size, channels }, layers: layers.map((layer) => ({ ...layer, uid: layer.name }) as Layer) };
}
const conv = (name: string, over: object = {}): Draft => ({ type: 'conv2d', name, filters: 5, kernelSize: [3, 3], strides: [1, 1], padding: 'same', activation: 'relu', useBias: true, ...over });
const end: readonly Draft[] = [{ type: 'flatten', name: 'flatten' }, { type: 'dense', name: 'head', units: classes, activation: 'softmax', useBias: true }];

/** Random weights, also where fresh ones would be constant: a bias of zero would hide a mistake. */
function randomWeights(architecture: Architecture): Weights {
  const random = Random.seeded(5);
  return new Map([...initialWeights(architecture, 3)].map(([name, values]) => [name, /kernel/.test(name) ? values : values.map((value) => (/variance|gamma/.test(name) ? 0.6 + random.uniform() : value + random.uniform() - 0.4))]));
}

function batch(seed = 1): { readonly pixels: Uint8Array; readonly labels: Int32Array } {
  const random = Random.seeded(seed);
  return { pixels: Uint8Array.from({ length: count * size * size * 3 }, () => random.below(256)), labels: Int32Array.from({ length: count }, () => random.below(classes)) };
}

/** The same network in tfjs-layers, for its automatic differentiation. */
async function layersModel(architecture: Architecture, weights: Weights): Promise<LayersModel> {
  const specs = weightSpecs(architecture);
  const data = Buffer.concat(specs.map(({ name }) => Buffer.from((weights.get(name) as Float32Array).slice().buffer)));
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: kerasTopology(architecture) as never,
      weightSpecs: specs.map(({ name, shape }) => ({ name, shape: [...shape], dtype: 'float32' as const })),
      weightData: data.buffer.slice(data.byteOffset, data.byteOffset + data.length) as ArrayBuffer,
    }),
  );
}

function preprocessed(pixels: Uint8Array, channels: number): Tensor {
  const rgb = tf.tensor4d(Float32Array.from(pixels), [count, size, size, 3]);
  const colours = channels === 1 ? rgb.mul(tf.tensor1d([0.299, 0.587, 0.114])).sum(-1, true) : rgb;
  return colours.mul(tf.scalar(1 / 255));
}

function expectClose(name: string, actual: Float32Array, expected: ArrayLike<number>): void {
  const largest = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  let worst = 0;
  actual.forEach((value, index) => (worst = Math.max(worst, Math.abs(value - (expected[index] as number)))));
  expect({ name, close: worst <= 2e-5 * Math.max(1, largest) + 2e-4 * largest * 0.1, worst, largest }).toMatchObject({ name, close: true });
}

/** Compares loss and every gradient with tfjs, and the logits of both modes. */
async function compare(layers: readonly Draft[], channels = 3): Promise<void> {
  const architecture = network(layers, channels);
  const weights = randomWeights(architecture);
  const { pixels, labels } = batch();
  const before = tf.memory().numTensors;
  const session = await GraphSession.create(architecture, defaultPreprocessing(channels), weights, true);
  const ours = session.gradients(pixels, labels, [1, 1]);
  const scores = session.predict(pixels, count);
  expect(tf.memory().numTensors).toBe(before);
  const model = await layersModel(architecture, weights);
  const x = preprocessed(pixels, channels);
  // Before anything trains: automatic differentiation in training mode moves tfjs' own statistics.
  expectClose('probabilities', scores.probabilities, (model.predict(x) as Tensor).dataSync());
  const variables = model.trainableWeights.map((weight) => (weight as unknown as { val: Variable }).val);
  const { value, grads } = tf.variableGrads(() => {
    const probabilities = model.apply(x, { training: true }) as Tensor;
    const picked = probabilities.mul(tf.oneHot(tf.tensor1d(labels, 'int32'), classes)).sum(-1);
    return tf.neg(tf.mean(tf.log(picked))).asScalar();
  }, variables);
  expect(ours.get('loss')?.[0]).toBeCloseTo(value.dataSync()[0] as number, 4);
  for (const weight of model.trainableWeights) {
    const gradient = grads[(weight as unknown as { val: Variable }).val.name] as Tensor;
    expectClose(weight.originalName, ours.get(weight.originalName) ?? new Float32Array(0), gradient.dataSync());
  }
  session.dispose();
  tf.disposeVariables();
}

afterAll(() => tf.disposeVariables());

describe('gradients equal automatic differentiation', () => {
  const activations: readonly Activation[] = ['linear', 'relu', 'relu6', 'elu', 'selu', 'sigmoid', 'hardSigmoid', 'tanh', 'softplus', 'softsign', 'swish', 'gelu', 'softmax'];
  test.each(activations)('activation %s', (activation) => compare([conv('c', { activation }), ...end]));
  test.each([['same', 1], ['valid', 1], ['same', 2], ['valid', 2]] as const)('convolution %s, stride %i', (padding, stride) => compare([conv('c', { padding, strides: [stride, stride], kernelSize: [4, 3] }), ...end]));
  test('one channel, by luma', () => compare([conv('c'), ...end], 1));
  test('without bias', () => compare([conv('c', { useBias: false }), ...end]));
  test('depthwise', () => compare([{ type: 'depthwiseConv2d', name: 'd', kernelSize: [3, 3], strides: [1, 1], padding: 'same', depthMultiplier: 2, activation: 'relu', useBias: true }, ...end]));
  test('separable', () => compare([{ type: 'separableConv2d', name: 's', filters: 4, kernelSize: [3, 3], strides: [1, 1], padding: 'valid', depthMultiplier: 2, activation: 'tanh', useBias: true }, ...end]));
  test.each(['maxPooling2d', 'averagePooling2d'] as const)('%s', async (type) => {
    await compare([conv('c'), { type, name: 'p', poolSize: [2, 2], strides: [2, 2], padding: 'valid' }, ...end]);
    await compare([conv('c', { padding: 'valid', kernelSize: [4, 4] }), { type, name: 'p', poolSize: [2, 2], strides: [2, 2], padding: 'same' }, ...end]);
  });
  test.each(['globalAveragePooling2d', 'globalMaxPooling2d'] as const)('%s', (type) => compare([conv('c'), { type, name: 'g' }, { type: 'dense', name: 'head', units: classes, activation: 'softmax', useBias: true }]));
  test('batch normalisation on pictures and behind a dense layer', () =>
    compare([conv('c', { activation: 'linear' }), { type: 'batchNormalization', name: 'n', epsilon: 1e-3, momentum: 0.9 }, { type: 'activation', name: 'a', activation: 'relu' }, { type: 'flatten', name: 'f' }, { type: 'dense', name: 'd', units: 6, activation: 'tanh', useBias: true }, { type: 'batchNormalization', name: 'n2', epsilon: 1e-2, momentum: 0.9 }, { type: 'dense', name: 'head', units: classes, activation: 'softmax', useBias: true }]));
  test('leaky ReLU, PReLU, rescaling, zero padding, upsampling', () =>
    compare([{ type: 'rescaling', name: 'r', scale: 2, offset: -0.5 }, conv('c', { activation: 'linear' }), { type: 'prelu', name: 'pr' }, { type: 'zeroPadding2d', name: 'z', padding: [[1, 2], [0, 3]] }, conv('c2', { activation: 'linear', padding: 'valid' }), { type: 'leakyReLU', name: 'l', alpha: 0.2 }, { type: 'upSampling2d', name: 'u', size: [2, 2] }, ...end]));
  test('cropping, reshape, a bounded ReLU', () =>
    compare([conv('c', { activation: 'linear' }), { type: 'cropping2d', name: 'crop', cropping: [[1, 2], [0, 3]] }, { type: 'reLU', name: 'r', maxValue: 0.5, negativeSlope: 0, threshold: 0 }, { type: 'reshape', name: 'shape', shape: [27, 5, 3] }, conv('c2'), { type: 'reshape', name: 'row', shape: [27 * 5 * 5] }, { type: 'dense', name: 'head', units: classes, activation: 'softmax', useBias: true }]));
  test('branches: add, multiply, concatenate', () =>
    compare([conv('a'), conv('b', { inputs: ['a'] }), { type: 'add', name: 'sum', inputs: ['a', 'b'] }, conv('m', { activation: 'sigmoid' }), { type: 'multiply', name: 'product', inputs: ['sum', 'm'] }, { type: 'concatenate', name: 'cat', inputs: ['product', 'a', 'b'] }, conv('z', { filters: 2 }), ...end]));
  test('dense on the last axis', () => compare([conv('c', { filters: 2 }), { type: 'dense', name: 'd', units: 4, activation: 'relu', useBias: true }, ...end]));
});

describe('a session', () => {
  test('dropout keeps its share and its scale, by seed; not at inference', async () => {
    const architecture = network([{ type: 'flatten', name: 'f' }, { type: 'dropout', name: 'drop', rate: 0.4 }, { type: 'dense', name: 'head', units: classes, activation: 'softmax', useBias: true }]);
    const session = await GraphSession.create(architecture, defaultPreprocessing(3), initialWeights(architecture, 1), true);
    const { pixels, labels } = batch();
    const gradient = (seed: number): Float32Array => session.gradients(pixels.fill(255), labels, [seed, 0]).get('head/kernel') as Float32Array;
    expect(gradient(1)).toEqual(gradient(1));
    expect(gradient(1)).not.toEqual(gradient(2));
    expect(session.predict(pixels, count)).toEqual(session.predict(pixels, count));
    session.dispose();
  });

  test('moving statistics follow the batch, biased as in Keras', async () => {
    const architecture = network([{ type: 'batchNormalization', name: 'n', epsilon: 1e-3, momentum: 0 }, ...end]);
    const session = await GraphSession.create(architecture, defaultPreprocessing(3), initialWeights(architecture, 1), true);
    const { pixels, labels } = batch();
    session.train(pixels, labels, 1e-3, [1, 1]);
    const x = preprocessed(pixels, 3);
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    expectClose('mean', session.getWeights().get('n/moving_mean') as Float32Array, mean.dataSync());
    expectClose('variance', session.getWeights().get('n/moving_variance') as Float32Array, variance.dataSync());
    session.dispose();
  });

  test('a frozen layer stands still, frozen batch normalisation too', async () => {
    const architecture = network([conv('c', { trainable: false }), { type: 'batchNormalization', name: 'n', epsilon: 1e-3, momentum: 0.5, trainable: false }, ...end]);
    const weights = randomWeights(architecture);
    const session = await GraphSession.create(architecture, defaultPreprocessing(3), weights, true);
    const { pixels, labels } = batch();
    for (let step = 0; step < 3; step += 1) session.train(pixels, labels, 1e-2, [step, 1]);
    const after = session.getWeights();
    for (const name of ['c/kernel', 'n/gamma', 'n/moving_mean', 'n/moving_variance']) expect(after.get(name)).toEqual(weights.get(name));
    expect(after.get('head/kernel')).not.toEqual(weights.get('head/kernel'));
    session.dispose();
  });

  test('Adam moves as the formula says (Kingma and Ba 2015)', async () => {
    const architecture = network([{ type: 'flatten', name: 'f' }, { type: 'dense', name: 'head', units: classes, activation: 'softmax', useBias: true }]);
    const weights = randomWeights(architecture);
    const session = await GraphSession.create(architecture, defaultPreprocessing(3), weights, true);
    const { pixels, labels } = batch();
    const expected = Float64Array.from(weights.get('head/kernel') as Float32Array);
    const m = new Float64Array(expected.length);
    const v = new Float64Array(expected.length);
    for (let step = 1; step <= 3; step += 1) {
      const g = session.gradients(pixels, labels, [0, 0]).get('head/kernel') as Float32Array;
      g.forEach((value, index) => {
        m[index] = 0.9 * (m[index] as number) + 0.1 * value;
        v[index] = 0.999 * (v[index] as number) + 0.001 * value * value;
        const rate = (1e-2 * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step);
        expected[index] = (expected[index] as number) - (rate * (m[index] as number)) / (Math.sqrt(v[index] as number) + 1e-7);
      });
      session.train(pixels, labels, 1e-2, [0, 0]);
    }
    const largest = (session.getWeights().get('head/kernel') as Float32Array).reduce((most, value, index) => Math.max(most, Math.abs(value - (expected[index] as number))), 0);
    expect(largest).toBeLessThan(2e-5);
    session.dispose();
  });

  test.each(presetNames)('preset %s learns, and leaks no tensor', async (name) => {
    const architecture = buildPreset(name, { height: 16, width: 16, channels: 1 }, 2);
    const session = await GraphSession.create(architecture, defaultPreprocessing(1), initialWeights(architecture, 1), true);
    const labels = Int32Array.from({ length: 16 }, (_, index) => index % 2);
    const random = Random.seeded(2);
    const pixels = new Uint8Array(16 * 16 * 16 * 3);
    labels.forEach((label, index) => {
      for (let at = 0; at < 768; at += 1) pixels[index * 768 + at] = (label === (Math.floor(at / 24) % 2) ? 200 : 40) + random.below(20);
    });
    const first = session.train(pixels, labels, 3e-3, [0, 0]).loss;
    const tensors = tf.memory().numTensors;
    let last = first;
    for (let step = 1; step < 40; step += 1) last = session.train(pixels, labels, 3e-3, [step, 0]).loss;
    expect(tf.memory().numTensors).toBe(tensors);
    expect(last).toBeLessThan(first * 0.5);
    session.dispose();
  });

  test('weights and moments come out as they went in', async () => {
    const architecture = buildPreset('tiny', { height: 16, width: 16, channels: 3 }, 2);
    const weights = initialWeights(architecture, 4);
    const session = await GraphSession.create(architecture, defaultPreprocessing(3), weights, true);
    expect(session.getWeights()).toEqual(weights);
    const moments = new Map(weightSpecs(architecture).map((spec) => [spec.name, new Float32Array(sizeOf(spec.shape)).fill(0.25)]));
    session.setOptimizer({ step: 7, firstMoments: moments, secondMoments: moments });
    expect(session.getOptimizer()).toEqual({ step: 7, firstMoments: moments, secondMoments: moments });
    session.dispose();
  });
});
