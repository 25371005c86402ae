import type { Crop, ImportReport } from '../core/clips';

export interface ClipProposal {
  readonly path: string;
  readonly name: string;
  readonly kind: 'film' | 'pictures';
  readonly class: string | null;
  readonly background: string | null;
}

export interface ClipWish {
  readonly path: string;
  /** As `ClipView.sampling`; without it every 200 ms. */
  readonly sampling?: string;
  /** Which picture stream of a film, from 0; without it the default one. */
  readonly stream?: number;
  readonly class: string | null;
  readonly background: string | null;
}

/** A clip with its import report and a strip of frames to show. */
export interface ClipView extends ImportReport {
  readonly id: number;
  readonly name: string;
  readonly classId: number | null;
  readonly backgroundId: number | null;
  /** Up to six frame ids, evenly spread, for the filmstrip. */
  readonly strip: readonly number[];
  readonly frames: number;
  readonly excluded: number;
  /** Set aside: training never sees it. */
  readonly testSet: boolean;
  /** `every:200ms`, `count:40`, `different:40` or `all` */
  readonly sampling: string;
  /** The part of the upright picture that counts; null: all of it. */
  readonly crop: Crop | null;
  /** Number of the round that first used it; null = waits for a round. */
  readonly firstRound: number | null;
  readonly importedAt: string;
}

/** A linked film that is gone, and where it was. */
export interface MissingFilmView {
  readonly id: number;
  readonly name: string;
  readonly file: string;
}

export type NameKind = 'classes' | 'backgrounds';

export interface NameView {
  readonly id: number;
  readonly name: string;
  readonly colour: string;
  readonly hidden: boolean;
  readonly frames: number;
}

export interface FrameFilterView {
  readonly clipId?: number;
  /** null: without a label */
  readonly classId?: number | null;
  readonly backgroundId?: number | null;
  readonly excluded?: boolean;
  /** Only frames that this model got wrong, surest first. */
  readonly wrongFor?: string;
  /** With `wrongFor`'s model: only this cell of its confusion matrix (indices into its classes). */
  readonly confusion?: { readonly model: string; readonly actual: number; readonly predicted: number };
  /** Labeled frames that this model was asked about: wrong ones first, the surest on top, then the least sure right ones. */
  readonly hardestFor?: string;
  /** Frames without a label that this model was asked about, the surest first. */
  readonly suggestedBy?: string;
  /** Frames about which two models say different things, with what the second says. */
  readonly disagree?: { readonly first: string; readonly second: string };
}

/** Frames as columns: 100,000 of them are a few arrays, not 100,000 objects. Pictures: `studio://project/frame/<id>`. */
export interface FrameColumns {
  readonly ids: readonly number[];
  readonly clipIds: readonly number[];
  readonly timesMs: readonly number[];
  /** -1 without a label */
  readonly classIds: readonly number[];
  /** -1 without a background */
  readonly backgroundIds: readonly number[];
  readonly excluded: readonly boolean[];
  /** Where the label comes from: 0 no label, 1 clip, 2 segment, 3 frame, 4 model, 5 phone. */
  readonly sources: Uint8Array;
  /** The part of the data that the frame is in: 0 none yet, 1 training, 2 validation, 3 test. */
  readonly splits: Uint8Array;
  /** Number of the round that used the frame's clip first; 0: waits for a round. */
  readonly rounds: Uint16Array;
  /** Variance of the Laplacian; NaN where it was not measured. */
  readonly sharpness: Float32Array;
  /** Mean brightness, 0 to 1; NaN where it was not measured. */
  readonly exposure: Float32Array;
  /** Id of the class that the model of the last round answered: -1 none that can be judged, -2 a class that is gone. Missing before the first round. */
  readonly lastAnswers?: Int32Array;
  /** With `wrongFor` or `confusion`: name of the class that was answered, and its score. */
  readonly answers?: readonly { readonly class: string; readonly score: number }[];
}

/** Frames of stacks as columns of the same length: frame ids, and the numbers of their stacks. */
export interface StackColumns {
  readonly frames: Float64Array;
  readonly stacks: Int32Array;
}
