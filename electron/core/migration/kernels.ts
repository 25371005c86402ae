import type { Conv2DLayer, DepthwiseConv2DLayer, SeparableConv2DLayer } from '../architecture';
import type { AxisMap } from '../migrations';
import { foldMap, identityMap, selectMap } from './axisMaps';
import { foldedKernelMap } from './fold';
import type { Detail, PictureRelation, Relation, Side } from './sides';
import { detail, otherPicture, samePicture } from './sides';

export type KernelLayer = Conv2DLayer | DepthwiseConv2DLayer | SeparableConv2DLayer;

export interface KernelMaps {
  readonly maps: readonly [height: AxisMap, width: AxisMap];
  readonly details: readonly Detail[];
  readonly picture: PictureRelation;
}

/** Height and width of a convolution's kernel: folded, grown, or as they are on another picture. */
export function kernelMaps(next: Side, old: Side, layer: KernelLayer, from: KernelLayer, relation: Relation): KernelMaps {
  const { picture } = relation;
  const factors = picture.kind === 'finer' ? [picture.height, picture.width] : [1, 1];
  const newSizes = next.shapes.get(next.inputs.get(layer.name)![0]!)!;
  const oldSizes = old.shapes.get(old.inputs.get(from.name)![0]!)!;
  const axes = ([0, 1] as const).map((axis) =>
    picture.kind === 'same' || picture.kind === 'finer' ? foldedKernelMap(kernelAxis(from, axis, oldSizes), kernelAxis(layer, axis, newSizes), factors[axis]!) : null,
  );
  if (axes[0] && axes[1]) return { maps: [axes[0], axes[1]], details: foldDetails(layer, from, factors), picture: samePicture };
  return unfolded(layer, from);
}

function kernelAxis(layer: KernelLayer, axis: 0 | 1, sizes: readonly number[]) {
  return { size: sizes[axis]!, kernel: layer.kernelSize[axis], stride: layer.strides[axis], padding: layer.padding };
}

function foldDetails(layer: KernelLayer, from: KernelLayer, factors: readonly number[]): Detail[] {
  const [height, width] = factors as [number, number];
  const params = { from: from.name, kernel: pair(from.kernelSize), newKernel: pair(layer.kernelSize) };
  if (height * width === 1) return pair(layer.kernelSize) === pair(from.kernelSize) ? [] : [detail('X1', 'exact', 'kernelGrown', params)];
  const folded = detail('H2', 'exact', 'foldedFirstKernel', {
    ...params,
    block: pair(factors),
    share: height * width,
    stride: pair(from.strides),
    newStride: pair(layer.strides),
  });
  const grown = layer.kernelSize[0] > height * from.kernelSize[0] || layer.kernelSize[1] > width * from.kernelSize[1];
  return grown ? [folded, detail('H2', 'exact', 'foldedWithZeros', params)] : [folded];
}

function unfolded(layer: KernelLayer, from: KernelLayer): KernelMaps {
  const maps = ([0, 1] as const).map((axis) => centredMap(layer.kernelSize[axis], from.kernelSize[axis])) as [AxisMap, AxisMap];
  const sameKernel = pair(layer.kernelSize) === pair(from.kernelSize);
  const alike = sameKernel && pair(layer.strides) === pair(from.strides) && layer.padding === from.padding;
  const params = { layer: layer.name, from: from.name, kernel: pair(from.kernelSize), newKernel: pair(layer.kernelSize) };
  const details = alike ? [detail('H4', 'close', 'kernelOnOtherPicture', params)] : [detail('X', 'start', 'kernelChanged', params)];
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
