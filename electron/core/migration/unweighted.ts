import type { Layer, PoolingLayer } from '../architecture';
import { isIdentity } from './axisMaps';
import type { DimensionMap } from './dimensionMaps';
import { dimensionMap, isUnmixed } from './dimensionMaps';
import { behindNewRescaling, behindOldRescaling, handsOnAffine } from './affine';
import { insideAxis } from './inputKernels';
import { activationOf, doesNothing } from './layerGraph';
import { otherOrder } from './order';
import type { PictureRelation, PlanContext, Relation, Zeros } from './sides';
import { otherPicture, samePicture, worstGrade } from './sides';
import { keepsZero } from './silence';
import { pendingLayer } from './tail';

/** What a layer without weights makes of the relations of its inputs. */
export function relateUnweighted(context: PlanContext, layer: Layer): Relation {
  const all = context.next.inputs.get(layer.name)!.map((name) => context.relations.get(name)!);
  const inputs = layer.type === 'add' && all.some(({ zero }) => !zero) ? all.filter(({ zero }) => !zero) : all;
  const first = inputs[0]!;
  if (doesNothing(layer) || context.next.idle.has(layer.name) || (first.zero && keepsZero(layer))) return first;
  if (layer.type === 'add' && inputs.length === 1 && all.length > 1) return first;
  const inOrder = !first.late && context.old.shape.architecture.layers.some((old) => sameSettings(layer, old) && inputsAre(context, old, inputs));
  const swapped = inOrder ? null : otherOrder(context, layer, first);
  if (swapped) return swapped;
  if (all.some(({ affine }) => affine && !handsOnAffine(layer, affine))) {
    context.notes.push({ key: 'migrations:affineStuck', params: { layer: layer.name } });
    return { old: null, grade: 'start', picture: otherPicture };
  }
  const pending = pendingLayer(context.old, first.old);
  if (pending && layer.type === 'activation' && layer.activation === activationOf(pending)) return { ...activated(context, layer, pending, entrywise(first, keepsZero(layer))), old: pending.name };
  const absorbed = context.matches.has(layer.name) ? null : absorb(context, layer, first);
  if (absorbed) return absorbed;
  const mean = layer.type === 'flatten' ? meanBefore(context, first) : null;
  if (mean) return { ...first, old: mean.name, picture: samePicture };
  const old = counterpart(context, layer, inputs);
  if (layer.type === 'rescaling') return rescaled(layer, old as typeof layer | null, first);
  if (!old && layer.type === 'zeroPadding2d' && first.picture.kind === 'same') return { ...first, picture: { kind: 'padded', zeros: layer.padding } };
  const replaced = old ? null : replacement(context, layer, first);
  if (replaced) return replaced;
  if (!old) {
    context.notes.push({ key: 'migrations:layerInserted', params: { layer: layer.name } });
    return { old: null, grade: 'start', picture: otherPicture };
  }
  const names = context.old.inputs.get(old.name)!;
  const reached = inputs.map((input, i) => (names[i] === undefined ? input : (reach(context, input, names[i]) ?? input)));
  const after = { ...passThrough(context, layer, old, reached), old: old.name };
  return inputsAre(context, old, reached) ? after : { ...after, grade: 'start' };
}

/** A rescaling, old or new or both: later kernels take it up. */
function rescaled(layer: Layer & { type: 'rescaling' }, old: (Layer & { type: 'rescaling' }) | null, first: Relation): Relation {
  if (layer.scale === 0) return { ...first, old: null, grade: 'start' };
  if (first.picture.kind === 'padded') return { ...windowed(first), old: old?.name ?? first.old };
  return behindNewRescaling(old ? behindOldRescaling(first, old) : first, layer);
}

/** A layer in place of another one, or more, that is not the same but near it. */
function replacement(context: PlanContext, layer: Layer, first: Relation): Relation | null {
  if (first.old === null) return null;
  const near = (old: string | null, key: string, picture: PictureRelation): Relation => {
    context.notes.push({ key: `migrations:${key}`, params: { layer: layer.name } });
    return { ...first, old, picture, grade: worstGrade([first.grade, 'close']) };
  };
  const readers = [...context.old.layers.values()].filter((old) => context.old.same.get(context.old.inputs.get(old.name)![0]!) === first.old);
  const reader = readers.length === 1 ? readers[0]! : null;
  if (layer.type === 'globalAveragePooling2d' && reader?.type === 'flatten' && context.old.shapes.get(reader.name)!.length === 1) return near(reader.name, 'meanForPlaces', samePicture);
  if (layer.type === 'globalAveragePooling2d' && reader?.type === 'globalMaxPooling2d') return near(reader.name, 'meanForMaximum', samePicture);
  if (layer.type === 'globalMaxPooling2d' && reader?.type === 'globalAveragePooling2d') return near(reader.name, 'maximumForMean', samePicture);
  if (layer.type === 'maxPooling2d' && reader?.type === 'averagePooling2d') return near(reader.name, 'maximumForMean', otherPicture);
  if (layer.type === 'averagePooling2d' && reader?.type === 'maxPooling2d') return near(reader.name, 'meanForMaximum', otherPicture);
  if ((layer.type === 'maxPooling2d' || layer.type === 'averagePooling2d') && first.grade !== 'start') return near(first.old, 'poolAdded', otherPicture);
  return null;
}

/**
 * The relation as seen behind old layers that the new model has no more and that come between the tensor and `oldName`:
 * rescalings are exact, pools show other places. null where something else lies between.
 */
export function reach(context: PlanContext, relation: Relation, oldName: string): Relation | null {
  const { old } = context;
  const name = old.same.get(oldName)!;
  if (relation.old === null) return null;
  if (name === relation.old) return relation;
  const layer = old.layers.get(name);
  if (!layer || [...context.matches.values()].includes(layer)) return null;
  if (layer.type !== 'rescaling' && layer.type !== 'maxPooling2d' && layer.type !== 'averagePooling2d') return null;
  const before = reach(context, relation, old.inputs.get(name)![0]!);
  if (!before) return null;
  if (layer.type === 'rescaling') return before.picture.kind === 'padded' ? null : behindOldRescaling(before, layer);
  if (!context.notes.some(({ key, params }) => key === 'migrations:poolGone' && params.layer === name)) context.notes.push({ key: 'migrations:poolGone', params: { layer: name } });
  return { ...before, old: name, picture: otherPicture, grade: worstGrade([before.grade, 'close']) };
}

/** Averaging or repeating in front of everything gives the old model the picture it knows. */
function absorb(context: PlanContext, layer: Layer, relation: Relation): Relation | null {
  const { picture } = relation;
  if (layer.type === 'averagePooling2d' && picture.kind === 'finer' && isPlainPool(layer, picture)) {
    context.notes.push({ key: 'migrations:pooledInFront', params: { layer: layer.name, block: `${picture.height}x${picture.width}` } });
    return { ...relation, picture: samePicture };
  }
  const pools = layer.type === 'averagePooling2d' || layer.type === 'maxPooling2d';
  if (pools && picture.kind === 'denser' && layer.poolSize.every((size) => size === 1) && layer.strides[0] === picture.height && layer.strides[1] === picture.width) {
    context.notes.push({ key: 'migrations:pickedBehind', params: { layer: layer.name, every: `${picture.height}x${picture.width}` } });
    return { ...relation, picture: samePicture };
  }
  if (layer.type === 'upSampling2d' && picture.kind === 'coarser' && layer.size[0] === picture.height && layer.size[1] === picture.width) {
    context.notes.push({ key: 'migrations:repeatedInFront', params: { layer: layer.name, block: `${picture.height}x${picture.width}` } });
    return { ...relation, picture: samePicture };
  }
  return null;
}

/** The old mean over all places, where a flattened map has come in its stead: a dense layer behind it can take the mean. */
function meanBefore(context: PlanContext, { old: tensor, picture }: Relation): Layer | null {
  const readers = [...context.old.layers.values()].filter((layer) => tensor !== null && context.old.same.get(context.old.inputs.get(layer.name)![0]!) === tensor);
  const mean = readers.length === 1 && readers[0]!.type === 'globalAveragePooling2d' ? readers[0]! : null;
  return picture.kind === 'same' || picture.kind === 'finer' ? mean : null;
}

function isPlainPool(layer: Layer & { type: 'maxPooling2d' | 'averagePooling2d' }, factors: { readonly height: number; readonly width: number }): boolean {
  const [height, width] = layer.poolSize;
  return height === factors.height && width === factors.width && layer.strides[0] === height && layer.strides[1] === width && sameStart(layer, height, width);
}

function sameStart(layer: { readonly padding: string }, height: number, width: number): boolean {
  return layer.padding === 'valid' || (height === 1 && width === 1);
}

/** The old layer that does the same to the same tensors; without one, the old layer it descends from. */
function counterpart(context: PlanContext, layer: Layer, inputs: readonly Relation[]): Layer | null {
  const descended = context.matches.get(layer.name);
  const reached = descended && context.old.inputs.get(descended.name)!.every((name, i) => inputs[i] && reach(context, inputs[i], name) !== null);
  if (descended && reached) return descended;
  const candidates = context.old.shape.architecture.layers.filter((old) => old.type === layer.type && inputsAre(context, old, inputs));
  if (descended && candidates.includes(descended)) return descended;
  return candidates.find((old) => sameSettings(layer, old)) ?? candidates[0] ?? descended ?? null;
}

function inputsAre(context: PlanContext, old: Layer, inputs: readonly Relation[]): boolean {
  const names = context.old.inputs.get(old.name)!;
  if (names.length !== inputs.length) return false;
  if (old.type === 'add' || old.type === 'multiply') {
    // Of a sum or a product the order of the parts makes no difference.
    const parts = names.map((name) => context.old.same.get(name)!).sort();
    return [...inputs.map((input) => input.old ?? '')].sort().every((name, i) => name === parts[i]) && inputs.every((input) => input.old !== null);
  }
  return names.every((name, i) => inputs[i]!.old !== null && inputs[i]!.old === context.old.same.get(name));
}

function passThrough(context: PlanContext, layer: Layer, old: Layer, inputs: readonly Relation[]): Relation {
  const first = inputs[0]!;
  const { picture } = first;
  switch (layer.type) {
    case 'zeroPadding2d':
      return padded(layer, old as typeof layer, first);
    case 'averagePooling2d':
      if ((picture.kind === 'finer' || picture.kind === 'repeated') && isScaledPool(layer, old as typeof layer, picture)) return { ...first, picture: samePicture };
      return mustEqual(layer, old, insidePool(context, layer, old as typeof layer, first) ?? windowed(first));
    case 'globalAveragePooling2d':
      return { ...(isBlocks(picture) ? first : windowed(first)), picture: samePicture };
    case 'flatten':
      return pointwise(first);
    case 'add':
    case 'concatenate':
      return merged(inputs);
    case 'multiply':
      return unmixed(context, layer, old, merged(inputs.map(pointwise)));
    case 'globalMaxPooling2d':
      return unmixed(context, layer, old, { ...(picture.kind === 'repeated' ? first : windowed(first)), picture: samePicture });
    case 'activation':
      return activated(context, layer, old, mustEqual(layer, old, entrywise(first, keepsZero(layer))));
    case 'leakyReLU':
      return unmixed(context, layer, old, mustEqual(layer, old, entrywise(first, true)));
    case 'maxPooling2d':
      if (picture.kind === 'denser' && isScaledPool(layer, old as typeof layer, picture)) {
        context.notes.push({ key: 'migrations:poolOverMore', params: { layer: layer.name } });
        return { ...first, picture: samePicture, grade: worstGrade([first.grade, 'close']) };
      }
      if (picture.kind === 'repeated' && isScaledPool(layer, old as typeof layer, picture)) return unmixed(context, layer, old, { ...first, picture: samePicture });
      return unmixed(context, layer, old, mustEqual(layer, old, insidePool(context, layer, old as typeof layer, first) ?? windowed(first)));
    default:
      return mustEqual(layer, old, windowed(first));
  }
}

/**
 * What is done to each place alone: nothing but a sum may come between a picture and its area mean, and from here on the
 * picture is another one; repeated places and parts of a picture stay what they are.
 */
export function pointwise(relation: Relation): Relation {
  const { kind } = relation.picture;
  return kind === 'repeated' || kind === 'inside' ? relation : windowed(relation);
}

/** What is done to several places together, or where places count: from here on a picture that is not the same is another one. */
export function windowed(relation: Relation): Relation {
  const { kind } = relation.picture;
  return kind === 'same' || kind === 'other' ? relation : { ...relation, picture: otherPicture, grade: worstGrade([relation.grade, 'close']) };
}

/** What is done to each number alone: it makes no difference which of them are picked afterwards, nor zeros around them where zeros stay zeros. */
export function entrywise(relation: Relation, zerosStay: boolean): Relation {
  const { kind } = relation.picture;
  return kind === 'denser' || (kind === 'padded' && zerosStay) ? relation : pointwise(relation);
}

/** Whether the mean over all places is the old one. */
function isBlocks({ kind }: PictureRelation): boolean {
  return kind === 'same' || kind === 'finer' || kind === 'coarser' || kind === 'repeated';
}

function merged(inputs: readonly Relation[]): Relation {
  const grade = worstGrade(inputs.map((input) => input.grade));
  const alike = inputs.every((input) => samePictures(input.picture, inputs[0]!.picture));
  return alike ? { ...inputs[0]!, grade } : { ...inputs[0]!, picture: otherPicture, grade: worstGrade([grade, 'close']) };
}

function samePictures(a: PictureRelation, b: PictureRelation): boolean {
  if (a.kind === 'padded' && b.kind === 'padded') return String(a.zeros) === String(b.zeros);
  if (a.kind === 'inside' && b.kind === 'inside') return a.top === b.top && a.left === b.left;
  if (a.kind === 'resampled' || b.kind === 'resampled') return a.kind === b.kind;
  return a.kind === b.kind && (!('height' in a) || !('height' in b) || (a.height === b.height && a.width === b.width));
}

function padded(layer: Layer & { type: 'zeroPadding2d' }, old: Layer & { type: 'zeroPadding2d' }, relation: Relation): Relation {
  const { picture } = relation;
  const factors = picture.kind === 'finer' ? [picture.height, picture.width] : [1, 1];
  const follows = layer.padding.every((sides, axis) => sides.every((zeros, k) => zeros === old.padding[axis]![k]! * factors[axis]!));
  if (follows && (picture.kind === 'same' || picture.kind === 'finer')) return relation;
  const more = layer.padding.map((sides, axis) => sides.map((zeros, k) => zeros - old.padding[axis]![k]!)) as unknown as Zeros;
  if (picture.kind === 'same' && more.every((sides) => sides.every((zeros) => zeros >= 0))) return { ...relation, picture: { kind: 'padded', zeros: more } };
  return { ...windowed(relation), grade: worstGrade([relation.grade, picture.kind === 'same' ? 'start' : 'close']) };
}

/** A pool on a picture of which the old one is a part: the old answers are a part of the new ones, where they lie on its steps. */
function insidePool({ next, old }: PlanContext, layer: PoolingLayer, from: PoolingLayer, relation: Relation): Relation | null {
  const { picture } = relation;
  if (picture.kind !== 'inside') return null;
  const axis = (side: typeof next, pool: PoolingLayer, k: 0 | 1) => ({ size: side.shapes.get(side.inputs.get(pool.name)![0]!)![k]!, kernel: pool.poolSize[k], stride: pool.strides[k], padding: pool.padding });
  const [rows, columns] = ([0, 1] as const).map((k) => insideAxis(axis(old, from, k), axis(next, layer, k), k === 0 ? picture.top : picture.left));
  if (!rows || !columns) return null;
  // What a pool pads it leaves out, so that only whole windows are the old ones.
  return { ...relation, picture: { kind: 'inside', top: rows.first, left: columns.first }, grade: rows.exact && columns.exact ? relation.grade : worstGrade([relation.grade, 'close']) };
}

function isScaledPool(layer: Layer & { type: 'averagePooling2d' | 'maxPooling2d' }, old: Layer & { type: 'averagePooling2d' | 'maxPooling2d' }, factors: { readonly height: number; readonly width: number }): boolean {
  const scale = [factors.height, factors.width];
  return (
    layer.padding === 'valid' &&
    old.padding === 'valid' &&
    scale.every((factor, axis) => layer.poolSize[axis] === factor * old.poolSize[axis]! && layer.strides[axis] === factor * old.strides[axis]!)
  );
}

function mustEqual(layer: Layer, old: Layer, relation: Relation): Relation {
  return sameSettings(layer, old) ? relation : { ...relation, grade: 'start', picture: otherPicture };
}

/** Whether two layers of a type do the same, names aside. */
export function sameSettings(layer: Layer, old: Layer): boolean {
  const settings = (of: Layer) => JSON.stringify(Object.entries(of).filter(([key]) => !['uid', 'name', 'inputs', 'trainable'].includes(key)).sort());
  return settings(layer) === settings(old);
}

export function unmixed(context: PlanContext, layer: Layer, old: Layer, relation: Relation): Relation {
  return isUnmixed(consumeMap(context, layer, old).map) ? relation : { ...relation, grade: worstGrade([relation.grade, 'close']) };
}

function activated(context: PlanContext, layer: Layer & { type: 'activation' }, old: Layer, relation: Relation): Relation {
  if (layer.activation !== 'softmax') return unmixed(context, layer, old, relation);
  if (softmaxHolds(context, layer, old)) return relation;
  context.notes.push({ key: 'migrations:softmaxOverMore', params: { layer: layer.name } });
  return { ...relation, grade: 'start' };
}

/** A softmax over an axis that changes is the old one only at the output, where classes are compared by name. */
export function softmaxHolds(context: PlanContext, layer: Layer, old: Layer): boolean {
  const last = context.next.shape.architecture.layers.at(-1)!;
  const isOutput = context.next.same.get(last.name) === layer.name;
  const { map, changes } = consumeMap(context, layer, old);
  return isIdentity(map) || (isOutput && [...changes].every((change) => change === 'classes'));
}

function consumeMap(context: PlanContext, layer: Layer, old: Layer): DimensionMap {
  return dimensionMap(context.pair, 'consume', context.next.groups.of.get(layer.name)!, context.old.groups.of.get(old.name)!, samePicture);
}
