/** Two short trainings that differ in nothing but mirrored pictures. */
export interface MirrorTest {
  readonly epochs: number;
  /** Validation frames that both were judged on. */
  readonly frames: number;
  /** Accuracy on them of the best epoch, pictures never mirrored. */
  readonly without: number;
  /** The same with half of the pictures mirrored. */
  readonly mirrored: number;
}

/**
 * Which of the two was better; `neither` where chance alone explains the difference: within two standard errors of the
 * difference of two proportions. Frames of a clip resemble each other, so chance is rather larger than that.
 */
export function judgeMirror({ frames, without, mirrored }: MirrorTest): 'mirrored' | 'without' | 'neither' {
  const mean = (without + mirrored) / 2;
  const error = Math.sqrt((2 * mean * (1 - mean)) / Math.max(1, frames));
  if (Math.abs(mirrored - without) <= 2 * error) return 'neither';
  return mirrored > without ? 'mirrored' : 'without';
}
