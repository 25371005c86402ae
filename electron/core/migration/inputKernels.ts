import type { AxisMap, PixelView } from '../migrations';
import { selectMap, sparseMap } from './axisMaps';
import type { KernelAxis } from './fold';
import { kernelOutputs, zerosBefore } from './fold';

/**
 * Weights of a frame's pixels in one pixel of the old, smaller frame, along one side; they add up to 1. `area` is the
 * mean of the block. `bilinear` and `bicubic` (Keys 1981, a = -1/2) are widened by the factor, as programs that smooth
 * before they reduce do.
 */
export function resamplerTaps(resampler: Exclude<PixelView, 'repeated'>, factor: number): readonly number[] {
  const reach = { area: 0.5, bilinear: 1, bicubic: 2 }[resampler];
  const count = 2 * Math.ceil(reach * factor - 0.5 * (factor % 2)) + (factor % 2);
  const weights = Array.from({ length: resampler === 'area' ? factor : count }, (_, k, length = resampler === 'area' ? factor : count) => kernelAt(resampler, (k - (length - 1) / 2) / factor));
  const first = weights.findIndex((weight) => weight !== 0);
  const kept = weights.slice(first, weights.length - first);
  const sum = kept.reduce((total, weight) => total + weight, 0);
  return kept.map((weight) => weight / sum);
}

function kernelAt(resampler: 'area' | 'bilinear' | 'bicubic', place: number): number {
  const x = Math.abs(place);
  if (resampler === 'area') return x <= 0.5 ? 1 : 0;
  if (resampler === 'bilinear') return Math.max(0, 1 - x);
  if (x <= 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1;
  return x < 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0;
}

/** How one side of the old picture came from the new one. */
export interface ResampledSide {
  readonly factor: number;
  readonly taps: readonly number[];
  /** Pixels of the new picture before those that the first old pixel stands for: with enough of them no tap leaves it. */
  readonly margin: number;
}

/** Pixels that the taps of the first old pixel reach beyond the block that it stands for. */
export function tapsBeyond({ factor, taps }: Pick<ResampledSide, 'factor' | 'taps'>): number {
  return (taps.length - factor) / 2;
}

/** One side of a picture of `size` pixels, of which the old one of `oldSize` was made by a filter; null where the sizes do not belong together. */
export function resampledSide(size: number, oldSize: number, resampler: Exclude<PixelView, 'repeated'>): ResampledSide | null {
  const sides = Array.from({ length: Math.floor(size / oldSize) }, (_, k) => ({ factor: k + 1, taps: k === 0 ? [1] : resamplerTaps(resampler, k + 1) }));
  const plain = sides.find(({ factor }) => factor * oldSize === size);
  if (plain) return { ...plain, margin: 0 };
  const wide = sides.find((side) => side.factor * oldSize + 2 * tapsBeyond(side) === size);
  return wide ? { ...wide, margin: tapsBeyond(wide) } : null;
}

/**
 * H3: one side of a kernel, on frames `factor` times as fine of which the old ones were made by `taps`:
 * K'[i s + a] += K[i] f[a]; (k - 1) s + m taps, to be taken in steps of s. Exact where no tap leaves the frame.
 */
export function resampledKernelMap(size: number, factor: number, taps: readonly number[]): AxisMap {
  const rows = Array.from({ length: (size - 1) * factor + taps.length }, () => [] as [number, number][]);
  for (let i = 0; i < size; i++) taps.forEach((tap, a) => rows[i * factor + a]!.push([i, tap]));
  return sparseMap('resample', size, rows);
}

/**
 * H3 for one axis of a layer: the map of its kernel, where steps and edges agree. `exact`: no tap leaves the frame and no
 * zeros lie around it; otherwise the rim differs. null: the layer does not give the old answers at the old places.
 */
export function resampledAxis(old: KernelAxis, next: KernelAxis, side: ResampledSide): { readonly map: AxisMap; readonly exact: boolean } | null {
  const { factor, taps, margin } = side;
  if (next.size !== factor * old.size + 2 * margin || next.stride !== factor * old.stride || kernelOutputs(next) !== kernelOutputs(old)) return null;
  const beyond = tapsBeyond(side) - margin;
  const made = resampledKernelMap(old.kernel, factor, taps);
  const offset = zerosBefore(next) - factor * zerosBefore(old) - beyond;
  if (offset < 0 || offset + made.newSize > next.kernel) return null;
  return { map: placed(made, next.kernel, offset), exact: (beyond <= 0 && unpadded(old)) || (factor === 1 && margin === 0) };
}

/** Whether a kernel sees nothing but the picture. */
function unpadded(axis: KernelAxis): boolean {
  const [before, behind] = axis.zeros ?? [0, 0];
  return before + behind === 0 && (kernelOutputs(axis) - 1) * axis.stride + axis.kernel <= axis.size;
}

/** H5: one side of a kernel with `factor - 1` zeros between its taps: what dilation does, as a kernel that can be trained. */
export function stuffedKernelMap(size: number, factor: number): AxisMap {
  return selectMap('pad', size, Array.from({ length: (size - 1) * factor + 1 }, (_, u) => (u % factor === 0 ? u / factor : -1)));
}

/**
 * H5 for one axis of a layer whose picture has `factor` pixels for each old one (repeated, or the first of them the old
 * one): the old kernel with zeros between its taps. `steps`: the new layer steps over whole blocks, so that its answers
 * are the old ones; otherwise it answers at every pixel. null where neither holds.
 */
export function stuffedAxis(old: KernelAxis, next: KernelAxis, factor: number): { readonly map: AxisMap; readonly steps: boolean } | null {
  const steps = next.stride === factor * old.stride;
  const every = next.stride === old.stride && old.stride === 1;
  if (next.size !== factor * old.size || !(steps || every) || kernelOutputs(next) !== kernelOutputs(old) * (steps ? 1 : factor)) return null;
  const made = stuffedKernelMap(old.kernel, factor);
  const offset = zerosBefore(next) - factor * zerosBefore(old);
  if (offset < 0 || offset + made.newSize > next.kernel) return null;
  return { map: placed(made, next.kernel, offset), steps };
}

/** A kernel map inside a larger kernel, with zeros around it. */
function placed(map: AxisMap, size: number, offset: number): AxisMap {
  if (map.kind === 'identity' && size === map.newSize) return map;
  const rows = map.kind === 'identity' ? Array.from({ length: map.newSize }, (_, i) => [[i, 1] as const]) : 'rows' in map ? map.rows : [];
  return sparseMap(map.kind === 'identity' ? 'pad' : (map.kind as 'resample'), map.oldSize, Array.from({ length: size }, (_, u) => rows[u - offset] ?? []));
}

/**
 * C8: the channel axis of a first kernel that reads `count` frames one behind another. `newest`: only the last frame is
 * heard (exact always); `mean`: each has its share (exact where nothing moves: I3D, Carreira and Zisserman 2017).
 */
export function stackedFramesMap(channels: number, count: number, heard: 'newest' | 'mean'): AxisMap {
  const share = (frame: number) => (heard === 'mean' ? 1 / count : frame === count - 1 ? 1 : 0);
  return sparseMap('colour', channels, Array.from({ length: count * channels }, (_, k) => (share(Math.floor(k / channels)) === 0 ? [] : [[k % channels, share(Math.floor(k / channels))] as const])));
}

/**
 * H11: where the first cell of a map lies in the map of the same layer on a larger picture that holds the old one at
 * `first`. `exact`: no zeros come in. null where it lies between two cells.
 */
export function insideAxis(old: KernelAxis, next: KernelAxis, first: number): { readonly first: number; readonly exact: boolean } | null {
  if (old.kernel !== next.kernel || old.stride !== next.stride) return null;
  const place = (first + zerosBefore(next) - zerosBefore(old)) / next.stride;
  if (!Number.isInteger(place) || place < 0 || place + kernelOutputs(old) > kernelOutputs(next)) return null;
  return { first: place, exact: unpadded(old) };
}
