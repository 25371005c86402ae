/** Losses inside the epochs of a run: finer than one point an epoch, thinned where there are many. */
export interface StepLosses {
  /** Epochs since the beginning of the run, rising. */
  readonly at: readonly number[];
  readonly loss: readonly number[];
}

export const noLosses: StepLosses = { at: [], loss: [] };
const mostPoints = 3000;

function thinned({ at, loss }: StepLosses): StepLosses {
  return at.length <= mostPoints ? { at, loss } : { at: at.filter((_, index) => index % 2 === 1), loss: loss.filter((_, index) => index % 2 === 1) };
}

/** `losses`, and after them `later`: a run that goes back to a checkpoint leaves what came after it behind. Of too many points every second one stays. */
export function withLosses(losses: StepLosses, later: StepLosses): StepLosses {
  const [first = Infinity] = later.at;
  const kept = losses.at.findLastIndex((known) => known < first) + 1;
  return thinned({ at: [...losses.at.slice(0, kept), ...later.at], loss: [...losses.loss.slice(0, kept), ...later.loss] });
}

/** With one more point. */
export function withLoss(losses: StepLosses, at: number, loss: number): StepLosses {
  return withLosses(losses, { at: [at], loss: [loss] });
}

/** Exponential moving average with weight `keep` for what was before, without the pull towards 0 at the beginning (as Adam corrects its moments). */
export function smoothed(values: readonly number[], keep = 0.85): readonly number[] {
  let mean = 0;
  return values.map((value, index) => {
    mean = keep * mean + (1 - keep) * value;
    return mean / (1 - keep ** (index + 1));
  });
}
