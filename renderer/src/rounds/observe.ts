import type { EpochMetrics } from '../../../electron/core/training';

export type Observation = 'first' | 'byHeart' | 'stillLearning' | 'standing' | 'noValidation' | 'learning';

const span = 3;

/** A plain reading of the curves; the key of a sentence in `ladder:seen`. */
export function observe(epochs: readonly EpochMetrics[]): Observation {
  const last = epochs.at(-1);
  if (!last || epochs.length < 2) return 'first';
  if (last.validationLoss === null) return 'noValidation';
  const recent = epochs.slice(-span - 1);
  const pairs = recent.slice(1).map((epoch, index) => [recent[index] as EpochMetrics, epoch] as const);
  if (pairs.length === span && pairs.every(([before, after]) => (after.validationLoss ?? 0) > (before.validationLoss ?? 0) && after.loss < before.loss)) return 'byHeart';
  const best = Math.min(...epochs.map((epoch) => epoch.validationLoss ?? Infinity));
  const bestAt = epochs.findIndex((epoch) => epoch.validationLoss === best);
  if (epochs.length - 1 - bestAt >= 5) return 'standing';
  return bestAt === epochs.length - 1 ? 'stillLearning' : 'learning';
}

/** Images per second of the last pass. */
export function imagesPerSecond(epochs: readonly EpochMetrics[], trainFrames: number): number | null {
  const last = epochs.at(-1);
  return last && last.seconds > 0 ? trainFrames / last.seconds : null;
}

/** Seconds that the epochs to come will take, by the mean of the last ones. */
export function secondsLeft(epochs: readonly EpochMetrics[], wanted: number): number | null {
  const recent = epochs.slice(-5);
  if (recent.length === 0) return null;
  const mean = recent.reduce((sum, { seconds }) => sum + seconds, 0) / recent.length;
  return mean * Math.max(0, wanted - epochs.length);
}
