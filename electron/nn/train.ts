import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defaultPreprocessing, type Architecture, type Weights } from '../core/architecture';
import { UserError } from '../core/errors';
import { Random } from '../core/random';
import { validateArchitecture, weightSpecs } from '../core/shapes';
import { learningRateAt, type DatasetFile, type EpochMetrics, type TrainingConfig } from '../core/training';
import { augment } from './augment';
import { loadCheckpoint, saveCheckpoint, type Checkpoint } from './checkpoint';
import { breathe, type NnContext } from './context';
import { GraphSession } from './graph/session';
import { initialWeights } from './initialWeights';
import { loadModel, recoverModel, saveModel, type StoredModel } from './modelFiles';
import { openPixels, readDataset, type PixelSource } from './pixelCache';
import { tensorflow, tensorflowVersions } from './tensorflow';
import { trainingOptions } from './trainingOptions';

/** What a run is made of; see `TrainJob`. */
export interface TrainRequest {
  readonly runFolder: string;
  readonly startModelFolder: string | null;
  readonly architecture: Architecture;
  readonly datasetFile: string;
  readonly cacheFolder: string;
  readonly config: TrainingConfig;
  readonly resume: boolean;
}

export interface TrainEvents {
  readonly onEpoch?: (epoch: EpochMetrics, best: boolean) => void;
  readonly onCheckpoint?: (epoch: number) => void;
}

export interface TrainOutcome {
  readonly kind: 'train';
  readonly epochs: readonly EpochMetrics[];
  readonly bestEpoch: number;
  readonly imagesPerSecond: number;
  readonly engine: 'graph';
  readonly engineReason: null;
  readonly versions: Readonly<Record<string, string>>;
  readonly tensorsBefore: number;
  readonly tensorsAfter: number;
}

interface Examples {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly labels: Int32Array;
}

const validationBatch = 128;
const mostLoss = 1e6;

function chooseExamples(dataset: DatasetFile, unreadable: ReadonlySet<number>, classes: number): Examples {
  const of = (split: string): Int32Array =>
    Int32Array.from(dataset.examples.flatMap((example, index) => (example.split === split && example.classIndex >= 0 && example.classIndex < classes && !unreadable.has(index) ? [index] : [])));
  const train = of('train');
  if (train.length === 0) throw new UserError('training:noFrames');
  const labels = Int32Array.from(dataset.examples.map(({ classIndex }) => classIndex));
  if (new Set([...train].map((index) => labels[index])).size < 2) throw new UserError('training:oneClass');
  return { train, validation: of('validation'), labels };
}

/** Training examples of each class. */
function countClasses({ train, labels }: Examples, classes: number): readonly number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const index of train) counts[labels[index] as number] = (counts[labels[index] as number] ?? 0) + 1;
  return counts;
}

function startWeights(request: TrainRequest): Weights {
  const { architecture, startModelFolder, config } = request;
  if (!startModelFolder) return initialWeights(architecture, config.seed);
  const { weights } = loadModel(startModelFolder);
  for (const spec of weightSpecs(architecture)) {
    const size = spec.shape.reduce((product, length) => product * length, 1);
    if (weights.get(spec.name)?.length !== size) throw new UserError('training:otherArchitecture', { weight: spec.name });
  }
  return weights;
}

/** The running state of one training: what a checkpoint saves. */
class Run {
  epoch = 0;
  history: EpochMetrics[] = [];
  bestEpoch = 0;
  bestLoss = Infinity;
  random: Random;
  imagesPerSecond: number[] = [];

  constructor(
    readonly request: TrainRequest,
    readonly session: GraphSession,
    readonly pixels: PixelSource,
    readonly examples: Examples,
    readonly classNames: readonly string[],
  ) {
    this.random = Random.seeded(request.config.seed, 23);
  }

  get model(): StoredModel {
    const { architecture } = this.request;
    return { architecture, weights: this.session.getWeights(), classNames: this.classNames, preprocessing: defaultPreprocessing(architecture.input.channels) };
  }

  restore(checkpoint: Checkpoint): void {
    this.epoch = checkpoint.epoch;
    this.history = [...checkpoint.history];
    this.bestEpoch = checkpoint.bestEpoch;
    this.bestLoss = checkpoint.bestLoss;
    this.random = Random.restored(checkpoint.random);
    this.session.setWeights(checkpoint.model.weights);
    this.session.setOptimizer(checkpoint.optimizer);
  }

  save(): void {
    const { epoch, history, bestEpoch, bestLoss, random, session, model } = this;
    saveCheckpoint(this.request.runFolder, { epoch, history, bestEpoch, bestLoss, random: random.save(), optimizer: session.getOptimizer(), model });
  }
}

function fillBatch(run: Run, indices: Int32Array, batch: Uint8Array, labels: Int32Array): void {
  const size = run.pixels.bytesPerExample;
  indices.forEach((example, at) => {
    run.pixels.copy(example, batch, at * size);
    labels[at] = run.examples.labels[example] as number;
  });
}

async function trainEpoch(run: Run, context: NnContext): Promise<{ readonly loss: number; readonly accuracy: number; readonly seconds: number }> {
  const { config, architecture } = run.request;
  const { height, width } = architecture.input;
  const size = run.pixels.bytesPerExample;
  const order = run.examples.train.slice();
  run.random.shuffle(order);
  const batch = new Uint8Array(config.batchSize * size);
  const labels = new Int32Array(config.batchSize);
  const scratch = new Uint8Array(size);
  const started = performance.now();
  const steps = Math.ceil(order.length / config.batchSize);
  let [loss, correct, lastReport] = [0, 0, 0];
  for (let at = 0; at < order.length; at += config.batchSize) {
    const rate = learningRateAt(config, run.epoch * steps + at / config.batchSize, config.epochs * steps);
    const indices = order.subarray(at, at + config.batchSize);
    fillBatch(run, indices, batch, labels);
    if (config.augmentation !== 'none') for (let k = 0; k < indices.length; k += 1) augment(batch, k * size, height, width, config.augmentation, run.random, scratch);
    const step = run.session.train(batch.subarray(0, indices.length * size), labels.subarray(0, indices.length), rate, [run.random.next32() | 0, run.epoch]);
    // Far beyond what any answer can cost: it has diverged, and will not come back.
    if (!(step.loss < mostLoss)) throw new UserError('training:notANumber', { epoch: run.epoch + 1, rate: config.learningRate, lower: config.learningRate / 10 });
    loss += step.loss * indices.length;
    correct += step.correct;
    const now = performance.now();
    if (now - lastReport > 150) {
      lastReport = now;
      const inEpoch = Math.min(1, (at + indices.length) / order.length);
      const value = (run.epoch + inEpoch) / config.epochs;
      const perEpoch = run.history.length > 0 ? run.history.reduce((sum, { seconds }) => sum + seconds, 0) / run.history.length : (now - started) / 1000 / inEpoch;
      context.report({ value, title: 'training:epochOf', params: { epoch: run.epoch + 1, epochs: config.epochs, speed: Math.round((at + indices.length) / ((now - started) / 1000)) }, etaSeconds: perEpoch * (config.epochs - run.epoch - inEpoch) });
    }
    await breathe(context);
  }
  const seconds = (performance.now() - started) / 1000;
  run.imagesPerSecond.push(order.length / seconds);
  return { loss: loss / order.length, accuracy: correct / order.length, seconds };
}

async function validate(run: Run, context: NnContext): Promise<{ readonly loss: number; readonly accuracy: number } | null> {
  const { validation } = run.examples;
  if (validation.length === 0) return null;
  const size = run.pixels.bytesPerExample;
  const batch = new Uint8Array(validationBatch * size);
  const labels = new Int32Array(validationBatch);
  let [loss, correct] = [0, 0];
  for (let at = 0; at < validation.length; at += validationBatch) {
    const indices = validation.subarray(at, at + validationBatch);
    fillBatch(run, indices, batch, labels);
    const result = run.session.evaluate(batch.subarray(0, indices.length * size), labels.subarray(0, indices.length));
    loss += result.loss * indices.length;
    correct += result.correct;
    await breathe(context);
  }
  return { loss: loss / validation.length, accuracy: correct / validation.length };
}

function finishEpoch(run: Run, trained: Awaited<ReturnType<typeof trainEpoch>>, validated: Awaited<ReturnType<typeof validate>>, events: TrainEvents): void {
  run.epoch += 1;
  const metrics: EpochMetrics = { epoch: run.epoch, loss: trained.loss, accuracy: trained.accuracy, validationLoss: validated?.loss ?? null, validationAccuracy: validated?.accuracy ?? null, seconds: trained.seconds };
  run.history.push(metrics);
  const judged = validated?.loss ?? trained.loss;
  const best = judged < run.bestLoss;
  if (best) {
    run.bestLoss = judged;
    run.bestEpoch = run.epoch;
    saveModel(join(run.request.runFolder, 'best'), run.model);
  }
  run.save();
  events.onEpoch?.(metrics, best);
  events.onCheckpoint?.(run.epoch);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

async function trainAll(run: Run, context: NnContext, events: TrainEvents): Promise<void> {
  const { config } = run.request;
  while (run.epoch < config.epochs) {
    const trained = await trainEpoch(run, context);
    finishEpoch(run, trained, await validate(run, context), events);
    if (config.patience > 0 && run.epoch - run.bestEpoch >= config.patience) break;
  }
}

/**
 * Trains a model and leaves `best/` (lowest validation loss) and `last/` (checkpoint) in the run folder. The same request
 * gives the same weights bit for bit on the same machine and thread count; a resumed run ends as one never interrupted.
 * Errors: `training:*`, `models:*`, `CancelledError` (the last checkpoint stays).
 */
export async function train(request: TrainRequest, context: NnContext, events: TrainEvents = {}): Promise<TrainOutcome> {
  validateArchitecture(request.architecture);
  const tensorsBefore = tensorflow().memory().numTensors;
  const dataset = readDataset(request.datasetFile);
  const { height, width, channels } = request.architecture.input;
  const weights = startWeights(request);
  const pixels = await openPixels(dataset, request.cacheFolder, height, width, context);
  let session: GraphSession | null = null;
  try {
    const examples = chooseExamples(dataset, pixels.unreadable, dataset.classNames.length);
    session = await GraphSession.create(request.architecture, defaultPreprocessing(channels), weights, trainingOptions(request.config, dataset.classNames, countClasses(examples, dataset.classNames.length)));
    const run = new Run(request, session, pixels, examples, dataset.classNames);
    recoverModel(join(request.runFolder, 'best'));
    const checkpoint = request.resume ? loadCheckpoint(request.runFolder) : null;
    if (checkpoint) run.restore(checkpoint);
    await trainAll(run, context, events);
    if (!existsSync(join(request.runFolder, 'best'))) throw new Error('a training ended without a best model');
    const outcome = { kind: 'train', epochs: run.history, bestEpoch: run.bestEpoch, imagesPerSecond: median(run.imagesPerSecond), engine: 'graph', engineReason: null, versions: tensorflowVersions() } as const;
    session.dispose();
    session = null;
    return { ...outcome, tensorsBefore, tensorsAfter: tensorflow().memory().numTensors };
  } finally {
    session?.dispose();
    pixels.close();
  }
}
