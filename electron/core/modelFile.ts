import type { InputShape, Preprocessing } from './architecture';
import type { TextParams } from './errors';
import type { LayerSummary } from './summary';

/** A sentence of `texts/`. */
export interface FileSentence {
  readonly key: string;
  readonly params: TextParams;
}

export type ModelFileFormat = 'h5' | 'keras' | 'tfjs' | 'graft';

/** Between what the numbers of a pixel lie when the first layer gets them. */
export type Scaling = '0..1' | '-1..1' | '0..255';
export const scalings = ['0..1', '-1..1', '0..255'] as const satisfies readonly Scaling[];

/** What happens to a picture for a scaling: gray by luma for one channel. */
export function preprocessingOf(scaling: Scaling, channels: number): Preprocessing {
  const numbers = { '0..1': { scale: 1 / 255, offset: 0 }, '-1..1': { scale: 1 / 127.5, offset: -1 }, '0..255': { scale: 1, offset: 0 } }[scaling];
  return { colour: channels === 1 ? 'luma' : 'rgb', ...numbers, resampler: 'area' };
}

/** The scaling that a preprocessing is; null for another one. */
export function scalingOf({ scale, offset }: Preprocessing): Scaling | null {
  return scalings.find((scaling) => Math.abs(preprocessingOf(scaling, 3).scale - scale) < 1e-9 && Math.abs(preprocessingOf(scaling, 3).offset - offset) < 1e-9) ?? null;
}

/** What a file says that comes back from a hand-off (`train.py`). */
export interface HandoffReturn {
  /** Id of the model that was handed off. */
  readonly parentId: string;
  /** Its answers to the check pictures, against those that were given where it was trained; null: none came along, or they do not fit. */
  readonly check: { readonly pictures: number; readonly maxProbabilityDifference: number } | null;
}

/** What is in a model file. */
export interface ModelFileFacts {
  readonly format: ModelFileFormat;
  /** Who wrote it, where that says more than the format. */
  readonly source: 'teachableMachine' | 'graft' | null;
  readonly kerasVersion: string | null;
  readonly name: string;
  readonly input: InputShape;
  readonly layers: readonly LayerSummary[];
  readonly parameters: { readonly total: number; readonly trainable: number };
  /** Numbers that the model gives for one picture. */
  readonly outputs: number;
  /** In the order of the outputs; null where the file does not say. */
  readonly classNames: readonly string[] | null;
  readonly preprocessing: Preprocessing;
  /** Why that preprocessing: what the file says, or a guess. */
  readonly preprocessingReason: FileSentence;
  readonly preprocessingKnown: boolean;
  /** null: it does not come back from a hand-off. */
  readonly handoff: HandoffReturn | null;
  /** What is different from what the file says, or was guessed. */
  readonly warnings: readonly FileSentence[];
  /** Whether this program can go on training it, and why not. */
  readonly trainable: boolean;
  readonly reasons: readonly FileSentence[];
}
