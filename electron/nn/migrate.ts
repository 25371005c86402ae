import type { Architecture, Preprocessing, Weights } from '../core/architecture';
import { endsInOneSigmoid } from '../core/head';
import { applyPlan, naiveWeights } from '../core/migration/apply';
import { sharedClasses, together, type SharedClasses } from '../core/migration/classes';
import { keptEnergies, sayKeptEnergy } from '../core/migration/separable';
import type { Grade, MigrationCheck, MigrationPlan } from '../core/migrations';
import { Random } from '../core/random';
import type { DatasetExample } from '../core/training';
import { breathe, type NnContext } from './context';
import { GraphSession, type Scores } from './graph/session';
import { loadModel, saveModel } from './modelFiles';
import { calibrateNorms } from './migration/calibrate';
import { findDifference } from './migration/compareLayers';
import { framePair } from './migration/frames';
import { refitLayers } from './migration/refit';
import { chooseChannels } from './migration/select';
import { startClasses } from './migration/startClasses';
import { trainingModeDifference } from './migration/trainingMode';
import { tryDoubtfulPairs } from './migration/tryPairs';
import { asPromised, oldView } from './migration/views';
import { openPixels, readDataset, type PixelSource } from './pixelCache';

export interface MigrateRequest {
  readonly sourceFolder: string;
  readonly targetFolder: string | null;
  readonly plan: MigrationPlan;
  readonly datasetFile: string;
  readonly cacheFolder: string;
  /** Labeled frames of classes that only the new model has (their index counts in the new model). */
  readonly newClassFile?: string | null;
}

const batchSize = 32;
const seed = 1;
/** Largest difference that counts as none, relative to the largest logit (float32 summation in another order). */
const tolerance = 1e-5;
const shownWorst = 3;

/** Five pictures that no camera takes: black, white, noise, one bright spot, a ramp; float, 0..1. */
function syntheticPictures(architecture: Architecture): readonly Float64Array[] {
  const { height, width, channels } = architecture.input;
  const size = height * width * channels;
  const random = Random.seeded(seed);
  const spot = new Float64Array(size);
  for (let channel = 0; channel < channels; channel += 1) spot[(Math.floor(height / 3) * width + Math.floor(width / 2)) * channels + channel] = 1;
  return [
    new Float64Array(size),
    new Float64Array(size).fill(1),
    Float64Array.from({ length: size }, () => random.uniform()),
    spot,
    Float64Array.from({ length: size }, (_, index) => (Math.floor(index / channels) % width) / width),
  ];
}

function argmax(row: ArrayLike<number>): number {
  const candidates = Array.from({ length: row.length }, (_, index) => index);
  return candidates.reduce((best, index) => ((row[index] as number) > (row[best] as number) ? index : best), candidates[0] ?? 0);
}

/** Probabilities of chosen classes alone, from their logits. */
function renormalized(logits: readonly number[]): readonly number[] {
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** One answer of a picture where a model gives one per place: the mean over them. */
function meanOverPlaces(logits: Float32Array, classes: number): Float32Array {
  if (logits.length === classes) return logits;
  const mean = new Float32Array(classes);
  const places = logits.length / classes;
  for (let k = 0; k < logits.length; k += 1) mean[k % classes] = (mean[k % classes] as number) + (logits[k] as number) / places;
  return mean;
}

interface Tally {
  frames: number;
  before: number;
  after: number;
  naive: number;
}

/** Gathers what the models said, frame by frame. */
class Comparison {
  private frames = 0;
  private same = 0;
  private sameOverall = 0;
  private maxLogit = 0;
  private maxLogitDifference = 0;
  private maxProbabilityDifference = 0;
  private readonly total: Tally = { frames: 0, before: 0, after: 0, naive: 0 };
  private readonly backgrounds = new Map<string, Tally>();
  private readonly worst: { frameId: number; difference: number; before: readonly number[]; after: readonly number[] }[] = [];
  /** Classes that both models know; of split and merged ones those that belong together. */
  private readonly shared: readonly SharedClasses[];

  constructor(private readonly plan: MigrationPlan) {
    this.shared = sharedClasses(plan);
  }

  private beforeOf(logits: ArrayLike<number>): readonly number[] {
    return this.shared.map(({ old }) => together(logits, old));
  }

  private afterOf(logits: ArrayLike<number>): readonly number[] {
    return this.shared.map(({ next }) => together(logits, next));
  }

  /** One sigmoid gives the second logit less the first; so both models are read where one of them is such. */
  private relative(logits: readonly number[]): readonly number[] {
    const single = [this.plan.source, this.plan.target].some(({ architecture }) => endsInOneSigmoid(architecture));
    return single ? logits.map((logit) => logit - (logits[0] as number)) : logits;
  }

  /** Which of the shared classes an answer is; -1: none of them. */
  private sharedOf(answer: number, side: 'next' | 'old'): number {
    return this.shared.findIndex((group) => group[side].includes(answer));
  }

  /** The largest differences of one frame, of logits and of probabilities among the shared classes. */
  private differ(before: ArrayLike<number>, after: ArrayLike<number>): { readonly logit: number; readonly probability: number } {
    const [was, is] = [this.relative(this.beforeOf(before)), this.relative(this.afterOf(after))];
    let logit = 0;
    was.forEach((value, k) => {
      this.maxLogit = Math.max(this.maxLogit, Math.abs(value));
      logit = Math.max(logit, Math.abs((is[k] as number) - value));
    });
    const [p, q] = [renormalized(was), renormalized(is)];
    const probability = p.reduce((most, value, index) => Math.max(most, Math.abs(value - (q[index] as number))), 0);
    this.maxLogitDifference = Math.max(this.maxLogitDifference, logit);
    this.maxProbabilityDifference = Math.max(this.maxProbabilityDifference, probability);
    return { logit, probability };
  }

  /** Which of the shared classes the new model answers, parts taken together; -1: a new class. */
  private answerOf(logits: ArrayLike<number>): number {
    const fresh = Array.from({ length: logits.length }, (_, index) => index).filter((index) => this.sharedOf(index, 'next') < 0);
    const best = argmax([...this.afterOf(logits), ...fresh.map((index) => logits[index] as number)]);
    return best < this.shared.length ? best : -1;
  }

  /** Differences of two whole outputs: place by place where a model answers at each place of the picture and both at as many; else of the means over them. */
  private differAll(before: Float32Array, after: Float32Array): number {
    const [old, next] = [this.plan.source.classNames.length, this.plan.target.classNames.length];
    const places = before.length / old;
    if (places !== after.length / next) return this.differ(meanOverPlaces(before, old), meanOverPlaces(after, next)).logit;
    let most = 0;
    for (let place = 0; place < places; place += 1) most = Math.max(most, this.differ(before.subarray(place * old, (place + 1) * old), after.subarray(place * next, (place + 1) * next)).logit);
    return most;
  }

  addSynthetic(before: Float32Array, after: Float32Array): void {
    this.differAll(before, after);
  }

  /** `wholeBefore`, `wholeAfter`: logits of the old model on its view of the frame, and of the new one. */
  addFrame(example: DatasetExample, wholeBefore: Float32Array, wholeAfter: Float32Array, usual: Float32Array, naive: Float32Array): void {
    const logit = this.differAll(wholeBefore, wholeAfter);
    const [old, next] = [this.plan.source.classNames.length, this.plan.target.classNames.length];
    const [before, after] = [meanOverPlaces(wholeBefore, old), meanOverPlaces(wholeAfter, next)];
    const answers = { before: argmax(meanOverPlaces(usual, old)), naive: argmax(meanOverPlaces(naive, next)) };
    const [was, is] = [this.beforeOf(before), this.afterOf(after)];
    const oldAnswer = argmax(was);
    // Parts of a class answer together: their shares are put in its place.
    const newAnswer = this.answerOf(after);
    this.frames += 1;
    if (argmax(is) === oldAnswer) this.same += 1;
    if (newAnswer === oldAnswer) this.sameOverall += 1;
    this.worst.push({ frameId: example.frameId, difference: logit, before: renormalized(was), after: renormalized(is) });
    this.worst.sort((a, b) => b.difference - a.difference).splice(shownWorst);
    const truth = example.classIndex < 0 ? -1 : this.sharedOf(example.classIndex, 'old');
    if (truth < 0) return;
    const background = example.background ?? '';
    const tally = this.backgrounds.get(background) ?? { frames: 0, before: 0, after: 0, naive: 0 };
    this.backgrounds.set(background, tally);
    for (const sums of [this.total, tally]) {
      sums.frames += 1;
      if (this.sharedOf(answers.before, 'old') === truth) sums.before += 1;
      if (newAnswer === truth) sums.after += 1;
      if (this.sharedOf(answers.naive, 'next') === truth) sums.naive += 1;
    }
  }

  result(): MigrationCheck {
    const share = (value: number, of: number): number => (of > 0 ? value / of : 1);
    const rate = (value: number, tally: Tally): number | null => (tally.frames > 0 ? value / tally.frames : null);
    const sameAnswers = share(this.same, this.frames);
    const exact = this.maxLogitDifference <= tolerance * Math.max(1, this.maxLogit) && this.maxProbabilityDifference <= tolerance;
    const grade: Grade = exact ? 'exact' : sameAnswers >= 0.9 ? 'close' : 'start';
    return {
      frames: this.frames,
      sameAnswers,
      sameAnswersOverall: share(this.sameOverall, this.frames),
      maxProbabilityDifference: this.maxProbabilityDifference,
      maxLogitDifference: this.maxLogitDifference,
      maxLogit: this.maxLogit,
      accuracyBefore: rate(this.total.before, this.total),
      accuracyAfter: rate(this.total.after, this.total),
      accuracyNaive: rate(this.total.naive, this.total),
      perBackground: [...this.backgrounds].map(([background, tally]) => ({ background, frames: tally.frames, before: rate(tally.before, tally), after: rate(tally.after, tally), naive: rate(tally.naive, tally) })),
      worstFrames: this.worst,
      grade,
      // What was promised as exact must be; anything else is only graded.
      passed: this.plan.grade !== 'exact' || exact,
    };
  }
}

interface Models {
  readonly old: GraphSession;
  readonly next: GraphSession;
  readonly naive: GraphSession;
}

function row(scores: Scores, index: number): Float32Array {
  return scores.logits.subarray(index * scores.classes, (index + 1) * scores.classes);
}

function compareSynthetic(models: Models, plan: MigrationPlan, comparison: Comparison): void {
  for (const drawn of syntheticPictures(plan.target.architecture)) {
    const picture = asPromised(drawn, plan);
    const before = models.old.predictFloat(oldView(picture, plan), 1);
    const after = models.next.predictFloat(new Float32Array(picture), 1);
    comparison.addSynthetic(row(before, 0), row(after, 0));
  }
}

async function compareFrames(models: Models, plan: MigrationPlan, examples: readonly DatasetExample[], oldPixels: PixelSource, newPixels: PixelSource, comparison: Comparison, context: NnContext): Promise<void> {
  for (let at = 0; at < examples.length; at += batchSize) {
    const indices = Array.from({ length: Math.min(batchSize, examples.length - at) }, (_, k) => at + k).filter((index) => !newPixels.unreadable.has(index));
    const count = indices.length;
    if (count > 0) {
      const bytes = new Uint8Array(count * newPixels.bytesPerExample);
      const oldBytes = new Uint8Array(count * oldPixels.bytesPerExample);
      indices.forEach((index, k) => {
        newPixels.copy(index, bytes, k * newPixels.bytesPerExample);
        oldPixels.copy(index, oldBytes, k * oldPixels.bytesPerExample);
      });
      const { pictures, views } = framePair(plan, newPixels, indices);
      const before = models.old.predictFloat(views, count);
      const after = models.next.predictFloat(pictures, count);
      const usual = models.old.predict(oldBytes, count);
      const naive = models.naive.predict(bytes, count);
      indices.forEach((index, k) => comparison.addFrame(examples[index] as DatasetExample, row(before, k), row(after, k), row(usual, k), row(naive, k)));
    }
    context.report({ value: Math.min(1, (at + batchSize) / examples.length), title: 'migrations:checkingFrames', params: { count: examples.length } });
    await breathe(context);
  }
}

async function withModels<T>(plan: MigrationPlan, weights: { readonly old: Weights; readonly next: Weights; readonly naive: Weights }, work: (models: Models) => Promise<T>): Promise<T> {
  const sessions: GraphSession[] = [];
  const open = async (architecture: Architecture, preprocessing: Preprocessing, values: Weights): Promise<GraphSession> => {
    const session = await GraphSession.create(architecture, preprocessing, values, false);
    sessions.push(session);
    return session;
  };
  try {
    const { source, target } = plan;
    const old = await open(source.architecture, source.preprocessing, weights.old);
    const next = await open(target.architecture, target.preprocessing, weights.next);
    return await work({ old, next, naive: await open(target.architecture, target.preprocessing, weights.naive) });
  } finally {
    for (const session of sessions) session.dispose();
  }
}

/**
 * Carries a migration plan out and proves it: old and new model are run on the same frames (and five synthetic
 * pictures), logits and answers are compared, the naive way is shown beside. All or nothing: the new model is written
 * only where the check passed. The old model is never changed. Errors: `models:*`, `migrations:*`, `CancelledError`.
 */
export async function runMigration(request: MigrateRequest, context: NnContext): Promise<{ readonly kind: 'migrate'; readonly check: MigrationCheck; readonly saved: boolean; readonly plan: MigrationPlan }> {
  const { plan: asked } = request;
  const source = loadModel(request.sourceFolder);
  const dataset = readDataset(request.datasetFile);
  const { source: from, target: to } = asked;
  const oldPixels = await openPixels(dataset, request.cacheFolder, from.architecture.input.height, from.architecture.input.width, context);
  const newPixels = await openPixels(dataset, request.cacheFolder, to.architecture.input.height, to.architecture.input.width, context);
  const labeled = request.newClassFile ? readDataset(request.newClassFile) : null;
  const labeledPixels = labeled ? await openPixels(labeled, request.cacheFolder, to.architecture.input.height, to.architecture.input.width, context) : null;
  try {
    const tried = await tryDoubtfulPairs(asked, source.weights, newPixels, dataset.examples.length, seed, context);
    const plan = sayKeptEnergy(await chooseChannels(tried, source.weights, newPixels, dataset.examples.length, context), source.weights);
    const comparison = new Comparison(plan);
    const applied = await calibrateNorms(plan, applyPlan(plan, source.weights, seed), newPixels, dataset.examples.length, context);
    const { weights: refitted, refits } = await refitLayers(plan, source.weights, applied, newPixels, dataset.examples.length, context);
    const known = { pixels: newPixels, examples: dataset.examples };
    const { weights: next, results } = await startClasses(plan, refitted, known, labeled && labeledPixels ? { pixels: labeledPixels, examples: labeled.examples } : null, context);
    await withModels(plan, { old: source.weights, next, naive: naiveWeights(plan, source.weights, seed) }, async (models) => {
      compareSynthetic(models, plan, comparison);
      await compareFrames(models, plan, dataset.examples, oldPixels, newPixels, comparison, context);
    });
    const compared = comparison.result();
    const trail = compared.grade === 'exact' ? null : await findDifference(plan, source.weights, next, newPixels, dataset.examples.length, context);
    const inTraining = await trainingModeDifference(plan, source.weights, next, newPixels, dataset.examples.length, context);
    const check = { ...compared, trail, trainingModeDifference: inTraining, refit: refits, newClasses: results, keptEnergy: keptEnergies(plan, source.weights) };
    const saved = check.passed && request.targetFolder !== null;
    if (saved && request.targetFolder) {
      saveModel(request.targetFolder, { architecture: to.architecture, weights: next, classNames: to.classNames, preprocessing: to.preprocessing });
    }
    return { kind: 'migrate', check, saved, plan };
  } finally {
    oldPixels.close();
    newPixels.close();
    labeledPixels?.close();
  }
}
