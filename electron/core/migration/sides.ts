import type { Layer, WeightSpec } from '../architecture';
import type { Grade, KindChange, LayerMatch, ModelShape, NewClassStart, Reason, WeightPlan } from '../migrations';
import { outputShapes, shapeOfInput, weightSpecs } from '../shapes';
import type { ClassChanges } from './classes';
import type { DimensionGroups } from './groups';
import { dimensionGroups } from './groups';
import type { DimensionPair } from './dimensionMaps';
import { INPUT, inputsByLayer, lastLayer, sameTensors } from './layerGraph';
import type { ResampledSide } from './inputKernels';
import type { Range } from './ranges';
import { isIdle, valueRanges } from './ranges';
import type { Silence } from './silence';

/** One of the two models, with what planning looks up in it. */
export interface Side {
  readonly shape: ModelShape;
  readonly layers: ReadonlyMap<string, Layer>;
  readonly inputs: ReadonlyMap<string, readonly string[]>;
  readonly same: ReadonlyMap<string, string>;
  readonly ranges: ReadonlyMap<string, Range>;
  /** Layers without weights that change no number, since of the kind that reaches them none is changed. */
  readonly idle: ReadonlySet<string>;
  readonly groups: DimensionGroups;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly specs: ReadonlyMap<string, readonly WeightSpec[]>;
}

/** Looks up what planning needs of a model. Errors: `models:badLayer…` where its layers do not fit together. */
export function prepareSide(shape: ModelShape): Side {
  const { architecture } = shape;
  const specs = new Map<string, WeightSpec[]>(architecture.layers.map((layer) => [layer.name, []]));
  for (const spec of weightSpecs(architecture)) specs.get(spec.layer)!.push(spec);
  const inputs = inputsByLayer(architecture);
  const ranges = valueRanges(shape);
  const output = sameTensors(architecture).get(lastLayer(architecture).name);
  const idle = new Set(architecture.layers.filter((layer) => layer.name !== output && isIdle(layer, ranges.get(inputs.get(layer.name)![0]!)!)).map((layer) => layer.name));
  return {
    shape,
    layers: new Map(architecture.layers.map((layer) => [layer.name, layer])),
    inputs,
    same: sameTensors(architecture, idle),
    ranges,
    idle,
    groups: dimensionGroups(architecture),
    shapes: new Map([[INPUT, shapeOfInput(architecture.input)], ...outputShapes(architecture)]),
    specs,
  };
}

/**
 * How the picture (height and width) of a new tensor relates to that of its old one. `finer`: the old one is its mean
 * over blocks (`repeated`: and all pixels of a block are alike); `coarser`: each of its entries stands for a block of old
 * ones; `denser`: the old one is every so-manieth entry of it, from the first on; `repeated`: each old entry stands there
 * for a whole block; `resampled`: the old one was made of it by a filter; `inside`: the old one is a part of it;
 * `padded`: the old one with zeros around; `other`: it shows other cells.
 */
export type PictureRelation =
  | { readonly kind: 'same' }
  | { readonly kind: 'finer'; readonly height: number; readonly width: number; readonly repeated?: boolean }
  | { readonly kind: 'coarser' | 'denser' | 'repeated'; readonly height: number; readonly width: number }
  | { readonly kind: 'resampled'; readonly height: ResampledSide; readonly width: ResampledSide }
  | { readonly kind: 'inside'; readonly top: number; readonly left: number }
  | { readonly kind: 'padded'; readonly zeros: Zeros }
  | { readonly kind: 'other' };

/** Zeros around a picture: [[top, bottom], [left, right]]. */
export type Zeros = readonly [readonly [number, number], readonly [number, number]];

/** old = scale x new + shift, for every number of a tensor. */
export interface Affine {
  readonly scale: number;
  readonly shift: number;
  /** Added to each old channel besides. */
  readonly shifts?: readonly number[] | undefined;
}

/** What is known about a tensor of the new model in terms of the old one. */
export interface Relation {
  /** The old tensor that it stands for (see `sameTensors`); null where there is none. */
  readonly old: string | null;
  /** Where the numbers are not the old ones, but these are linear in them. */
  readonly affine?: Affine | undefined;
  /** What each old channel takes of the new ones together, where colours wait to be mixed. */
  readonly sums?: readonly number[] | undefined;
  /** What the old model did in the other order: once the new one has done this, too, the tensor stands for `then`. */
  readonly late?: { readonly layer: Layer; readonly then: string };
  /** Nothing but zeros, whatever the picture. */
  readonly zero?: boolean;
  readonly grade: Grade;
  readonly picture: PictureRelation;
}

export const samePicture: PictureRelation = { kind: 'same' };
export const otherPicture: PictureRelation = { kind: 'other' };

/** One thing that happens to a weight. */
export interface Detail {
  readonly rule: string | null;
  readonly grade: Grade;
  readonly reason: Reason;
}

export interface PlanContext {
  readonly next: Side;
  readonly old: Side;
  readonly pair: DimensionPair;
  readonly matches: ReadonlyMap<string, Layer>;
  readonly silence: Silence;
  readonly relations: Map<string, Relation>;
  readonly notes: Reason[];
  readonly newClasses: readonly NewClassStart[];
  readonly found: readonly LayerMatch[];
  /** Old layers that are read as another kind, by name; and such as are read at another place. */
  readonly kinds: ReadonlyMap<string, KindChange>;
  readonly moved: ReadonlySet<string>;
  readonly classes: ClassChanges;
  /** Old layers whose work other layers have taken over. */
  readonly folded: Set<string>;
}

/** The rows of a layer, and what its output is in terms of the old model. */
export interface PlannedLayer {
  readonly weights: readonly WeightPlan[];
  readonly relation: Relation;
}

const order: readonly Grade[] = ['exact', 'close', 'start'];

/** The weakest of the promises. */
export function worstGrade(grades: readonly Grade[]): Grade {
  return order[Math.max(0, ...grades.map((grade) => order.indexOf(grade)))]!;
}

/** A detail with a sentence of `texts/migrations`. */
export function detail(rule: string | null, grade: Grade, key: string, params: Reason['params'] = {}): Detail {
  return { rule, grade, reason: { key: `migrations:${key}`, params } };
}
