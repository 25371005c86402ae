/** An answer as far as confidence goes: the probability of the class that was answered, and whether it was right. */
export interface SureAnswer {
  readonly score: number;
  readonly correct: boolean;
}

/** Frames whose score lies in [from, to): how sure the model was, and how often it was right. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly frames: number;
  readonly meanScore: number | null;
  readonly accuracy: number | null;
}

export interface Calibration {
  readonly bins: readonly CalibrationBin[];
  /**
   * Expected calibration error: mean distance of score and accuracy over the bins, weighted by frames (Guo et al. 2017,
   * "On Calibration of Modern Neural Networks"); null without frames.
   */
  readonly error: number | null;
}

/** What an unknown threshold costs, and what it is good for. */
export interface ThresholdCost {
  readonly threshold: number;
  /** Right answers that would become "unknown", and all right ones. */
  readonly rightLost: number;
  readonly right: number;
  /** Wrong answers that would become "unknown", and all wrong ones. */
  readonly wrongCaught: number;
  readonly wrong: number;
}

const binCount = 10;

/** How well the scores of a model say how often it is right, in ten bins of equal width. */
export function calibrate(answers: readonly SureAnswer[]): Calibration {
  const sums = Array.from({ length: binCount }, () => ({ frames: 0, score: 0, correct: 0 }));
  for (const { score, correct } of answers) {
    const bin = sums[Math.min(binCount - 1, Math.max(0, Math.floor(score * binCount)))];
    if (!bin) continue;
    bin.frames += 1;
    bin.score += score;
    bin.correct += correct ? 1 : 0;
  }
  const bins = sums.map(({ frames, score, correct }, index) => ({
    from: index / binCount, to: (index + 1) / binCount, frames,
    meanScore: frames > 0 ? score / frames : null,
    accuracy: frames > 0 ? correct / frames : null,
  }));
  const error = answers.length === 0 ? null : sums.reduce((sum, { score, correct }) => sum + Math.abs(score - correct), 0) / answers.length;
  return { bins, error };
}

/** What it would mean to answer "unknown" below a score. */
export function thresholdCost(answers: readonly SureAnswer[], threshold: number): ThresholdCost {
  const cost = { threshold, rightLost: 0, right: 0, wrongCaught: 0, wrong: 0 };
  for (const { score, correct } of answers) {
    cost[correct ? 'right' : 'wrong'] += 1;
    if (score < threshold) cost[correct ? 'rightLost' : 'wrongCaught'] += 1;
  }
  return cost;
}

/** Costs of the thresholds 0, 0.01 … 1: what a slider shows. */
export function thresholdCosts(answers: readonly SureAnswer[]): readonly ThresholdCost[] {
  return Array.from({ length: 101 }, (_, step) => thresholdCost(answers, step / 100));
}

/**
 * The highest threshold (in hundredths) that loses at most `share` of the right answers; null where it would catch no
 * wrong one, so that it were only a loss, or where there are too few answers to say.
 */
export function proposeThreshold(answers: readonly SureAnswer[], share = 0.05): number | null {
  if (answers.length < 20) return null;
  const costs = thresholdCosts(answers);
  const best = costs.findLast(({ rightLost, right }) => rightLost <= share * right);
  return best && best.wrongCaught > 0 ? best.threshold : null;
}
