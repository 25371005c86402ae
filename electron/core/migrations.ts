import type { Architecture, InputShape, Preprocessing, WeightRole } from './architecture';
import type { TextParams } from './errors';

/** `exact`: the same function, to be proven by running both; `close`: measured; `start`: a start value only. */
export type Grade = 'exact' | 'close' | 'start';

/** Actions of a plan, per weight. */
export type MigrationAction = 'copy' | 'adapt' | 'init' | 'drop';

/**
 * How one axis of a weight follows from the old one: `new[i] = sum_j rows[i][j] * old[j]`. Every transfer of a linear
 * layer is one such map on each axis, and maps on different axes commute.
 * `product`: the axis is a row-major grid (Flatten: height x width x channels) and each part maps one side of it.
 * `blocks`: the axis is its parts one after another (Concatenate).
 */
export type AxisMap =
  | { readonly kind: 'identity'; readonly newSize: number; readonly oldSize: number }
  | { readonly kind: 'product'; readonly newSize: number; readonly oldSize: number; readonly parts: readonly AxisMap[] }
  | { readonly kind: 'blocks'; readonly newSize: number; readonly oldSize: number; readonly parts: readonly AxisMap[] }
  | {
      readonly kind: 'replicate' | 'select' | 'resample' | 'fold' | 'pad' | 'colour' | 'zeroNew' | 'copies' | 'composed';
      readonly newSize: number;
      readonly oldSize: number;
      /** Sparse rows: pairs of old index and factor. */
      readonly rows: readonly (readonly (readonly [index: number, factor: number])[])[];
    };

/** A sentence of `texts/migrations` with its values. */
export interface Reason {
  readonly key: string;
  readonly params: TextParams;
}

/**
 * Values of the entries that no old value reaches, along one axis. `random`: small random numbers by the seed, of the
 * size of their old neighbours; `lowest`: 10 below the lowest old value (a new class stays unheard until it is trained).
 */
export interface Fill {
  readonly axis: number;
  readonly indices: readonly number[];
  readonly value: number | 'random' | 'lowest';
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
  /** One sentence for each thing that happens to it, in this order; shown one after another. */
  readonly reasons: readonly Reason[];
  readonly oldShape: readonly number[] | null;
  readonly newShape: readonly number[] | null;
  /** Added to single numbers at the end. */
  readonly shift?: readonly (readonly [index: number, value: number])[];
  /** One map per axis of the weight; empty for `init` and `drop`. */
  readonly axes: readonly AxisMap[];
  readonly fills: readonly Fill[];
  /** `init` with known numbers instead of random ones (a layer in front that only mixes colours). */
  readonly values?: readonly number[];
  /** As `values`, where almost all numbers are alike: `constant`, and at flat indices something else. */
  readonly start?: { readonly constant: number; readonly entries?: readonly (readonly [index: number, value: number])[] };
  /** Old numbers are taken `scale` times: new = scale (old + add + factor x sum of the old kernel into each output), before their axes are mapped. */
  readonly linear?: { readonly scale: number; readonly add?: number; readonly sum?: { readonly weight: 'kernel' | 'depthwise_kernel'; readonly factor: number; /** Added to the factor, by channel of what the kernel reads. */ readonly channels?: readonly number[] } };
  /** An old linear layer that goes into this one: the old weight is that of both one after the other. */
  readonly compose?: { readonly layer: string; readonly strides: readonly [number, number]; readonly shapes: readonly [readonly number[], readonly number[]] };
  /** An old batch normalisation that is multiplied into the old weight before its axes are mapped. */
  readonly foldNorm?: { readonly layer: string; readonly epsilon: number };
  /** The numbers given here keep the answers; before the model is saved, mean and variance of real frames take their place. */
  readonly calibrate?: boolean;
}

/**
 * What the old model's channels are in the new picture. Gray as shares of the new channels: `luma` (BT.601), `mean`, or
 * `newest` (the last of frames one behind another). As many channels as before: `bgr` (the old model knows them the other
 * way round), `yuv` (BT.601), `ycbcr` (the same with the middle of the chroma at 128, as JPEG has it).
 */
export type ChannelView = 'luma' | 'mean' | 'newest' | 'bgr' | 'yuv' | 'ycbcr';

/**
 * How the old, smaller pictures came from the new ones: by another filter than the mean of blocks; `repeated`: the other
 * way round, the new pictures are old ones with every pixel repeated.
 */
export type PixelView = 'area' | 'bilinear' | 'bicubic' | 'repeated';

/** How the old model's pictures relate to the new ones, where the usual is not meant. */
export interface OldPictures {
  readonly channels?: ChannelView | undefined;
  readonly pixels?: PixelView | undefined;
  /** The new picture shows more at the same zoom: where the first pixel of the old one lies in it. */
  readonly inside?: { readonly top: number; readonly left: number } | undefined;
}

/** `OldPictures` as they are wished for: the place of the old picture may be left to the planner. */
export interface OldPicturesWish extends Omit<OldPictures, 'inside'> {
  readonly inside?: OldPictures['inside'] | 'centre';
}

/** What becomes of the first kernels on a larger picture that is not taken up by their strides: see the functions of `firstStage`. */
export type FirstKernels = 'copied' | 'spread' | 'stuffed';

/**
 * How the old model sees a new frame, so that both models can be asked about the same picture. Sizes: area mean
 * (a factor of 2: each old pixel is the mean of 2x2 new ones; 0.5: each new pixel is repeated; 1.5: by overlapping area).
 */
export interface FrameMap {
  /** New height / old height. */
  readonly heightFactor: number;
  readonly widthFactor: number;
  /** Old channel c = sum over new channels of `channels[c][k]` times new channel k. */
  readonly channels: readonly (readonly number[])[];
  /** Where the two models scale pixels differently: old number = scale x new number + shift. */
  readonly values?: { readonly scale: number; readonly shift: number };
  /** Added to old channel c after that (a colour space with another zero). */
  readonly shifts?: readonly number[];
}

/** What a model is, without its weights. */
export interface ModelShape {
  readonly architecture: Architecture;
  readonly classNames: readonly string[];
  readonly preprocessing: Preprocessing;
}

/** Which way a change of the input goes: the same function, or the same layers on the new picture. */
export type MigrationRoute = 'exact' | 'native';

/** A layer to put in: behind which one (`null`: before all), and of which kind. */
export interface AddedLayer {
  readonly after: string | null;
  readonly kind: 'conv' | 'dense';
}

/** Where "one layer more" goes, in the user's words: before everything, at the end of the maps, before the answers. */
export type LayerPlace = 'front' | 'middle' | 'top';

/** An old class that becomes several: they share its probability until labels tell them apart. */
export interface ClassSplit {
  readonly name: string;
  readonly into: readonly string[];
}

/** Old classes that become one. */
export interface ClassMerge {
  readonly into: string;
  readonly from: readonly string[];
}

/** A wish, in the user's words. */
export interface ArchitectureChange {
  readonly input?: InputShape;
  /** 1.5: half as many channels more in every layer but the last. */
  readonly widthFactor?: number;
  readonly addClasses?: readonly string[];
  readonly removeClasses?: readonly string[];
  readonly addLayer?: AddedLayer;
  readonly splitClasses?: readonly ClassSplit[] | undefined;
  readonly mergeClasses?: readonly ClassMerge[] | undefined;
  /** The classes in the order wanted; without it: the old order, new ones last. */
  readonly classNames?: readonly string[];
  readonly oldPictures?: OldPictures | undefined;
  /** What two classes are answered with; without it: as before. */
  readonly head?: 'softmax' | 'sigmoid' | undefined;
  /** Route `native` only; without it: copied. */
  readonly firstKernels?: FirstKernels | undefined;
  readonly route: MigrationRoute;
}

/** How channels are added: unheard, or as copies that share what the old one was worth, alike or not. */
export type Widening = 'silent' | 'equal' | 'unequal';

/**
 * How a new class starts. `silent`: not answered until it is trained; `centred`: its mean seen from that of all frames;
 * `imprint`: the same, scaled so that it takes hardly any old frame; `logistic`: fitted alone, the rest of the head stays.
 */
export type NewClassMethod = 'silent' | 'centred' | 'imprint' | 'logistic';

/** A class that the new model has more, and how many labeled frames there are to start it from. */
export interface NewClassStart {
  readonly name: string;
  readonly frames: number;
  readonly method: NewClassMethod;
}

/** How a new class does that was started from frames. */
export interface NewClassResult extends NewClassStart {
  /** Validation frames of it, and the share of them that are answered right; null without any. */
  readonly tested: number;
  readonly recall: number | null;
}

/** A layer of the new model and the old one whose numbers it should give. */
export interface LayerPair {
  readonly layer: string;
  readonly old: string;
  /** How the channels answer to each other; null where the numbers cannot be compared one by one. */
  readonly map: AxisMap | null;
}

/** A pair that the user decides: the old layer that a new one follows, or none (it starts fresh). */
export interface LayerOverride {
  readonly layer: string;
  readonly from: string | null;
  /** Stays whatever else is changed. */
  readonly locked: boolean;
}

/** Which old layer a new one follows, and how that was found. */
export interface LayerMatch {
  readonly layer: string;
  readonly from: string;
  readonly by: 'lineage' | 'name' | 'place' | 'user';
  /** Of pairs by place: by how much the best alignment is better than the best one without this pair. */
  readonly confidence: number | null;
  /** Another pair would be nearly as good: both are tried on frames. */
  readonly doubtful: boolean;
  readonly locked: boolean;
}

/**
 * An old layer that is read as one of another kind, as the new network has it. `separated`: a convolution as a
 * separable one; `joined`: the other way round; `reshaped`: the same numbers in another shape (dense <-> convolution).
 */
export interface KindChange {
  readonly layer: string;
  readonly how: 'separated' | 'joined' | 'reshaped';
  /** Of the kernel: [height, width, channels, outputs]; for `reshaped`: the shape that it gets. */
  readonly shape: readonly number[];
  /** Multiples per channel of the separable one. */
  readonly multiplier?: number;
}

/** A pair that must not be. */
export interface ForbiddenPair {
  readonly layer: string;
  readonly from: string;
}

export interface MigrationPlan {
  readonly formatVersion: 1;
  readonly source: ModelShape;
  readonly target: ModelShape;
  /** `exact` only where every row is. */
  readonly route: MigrationRoute;
  readonly frameMap: FrameMap;
  /** New class index -> old class index (of merged ones the first), -1 for a new class. */
  readonly classMap: readonly number[];
  readonly weights: readonly WeightPlan[];
  /** Classes that the old model does not have. */
  readonly newClasses?: readonly NewClassStart[];
  /** Pairs of layers with weights, in the order of the new model. */
  readonly matches?: readonly LayerMatch[];
  readonly overrides?: readonly LayerOverride[];
  readonly forbidden?: readonly ForbiddenPair[];
  readonly widen?: Widening;
  readonly oldPictures?: OldPictures;
  readonly splitClasses?: readonly ClassSplit[];
  readonly mergeClasses?: readonly ClassMerge[];
  /** Old layers that are read as layers of another kind. */
  readonly kinds?: readonly KindChange[];
  /** For the comparison layer by layer, in the order of the new model. */
  readonly pairs?: readonly LayerPair[];
  /** The worst grade of all rows, and of the outputs they lead to. */
  readonly grade: Grade;
  /** Why the outputs are not the same, where that is not said by a row. */
  readonly notes: readonly Reason[];
  readonly parameters: { readonly before: number; readonly after: number };
}

/** The last layer (of the new model) up to which both models give the same numbers, and the first that does not. */
export interface MigrationTrail {
  readonly equalUpTo: string | null;
  readonly firstDifference: string | null;
}

/**
 * A correction of one dense layer towards the old model's answers. The numbers are what is lacking on frames held out
 * of the fit, as a share of the spread of the old answers: 0 is the same, 1 is no better than their mean.
 */
export interface MigrationRefit {
  readonly layer: string;
  readonly frames: number;
  readonly heldOutBefore: number;
  readonly heldOutAfter: number;
  /** Only a correction that helps on held out frames is kept. */
  readonly accepted: boolean;
}

/** What running both models on the same frames showed. */
export interface MigrationCheck {
  readonly frames: number;
  /** Share of frames with the same answer (of classes that both have), 0..1. */
  readonly sameAnswers: number;
  /** The same share with new classes allowed to win (equal to `sameAnswers` where there are none). */
  readonly sameAnswersOverall: number;
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
  /** Where a difference begins; only where the models are not the same. */
  readonly trail?: MigrationTrail | null;
  /** Dense layers that were corrected on unlabelled frames (see `MigrationRefit`), in their order. */
  readonly refit?: readonly MigrationRefit[];
  /** Convolutions that became separable ones with too few multiples: the share of the kernel's energy that stays, 0..1. */
  readonly keptEnergy?: readonly { readonly layer: string; readonly kept: number }[];
  /** New classes that were started from labeled frames. */
  readonly newClasses?: readonly NewClassResult[];
  /**
   * Where batch normalisation is new: the largest difference of a logit in training mode, on a batch that was not seen,
   * as a share of the largest old one. null or absent: there is none, or there were too few frames.
   */
  readonly trainingModeDifference?: number | null;
  /** SHA-256 of the weights that it began with and that it saved; absent where nothing was saved. */
  readonly weights?: { readonly source: string; readonly target: string };
  /** Reached grade: `exact` only when the promise of the plan held. */
  readonly grade: Grade;
  readonly passed: boolean;
}
