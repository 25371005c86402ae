/** One frame with its label and the model's answer. */
export interface Answer {
  readonly actual: number;
  readonly predicted: number;
  readonly background: string | null;
}

export interface ClassMetrics {
  readonly class: string;
  readonly frames: number;
  readonly correct: number;
  /** correct / frames; null without frames */
  readonly recall: number | null;
  /** correct / answered as this class; null if it was never answered */
  readonly precision: number | null;
}

export interface BackgroundMetrics {
  readonly background: string;
  readonly frames: number;
  readonly accuracy: number | null;
}

export interface Evaluation {
  readonly frames: number;
  readonly accuracy: number | null;
  readonly classes: readonly string[];
  /** Rows: actual class; columns: answered class. */
  readonly confusion: readonly (readonly number[])[];
  readonly perClass: readonly ClassMetrics[];
  readonly perBackground: readonly BackgroundMetrics[];
}

/** Confusion matrix and accuracies of answers; `classNames` gives the order of classes. */
export function evaluateAnswers(answers: readonly Answer[], classNames: readonly string[]): Evaluation {
  const confusion = classNames.map(() => classNames.map(() => 0));
  const backgrounds = new Map<string, { frames: number; correct: number }>();
  let correct = 0;
  for (const { actual, predicted, background } of answers) {
    const row = confusion[actual];
    if (row && predicted >= 0) row[predicted] = (row[predicted] ?? 0) + 1;
    if (actual === predicted) correct += 1;
    if (background === null) continue;
    const sum = backgrounds.get(background) ?? { frames: 0, correct: 0 };
    backgrounds.set(background, { frames: sum.frames + 1, correct: sum.correct + (actual === predicted ? 1 : 0) });
  }
  const perClass = classNames.map((name, index) => {
    const frames = answers.filter(({ actual }) => actual === index).length;
    const hits = confusion[index]?.[index] ?? 0;
    const answered = confusion.reduce((sum, row) => sum + (row[index] ?? 0), 0);
    return { class: name, frames, correct: hits, recall: frames > 0 ? hits / frames : null, precision: answered > 0 ? hits / answered : null };
  });
  return {
    frames: answers.length,
    accuracy: answers.length > 0 ? correct / answers.length : null,
    classes: classNames,
    confusion,
    perClass,
    perBackground: [...backgrounds].map(([background, sum]) => ({ background, frames: sum.frames, accuracy: sum.frames > 0 ? sum.correct / sum.frames : null })),
  };
}

/** Rows: rounds; columns: backgrounds; null where there are no frames. */
export interface RoundByBackground {
  readonly rounds: readonly number[];
  readonly backgrounds: readonly string[];
  readonly accuracy: readonly (readonly (number | null)[])[];
  readonly frames: readonly (readonly number[])[];
}

/** Puts the per-background figures of each round's model into one picture, in which forgetting shows. Of several models of one round (it was extended) the last counts. */
export function roundByBackground(models: readonly { readonly round: number; readonly evaluation: Evaluation }[], backgrounds: readonly string[]): RoundByBackground {
  const rows = models.filter(({ round }, index) => models.findLastIndex((other) => other.round === round) === index).toSorted((a, b) => a.round - b.round);
  const cell = (evaluation: Evaluation, background: string): BackgroundMetrics | undefined =>
    evaluation.perBackground.find((entry) => entry.background === background);
  return {
    rounds: rows.map(({ round }) => round),
    backgrounds,
    accuracy: rows.map(({ evaluation }) => backgrounds.map((background) => cell(evaluation, background)?.accuracy ?? null)),
    frames: rows.map(({ evaluation }) => backgrounds.map((background) => cell(evaluation, background)?.frames ?? 0)),
  };
}
