import type { EpochMetrics } from '../../../electron/core/training';

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
