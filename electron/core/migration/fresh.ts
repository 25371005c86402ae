import type { Layer, WeightRole, WeightSpec } from '../architecture';
import type { AxisMap, Fill, WeightPlan } from '../migrations';
import { withAffine } from './affine';
import { composeMaps, isIdentity, rowsOf, selectMap, sparseMap } from './axisMaps';
import type { DimensionMap } from './dimensionMaps';
import { dimensionMap, isOneToOne, isUnmixed, keepsAll } from './dimensionMaps';
import { foldedKernelMap } from './fold';
import { resampledAxis } from './inputKernels';
import type { KernelLayer } from './kernels';
import { INPUT, activationOf, lastLayer } from './layerGraph';
import { onlyReader } from './order';
import { leavesAlone } from './ranges';
import type { Affine, Detail, PictureRelation, PlanContext, PlannedLayer, Relation, Zeros } from './sides';
import { detail, otherPicture, samePicture } from './sides';
import { pendingLayer } from './tail';
import { entrywise, unmixed } from './unweighted';
import { isPlainKernel } from '../shapes';

/**
 * A layer that the old model does not have. Where it can hand on what it gets (identity kernels: Chen, Goodfellow and
 * Shlens 2015; Zagoruyko and Komodakis 2017), or nobody hears it, nothing is lost; otherwise it starts at random.
 */
export function planFresh(context: PlanContext, layer: Layer): PlannedLayer {
  const { zero, unheard } = context.silence;
  if (zero.has(layer.name)) return silentLayer(context, layer);
  if (unheard.has(layer.name)) return randomLayer(context, layer, detail('D4', 'exact', 'layerUnheard', { layer: layer.name }));
  const input = context.relations.get(context.next.inputs.get(layer.name)![0]!)!;
  const planned = mixesColours(context, layer, input) ? colourMixer(context, layer, input) : passOn(context, layer, input);
  return planned ?? randomLayer(context, layer, detail('init', 'start', 'layerNew', { layer: layer.name }));
}

function emptyRow(spec: WeightSpec): WeightPlan {
  return { layer: spec.layer, from: null, weight: spec.role, action: 'init', rule: '', grade: 'start', reasons: [], oldShape: null, newShape: spec.shape, axes: [], fills: [] };
}

function startRow(spec: WeightSpec, { rule, grade, reason }: Detail, start: WeightPlan['start'], fills: readonly Fill[] = []): WeightPlan {
  return { ...emptyRow(spec), rule: rule!, grade, reasons: [reason], start, fills };
}

function randomLayer(context: PlanContext, layer: Layer, { rule, grade, reason }: Detail): PlannedLayer {
  const weights = context.next.specs.get(layer.name)!.map((spec): WeightPlan => ({ ...emptyRow(spec), rule: rule!, grade, reasons: [reason] }));
  return { weights, relation: { old: null, grade: 'start', picture: otherPicture } };
}

/** The end of a new branch: what makes its output is zero (a depthwise kernel before it may be random). */
function silentLayer(context: PlanContext, layer: Layer): PlannedLayer {
  const said = detail('D4', 'exact', 'layerSilent', { layer: layer.name });
  const specs = context.next.specs.get(layer.name)!;
  const split = specs.some(({ role }) => role === 'pointwise_kernel');
  const weights = specs.map((spec): WeightPlan => {
    if (split && spec.role === 'depthwise_kernel') return { ...emptyRow(spec), rule: 'D4', grade: 'exact', reasons: [said.reason] };
    return startRow(spec, said, { constant: spec.role === 'moving_variance' ? 1 : 0 });
  });
  return { weights, relation: { old: null, zero: true, grade: 'exact', picture: samePicture } };
}

function mixesColours(context: PlanContext, layer: Layer, input: Relation): boolean {
  const { colour } = context.pair;
  return (
    layer.type === 'conv2d' &&
    layer.kernelSize[0] * layer.kernelSize[1] * layer.strides[0] * layer.strides[1] === 1 &&
    layer.activation === 'linear' &&
    layer.useBias === (colour.rule === 'C7' && input.affine?.shifts !== undefined) &&
    input.old === INPUT &&
    input.grade === 'exact' &&
    readsPicture(context, layer) &&
    !isIdentity(colour.consume) &&
    colour.exact &&
    isPlainKernel(layer) &&
    layer.filters === colour.consume.oldSize
  );
}

/** Whether the axis that it reads is that of the picture's channels. */
function readsPicture({ next }: PlanContext, layer: Layer): boolean {
  const read = next.groups.of.get(next.inputs.get(layer.name)![0]!)!;
  return read.kind === 'group' && read.id === next.groups.input;
}

function colourMixer(context: PlanContext, layer: Layer, input: Relation): PlannedLayer {
  const { consume, rule } = context.pair.colour;
  const said = detail(rule, 'exact', rule === 'C2' ? 'lumaInFront' : 'channelsInFront', { layer: layer.name, old: consume.oldSize, next: consume.newSize });
  const values = new Array<number>(consume.newSize * consume.oldSize).fill(0);
  rowsOf(consume).forEach((row, c) => row.forEach(([old, share]) => (values[c * consume.oldSize + old] = share)));
  const [kernel, bias] = context.next.specs.get(layer.name)!;
  const row = (spec: WeightSpec, own: readonly number[]): WeightPlan => ({ ...emptyRow(spec), rule: rule!, grade: 'exact', reasons: [said.reason], values: own });
  const { affine } = input;
  const mixed = { ...input, sums: undefined };
  if (!bias || !affine?.shifts) return { weights: [row(kernel!, values)], relation: mixed };
  const zeros = affine.shifts.map((shift) => shift / affine.scale);
  return { weights: [row(kernel!, values), row(bias, zeros)], relation: withAffine(mixed, { ...affine, shifts: undefined }) };
}

/** A layer that gives what it gets; null where it cannot, or where what it gets has no old counterpart. */
function passOn(context: PlanContext, layer: Layer, input: Relation): PlannedLayer | null {
  const { old } = context;
  if (input.old === null || input.late || input.grade === 'start' || input.old === old.same.get(lastLayer(old.shape.architecture).name)) return null;
  if (input.affine && !input.affine.shifts && takesUp(layer)) return affineTaker(context, layer, input, input.affine);
  switch (layer.type) {
    case 'batchNormalization':
      return passingNormalization(context, layer, input);
    case 'prelu':
      return passingSlopes(context, layer, input);
    case 'conv2d':
    case 'separableConv2d':
    case 'depthwiseConv2d':
    case 'dense':
      return passingKernel(context, layer, input, input.old);
    default:
      return null;
  }
}

function takesUp(layer: Layer): layer is KernelLayer & { type: 'depthwiseConv2d' } {
  return layer.type === 'depthwiseConv2d' && layer.kernelSize[0] * layer.kernelSize[1] * layer.strides[0] * layer.strides[1] * layer.depthMultiplier === 1 && layer.activation === 'linear' && layer.useBias;
}

/** A layer in front that gives every number the value that the old model knows, before zeros are put around the picture. */
function affineTaker(context: PlanContext, layer: Layer, input: Relation, { scale, shift }: Affine): PlannedLayer {
  const said = detail('N2', input.grade, 'valuesInFront', { layer: layer.name });
  const weights = context.next.specs.get(layer.name)!.map((spec) => startRow(spec, said, { constant: spec.role === 'bias' ? shift : scale }));
  return { weights, relation: withAffine(input, { scale: 1, shift: 0 }) };
}

/**
 * Normalising by mean 0 and variance 1 and undoing the epsilon changes nothing. In training mode it would: `calibrate`
 * asks for the mean and variance of real frames instead, with gamma and beta that undo them.
 */
function passingNormalization(context: PlanContext, layer: Layer & { type: 'batchNormalization' }, input: Relation): PlannedLayer {
  const said = detail('B1', input.grade, 'normCalibrated', { layer: layer.name });
  const constants: Partial<Record<WeightRole, number>> = { gamma: Math.sqrt(1 + layer.epsilon), moving_variance: 1 };
  const weights = context.next.specs.get(layer.name)!.map((spec) => ({ ...startRow(spec, said, { constant: constants[spec.role] ?? 0 }), calibrate: true }));
  return { weights, relation: input };
}

/** A bend that the old model has here, as a slope of the PReLU that stands in its place now. */
function oldBend(context: PlanContext, tensor: string): { readonly layer: Layer; readonly slope: number } | null {
  const { old } = context;
  const pending = pendingLayer(old, tensor);
  if (pending) return activationOf(pending) === 'relu' ? { layer: pending, slope: 0 } : null;
  const kept = new Set([...context.matches.values()].map(({ name }) => name));
  const bend = [...old.layers.values()].find((layer) => !kept.has(layer.name) && (layer.type === 'leakyReLU' || layer.type === 'activation') && old.same.get(old.inputs.get(layer.name)![0]!) === tensor);
  if (bend?.type === 'leakyReLU') return { layer: bend, slope: bend.alpha };
  return bend?.type === 'activation' && bend.activation === 'relu' ? { layer: bend, slope: 0 } : null;
}

/** A slope of 1 below zero is no bend at all; where the old layer bent there, its own slope. */
function passingSlopes(context: PlanContext, layer: Layer, input: Relation): PlannedLayer {
  const [spec] = context.next.specs.get(layer.name)! as [WeightSpec];
  const bend = input.affine || input.late ? null : oldBend(context, input.old!);
  if (bend) {
    const relation = unmixed(context, layer, bend.layer, entrywise(input, true));
    const said = detail('A1', relation.grade, 'slopeOfBend', { layer: layer.name, from: bend.layer.name, slope: bend.slope });
    return { weights: [startRow(spec, said, { constant: bend.slope })], relation: { ...relation, old: bend.layer.name } };
  }
  return { weights: [startRow(spec, detail('D3', input.grade, 'slopeOne', { layer: layer.name }), { constant: 1 })], relation: input };
}

interface Window {
  readonly maps: readonly AxisMap[];
  readonly picture: PictureRelation;
  /** The rim of the picture is lost. */
  readonly cropped: boolean;
  /** The old picture was made by a filter, and the layer has its taps; of the rim only nearly. */
  readonly filter?: 'exact' | 'rim';
  /** The old pool in whose place the layer stands. */
  readonly pool?: Layer & { type: 'maxPooling2d' | 'averagePooling2d' };
}

function passingKernel(context: PlanContext, layer: KernelLayer | (Layer & { type: 'dense' }), input: Relation, oldName: string): PlannedLayer | null {
  const { next, old, pair } = context;
  if ('kernelSize' in layer && !isPlainKernel(layer)) return null;
  const inputName = next.inputs.get(layer.name)![0]!;
  const [consume, out] = [inputName, layer.name].map((name) => dimensionMap(pair, 'consume', next.groups.of.get(name)!, old.groups.of.get(oldName)!, input.picture)) as [DimensionMap, DimensionMap];
  const plain = [...consume.changes, ...out.changes].every((change) => change === 'colours' || change === 'wider' || change === 'copied');
  if (!plain || !keepsAll(consume.map) || !keepsAll(out.map)) return null;
  const mixes = layer.type !== 'depthwiseConv2d';
  if (mixes && !(isUnmixed(out.map) && isOneToOne(out.map))) return null;
  const window = 'kernelSize' in layer ? passingWindow(context, layer, input) : { maps: [], picture: input.picture, cropped: false };
  if (!window) return null;
  const alone = leavesAlone(layer.activation, next.ranges.get(inputName)!);
  if (!alone && ['softmax', 'softplus'].includes(layer.activation)) return null;
  const small = alone ? null : smallSignal(context, layer, input);
  if (!alone && !small && ['sigmoid', 'hardSigmoid'].includes(layer.activation)) return null;
  const said = small ? detail('D5', 'close', 'layerSmallSignal', { layer: layer.name, activation: layer.activation, factor: small.factor }) : passingDetail(layer, input, window, alone);
  const maps = small ? window.maps.map((map, axis) => (axis === 0 ? scaledMap(map, small.factor) : map)) : window.maps;
  const read = small && maps.length === 0 ? scaledMap(consume.map, small.factor) : consume.map;
  const weights = next.specs.get(layer.name)!.map((spec) => passingRow(spec, said, maps, read, out.map));
  const relation = { ...input, old: window.pool?.name ?? input.old, picture: window.picture, grade: said.grade };
  return { weights, relation: small ? withAffine(relation, small.affine) : relation };
}

/** So small a part of it that the bend is hardly there; the next kernel makes it as large again. */
function smallSignal(context: PlanContext, layer: Layer, input: Relation): { readonly factor: number; readonly affine: Affine } | null {
  const reader = onlyReader(context.next, layer.name);
  const takes = reader !== null && (reader.type === 'conv2d' || reader.type === 'dense') && reader.useBias && context.matches.has(reader.name);
  if (!takes || input.affine) return null;
  const factor = 0.01;
  if (activationOf(layer) === 'tanh') return { factor, affine: { scale: 1 / factor, shift: 0 } };
  // sigmoid(x) = 1/2 + x/4 near zero
  return activationOf(layer) === 'sigmoid' ? { factor, affine: { scale: 4 / factor, shift: -2 / factor } } : null;
}

function scaledMap(map: AxisMap, factor: number): AxisMap {
  return sparseMap('composed', map.oldSize, rowsOf(map).map((row) => row.map(([i, value]) => [i, value * factor] as const)));
}

function passingDetail(layer: Layer, input: Relation, window: Window, alone: boolean): Detail {
  const params = { layer: layer.name, activation: activationOf(layer) };
  if (window.pool && alone) return window.pool.type === 'averagePooling2d' ? detail('P3', input.grade, 'poolBecomesKernel', { ...params, pool: window.pool.name }) : detail('P3', 'close', 'maximumBecomesKernel', { ...params, pool: window.pool.name });
  if (!alone) return detail('D2', 'close', 'layerBends', params);
  if (window.filter) return detail('H3', window.filter === 'rim' ? 'close' : input.grade, window.filter === 'rim' ? 'layerResamplesRim' : 'layerResamples', params);
  if (window.cropped) return detail('D7', 'close', 'layerCrops', params);
  const mean = window.picture.kind !== input.picture.kind;
  const rule = input.old === INPUT ? 'D8' : activationOf(layer) === 'linear' ? 'D3' : 'D1';
  return detail(rule, input.grade, mean ? 'layerTakesMean' : 'layerPassesOn', params);
}

/** One tap that looks at the pixel itself, or equal taps over the block of pixels that was one pixel. */
function passingWindow(context: PlanContext, layer: KernelLayer, input: Relation): Window | null {
  const sizes = context.next.shapes.get(context.next.inputs.get(layer.name)![0]!)!;
  const mapsFor = (factors: readonly number[], zeros: Zeros = [[0, 0], [0, 0]]) =>
    ([0, 1] as const).map((axis) => {
      const around = zeros[axis];
      const next = { size: sizes[axis]! - around[0] - around[1], kernel: layer.kernelSize[axis], stride: layer.strides[axis], padding: layer.padding, zeros: around };
      return foldedKernelMap({ ...next, size: next.size / factors[axis]!, kernel: 1, stride: 1, zeros: [0, 0] }, next, factors[axis]!);
    });
  const { picture } = input;
  const padded = picture.kind === 'padded' ? mapsFor([1, 1], picture.zeros) : [null];
  if (padded.every((map) => map !== null)) return { maps: padded, picture: samePicture, cropped: false };
  if (picture.kind === 'resampled') return filterWindow(context, layer, sizes, picture);
  const mean = picture.kind === 'finer' ? mapsFor([picture.height, picture.width]) : [null];
  if (mean.every((map) => map !== null)) return { maps: mean, picture: samePicture, cropped: false };
  const same = mapsFor([1, 1]);
  if (same.every((map) => map !== null)) return { maps: same, picture, cropped: false };
  const instead = picture.kind === 'same' ? poolInstead(context, layer, input, sizes) : null;
  if (instead) return instead;
  if (layer.strides[0] * layer.strides[1] !== 1) return null;
  const middle = layer.kernelSize.map((taps) => selectMap('pad', 1, Array.from({ length: taps }, (_, i) => (i === (taps - 1) >> 1 ? 0 : -1))));
  return { maps: middle, picture: otherPicture, cropped: true };
}

/** The taps of the filter that made the old picture. */
function filterWindow({ old }: PlanContext, layer: KernelLayer, sizes: readonly number[], { height, width }: PictureRelation & { kind: 'resampled' }): Window | null {
  const oldSizes = old.shapes.get(INPUT)!;
  const [rows, columns] = ([0, 1] as const).map((axis) => {
    const next = { size: sizes[axis]!, kernel: layer.kernelSize[axis], stride: layer.strides[axis], padding: layer.padding };
    return resampledAxis({ size: oldSizes[axis]!, kernel: 1, stride: 1, padding: layer.padding }, next, axis === 0 ? height : width);
  });
  return rows && columns ? { maps: [rows.map, columns.map], picture: samePicture, cropped: false, filter: rows.exact && columns.exact ? 'exact' : 'rim' } : null;
}

/** Equal taps over the window of the old pool that is gone: the mean that it took (or stands for its maximum). */
function poolInstead({ old, matches }: PlanContext, layer: KernelLayer, input: Relation, sizes: readonly number[]): Window | null {
  const pool = input.old === null ? null : onlyReader(old, input.old);
  if ((pool?.type !== 'averagePooling2d' && pool?.type !== 'maxPooling2d') || pool.padding !== 'valid' || [...matches.values()].includes(pool)) return null;
  const maps = ([0, 1] as const).map((axis) => {
    const next = { size: sizes[axis]!, kernel: layer.kernelSize[axis], stride: layer.strides[axis], padding: layer.padding };
    const taps = foldedKernelMap({ size: next.size, kernel: pool.poolSize[axis], stride: pool.strides[axis], padding: 'valid' }, next, 1);
    const mean = sparseMap('resample', 1, Array.from({ length: pool.poolSize[axis] }, () => [[0, 1 / pool.poolSize[axis]] as const]));
    return taps && composeMaps(taps, mean);
  });
  return maps.every((map) => map !== null) ? { maps, picture: samePicture, cropped: false, pool } : null;
}

function passingRow(spec: WeightSpec, said: Detail, window: readonly AxisMap[], consume: AxisMap, out: AxisMap): WeightPlan {
  if (spec.role === 'bias') return startRow(spec, said, { constant: 0 });
  if (spec.role === 'depthwise_kernel') return startRow(spec, said, { constant: 0, entries: tapsPerChannel(spec.shape, window) });
  const kernel = kernelEntries(spec.shape, spec.role === 'pointwise_kernel' ? [] : window, consume, out);
  const fills = kernel.fresh.length > 0 ? [{ axis: spec.shape.length - 1, indices: kernel.fresh, value: 'random' as const }] : [];
  return startRow(spec, said, { constant: 0, entries: kernel.entries }, fills);
}

/** The entries that lead each old channel from where it is to where it goes; of several depthwise copies the first one is read. */
function kernelEntries(shape: readonly number[], window: readonly AxisMap[], consume: AxisMap, out: AxisMap) {
  const units = shape.at(-1)!;
  const channels = shape.at(-2)!;
  const copies = channels / consume.newSize;
  const places: number[][] = Array.from({ length: out.oldSize }, () => []);
  const outRows = rowsOf(out);
  outRows.forEach((row, p) => row.forEach(([j]) => places[j]!.push(p)));
  const entries: (readonly [number, number])[] = [];
  for (const [tap, share] of taps(window)) {
    rowsOf(consume).forEach((row, c) => row.forEach(([j, factor]) => places[j]!.forEach((p) => entries.push([(tap * channels + c * copies) * units + p, share * factor]))));
  }
  return { entries, fresh: outRows.flatMap((row, p) => (row.length === 0 ? [p] : [])) };
}

function tapsPerChannel(shape: readonly number[], window: readonly AxisMap[]): (readonly [number, number])[] {
  const size = shape.at(-1)! * shape.at(-2)!;
  return taps(window).flatMap(([tap, share]) => Array.from({ length: size }, (_, i) => [tap * size + i, share] as const));
}

function taps(window: readonly AxisMap[]): (readonly [tap: number, share: number])[] {
  if (window.length === 0) return [[0, 1]];
  const [rows, columns] = window.map(rowsOf) as [ReturnType<typeof rowsOf>, ReturnType<typeof rowsOf>];
  return rows.flatMap((row, i) => columns.flatMap((column, k) => row.flatMap(([, f]) => column.map(([, g]) => [i * columns.length + k, f * g] as const))));
}
