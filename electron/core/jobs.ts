import type { SerializedError, TextParams } from './errors';

/** How far a long task is. */
export interface Progress {
  /** 0 to 1; null where the end cannot be known. */
  readonly value: number | null;
  /** Key of a sentence in `texts/`, e.g. `jobs:importing`. */
  readonly title: string;
  readonly params?: TextParams;
  /** The part it is at now: a file name, `epoch 3 of 20`. */
  readonly description?: string;
  readonly etaSeconds?: number | null;
}

export type JobKind = 'import' | 'train' | 'evaluate' | 'migrate' | 'sample' | 'predict' | 'copy' | 'export' | 'duplicates' | 'thumbs';
export type JobState = 'running' | 'done' | 'failed' | 'cancelled';

/** A long task as the window and the job tray see it. */
export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly progress: Progress;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly error: SerializedError | null;
}

/** What a long function reports to: cheap to call often. */
export type ReportProgress = (progress: Progress) => void;
