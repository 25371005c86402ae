import type { Sentence } from './clips';
import { fewestClips } from './intervals';
import type { Evaluation } from './metrics';
import type { EpochMetrics } from './training';

const span = 3;

/** A plain reading of the curves of a run; one sentence of `observations`. Null before the second epoch. */
export function observeCurves(epochs: readonly EpochMetrics[]): Sentence | null {
  const first = epochs[0];
  const last = epochs.at(-1);
  if (!first || !last || epochs.length < 2) return null;
  const say = (key: string, params: Sentence['params'] = {}): Sentence => ({ key: `observations:${key}`, params });
  if (epochs.length >= span && last.loss > first.loss * 1.2) return say('rateTooHigh');
  if (epochs.length >= 5 && last.accuracy < 0.98 && last.loss > first.loss * 0.97) return say('rateTooLow', { epochs: epochs.length });
  if (last.validationLoss === null) return say('noValidation');
  const recent = epochs.slice(-span - 1);
  const pairs = recent.slice(1).map((epoch, index) => [recent[index] as EpochMetrics, epoch] as const);
  if (pairs.length === span && pairs.every(([before, after]) => (after.validationLoss ?? 0) > (before.validationLoss ?? 0) && after.loss < before.loss)) return say('byHeart', { epochs: span });
  const best = Math.min(...epochs.map((epoch) => epoch.validationLoss ?? Infinity));
  const since = epochs.length - 1 - epochs.findIndex((epoch) => epoch.validationLoss === best);
  if (since >= 5) return say('standing', { epochs: since });
  return say(since === 0 ? 'stillLearning' : 'learning');
}

/** So many epochs from the start must pass without reaching the floor before a run counts as stuck. */
const patienceAtFloor = 4;

/**
 * Whether a run from a migrated model is stuck: in no epoch better on validation frames than its start was (`floor`, a
 * share), and no better than before in the last three. Such a start may have lost the ability to learn (Ash and Adams
 * 2020): weights shrunk and perturbed often get further. One sentence of `observations`; null where it is not so, or
 * where nobody knows.
 */
export function observeFloor(epochs: readonly EpochMetrics[], floor: number | null): Sentence | null {
  if (floor === null || epochs.length < patienceAtFloor) return null;
  const shares = epochs.map(({ validationAccuracy }) => validationAccuracy);
  if (shares.some((share) => share === null)) return null;
  const known = shares as readonly number[];
  const best = Math.max(...known);
  const stillRises = Math.max(...known.slice(-span)) > Math.max(...known.slice(0, -span));
  if (best > floor || floor >= 1 || stillRises) return null;
  return { key: 'observations:stuckAtFloor', params: { epochs: epochs.length, best: Math.round(best * 1000) / 10, floor: Math.round(floor * 1000) / 10 } };
}

const forgotten = 0.1;
const leastFrames = 10;

/**
 * What a user should know about the figures of a model: classes that are never answered, backgrounds that got worse since
 * the model before (forgetting), too few clips to trust them. `clips`: number of clips behind the figures.
 */
export function observeResults(evaluation: Evaluation, before: Evaluation | null, clips: number): readonly Sentence[] {
  const found: Sentence[] = [];
  for (const { class: name, frames, precision } of evaluation.perClass) {
    if (frames >= leastFrames && precision === null) found.push({ key: 'observations:neverAnswered', params: { class: name } });
  }
  for (const { background, frames, accuracy } of evaluation.perBackground) {
    const old = before?.perBackground.find((entry) => entry.background === background);
    if (!old || frames < leastFrames || accuracy === null || old.accuracy === null || old.accuracy - accuracy < forgotten) continue;
    found.push({ key: 'observations:forgotten', params: { background, before: Math.round(old.accuracy * 100), after: Math.round(accuracy * 100) } });
  }
  if (evaluation.frames > 0 && clips < fewestClips) found.push({ key: 'observations:fewClips', params: { count: clips, wanted: fewestClips } });
  return found;
}
