import { create } from 'zustand';
import { on } from '../studio';

/** Losses inside the epochs of a run, as far as the window has seen them. */
export interface StepLosses {
  /** Epochs since the beginning of the run, rising. */
  readonly at: readonly number[];
  readonly loss: readonly number[];
}

export const noLosses: StepLosses = { at: [], loss: [] };
const mostPoints = 3000;

/** With one more point; a run that goes back to a checkpoint leaves what came after it behind. Of too many every second one stays. */
export function withLoss(losses: StepLosses, at: number, loss: number): StepLosses {
  const kept = losses.at.findLastIndex((known) => known < at) + 1;
  const next = { at: [...losses.at.slice(0, kept), at], loss: [...losses.loss.slice(0, kept), loss] };
  if (next.at.length <= mostPoints) return next;
  return { at: next.at.filter((_, index) => index % 2 === 1), loss: next.loss.filter((_, index) => index % 2 === 1) };
}

/** Exponential moving average with weight `keep` for what was before, without the pull towards 0 at the beginning (as Adam corrects its moments). */
export function smoothed(values: readonly number[], keep = 0.85): readonly number[] {
  let mean = 0;
  return values.map((value, index) => {
    mean = keep * mean + (1 - keep) * value;
    return mean / (1 - keep ** (index + 1));
  });
}

export const useStepLosses = create<Readonly<Record<string, StepLosses>>>(() => ({}));

/** Keeps the losses of running trainings as they come. */
export function followLosses(): void {
  on('rounds:loss', ({ runId, at, loss }) => useStepLosses.setState((all) => ({ [runId]: withLoss(all[runId] ?? noLosses, at, loss) })));
}
