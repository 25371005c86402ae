import { Random } from './random';

/** A range that holds the true figure in 95 of 100 cases. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Fewer clips than this say nothing about clips that were not filmed. */
export const fewestClips = 4;
const resamples = 2000;

/**
 * 95 % interval of an accuracy, by drawing whole clips with replacement (cluster bootstrap, percentile method; Davison and
 * Hinkley 1997, 3.8): frames of one clip look alike, so counting frames as independent would make the range too narrow.
 * Null with fewer than four clips. The same answers give the same interval.
 */
export function clipInterval(answers: readonly { readonly clipId: number; readonly correct: boolean }[]): Interval | null {
  const clips = new Map<number, { frames: number; correct: number }>();
  for (const { clipId, correct } of answers) {
    const sum = clips.get(clipId) ?? { frames: 0, correct: 0 };
    clips.set(clipId, { frames: sum.frames + 1, correct: sum.correct + (correct ? 1 : 0) });
  }
  const sums = [...clips.values()];
  if (sums.length < fewestClips) return null;
  const random = Random.seeded(20_251, 3);
  const figures = Float64Array.from({ length: resamples }, () => {
    let [frames, correct] = [0, 0];
    for (let draw = 0; draw < sums.length; draw += 1) {
      const clip = sums[random.below(sums.length)] as { frames: number; correct: number };
      frames += clip.frames;
      correct += clip.correct;
    }
    return correct / frames;
  }).sort();
  return { low: figures[Math.floor(resamples * 0.025)] as number, high: figures[Math.ceil(resamples * 0.975) - 1] as number };
}
