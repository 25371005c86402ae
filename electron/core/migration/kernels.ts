import type { Conv2DLayer, DepthwiseConv2DLayer, SeparableConv2DLayer } from '../architecture';
import type { AxisMap } from '../migrations';
import { dilationOf, isPlainKernel } from '../shapes';
import { foldMap, identityMap, selectMap } from './axisMaps';
import type { KernelAxis } from './fold';
import { foldedKernelMap, kernelOutputs, unfoldedKernelMap, zerosBefore } from './fold';
import { insideAxis, resampledAxis, stuffedAxis } from './inputKernels';
import type { Detail, PictureRelation, PlanContext, Relation, Zeros } from './sides';
import { detail, otherPicture, samePicture } from './sides';

export type KernelLayer = Conv2DLayer | DepthwiseConv2DLayer | SeparableConv2DLayer;

interface OldInput {
  readonly reads: string;
  readonly zeros: Zeros | undefined;
}

export interface KernelMaps {
  readonly maps: readonly [height: AxisMap, width: AxisMap];
  readonly details: readonly Detail[];
  readonly picture: PictureRelation;
}

/**
 * Height and width of a convolution's kernel: folded, grown, or as they are on another picture.
 * @param before what the old kernel reads, and the zeros that a layer in front put around it where the new one has none
 */
export function kernelMaps({ next, old }: PlanContext, layer: KernelLayer, from: KernelLayer, relation: Relation, before: OldInput): KernelMaps {
  const { picture } = relation;
  const oldZeros = before.zeros ?? noZeros;
  const factors = picture.kind === 'finer' ? [picture.height, picture.width] : [1, 1];
  const zeros = picture.kind === 'padded' ? picture.zeros : noZeros;
  const newSizes = next.shapes.get(next.inputs.get(layer.name)![0]!)!;
  const oldSizes = old.shapes.get(before.reads)!;
  const axisOf = (k: 0 | 1) => [kernelAxis(from, k, oldSizes, oldZeros), kernelAxis(layer, k, newSizes, zeros)] as const;
  if (!isPlainKernel(layer) || !isPlainKernel(from)) return spacedMaps(layer, from, picture, axisOf);
  const density = densityOf(layer, from, factors);
  const fits = picture.kind === 'same' || picture.kind === 'finer' || picture.kind === 'padded';
  const axes = ([0, 1] as const).map((axis) =>
    fits && density ? foldedKernelMap(...axisOf(axis), factors[axis]!, density[axis]) : null,
  );
  if (density && axes[0] && axes[1]) {
    const after: PictureRelation = density[0] * density[1] === 1 ? samePicture : { kind: 'denser', height: density[0], width: density[1] };
    const padded = picture.kind === 'padded' || oldZeros !== noZeros;
    return { maps: [axes[0], axes[1]], details: foldDetails(layer, from, factors, padded, density), picture: after };
  }
  if (picture.kind === 'coarser') {
    const blocks = [picture.height, picture.width];
    const back = ([0, 1] as const).map((axis) => unfoldedKernelMap(kernelAxis(from, axis, oldSizes, oldZeros), kernelAxis(layer, axis, newSizes, noZeros), blocks[axis]!));
    if (back[0] && back[1]) return { maps: [back[0], back[1]], details: [detail('H9', 'exact', 'kernelUnfolded', { from: from.name, kernel: pair(from.kernelSize), newKernel: pair(layer.kernelSize), block: pair(blocks), stride: pair(from.strides), newStride: pair(layer.strides) })], picture: samePicture };
  }
  if (picture.kind === 'denser' && [...layer.kernelSize, ...from.kernelSize, ...layer.strides, ...from.strides].every((size) => size === 1)) {
    return { maps: [identityMap(1), identityMap(1)], details: [], picture };
  }
  const other = resampledMaps(layer, from, picture, axisOf) ?? stuffedMaps(layer, from, picture, axisOf) ?? insideMaps(layer, from, picture, axisOf);
  return other ?? unfolded(layer, from, picture);
}

/**
 * Kernels with gaps between their taps, or for a part of the channels each. X6: exact where every old tap has a new one
 * that reads the same pixel (a smaller dilation with zeros between the taps, a larger kernel of the same one).
 */
function spacedMaps(layer: KernelLayer, from: KernelLayer, picture: PictureRelation, axisOf: AxisPair): KernelMaps {
  const partsOf = (of: KernelLayer): number => ('groups' in of ? (of.groups ?? 1) : 1);
  const [rates, oldRates] = [dilationOf(layer), dilationOf(from)];
  const alike = partsOf(layer) === partsOf(from) && pair(rates) === pair(oldRates);
  if (partsOf(layer) === partsOf(from) && (picture.kind === 'same' || picture.kind === 'padded')) {
    const [rows, columns] = ([0, 1] as const).map((axis) => spacedAxis(...axisOf(axis), oldRates[axis], rates[axis]));
    if (rows && columns) return { maps: [rows, columns], details: spacedDetails(layer, from, picture.kind === 'padded'), picture: samePicture };
  }
  const changed = unfolded(layer, from, picture);
  return alike ? changed : { ...changed, details: [detail(null, 'start', 'settingsChanged', { layer: layer.name })] };
}

/** One side of a kernel whose taps lie `rate` pixels apart, from one whose taps lay `oldRate` apart; null where an old tap finds no place. */
function spacedAxis(old: KernelAxis, next: KernelAxis, oldRate: number, rate: number): AxisMap | null {
  const [was, is] = [{ ...old, kernel: (old.kernel - 1) * oldRate + 1 }, { ...next, kernel: (next.kernel - 1) * rate + 1 }];
  if (is.size !== was.size || is.stride !== was.stride || kernelOutputs(is) !== kernelOutputs(was)) return null;
  const offset = zerosBefore(is) - zerosBefore(was);
  const taps = Array.from({ length: next.kernel }, (_, u) => {
    const tap = (u * rate - offset) / oldRate;
    return Number.isInteger(tap) && tap >= 0 && tap < old.kernel ? tap : -1;
  });
  return taps.filter((tap) => tap >= 0).length === old.kernel ? selectMap('pad', old.kernel, taps) : null;
}

function spacedDetails(layer: KernelLayer, from: KernelLayer, padded: boolean): Detail[] {
  const params = { layer: layer.name, from: from.name, kernel: pair(from.kernelSize), newKernel: pair(layer.kernelSize), rate: pair(dilationOf(from)), newRate: pair(dilationOf(layer)) };
  if (params.rate !== params.newRate) return [detail('X6', 'exact', 'dilationStuffed', params)];
  if (params.kernel !== params.newKernel) return [detail('X1', 'exact', 'kernelGrown', params)];
  return padded || layer.padding !== from.padding ? [detail('X2', 'exact', 'zerosApart', params)] : [];
}

const noZeros: Zeros = [
  [0, 0],
  [0, 0],
];

/** How many new answers per side there are for each old one; null where there is no whole number of them. */
function densityOf(layer: KernelLayer, from: KernelLayer, factors: readonly number[]): readonly [number, number] | null {
  const density = ([0, 1] as const).map((axis) => (from.strides[axis] * factors[axis]!) / layer.strides[axis]);
  return density.every(Number.isInteger) ? [density[0]!, density[1]!] : null;
}

function kernelAxis(layer: KernelLayer, axis: 0 | 1, sizes: readonly number[], zeros: Zeros): KernelAxis {
  const around = zeros[axis];
  return { size: sizes[axis]! - around[0] - around[1], kernel: layer.kernelSize[axis], stride: layer.strides[axis], padding: layer.padding, zeros: around };
}

function foldDetails(layer: KernelLayer, from: KernelLayer, factors: readonly number[], padded: boolean, density: readonly number[]): Detail[] {
  const [height, width] = factors as [number, number];
  const params = { layer: layer.name, from: from.name, kernel: pair(from.kernelSize), newKernel: pair(layer.kernelSize), stride: pair(from.strides), newStride: pair(layer.strides) };
  const denser = density.some((times) => times > 1) ? [detail('X4', 'exact', 'strideLessPicked', { ...params, every: pair(density) })] : [];
  if (height * width === 1) {
    const grown = pair(layer.kernelSize) !== pair(from.kernelSize);
    const edges = !grown && (padded || layer.padding !== from.padding) ? [detail('X2', 'exact', 'zerosApart', params)] : [];
    return [...(grown ? [detail(padded ? 'X2' : 'X1', 'exact', 'kernelGrown', params)] : edges), ...denser];
  }
  const folded = detail('H2', 'exact', 'foldedFirstKernel', { ...params, block: pair(factors), share: height * width });
  const grown = layer.kernelSize[0] > height * from.kernelSize[0] || layer.kernelSize[1] > width * from.kernelSize[1];
  return [folded, ...(grown ? [detail('H2', 'exact', 'foldedWithZeros', params)] : []), ...denser];
}

type AxisPair = (axis: 0 | 1) => readonly [old: KernelAxis, next: KernelAxis];

/** H3: the old picture was made of the new one by a filter. */
function resampledMaps(layer: KernelLayer, from: KernelLayer, picture: PictureRelation, axisOf: AxisPair): KernelMaps | null {
  if (picture.kind !== 'resampled') return null;
  const [rows, columns] = [resampledAxis(...axisOf(0), picture.height), resampledAxis(...axisOf(1), picture.width)];
  if (!rows || !columns) return null;
  const exact = rows.exact && columns.exact;
  const params = { from: from.name, layer: layer.name, kernel: pair(from.kernelSize), newKernel: pair(layer.kernelSize) };
  return { maps: [rows.map, columns.map], details: [detail('H3', exact ? 'exact' : 'close', exact ? 'kernelResampled' : 'kernelResampledRim', params)], picture: samePicture };
}

/** H5: zeros between the taps, on a picture that has several pixels for each old one. */
function stuffedMaps(layer: KernelLayer, from: KernelLayer, picture: PictureRelation, axisOf: AxisPair): KernelMaps | null {
  if (picture.kind !== 'finer' && picture.kind !== 'repeated' && picture.kind !== 'denser') return null;
  const { height, width } = picture;
  const [rows, columns] = [stuffedAxis(...axisOf(0), height), stuffedAxis(...axisOf(1), width)];
  if (!rows || !columns) return null;
  const left = [rows.steps ? 1 : height, columns.steps ? 1 : width] as const;
  const exact = picture.kind !== 'finer' || picture.repeated === true;
  const params = { from: from.name, layer: layer.name, kernel: pair(from.kernelSize), newKernel: pair(layer.kernelSize), zeros: Math.max(height, width) - 1 };
  const after: PictureRelation = left[0] * left[1] === 1 ? samePicture : { kind: picture.kind === 'denser' ? 'denser' : 'repeated', height: left[0], width: left[1] };
  return { maps: [rows.map, columns.map], details: [detail('H5', exact ? 'exact' : 'close', exact ? 'kernelStuffed' : 'kernelStuffedClose', params)], picture: after };
}

/** H11: the old picture is a part of the new one, at the same zoom. */
function insideMaps(layer: KernelLayer, from: KernelLayer, picture: PictureRelation, axisOf: AxisPair): KernelMaps | null {
  if (picture.kind !== 'inside') return null;
  const [rows, columns] = [insideAxis(...axisOf(0), picture.top), insideAxis(...axisOf(1), picture.left)];
  if (!rows || !columns) return null;
  const exact = rows.exact && columns.exact;
  const maps = [identityMap(from.kernelSize[0]), identityMap(from.kernelSize[1])] as const;
  return { maps, details: exact ? [] : [detail('H11', 'close', 'kernelInsideRim', { from: from.name, layer: layer.name })], picture: { kind: 'inside', top: rows.first, left: columns.first } };
}

/** Where the answers cannot be kept: what is done instead, and why it is only close. */
function unfolded(layer: KernelLayer, from: KernelLayer, picture: PictureRelation): KernelMaps {
  const maps = ([0, 1] as const).map((axis) => centredMap(layer.kernelSize[axis], from.kernelSize[axis])) as [AxisMap, AxisMap];
  const params = { layer: layer.name, from: from.name, kernel: pair(from.kernelSize), newKernel: pair(layer.kernelSize), stride: pair(from.strides), newStride: pair(layer.strides) };
  const axes = [0, 1] as const;
  const details: Detail[] = [];
  if (axes.some((axis) => layer.kernelSize[axis] < from.kernelSize[axis])) details.push(detail('X3', 'close', 'kernelCut', params));
  else if (pair(layer.kernelSize) !== pair(from.kernelSize)) details.push(detail('X2', 'close', 'kernelGrownRim', params));
  if (axes.some((axis) => layer.strides[axis] > from.strides[axis])) details.push(detail('X5', 'close', 'strideMore', params));
  else if (pair(layer.strides) !== pair(from.strides)) details.push(detail('X4', 'close', 'strideLess', params));
  if (layer.padding !== from.padding) details.push(detail('X2', 'close', 'edgesChanged', params));
  if (details.length === 0) details.push(detail('H4', 'close', picture.kind === 'padded' ? 'edgesChanged' : 'kernelOnOtherPicture', params));
  return { maps, details, picture: otherPicture };
}

function centredMap(newSize: number, oldSize: number): AxisMap {
  if (newSize === oldSize) return identityMap(oldSize);
  if (newSize > oldSize) return foldMap(newSize, oldSize, 1, Math.floor((newSize - oldSize) / 2));
  const front = Math.floor((oldSize - newSize) / 2);
  return selectMap('select', oldSize, Array.from({ length: newSize }, (_, i) => i + front));
}

function pair(values: readonly number[]): string {
  return `${values[0]}x${values[1]}`;
}
