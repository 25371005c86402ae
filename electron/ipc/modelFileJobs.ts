import type { InputShape, Preprocessing } from '../core/architecture';
import type { ModelFileFacts } from '../core/modelFile';

/** Reads a model file, and keeps it as a model folder where `target` says so. */
export interface ReadModelJob {
  readonly file: string;
  /** Its network, for files with weights alone. */
  readonly architecture: string | null;
  readonly input: InputShape | null;
  readonly target: {
    /** A folder that does not exist yet. */
    readonly folder: string;
    /** null: those of the file, or numbers. */
    readonly classNames: readonly string[] | null;
    readonly preprocessing: Preprocessing | null;
  } | null;
}

export interface ReadModelResult {
  readonly kind: 'readModel';
  readonly facts: ModelFileFacts;
}

/** Computes a model file on numbers that are scaled already. */
export interface PredictArraysJob {
  readonly file: string;
  readonly architecture: string | null;
  /** A `.npy` file: [n, height, width, channels], or [n, numbers]. */
  readonly arrays: string;
  /** Before the softmax at the end. */
  readonly logits: boolean;
}

export interface PredictArraysResult {
  readonly kind: 'predictArrays';
  /** [n, ...] */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly output: Float32Array;
}
