import type { AxisMap } from '../migrations';
import { mapAxes, selectMap, sparseMap } from './axisMaps';

/**
 * Weights of a frame's pixels in one pixel of the old, smaller frame, along one side; they add up to 1. `area` is the
 * mean of the block. `bilinear` and `bicubic` (Keys 1981, a = -1/2) are widened by the factor, as programs that smooth
 * before they reduce do.
 */
export function resamplerTaps(resampler: 'area' | 'bilinear' | 'bicubic', factor: number): readonly number[] {
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

/**
 * H3: one side of a kernel, on frames `factor` times as fine of which the old ones were made by `taps`:
 * K'[i s + a] += K[i] f[a]; (k - 1) s + m taps, to be taken in steps of s. Exact where no tap leaves the frame.
 */
export function resampledKernelMap(size: number, factor: number, taps: readonly number[]): AxisMap {
  const rows = Array.from({ length: (size - 1) * factor + taps.length }, () => [] as [number, number][]);
  for (let i = 0; i < size; i++) taps.forEach((tap, a) => rows[i * factor + a]!.push([i, tap]));
  return sparseMap('resample', size, rows);
}

/** H5: one side of a kernel with `factor - 1` zeros between its taps: what dilation does, as a kernel that can be trained. */
export function stuffedKernelMap(size: number, factor: number): AxisMap {
  return selectMap('pad', size, Array.from({ length: (size - 1) * factor + 1 }, (_, u) => (u % factor === 0 ? u / factor : -1)));
}

/** C6: the first kernel for pictures whose channel z is the old channel `order[z]` ([2, 1, 0]: BGR for RGB). */
export function reorderedChannels(kernel: ArrayLike<number>, shape: readonly number[], order: readonly number[]): Float64Array {
  if ([...order].sort((a, b) => a - b).some((channel, i) => channel !== i) || order.length !== shape[2]) throw new Error(`${order.join()} is no order of ${shape[2]} channels`);
  return mapAxes(kernel, shape, shape.map((size, axis) => selectMap('select', size, axis === 2 ? order : Array.from({ length: size }, (_, i) => i))));
}

/**
 * C7: kernel and bias for pictures z = M x + t instead of x: K'[..,z,o] = sum over c of K[..,c,o] inverse(M)[c,z] and
 * b' = b - sum of K' t. Exact without padding (the zeros of `same` would mean another colour).
 * @param inverse of M: [old channel][new channel]
 */
export function inColourSpace(kernel: ArrayLike<number>, shape: readonly number[], bias: ArrayLike<number>, { inverse, offset }: { readonly inverse: readonly (readonly number[])[]; readonly offset: readonly number[] }): { readonly kernel: Float64Array; readonly bias: Float64Array } {
  const channels = offset.length;
  const mix = sparseMap('colour', shape[2]!, Array.from({ length: channels }, (_, z) => inverse.map((row, c) => [c, row[z]!] as const)));
  const made = mapAxes(kernel, shape, shape.map((size, axis) => (axis === 2 ? mix : selectMap('select', size, Array.from({ length: size }, (_, i) => i)))));
  const outputs = shape[3]!;
  const shifted = Float64Array.from(bias);
  made.forEach((value, k) => (shifted[k % outputs] = shifted[k % outputs]! - value * offset[Math.floor(k / outputs) % channels]!));
  return { kernel: made, bias: shifted };
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
 * H11: one side of the flattened rows when the old frame lies `offset` pixels inside a larger one and a cell stands for
 * `stride` pixels: the old cells keep their rows, cells outside have none. null where the offset is no whole number of
 * cells, or the old cells do not all lie inside: then nothing exact is known. Exact without padding.
 */
export function letterboxMap(newCells: number, oldCells: number, offset: number, stride: number): AxisMap | null {
  const first = offset / stride;
  if (!Number.isInteger(first) || first < 0 || first + oldCells > newCells) return null;
  return selectMap('pad', oldCells, Array.from({ length: newCells }, (_, i) => (i >= first && i < first + oldCells ? i - first : -1)));
}
