import type { Architecture, Layer } from '../architecture';
import type { AxisMap } from '../migrations';
import { kernelSpan, outputSize, paddingBefore } from '../shapes';
import { identityMap, sparseMap } from './axisMaps';
import { INPUT, inputsByLayer } from './layerGraph';

/**
 * The cells of a feature map along one axis of the picture: cell i is centred on pixel `start + i * jump` (of the
 * picture's `pixels`) and is `jump` pixels wide.
 */
export interface Cells {
  readonly count: number;
  readonly jump: number;
  readonly start: number;
  readonly pixels: number;
}

export type Side = 'height' | 'width';

/**
 * Where the cells of every feature map lie in the picture: through a kernel of k taps and stride q with p zeros in
 * front, start += ((k - 1) / 2 - p) * jump and jump *= q (receptive field arithmetic, Araujo et al. 2019).
 */
export function cellsByLayer(architecture: Architecture, side: Side): ReadonlyMap<string, Cells> {
  const pixels = architecture.input[side];
  const cells = new Map<string, Cells>([[INPUT, { count: pixels, jump: 1, start: 0, pixels }]]);
  const inputs = inputsByLayer(architecture);
  for (const layer of architecture.layers) cells.set(layer.name, nextCells(layer, cells.get(inputs.get(layer.name)![0]!)!, side === 'height' ? 0 : 1));
  return cells;
}

function nextCells(layer: Layer, cells: Cells, axis: 0 | 1): Cells {
  const { count, jump, start } = cells;
  switch (layer.type) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'separableConv2d':
    case 'maxPooling2d':
    case 'averagePooling2d': {
      const taps = 'kernelSize' in layer ? kernelSpan(layer)[axis] : layer.poolSize[axis];
      const stride = layer.strides[axis];
      const before = paddingBefore(count, taps, stride, layer.padding);
      return { ...cells, count: outputSize(count, taps, stride, layer.padding), jump: jump * stride, start: start + ((taps - 1) / 2 - before) * jump };
    }
    case 'zeroPadding2d':
      return { ...cells, count: count + layer.padding[axis][0] + layer.padding[axis][1], start: start - layer.padding[axis][0] * jump };
    case 'cropping2d':
      return { ...cells, count: count - layer.cropping[axis][0] - layer.cropping[axis][1], start: start + layer.cropping[axis][0] * jump };
    case 'reshape': {
      // A new map has nothing to do with places in the picture: its cells share it out evenly.
      const size = layer.shape.length === 3 ? (layer.shape[axis] as number) : 1;
      return { ...cells, count: size, jump: cells.pixels / size, start: (cells.pixels / size - 1) / 2 };
    }
    case 'upSampling2d': {
      const factor = layer.size[axis];
      return { ...cells, count: count * factor, jump: jump / factor, start: start + ((1 / factor - 1) / 2) * jump };
    }
    default:
      return cells;
  }
}

/** The part of the picture that cell i covers, 0..1. */
export function cellInterval(cells: Cells, i: number): readonly [from: number, to: number] {
  const middle = cells.start + 0.5 + i * cells.jump;
  return [(middle - cells.jump / 2) / cells.pixels, (middle + cells.jump / 2) / cells.pixels];
}

/**
 * How the kernel of a dense layer over old cells becomes one over new cells: new cell i gets of old cell j the share
 * of j that it covers, so that no mass is lost (a constant map gives the same sum at every ratio). Old cells at the
 * rim that the new ones cover only in part are shared out among those that do; one that none covers goes to the nearest.
 */
export function overlapMap(next: Cells, old: Cells): AxisMap {
  if (next.count === old.count && cellInterval(next, 0).every((edge, k) => Math.abs(edge - cellInterval(old, 0)[k]!) < 1e-12)) return identityMap(old.count);
  const rows: [number, number][][] = Array.from({ length: next.count }, () => []);
  for (let j = 0; j < old.count; j++) {
    const [from, to] = cellInterval(old, j);
    const shares = rows.map((_, i) => Math.max(0, Math.min(to, cellInterval(next, i)[1]) - Math.max(from, cellInterval(next, i)[0])));
    const sum = shares.reduce((a, b) => a + b, 0);
    if (sum < 1e-9 * (to - from)) rows[nearestCell(next, (from + to) / 2)]!.push([j, 1]);
    else shares.forEach((share, i) => share > 1e-9 * sum && rows[i]!.push([j, share / sum]));
  }
  return sparseMap('resample', old.count, rows);
}

/** Old cells where they lie in a new picture of `pixels`: for most all over it, for a part of it from its pixel `first` on. */
export function placedCells(old: Cells, pixels: number, first: number | undefined): Cells {
  return first === undefined ? old : { ...old, start: old.start + first, pixels };
}

function nearestCell(cells: Cells, place: number): number {
  const i = Math.round((place * cells.pixels - 0.5 - cells.start) / cells.jump);
  return Math.min(Math.max(i, 0), cells.count - 1);
}
