/** Two short trainings that differ in nothing but mirrored pictures. */
export interface MirrorTest {
  readonly epochs: number;
  readonly classes: number;
  /** Validation frames that both were judged on. */
  readonly frames: number;
  /** Accuracy on them of the best epoch, pictures never mirrored. */
  readonly without: number;
  /** The same with half of the pictures mirrored. */
  readonly mirrored: number;
}

/**
 * Which of the two was better; `nothingLearnt` where both are as good as guessing; `neither` where chance alone explains the difference: within two standard errors of the
 * difference of two proportions. Frames of a clip resemble each other, so chance is rather larger than that.
 */
export function judgeMirror({ frames, classes, without, mirrored }: MirrorTest): 'mirrored' | 'without' | 'neither' | 'nothingLearnt' {
  const guess = 1 / classes;
  if (Math.max(without, mirrored) <= guess + 2 * Math.sqrt((guess * (1 - guess)) / Math.max(1, frames))) return 'nothingLearnt';
  const mean = (without + mirrored) / 2;
  const error = Math.sqrt((2 * mean * (1 - mean)) / Math.max(1, frames));
  if (Math.abs(mirrored - without) <= 2 * error) return 'neither';
  return mirrored > without ? 'mirrored' : 'without';
}
