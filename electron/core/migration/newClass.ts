import type { NewClassMethod } from '../migrations';

/** What the head knows, and frames as it sees them. */
export interface NewClassQuestion {
  /** Columns of the old classes, [width x classes], and their biases. */
  readonly kernel: ArrayLike<number>;
  readonly bias: ArrayLike<number>;
  readonly width: number;
  /** What reaches the head on frames of the new class, [n x width]; may be empty. */
  readonly newFeatures: ArrayLike<number>;
  /** The same on frames without the new class; no labels are needed. */
  readonly oldFeatures: ArrayLike<number>;
}

export interface NewClassColumn {
  readonly method: NewClassMethod;
  readonly kernel: Float64Array;
  readonly bias: number;
}

/** From this many frames on the mean is as good a start as a fit. */
const enoughForImprint = 10;
const scales = [1 / 4, 1 / 2, 1, 2, 4];
/** Largest share of old frames that the new class may take. */
const mostTaken = 0.03;

/**
 * A column of the head for a class that it does not have yet, from the frames that there are: none: silent; a few: a
 * logistic regression of this one column; more: its calibrated imprint. Other columns are never touched.
 */
export function newClassColumn(question: NewClassQuestion, method: NewClassMethod = newClassMethod(question.newFeatures.length / question.width)): NewClassColumn {
  if (method === 'silent') return { method, kernel: new Float64Array(question.width), bias: Math.min(...Array.from(question.bias)) - 10 };
  if (method === 'centred') return { method, ...centredImprint(question) };
  const imprint = calibrated(question, centredImprint(question));
  return method === 'imprint' ? { method, ...imprint } : { method, ...logistic(question, imprint) };
}

/** The way that does best with so many frames of the new class. */
export function newClassMethod(frames: number): NewClassMethod {
  return frames === 0 ? 'silent' : frames < enoughForImprint ? 'logistic' : 'imprint';
}

interface Column {
  readonly kernel: Float64Array;
  readonly bias: number;
}

/**
 * The mean of the new frames as a column (imprinting: Qi, Brown and Lowe 2018), but seen from the mean of the old ones:
 * behind ReLU all means point the same way, and without the centre the new class would win every frame. As long as the
 * old columns are on average; the border lies halfway between the two means.
 */
export function centredImprint({ kernel, bias, width, newFeatures, oldFeatures }: NewClassQuestion): Column {
  const [fresh, old] = [meanOf(newFeatures, width), meanOf(oldFeatures, width)];
  const direction = fresh.map((value, k) => value - old[k]!);
  const length = Math.hypot(...direction) || 1;
  const classes = bias.length;
  const norms = Array.from({ length: classes }, (_, c) => Math.hypot(...Array.from({ length: width }, (_unused, k) => kernel[k * classes + c]!)));
  const norm = norms.reduce((a, b) => a + b, 0) / classes;
  const column = direction.map((value) => (norm * value) / length);
  return { kernel: column, bias: -column.reduce((sum, value, k) => sum + (value * (fresh[k]! + old[k]!)) / 2, 0) };
}

/** Scale and bias by which the column wins most new frames while it takes at most 3 % of the old ones. */
function calibrated(question: NewClassQuestion, { kernel }: Column): Column {
  const rivals = [question.oldFeatures, question.newFeatures].map((features) => oldLogits(question, features).map((logits) => Math.max(...logits))) as [number[], number[]];
  const own = [question.oldFeatures, question.newFeatures].map((features) => scores(features, kernel)) as [number[], number[]];
  let best: { column: Column; won: number; margin: number } | null = null;
  for (const scale of scales) {
    const gaps = rivals[0].map((rival, i) => rival - scale * own[0][i]!).sort((a, b) => a - b);
    const bias = gaps[Math.floor(mostTaken * gaps.length)] ?? 0;
    const margins = rivals[1].map((rival, i) => scale * own[1][i]! + bias - rival);
    const won = margins.filter((margin) => margin > 0).length;
    const margin = margins.reduce((a, b) => a + b, 0) / (scale * Math.max(1, margins.length));
    if (!best || won > best.won || (won === best.won && margin > best.margin)) best = { column: { kernel: kernel.map((value) => value * scale), bias }, won, margin };
  }
  return best!.column;
}

/** The highest bias with which a column takes at most 3 % of the old frames. */
function highestBias(question: NewClassQuestion, kernel: Float64Array): number {
  const own = scores(question.oldFeatures, kernel);
  const gaps = oldLogits(question, question.oldFeatures).map((logits, i) => Math.max(...logits) - own[i]!).sort((a, b) => a - b);
  return gaps[Math.floor(mostTaken * gaps.length)] ?? Infinity;
}

const steps = 300;
const decay = 1e-3;

/**
 * Cross entropy of the whole head with only the new column free: a logistic regression whose offset is the logarithm
 * of the sum of the old exponentials. New and old frames weigh the same together; gradient descent with momentum.
 */
function logistic(question: NewClassQuestion, start: Column): Column {
  const { width } = question;
  const groups = [question.newFeatures, question.oldFeatures].map((features, i) => {
    const offsets = oldLogits(question, features).map(logSumExp);
    return { features, offsets, label: i === 0 ? 1 : 0, weight: 0.5 / Math.max(1, offsets.length) };
  });
  const squares = groups.reduce((sum, { features, weight }) => sum + weight * Array.from(features).reduce((total, value) => total + value * value, 0), 0);
  const rate = 2 / (squares + 1);
  const kernel = Float64Array.from(start.kernel);
  let bias = start.bias;
  const speed = new Float64Array(width + 1);
  for (let step = 0; step < steps; step += 1) {
    const gradient = new Float64Array(width + 1);
    for (const { features, offsets, label, weight } of groups) {
      scores(features, kernel).forEach((score, row) => {
        const error = weight * (1 / (1 + Math.exp(offsets[row]! - score - bias)) - label);
        for (let k = 0; k < width; k += 1) gradient[k]! += error * features[row * width + k]!;
        gradient[width]! += error;
      });
    }
    for (let k = 0; k < width; k += 1) {
      speed[k] = 0.9 * speed[k]! - rate * (gradient[k]! + decay * kernel[k]!);
      kernel[k]! += speed[k]!;
    }
    speed[width] = 0.9 * speed[width]! - rate * gradient[width]!;
    bias += speed[width]!;
  }
  // Where the old features hardly tell the new class from the old ones, the best fit would sell old answers for new ones.
  return { kernel, bias: Math.min(bias, highestBias(question, kernel)) };
}

function oldLogits({ kernel, bias, width }: NewClassQuestion, features: ArrayLike<number>): number[][] {
  const classes = bias.length;
  return Array.from({ length: features.length / width }, (_, row) =>
    Array.from({ length: classes }, (_unused, c) => {
      let sum = bias[c]!;
      for (let k = 0; k < width; k += 1) sum += features[row * width + k]! * kernel[k * classes + c]!;
      return sum;
    }),
  );
}

function scores(features: ArrayLike<number>, column: Float64Array): number[] {
  return Array.from({ length: features.length / column.length }, (_, row) => column.reduce((sum, value, k) => sum + value * features[row * column.length + k]!, 0));
}

function logSumExp(logits: readonly number[]): number {
  const most = Math.max(...logits);
  return most + Math.log(logits.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

function meanOf(features: ArrayLike<number>, width: number): Float64Array {
  const rows = Math.max(1, features.length / width);
  const mean = new Float64Array(width);
  for (let i = 0; i < features.length; i += 1) mean[i % width]! += features[i]! / rows;
  return mean;
}
