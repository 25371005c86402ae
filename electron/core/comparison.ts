/** What two models said about the same frames, as class names; `actual` is the label. */
export interface TwoAnswers {
  readonly actual: string;
  readonly first: string;
  readonly second: string;
}

/** Two models side by side on the same frames. */
export interface ModelComparison {
  readonly frames: number;
  readonly bothRight: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly bothWrong: number;
  /** Frames that both answered alike, right or wrong. */
  readonly sameAnswer: number;
  /**
   * Probability that such a difference comes about by chance alone: exact McNemar test, two-sided, on the frames that
   * only one of them got right. Frames of one clip are alike, so that it flatters; null where they never differ.
   */
  readonly chance: number | null;
}

/** log(n!), summed: exact enough for a test, and without overflow. */
function logFactorials(n: number): Float64Array {
  const logs = new Float64Array(n + 1);
  for (let k = 2; k <= n; k += 1) logs[k] = (logs[k - 1] as number) + Math.log(k);
  return logs;
}

/** Two-sided binomial probability of a split at least as uneven as `a` against `b`, both equally likely. */
export function mcnemar(a: number, b: number): number | null {
  const n = a + b;
  if (n === 0) return null;
  const logs = logFactorials(n);
  let tail = 0;
  for (let k = 0; k <= Math.min(a, b); k += 1) tail += Math.exp((logs[n] as number) - (logs[k] as number) - (logs[n - k] as number) - n * Math.LN2);
  return Math.min(1, 2 * tail);
}

/** Counts where two models are right and where they differ. */
export function compareAnswers(answers: readonly TwoAnswers[]): ModelComparison {
  const counts = { bothRight: 0, onlyFirst: 0, onlySecond: 0, bothWrong: 0, sameAnswer: 0 };
  for (const { actual, first, second } of answers) {
    if (first === second) counts.sameAnswer += 1;
    const [right, other] = [first === actual, second === actual];
    counts[right ? (other ? 'bothRight' : 'onlyFirst') : other ? 'onlySecond' : 'bothWrong'] += 1;
  }
  return { frames: answers.length, ...counts, chance: mcnemar(counts.onlyFirst, counts.onlySecond) };
}
