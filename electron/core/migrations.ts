import type { Architecture, Preprocessing, WeightRole } from './architecture';
import type { TextParams } from './errors';

/** `exact`: the same function, to be proven by running both; `close`: measured; `start`: a start value only. */
export type Grade = 'exact' | 'close' | 'start';

/** Actions of a plan, per weight. */
export type MigrationAction = 'copy' | 'adapt' | 'init' | 'drop';

/** How one axis of a weight follows from the old one: `new[i] = sum_j rows[i][j] * old[j]` (migration.md, section 1). */
export interface AxisMap {
  readonly newSize: number;
  readonly oldSize: number;
  readonly kind: 'identity' | 'replicate' | 'select' | 'resample' | 'fold' | 'pad' | 'color' | 'zeroNew';
  /** Sparse rows: pairs of old index and factor. */
  readonly rows: readonly (readonly (readonly [index: number, factor: number])[])[];
}

/** One row of the plan: what one weight of the new model is made of (or an old one that is dropped). */
export interface WeightPlan {
  /** Name of the new layer (of the old one for `drop`). */
  readonly layer: string;
  /** Name of the old layer; null where there is none. */
  readonly from: string | null;
  readonly weight: WeightRole;
  readonly action: MigrationAction;
  /** Rule(s) of the catalogue, e.g. `H2`, `C2`, `H2+C2`. */
  readonly rule: string;
  readonly grade: Grade;
  /** Key and values of a sentence in `texts/migrations`. */
  readonly reason: { readonly key: string; readonly params: TextParams };
  readonly oldShape: readonly number[] | null;
  readonly newShape: readonly number[] | null;
  /** One map per axis of the weight; empty for `init` and `drop`. */
  readonly axes: readonly AxisMap[];
  /** Values of fresh entries: `add` puts a constant where the maps leave zero rows (new classes' bias). */
  readonly fill?: { readonly axis: number; readonly indices: readonly number[]; readonly value: number | 'minMinus10' };
}

/** How the old model sees a new frame: frames reduced by whole factors (area mean), channels by weights. */
export interface FrameMap {
  readonly heightFactor: number;
  readonly widthFactor: number;
  /** Old channel c = sum over new channels of `channels[c][k]` times new channel k. */
  readonly channels: readonly (readonly number[])[];
}

export interface MigrationPlan {
  readonly formatVersion: 1;
  readonly source: { readonly architecture: Architecture; readonly classNames: readonly string[]; readonly preprocessing: Preprocessing };
  readonly target: { readonly architecture: Architecture; readonly classNames: readonly string[]; readonly preprocessing: Preprocessing };
  readonly route: 'exact' | 'native';
  readonly frameMap: FrameMap;
  /** New class index -> old class index, -1 for a new class. */
  readonly classMap: readonly number[];
  readonly weights: readonly WeightPlan[];
  /** The worst grade of all rows. */
  readonly grade: Grade;
  readonly parameters: { readonly before: number; readonly after: number };
}

/** What running both models on the same frames showed. */
export interface MigrationCheck {
  readonly frames: number;
  /** Share of frames with the same answer (of classes that both have), 0..1. */
  readonly sameAnswers: number;
  readonly maxProbabilityDifference: number;
  readonly maxLogitDifference: number;
  readonly maxLogit: number;
  /** On labeled frames: the old model seen the old way, the new one, and the new one filled by plain copying of what fits. */
  readonly accuracyBefore: number | null;
  readonly accuracyAfter: number | null;
  readonly accuracyNaive: number | null;
  readonly perBackground: readonly {
    readonly background: string;
    readonly frames: number;
    readonly before: number | null;
    readonly after: number | null;
    readonly naive: number | null;
  }[];
  /** The frames that differ most, largest first (at most three). */
  readonly worstFrames: readonly { readonly frameId: number; readonly difference: number; readonly before: readonly number[]; readonly after: readonly number[] }[];
  /** Reached grade: `exact` only when the promise of the plan held. */
  readonly grade: Grade;
  readonly passed: boolean;
}
