import { afterAll, describe, expect, test } from 'vitest';
import type { LayersModel, NamedTensorMap, Optimizer, Scalar, Tensor, Variable } from '@tensorflow/tfjs-node';
import { defaultPreprocessing, type Architecture, type Layer, type Weights } from '../../../electron/core/architecture';
import { Random } from '../../../electron/core/random';
import { sizeOf, weightSpecs } from '../../../electron/core/shapes';
import { defaultTrainingConfig, type TrainingConfig } from '../../../electron/core/training';
import { defaultTrainingOptions, type TrainingOptions } from '../../../electron/nn/graph/compile';
import { GraphSession, type Teaching } from '../../../electron/nn/graph/session';
import { initialWeights } from '../../../electron/nn/initialWeights';
import { kerasTopology } from '../../../electron/nn/kerasTopology';
import { tensorflow } from '../../../electron/nn/tensorflow';
import { trainingOptions } from '../../../electron/nn/training/options';

const tf = tensorflow();
const [size, classes, count, steps] = [10, 3, 8, 5];
const classNames = ['ball', 'cup', 'spoon'];
const counts = [4, 8, 2];
const architecture: Architecture = {
  formatVersion: 1, name: 'test', input: { height: size, width: size, channels: 3 },
  layers: [
    { type: 'conv2d', uid: 'c', name: 'c', filters: 4, kernelSize: [3, 3], strides: [2, 2], padding: 'same', activation: 'tanh', useBias: true },
    { type: 'separableConv2d', uid: 's', name: 's', filters: 4, depthMultiplier: 1, kernelSize: [3, 3], strides: [1, 1], padding: 'same', activation: 'tanh', useBias: true },
    { type: 'flatten', uid: 'f', name: 'f' },
    { type: 'dense', uid: 'head', name: 'head', units: classes, activation: 'softmax', useBias: true },
  ] satisfies Layer[],
};
const random = Random.seeded(5);
const weights: Weights = new Map([...initialWeights(architecture, 3)].map(([name, values]) => [name, values.map((value) => value + random.uniform() * 0.1)]));
const batches = Array.from({ length: steps }, () => ({ pixels: Uint8Array.from({ length: count * size * size * 3 }, () => random.below(256)), labels: Int32Array.from({ length: count }, () => random.below(classes)) }));
const kernel = (name: string): boolean => /kernel$/.test(name);

/** The same network in tfjs-layers: its optimizers and its automatic differentiation are the judge. */
async function layersModel(): Promise<{ readonly model: LayersModel; readonly variables: ReadonlyMap<string, Variable> }> {
  const specs = weightSpecs(architecture);
  const data = Buffer.concat(specs.map(({ name }) => Buffer.from((weights.get(name) as Float32Array).slice().buffer)));
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({ modelTopology: kerasTopology(architecture) as never, weightSpecs: specs.map(({ name, shape }) => ({ name, shape: [...shape], dtype: 'float32' as const })), weightData: data.buffer.slice(data.byteOffset, data.byteOffset + data.length) as ArrayBuffer }),
  );
  return { model, variables: new Map(model.trainableWeights.map((weight) => [weight.originalName, (weight as unknown as { val: Variable }).val])) };
}

const pictures = (pixels: Uint8Array): Tensor => tf.tensor4d(Float32Array.from(pixels), [count, size, size, 3]).mul(tf.scalar(1 / 255));

/** Mean loss of a batch as Keras defines it: smoothing, class weights, regularisation of the kernels. */
function lossOf(model: LayersModel, variables: ReadonlyMap<string, Variable>, { pixels, labels }: (typeof batches)[number], options: TrainingOptions): Scalar {
  const logarithms = tf.log(model.apply(pictures(pixels), { training: true }) as Tensor);
  const { labelSmoothing: smoothing } = options;
  const targets = tf.oneHot(tf.tensor1d(labels, 'int32'), classes).mul(tf.scalar(1 - smoothing)).add(tf.scalar(smoothing / classes));
  const each = tf.neg(tf.sum(targets.mul(logarithms), -1)).mul(tf.tensor1d([...labels].map((label) => options.classWeights?.[label] ?? 1)));
  let loss = tf.mean(each);
  for (const [name, variable] of variables) {
    if (!kernel(name)) continue;
    loss = loss.add(tf.sum(tf.square(variable)).mul(tf.scalar(options.l2))).add(tf.sum(tf.abs(variable)).mul(tf.scalar(options.l1)));
  }
  return loss.asScalar();
}

/** `steps` steps of tfjs; what tfjs lacks (decoupled decay, clipping) is done by hand around its optimizer. */
async function tfjsSteps(options: TrainingOptions, rate: number, optimizer: Pick<Optimizer, 'applyGradients'>): Promise<{ readonly losses: readonly number[]; readonly values: ReadonlyMap<string, Float32Array> }> {
  const { model, variables } = await layersModel();
  const losses = batches.map((batch) =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => lossOf(model, variables, batch, options), [...variables.values()]);
      const norm = Math.sqrt(Object.values(grads).reduce((sum, gradient) => sum + (tf.sum(tf.square(gradient)).dataSync()[0] as number), 0));
      const scale = options.clip > 0 ? Math.min(1, options.clip / norm) : 1;
      if (options.weightDecay > 0) for (const variable of variables.values()) variable.assign(variable.sub(variable.mul(tf.scalar(options.weightDecay * rate))));
      optimizer.applyGradients(Object.fromEntries(Object.entries(grads).map(([name, gradient]) => [name, gradient.mul(tf.scalar(scale))])) as NamedTensorMap);
      return value.dataSync()[0] as number;
    }),
  );
  return { losses, values: new Map([...variables].map(([name, variable]) => [name, new Float32Array(variable.dataSync())])) };
}

async function graphSteps(options: TrainingOptions, rate: number): Promise<{ readonly losses: readonly number[]; readonly values: Weights }> {
  const before = tf.memory().numTensors;
  const session = await GraphSession.create(architecture, defaultPreprocessing(3), weights, options);
  const losses = batches.map(({ pixels, labels }, step) => session.train(pixels, labels, rate, [step, 0]).loss);
  const values = session.getWeights();
  session.dispose();
  expect(tf.memory().numTensors).toBe(before);
  return { losses, values };
}

/**
 * Adam as Keras has it: epsilon is added to the moment as it is. tfjs adds it to the corrected one, which counts for more
 * in the first steps of a small gradient; otherwise the two are one.
 */
function adam(rate: number): Pick<Optimizer, 'applyGradients'> {
  const moments = new Map<string, readonly [Tensor, Tensor]>();
  let step = 0;
  return {
    applyGradients: (gradients) => {
      step += 1;
      for (const [name, gradient] of Object.entries(gradients as NamedTensorMap)) {
        const [m, v] = moments.get(name) ?? [tf.zerosLike(gradient), tf.zerosLike(gradient)];
        const next = [tf.keep(m.mul(0.9).add(gradient.mul(0.1))), tf.keep(v.mul(0.999).add(gradient.square().mul(0.001)))] as const;
        moments.set(name, next);
        const variable = tf.engine().registeredVariables[name] as Variable;
        variable.assign(variable.sub(next[0].mul((rate * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step)).div(next[1].sqrt().add(1e-7))));
      }
    },
  };
}

const apart = (a: Float32Array, b: ArrayLike<number>): number => a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] as number))), 0);
const optionsOf = (config: Partial<TrainingConfig>): TrainingOptions => trainingOptions({ ...defaultTrainingConfig, ...config }, classNames, counts);

afterAll(() => tf.disposeVariables());

describe('steps equal those of tfjs', () => {
  const sgd = (rate: number): Optimizer => tf.train.sgd(rate);
  const momentum = (nesterov: boolean) => (rate: number): Optimizer => tf.train.momentum(rate, 0.9, nesterov);
  const cases: readonly (readonly [string, Partial<TrainingConfig>, number, (rate: number) => Pick<Optimizer, 'applyGradients'>])[] = [
    ['sgd', { optimizer: 'sgd', momentum: 0 }, 0.05, sgd],
    ['sgd with momentum', { optimizer: 'sgd' }, 0.02, momentum(false)],
    ['sgd with Nesterov momentum', { optimizer: 'sgd', nesterov: true }, 0.02, momentum(true)],
    ['adam', {}, 1e-3, adam],
    ['adam with decay', { weightDecay: 0.1 }, 1e-3, adam],
    ['adamw', { optimizer: 'adamw', weightDecay: 0.5 }, 1e-3, adam],
    ['L1 and L2', { optimizer: 'sgd', l1: 0.003, l2: 0.01 }, 0.02, momentum(false)],
    ['clipping that bites', { optimizer: 'sgd', momentum: 0, clip: 0.01 }, 0.5, sgd],
    ['clipping that does not', { optimizer: 'sgd', momentum: 0, clip: 1e4 }, 0.05, sgd],
    ['label smoothing', { optimizer: 'sgd', labelSmoothing: 0.2 }, 0.02, momentum(false)],
    ['balanced classes', { optimizer: 'sgd', classWeights: 'balanced' }, 0.02, momentum(false)],
    ['given class weights with smoothing', { optimizer: 'sgd', labelSmoothing: 0.1, classWeights: { cup: 3, spoon: 0.2 } }, 0.02, momentum(false)],
  ];
  test.each(cases)('%s', async (_, config, rate, optimizer) => {
    const options = optionsOf(config);
    const theirs = await tfjsSteps(options, rate, optimizer(rate));
    const ours = await graphSteps(options, rate);
    for (const [name, values] of ours.values) {
      expect({ name, close: apart(values, theirs.values.get(name) as Float32Array) < 1e-5 }).toEqual({ name, close: true });
      expect(apart(values, weights.get(name) as Float32Array)).toBeGreaterThan(1e-5);
    }
    ours.losses.forEach((loss, step) => expect(loss).toBeCloseTo(theirs.losses[step] as number, 4));
  });

  test('the regularisation costs of the gradients equal automatic differentiation', async () => {
    const options = optionsOf({ l1: 0.01, l2: 0.02, labelSmoothing: 0.1 });
    const session = await GraphSession.create(architecture, defaultPreprocessing(3), weights, options);
    const [batch] = batches as [(typeof batches)[number]];
    const ours = session.gradients(batch.pixels, batch.labels, [0, 0]);
    session.dispose();
    const { model, variables } = await layersModel();
    const { grads } = tf.variableGrads(() => lossOf(model, variables, batch, options), [...variables.values()]);
    for (const [name, variable] of variables) expect({ name, close: apart(ours.get(name) as Float32Array, grads[variable.name]?.dataSync() ?? []) < 1e-5 }).toEqual({ name, close: true });
  });
});

test('what is left at rest changes nothing: the default options are plain Adam, to the last bit', async () => {
  const plain = await graphSteps(defaultTrainingOptions, 1e-3);
  const asked = await graphSteps(optionsOf({ optimizer: 'adam', weightDecay: 0, l1: 0, l2: 0, clip: 0, labelSmoothing: 0, classWeights: 'none' }), 1e-3);
  expect(asked).toEqual(plain);
});

test('layers with a factor move by that share of the rate', async () => {
  const plain = await graphSteps(optionsOf({ optimizer: 'sgd', momentum: 0 }), 0.01);
  const oneStep = async (factor: number): Promise<Weights> => {
    const session = await GraphSession.create(architecture, defaultPreprocessing(3), weights, { ...optionsOf({ optimizer: 'sgd', momentum: 0 }), rateFactors: new Map([['c', factor]]) });
    const [{ pixels, labels }] = batches as [(typeof batches)[number]];
    session.train(pixels, labels, 0.01, [0, 0]);
    const values = session.getWeights();
    session.dispose();
    return values;
  };
  const [whole, tenth] = [await oneStep(1), await oneStep(0.1)];
  const moved = (values: Weights, name: string): number => apart(values.get(name) as Float32Array, weights.get(name) as Float32Array);
  expect(moved(tenth, 'c/kernel') / moved(whole, 'c/kernel')).toBeCloseTo(0.1, 2);
  expect(tenth.get('head/kernel')).toEqual(whole.get('head/kernel'));
  expect(plain.losses).toHaveLength(steps);
});

describe('a teacher', () => {
  const known = [2, 0];
  const teaching: Teaching = { logits: Float32Array.from({ length: count * known.length }, () => random.uniform() * 4 - 2), shares: Float32Array.from({ length: count }, (_, k) => (k % 2 === 0 ? 1 : 0.5)) };
  const labels = Int32Array.from({ length: count }, (_, k) => (k % 2 === 0 ? -1 : k % classes));

  test('loss and gradients equal (1 - m) CE + m T^2 KL by automatic differentiation', async () => {
    const temperature = 2;
    const session = await GraphSession.create(architecture, defaultPreprocessing(3), weights, { ...optionsOf({}), distillation: { temperature, classes: known } });
    const pixels = batches[0]?.pixels as Uint8Array;
    const ours = session.gradients(pixels, labels, [0, 0], teaching);
    expect(session.train(pixels, labels, 1e-3, [0, 0], teaching).correct).toBeLessThanOrEqual(count / 2);
    session.dispose();
    const { model, variables } = await layersModel();
    const { value, grads } = tf.variableGrads(() => {
      const logarithms = tf.log(model.apply(pictures(pixels), { training: true }) as Tensor);
      const own = tf.neg(tf.sum(tf.oneHot(tf.tensor1d([...labels].map((label) => Math.max(0, label)), 'int32'), classes).mul(logarithms), -1));
      const target = tf.softmax(tf.tensor2d(teaching.logits, [count, known.length]).div(tf.scalar(temperature)));
      const soft = tf.logSoftmax(tf.gather(logarithms, tf.tensor1d(known, 'int32'), 1).div(tf.scalar(temperature)));
      const divergence = tf.sum(target.mul(tf.log(target).sub(soft)), -1).mul(tf.scalar(temperature ** 2));
      const share = tf.tensor1d(teaching.shares);
      return tf.mean(own.mul(tf.scalar(1).sub(share)).add(divergence.mul(share))).asScalar();
    }, [...variables.values()]);
    expect(ours.get('loss')?.[0]).toBeCloseTo(value.dataSync()[0] as number, 5);
    for (const [name, variable] of variables) expect({ name, close: apart(ours.get(name) as Float32Array, grads[variable.name]?.dataSync() ?? []) < 1e-5 }).toEqual({ name, close: true });
  });

  test('with m = 1 the answers fall towards those of the teacher', async () => {
    const session = await GraphSession.create(architecture, defaultPreprocessing(3), weights, { ...optionsOf({}), distillation: { temperature: 2, classes: [0, 1, 2] } });
    const pixels = batches[0]?.pixels as Uint8Array;
    const logits = Float32Array.from({ length: count * classes }, () => random.uniform() * 4 - 2);
    const losses = Array.from({ length: 150 }, (_, step) => session.train(pixels, new Int32Array(count).fill(-1), 5e-3, [step, 0], { logits, shares: new Float32Array(count).fill(1) }).loss);
    const { probabilities } = session.predict(pixels, count);
    session.dispose();
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 50);
    const wanted = tf.softmax(tf.tensor2d(logits, [count, classes])).dataSync();
    expect(sizeOf([count, classes])).toBe(probabilities.length);
    expect(apart(probabilities, wanted)).toBeLessThan(0.1);
  });
});
