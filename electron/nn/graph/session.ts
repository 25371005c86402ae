import type { TFSavedModel } from '@tensorflow/tfjs-node/dist/saved_model';
import type { Tensor, NamedTensorMap } from '@tensorflow/tfjs-node';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Architecture, Preprocessing, Weights, WeightSpec } from '../../core/architecture';
import { shapeOfInput, sizeOf, weightSpecs } from '../../core/shapes';
import { tensorflow, type Tf } from '../tensorflow';
import { compileGraph, defaultTrainingOptions, readsPictures, type TrainingOptions } from './compile';
import { graphFolder } from './graphFolder';
import { adamRate } from './optimizers';

/** State of an optimizer: one pair of moments per trained weight (SGD: the velocity and nothing), and the number of steps behind them. */
export interface OptimizerState {
  readonly step: number;
  readonly firstMoments: Weights;
  readonly secondMoments: Weights;
}

/** What a teacher says about a batch of n pictures. */
export interface Teaching {
  /** Row-major [n, classes that it shares with the student], before the softmax. */
  readonly logits: Float32Array;
  /** Its share in the loss of each picture, 0 to 1. */
  readonly shares: Float32Array;
}

export interface Scores {
  /** Row-major [n, classes]. */
  readonly logits: Float32Array;
  readonly probabilities: Float32Array;
  readonly classes: number;
}

/**
 * A copy that TensorFlow cannot share. The addon hands JavaScript's memory over as it is when it happens to be aligned
 * to 64 bytes, and gives it back from whatever thread lets go of it last, which is not allowed there and crashes now and
 * then. Memory of JavaScript is aligned to 16 bytes: four bytes further it never is, and TensorFlow makes its own copy.
 */
export function unshared<T extends Float32Array | Int32Array | Float64Array>(values: T): T extends Float64Array ? Float32Array : T {
  const copy = values instanceof Float32Array || values instanceof Float64Array ? new Float32Array(new ArrayBuffer(values.byteLength + 4), 4, values.length) : new Int32Array(new ArrayBuffer(values.byteLength + 4), 4, values.length);
  copy.set(values);
  return copy as T extends Float64Array ? Float32Array : T;
}

/**
 * One compiled model in one TensorFlow session. Weights and moments live inside; a training step is one call.
 * Every method ends with the tensor count it began with. `dispose` frees the session.
 */
export class GraphSession {
  private readonly tf: Tf = tensorflow();
  private readonly specs: readonly WeightSpec[];
  private readonly signatures = new Map<string, TFSavedModel>();
  private step = 0;

  private constructor(
    readonly architecture: Architecture,
    private readonly options: TrainingOptions | null,
  ) {
    this.specs = weightSpecs(architecture);
  }

  /** Compiles and loads a model; `training`: true for plain Adam, or how it is trained; false where it never is. */
  static async create(architecture: Architecture, preprocessing: Preprocessing, weights: Weights, training: boolean | TrainingOptions): Promise<GraphSession> {
    const options = training === true ? defaultTrainingOptions : training === false ? null : training;
    // TensorFlow reads a graph from a folder only; the folder is gone as soon as it is read.
    const folder = graphFolder();
    const session = new GraphSession(architecture, options);
    try {
      writeFileSync(join(folder, 'saved_model.pb'), compileGraph(architecture, preprocessing, options));
      for (const name of session.signatureNames(options !== null)) {
        session.signatures.set(name, await session.tf.node.loadSavedModel(folder, ['serve'], name) as unknown as TFSavedModel);
      }
      session.setWeights(weights);
      if (options) session.resetOptimizer();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return session;
  }

  private signatureNames(training: boolean): readonly string[] {
    const trainable = this.specs.some((spec) => spec.trainable);
    return [
      ...(this.specs.length > 0 ? ['setWeights', 'getWeights'] : []),
      ...(trainable ? ['setFirstMoments', 'getFirstMoments', 'setSecondMoments', 'getSecondMoments'] : []),
      'predictFloat',
      ...(readsPictures(this.architecture.input) ? ['predict'] : []),
      ...(training ? ['evaluate', 'train', 'gradients'] : []),
    ];
  }

  private run(signature: string, inputs: NamedTensorMap): NamedTensorMap {
    const model = this.signatures.get(signature);
    if (!model) throw new Error(`the graph has no signature ${signature}`);
    return model.predict(inputs) as NamedTensorMap;
  }

  /** Runs a signature; inputs and outputs are freed, values come out as arrays. */
  private call(signature: string, inputs: NamedTensorMap): ReadonlyMap<string, Float32Array> {
    let outputs: NamedTensorMap = {};
    try {
      outputs = this.run(signature, inputs);
      return new Map(Object.entries(outputs).map(([name, tensor]) => [name, new Float32Array(tensor.dataSync())]));
    } finally {
      for (const tensor of [...Object.values(inputs), ...Object.values(outputs)]) tensor.dispose();
    }
  }

  private tensorsOf(values: Weights, specs: readonly WeightSpec[]): NamedTensorMap {
    return Object.fromEntries(
      specs.map((spec) => {
        const value = values.get(spec.name);
        if (!value || value.length !== sizeOf(spec.shape)) throw new Error(`weight ${spec.name}: expected [${spec.shape.join(', ')}], got ${value?.length ?? 'nothing'}`);
        return [spec.name, this.tf.tensor(unshared(value), [...spec.shape], 'float32')];
      }),
    );
  }

  private get trained(): readonly WeightSpec[] {
    return this.specs.filter(({ trainable }) => trainable);
  }

  setWeights(weights: Weights): void {
    if (this.specs.length > 0) this.call('setWeights', this.tensorsOf(weights, this.specs));
  }

  getWeights(): Weights {
    return this.specs.length === 0 ? new Map() : this.call('getWeights', { go: this.scalar(0) });
  }

  /** Forgets all moments: a new optimizer. */
  resetOptimizer(): void {
    const zeros = new Map(this.trained.map((spec) => [spec.name, new Float32Array(sizeOf(spec.shape))]));
    this.setOptimizer({ step: 0, firstMoments: zeros, secondMoments: zeros });
  }

  setOptimizer(state: OptimizerState): void {
    this.step = state.step;
    if (this.trained.length === 0) return;
    this.call('setFirstMoments', this.tensorsOf(state.firstMoments, this.trained));
    this.call('setSecondMoments', this.tensorsOf(state.secondMoments, this.trained));
  }

  getOptimizer(): OptimizerState {
    const get = (name: string): Weights => (this.trained.length === 0 ? new Map() : this.call(name, { go: this.scalar(0) }));
    return { step: this.step, firstMoments: get('getFirstMoments'), secondMoments: get('getSecondMoments') };
  }

  private scalar(value: number): Tensor {
    return this.tf.tensor(unshared(Float32Array.of(value)), [], 'float32');
  }

  private bytes(pixels: Uint8Array): Tensor {
    return this.tf.tensor([pixels] as unknown as string[], [], 'string');
  }

  private labels(labels: Int32Array): Tensor {
    return this.tf.tensor1d(unshared(labels), 'int32');
  }

  private batch(pixels: Uint8Array, labels: Int32Array, seed: readonly [number, number], teacher: Teaching | null): NamedTensorMap {
    return {
      bytes: this.bytes(pixels),
      labels: this.labels(labels),
      seed: this.tf.tensor1d(unshared(Int32Array.from(seed)), 'int32'),
      ...(teacher ? { teacher: this.tf.tensor2d(unshared(teacher.logits), [labels.length, teacher.logits.length / labels.length], 'float32'), share: this.tf.tensor1d(unshared(teacher.shares), 'float32') } : {}),
    };
  }

  /**
   * One step of the optimizer on a batch: `pixels` n x height x width x 3 bytes RGB, `labels` n class indices (-1 only with
   * a teacher). `teacher` is what a training with distillation needs.
   */
  train(pixels: Uint8Array, labels: Int32Array, learningRate: number, seed: readonly [number, number], teacher: Teaching | null = null): { readonly loss: number; readonly correct: number } {
    this.step += 1;
    const { name, weightDecay } = this.options ?? defaultTrainingOptions;
    const result = this.call('train', {
      ...this.batch(pixels, labels, seed, teacher),
      rate: this.scalar(name === 'sgd' ? learningRate : adamRate(learningRate, this.step)),
      ...(weightDecay > 0 ? { plainRate: this.scalar(learningRate) } : {}),
    });
    return { loss: result.get('loss')?.[0] ?? NaN, correct: result.get('correct')?.[0] ?? 0 };
  }

  /** Loss and gradients of a batch (with regularisation, not clipped), without a step. */
  gradients(pixels: Uint8Array, labels: Int32Array, seed: readonly [number, number], teacher: Teaching | null = null): ReadonlyMap<string, Float32Array> {
    return this.call('gradients', this.batch(pixels, labels, seed, teacher));
  }

  /** Mean loss and number of right answers on a batch, in inference mode. */
  evaluate(pixels: Uint8Array, labels: Int32Array): { readonly loss: number; readonly correct: number } {
    const result = this.call('evaluate', { bytes: this.bytes(pixels), labels: this.labels(labels) });
    return { loss: result.get('loss')?.[0] ?? NaN, correct: result.get('correct')?.[0] ?? 0 };
  }

  private scores(result: ReadonlyMap<string, Float32Array>, count: number): Scores {
    const logits = result.get('logits') as Float32Array;
    return { logits, probabilities: result.get('probabilities') as Float32Array, classes: logits.length / Math.max(1, count) };
  }

  /** Logits and probabilities of `count` pictures of uint8 RGB bytes. */
  predict(pixels: Uint8Array, count: number): Scores {
    return this.scores(this.call('predict', { bytes: this.bytes(pixels) }), count);
  }

  /** Logits and probabilities of `count` preprocessed pictures [count, height, width, channels], or vectors [count, channels]. */
  predictFloat(pixels: Float32Array, count: number): Scores {
    const shape = [count, ...shapeOfInput(this.architecture.input)];
    return this.scores(this.call('predictFloat', { pixels: this.tf.tensor(unshared(pixels), shape, 'float32') }), count);
  }

  dispose(): void {
    for (const model of this.signatures.values()) model.dispose();
    this.signatures.clear();
  }
}
