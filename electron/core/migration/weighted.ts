import type { Layer, WeightRole, WeightSpec } from '../architecture';
import type { AxisMap, Fill, Grade, WeightPlan } from '../migrations';
import { freshIndices, identityMap, isIdentity, productMap, resizeMap } from './axisMaps';
import { affineDetails, linearOf } from './affine';
import type { Composed } from './compose';
import { composedShape, composedWith } from './compose';
import { classHead, classShifts } from './classes';
import { axisDetails, classDetails, outputDetails } from './details';
import type { DimensionMap } from './dimensionMaps';
import { dimensionMap, isOneToOne, isUnmixed, keepsAll } from './dimensionMaps';
import type { KernelLayer } from './kernels';
import { kernelMaps } from './kernels';
import { activationOf } from './layerGraph';
import { isSeparableExact } from './separable';
import type { Detail, PlanContext, PlannedLayer, Relation, Zeros } from './sides';
import { detail, otherPicture, samePicture, worstGrade } from './sides';
import type { Tail } from './tail';
import { foldNorm, tailOf } from './tail';
import { entrywise, reach, softmaxHolds } from './unweighted';

/** The maps of one layer: of what it reads, of what it gives, and of its kernel's height and width. */
interface LayerMaps {
  readonly layer: Layer;
  readonly from: Layer;
  readonly input: Relation;
  readonly consume: DimensionMap;
  /** The read axis for weights that belong to its entries one by one. */
  readonly each: DimensionMap;
  readonly out: DimensionMap;
  readonly outConsume: DimensionMap;
  readonly kernel: readonly AxisMap[];
  readonly kernelDetails: readonly Detail[];
  /** What concerns the whole layer. */
  readonly general: readonly Detail[];
  readonly picture: Relation['picture'];
  /** An old linear layer in front that goes into this one. */
  readonly composed: Composed | null;
  readonly tail: Tail;
}

/** The rows of a layer that has an old one, and what its output is in terms of the old output. */
export function planWeighted(context: PlanContext, layer: Layer, from: Layer): PlannedLayer {
  const tail = tailOf(context, layer, from);
  const maps = { ...layerMaps(context, layer, from, tail.inner), tail };
  const oldSpecs = new Map(context.old.specs.get(from.name)!.map((spec) => [spec.role, spec]));
  const weights = context.next.specs.get(layer.name)!.map((spec) => {
    const own = oldSpecs.get(spec.role);
    const old = own && maps.composed ? { ...own, shape: composedShape(maps.composed, spec.role, context.old, own.shape) } : own;
    oldSpecs.delete(spec.role);
    const row = old ? weightRow(context, maps, spec, old) : zeroBias(context, maps, spec);
    return tail.norm ? foldNorm(row, from, tail.norm) : row;
  });
  if (tail.norm) context.folded.add(tail.norm.name);
  const taken = tail.norm ? context.old.specs.get(tail.norm.name)!.map((spec) => takenOver(tail.norm!, layer, spec)) : [];
  const lost = [...oldSpecs.values()].map((spec) => droppedWeight(from, spec, 'biasLost'));
  if (maps.composed) context.folded.add(maps.composed.first.name);
  const composed = maps.composed ? context.old.specs.get(maps.composed.first.name)!.map((spec) => composedAway(maps.composed!.first, layer, spec)) : [];
  const after = activate(context, maps, {
    old: tail.old,
    ...(tail.affine ? { affine: tail.affine } : {}),
    ...(tail.late ? { late: tail.late } : {}),
    grade: worstGrade([...weights, ...lost].map((row) => row.grade)),
    picture: maps.picture,
  });
  return { weights: [...weights, ...lost, ...taken, ...composed], relation: after };
}

/** A row for an old linear layer that the one behind it has taken in. */
function composedAway(first: Layer, layer: Layer, spec: WeightSpec): WeightPlan {
  const { reason } = detail('D9', 'exact', 'layerComposed', { layer: layer.name, first: first.name });
  return { ...emptyRow(first.name, spec.role), from: first.name, action: 'drop', rule: 'D9', grade: 'exact', reasons: [reason], oldShape: spec.shape };
}

/** A row for an old batch normalisation that the layer in front of it has taken in. */
function takenOver(norm: Layer, layer: Layer, spec: WeightSpec): WeightPlan {
  const { reason } = detail('B2', 'exact', 'normFolded', { layer: layer.name, norm: norm.name });
  return { ...emptyRow(norm.name, spec.role), from: norm.name, action: 'drop', rule: 'B2', grade: 'exact', reasons: [reason], oldShape: spec.shape };
}

/** A row for an old weight that the new model has no place for. */
export function droppedWeight(from: Layer, spec: WeightSpec, key: 'layerDropped' | 'biasLost'): WeightPlan {
  const { reason } = detail(null, 'start', key, { layer: from.name });
  return { ...emptyRow(from.name, spec.role), from: from.name, action: 'drop', rule: 'drop', grade: 'start', reasons: [reason], oldShape: spec.shape };
}

function emptyRow(layer: string, weight: WeightRole): WeightPlan {
  return { layer, from: null, weight, action: 'init', rule: '', grade: 'start', reasons: [], oldShape: null, newShape: null, axes: [], fills: [] };
}

function layerMaps(context: PlanContext, layer: Layer, from: Layer, inner: number): Omit<LayerMaps, 'tail'> {
  const { next, old, pair } = context;
  const inputName = next.inputs.get(layer.name)![0]!;
  const given = context.relations.get(inputName)!;
  const composed = composedWith(context, from, given);
  const oldInputName = composed?.reads ?? old.inputs.get(from.name)![0]!;
  const input = reach(context, given, oldInputName) ?? given;
  const read = [next.groups.of.get(inputName)!, old.groups.of.get(oldInputName)!] as const;
  const made = [next.groups.of.get(layer.name)!, old.groups.of.get(from.name)!] as const;
  const consume = dimensionMap(pair, 'consume', ...read, input.picture);
  const oldZeros = zerosBetween(context, input, oldInputName);
  const corresponds = input.old !== null && (input.old === old.same.get(oldInputName) || ('kernelSize' in layer && oldZeros !== undefined));
  const joined = composed ? [detail('D9', 'exact', 'layerComposed', { layer: layer.name, first: composed.first.name })] : [];
  const general = [...(corresponds ? [] : [detail(null, 'start', 'inputDiffers', { layer: layer.name })]), ...joined, ...affineDetails(layer, input, inner)];
  const shared = {
    layer,
    from,
    input,
    composed,
    consume,
    each: dimensionMap(pair, 'gather', ...read, input.picture),
    out: dimensionMap(pair, 'gather', ...made, input.picture),
    outConsume: dimensionMap(pair, 'consume', ...made, input.picture),
  };
  if ('kernelSize' in layer) {
    const kernel = kernelMaps(context, layer, (composed?.both ?? from) as KernelLayer, input, { reads: oldInputName, zeros: oldZeros });
    return { ...shared, kernel: kernel.maps, kernelDetails: kernel.details, general, picture: kernel.picture };
  }
  const flat = next.shapes.get(layer.name)!.length === 1;
  const lost = input.picture.kind === 'padded' ? [detail(null, 'close', 'zerosShifted', { layer: layer.name })] : [];
  const picture = flat ? samePicture : lost.length > 0 ? otherPicture : input.picture;
  return { ...shared, kernel: [], kernelDetails: [], general: [...general, ...lost], picture };
}

/** Zeros that the old model put around the tensor with a layer of their own, which the new one lacks. */
function zerosBetween({ old, matches }: PlanContext, input: Relation, oldInputName: string): Zeros | undefined {
  const padding = old.layers.get(old.same.get(oldInputName) ?? '');
  if (padding?.type !== 'zeroPadding2d' || input.old === null || old.same.get(old.inputs.get(padding.name)![0]!) !== input.old) return undefined;
  return [...matches.values()].includes(padding) ? undefined : padding.padding;
}

/** What the activation and the lack of a one-to-one relation do to the promise for the output. */
function activate(context: PlanContext, maps: LayerMaps, relation: Relation): Relation {
  const { layer, from } = maps;
  const activation = activationOf(layer);
  const bends = activation !== 'linear' || layer.type === 'prelu';
  if (!bends) return relation;
  const after = entrywise(relation, false);
  const holds = activation === 'softmax' ? softmaxHolds(context, layer, from) : isUnmixed(maps.outConsume.map);
  return holds ? after : { ...after, grade: worstGrade([after.grade, activation === 'softmax' ? 'start' : 'close']) };
}

function weightRow(context: PlanContext, maps: LayerMaps, spec: WeightSpec, old: WeightSpec): WeightPlan {
  if (old.shape.length !== spec.shape.length) return freshRow(maps, spec); // a PReLU that went behind Flatten
  if (spec.role === 'kernel' && isRegrouped(maps)) return freshRow(maps, spec);
  const axes = axesOf(maps, spec, old);
  const own = detailsOf(context, maps, spec.role, axes);
  const changed = maps.tail.change ? [maps.tail.change] : [];
  const settings = settingsDiffer(maps.layer, maps.from) ? [detail(null, 'start', 'settingsChanged', { layer: maps.layer.name })] : [];
  const kind = spec.role === 'bias' ? [] : kindDetails(context, maps);
  const details = [...kind, ...own, ...maps.general, ...changed, ...settings];
  const fills = fillsOf(context, maps, spec.role, axes);
  const linear = linearOf(spec.role, maps.input, maps.tail.inner, maps.layer);
  const plain = axes.every(isIdentity) && fills.length === 0 && !linear && !maps.composed && kind.length === 0;
  const rules = [...new Set(details.flatMap((item) => (item.rule ? [item.rule] : [])))];
  return {
    layer: maps.layer.name,
    from: maps.from.name,
    weight: spec.role,
    action: plain ? 'copy' : 'adapt',
    rule: rules.length > 0 ? rules.join('+') : 'copy',
    grade: worstGrade([maps.input.grade, ...details.map((item) => item.grade)]),
    reasons: details.length > 0 ? details.map((item) => item.reason) : [plainReason(maps)],
    oldShape: old.shape,
    newShape: spec.shape,
    axes,
    fills,
    ...(linear ? { linear } : {}),
    ...shiftOf(context, maps, spec),
    ...composition(context, maps),
  };
}

/** Kernels that see a part of the channels each can be carried over only as they are. */
function isRegrouped({ layer, from, consume, out }: LayerMaps): boolean {
  const groups = [layer, from].map((of) => (of.type === 'conv2d' ? (of.groups ?? 1) : 1));
  return groups[0] !== groups[1] || (groups[0]! > 1 && !(isIdentity(consume.map) && isIdentity(out.map)));
}

function shiftOf(context: PlanContext, maps: LayerMaps, spec: WeightSpec): Pick<WeightPlan, 'shift'> {
  if (spec.role !== 'bias' || !maps.out.changes.has('classes') || classHead(context.next) !== maps.layer.name) return {};
  const shift = classShifts(context.next, context.old, context.classes).flatMap((value, index) => (value === 0 ? [] : [[index, value] as const]));
  return shift.length > 0 ? { shift } : {};
}

/** What it means that the old layer is of another kind. */
function kindDetails(context: PlanContext, { layer, from }: LayerMaps): Detail[] {
  const kind = context.kinds.get(from.name);
  if (!kind) return [];
  const params = { layer: layer.name, from: from.name };
  if (kind.how === 'reshaped') return [detail('S3', 'exact', 'kindReshaped', params)];
  if (kind.how === 'joined') return [detail('S1', 'exact', 'kindJoined', params)];
  const [height, width, , outputs] = kind.shape as readonly [number, number, number, number];
  const counts = { ...params, multiplier: kind.multiplier!, enough: Math.min(height * width, outputs) };
  return [isSeparableExact(kind) ? detail('S1', 'exact', 'kindSeparated', counts) : detail('S2', 'close', 'kindSeparatedClose', counts)];
}

function composition({ old }: PlanContext, { composed, from }: LayerMaps): Pick<WeightPlan, 'compose'> {
  if (!composed) return {};
  const { first } = composed;
  const shapes = [old.specs.get(first.name)![0]!.shape, old.specs.get(from.name)![0]!.shape] as const;
  return { compose: { layer: first.name, strides: first.type === 'conv2d' ? first.strides : [1, 1], shapes } };
}

function freshRow(maps: LayerMaps, spec: WeightSpec): WeightPlan {
  const { reason } = detail(null, 'start', 'structureDiffers', { layer: maps.layer.name, from: maps.from.name });
  return { ...emptyRow(maps.layer.name, spec.role), rule: 'init', reasons: [reason], newShape: spec.shape };
}

function settingsDiffer(layer: Layer, from: Layer): boolean {
  return layer.type === 'batchNormalization' && from.type === 'batchNormalization' && layer.epsilon !== from.epsilon;
}

function plainReason(maps: LayerMaps): WeightPlan['reasons'][number] {
  const key = maps.input.grade === 'exact' ? 'copied' : 'copiedInputClose';
  return detail(null, 'exact', key, { from: maps.from.name }).reason;
}

function zeroBias(context: PlanContext, maps: LayerMaps, spec: WeightSpec): WeightPlan {
  const { reason } = detail(null, 'exact', 'biasAdded', { layer: maps.layer.name });
  const linear = linearOf('bias', maps.input, maps.tail.inner, maps.layer);
  const firstBias = maps.composed?.first.useBias === true;
  if (maps.tail.norm || linear?.sum || firstBias) {
    const reasons = maps.tail.norm ? [] : maps.general.map((item) => item.reason);
    const grade = worstGrade([maps.input.grade, ...maps.general.map((item) => item.grade)]);
    return { ...emptyRow(maps.layer.name, spec.role), from: maps.from.name, action: 'adapt', rule: 'copy', grade, reasons, oldShape: [maps.out.map.oldSize], newShape: spec.shape, axes: [maps.out.map], ...(linear ? { linear } : {}), ...composition(context, maps) };
  }
  const values = new Array<number>(spec.shape.reduce((a, b) => a * b, 1)).fill(0);
  return { ...emptyRow(maps.layer.name, spec.role), rule: 'init', grade: maps.input.grade, reasons: [reason], newShape: spec.shape, values };
}

function axesOf(maps: LayerMaps, spec: WeightSpec, old: WeightSpec): AxisMap[] {
  const ones = (count: number) => Array.from({ length: count }, () => identityMap(1));
  switch (spec.role) {
    case 'kernel':
      return [...maps.kernel, maps.layer.type === 'conv2d' && maps.layer.groups ? identityMap(spec.shape[2]!) : maps.consume.map, maps.out.map];
    case 'depthwise_kernel':
      return [...maps.kernel, maps.each.map, resizeMap(spec.shape[3]!, old.shape[3]!)];
    case 'pointwise_kernel': {
      const times = [spec.shape[2]! / maps.consume.map.newSize, old.shape[2]! / maps.consume.map.oldSize] as const;
      return [...ones(2), productMap([maps.consume.map, resizeMap(...times)]), maps.out.map];
    }
    default:
      return [...ones(spec.shape.length - 1), maps.out.map];
  }
}

function detailsOf(context: PlanContext, maps: LayerMaps, role: WeightRole, axes: readonly AxisMap[]): Detail[] {
  const names = { layer: maps.layer.name, from: maps.from.name };
  const reads = role === 'kernel' || role === 'pointwise_kernel';
  const details: Detail[] = role === 'kernel' || role === 'depthwise_kernel' ? [...maps.kernelDetails] : [];
  if (reads) {
    details.push(...axisDetails(context, maps.consume, names, cellsOf(maps)));
    if (!keepsAll(maps.consume.map) && details.every((item) => item.grade === 'exact')) details.push(detail('W6', 'start', 'channelsLost', names));
  }
  if (role === 'depthwise_kernel' && axes[3]!.newSize !== axes[3]!.oldSize) details.push(detail('X', 'start', 'kernelChanged', { ...names, kernel: axes[3]!.oldSize, newKernel: axes[3]!.newSize }));
  if (role === 'kernel' || role === 'pointwise_kernel' || role === 'bias') {
    const classes = maps.out.changes.has('classes') ? classDetails(context, role === 'bias', !hasBias(maps.layer), maps.layer.name) : [];
    details.push(...classes, ...outputDetails(context, maps.out, names, maps.layer.type === 'depthwiseConv2d'));
  } else details.push(...eachDetails(context, maps, names));
  return details;
}

/** Whether the cells of a flattened picture are the old ones again, and how. */
function cellsOf({ input }: LayerMaps): 'shared' | 'repeated' | 'inside' {
  const { kind } = input.picture;
  return (kind === 'repeated' || kind === 'inside') && input.grade === 'exact' ? kind : 'shared';
}

function eachDetails(context: PlanContext, maps: LayerMaps, names: { readonly layer: string; readonly from: string }): Detail[] {
  const details = maps.each.changes.has('classes') ? classDetails(context, false, false, maps.layer.name) : outputDetails(context, maps.each, names, true);
  if (isOneToOne(maps.consume.map)) return details;
  const grade: Grade = maps.each.changes.has('cells') ? 'close' : 'start';
  return [...details, detail(null, grade, 'notOneToOne', names)];
}

function hasBias(layer: Layer): boolean {
  return 'useBias' in layer && layer.useBias;
}

function fillsOf(context: PlanContext, maps: LayerMaps, role: WeightRole, axes: readonly AxisMap[]): Fill[] {
  const axis = role === 'depthwise_kernel' ? 2 : axes.length - 1;
  const indices = freshIndices(axes[axis]!);
  if (indices.length === 0) return [];
  const isClass = maps.out.changes.has('classes');
  const value = freshValue(role, isClass && context.next.groups.output !== null);
  return value === 0 ? [] : [{ axis, indices, value }];
}

function freshValue(role: WeightRole, isClass: boolean): Fill['value'] {
  if (role === 'gamma' || role === 'moving_variance') return 1;
  if (role === 'bias') return isClass ? 'lowest' : 0;
  if (role === 'kernel' || role === 'pointwise_kernel') return isClass ? 0 : 'random';
  return role === 'depthwise_kernel' ? 'random' : 0;
}
