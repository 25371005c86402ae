import type { Architecture, Conv2DLayer } from '../../core/architecture';
import { cellsByLayer, placedCells, type Cells } from '../../core/migration/cells';
import { seededRandom } from '../../core/migration/initial';
import type { OldPictures } from '../../core/migrations';
import { layerInputs, outputShapes, paddingBefore, shapeOfInput } from '../../core/shapes';

/** A place of a new map at which the old one gives an answer, too: index of its cell in each. */
export interface Place {
  readonly y: number;
  readonly x: number;
  /** Flat cell of the old map. */
  readonly old: number;
}

/** The places of a new layer's map that lie over a cell of the old layer's map (the nearest one). */
export function commonPlaces(target: Architecture, layer: string, source: Architecture, from: string, inside: OldPictures['inside'] = undefined): readonly Place[] {
  const rows = nearest(cellsByLayer(target, 'height').get(layer) as Cells, placedCells(cellsByLayer(source, 'height').get(from) as Cells, target.input.height, inside?.top));
  const columns = nearest(cellsByLayer(target, 'width').get(layer) as Cells, placedCells(cellsByLayer(source, 'width').get(from) as Cells, target.input.width, inside?.left));
  const width = (outputShapes(source).get(from) as readonly number[])[1] as number;
  return rows.flatMap((oldY, y) => (oldY === null ? [] : columns.flatMap((oldX, x) => (oldX === null ? [] : [{ y, x, old: oldY * width + oldX }]))));
}

/** Per new cell the old one whose middle is nearest; null where there is none within half a cell. */
function nearest(next: Cells, old: Cells): readonly (number | null)[] {
  return Array.from({ length: next.count }, (_, i) => {
    const place = ((next.start + i * next.jump + 0.5) / next.pixels) * old.pixels - 0.5;
    const j = Math.round((place - old.start) / old.jump - 1e-9);
    return j >= 0 && j < old.count ? j : null;
  });
}

/** `count` different places, drawn by the seed, in no order. */
export function drawPlaces(places: readonly Place[], count: number, seed: number): readonly Place[] {
  const left = [...places];
  const random = seededRandom(seed, 'places');
  const most = Math.min(count, left.length);
  for (let k = 0; k < most; k += 1) {
    const at = k + Math.floor(random() * (left.length - k));
    [left[k], left[at]] = [left[at] as Place, left[k] as Place];
  }
  return left.slice(0, most);
}

/** What a convolution reads at its places, row by row in the order of its kernel (taps, then channels). */
export class PatchReader {
  /** Numbers per row. */
  readonly width: number;
  private readonly shape: readonly [number, number, number];

  constructor(architecture: Architecture, private readonly layer: Conv2DLayer) {
    const reads = layerInputs(architecture).get(layer.name)?.[0] ?? null;
    this.shape = (reads === null ? shapeOfInput(architecture.input) : outputShapes(architecture).get(reads)) as [number, number, number];
    this.width = layer.kernelSize[0] * layer.kernelSize[1] * this.shape[2];
  }

  /** Writes the patch of picture `index` of `maps` at a place to `rows` from `at` on; zeros outside the picture. */
  read(maps: Float32Array, index: number, { y, x }: Place, rows: Float32Array, at: number): void {
    const [height, width, channels] = this.shape;
    const { kernelSize, strides, padding } = this.layer;
    const top = y * strides[0] - paddingBefore(height, kernelSize[0], strides[0], padding);
    const left = x * strides[1] - paddingBefore(width, kernelSize[1], strides[1], padding);
    let to = at;
    for (let v = top; v < top + kernelSize[0]; v += 1) {
      for (let u = left; u < left + kernelSize[1]; u += 1, to += channels) {
        if (v < 0 || u < 0 || v >= height || u >= width) continue;
        const from = ((index * height + v) * width + u) * channels;
        for (let c = 0; c < channels; c += 1) rows[to + c] = maps[from + c] as number;
      }
    }
  }
}
