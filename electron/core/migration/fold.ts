import type { Padding } from '../architecture';
import type { AxisMap } from '../migrations';
import { outputSize, paddingBefore } from '../shapes';
import { foldMap, sparseMap } from './axisMaps';

/** One axis of the first convolution: what it is on pictures of `size` pixels. */
export interface KernelAxis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: Padding;
  /** Zeros that a layer in front of it has put before and behind the pixels. */
  readonly zeros?: readonly [before: number, behind: number];
}

/**
 * The same axis on pictures `factor` times as large, so that the answer on a picture is the old answer on its area
 * mean: kernel `factor * k`, stride `factor * q`. Where the zeros of `same` padding would not lie alike, the kernel
 * grows by zero taps until they do: the smallest k'' with d = p''(k'') - factor * p(k) >= 0 and d + factor * k <= k''.
 * `offset` is d, the place of the first real tap.
 */
export function foldAxis(old: KernelAxis, factor: number): { readonly kernel: number; readonly stride: number; readonly offset: number } {
  const stride = factor * old.stride;
  const before = factor * zerosBefore(old);
  const smallest = factor * old.kernel;
  if (old.padding === 'valid') return { kernel: smallest, stride, offset: 0 };
  for (let kernel = smallest; ; kernel++) {
    const offset = zerosBefore({ size: factor * old.size, kernel, stride, padding: 'same' }) - before;
    if (offset >= 0 && offset + smallest <= kernel) return { kernel, stride, offset };
  }
}

/**
 * The map of a kernel axis from `old` to `next`, where `next` sees pictures `factor` times as large (1: only a larger
 * kernel) and gives `density` times as many answers per side, of which the first of each run is the old one; null where
 * no placing of the old taps gives the same function. Whose zeros lie around the picture does not matter: those of
 * `same` padding, or of a layer in front.
 */
export function foldedKernelMap(old: KernelAxis, next: KernelAxis, factor: number, density = 1): AxisMap | null {
  if (next.size !== factor * old.size || density * next.stride !== factor * old.stride) return null;
  if (next.kernel < factor * old.kernel) return null;
  if (Math.ceil(kernelOutputs(next) / density) !== kernelOutputs(old)) return null;
  const offset = zerosBefore(next) - factor * zerosBefore(old);
  if (offset < 0 || offset + factor * old.kernel > next.kernel) return null;
  return foldMap(next.kernel, old.kernel, factor, offset);
}

/**
 * The way back: `old` saw pictures `factor` times as large as `next`, each pixel of which stands for a block of old ones.
 * The taps over a block add up; null where the old taps do not fall into whole blocks.
 */
export function unfoldedKernelMap(old: KernelAxis, next: KernelAxis, factor: number): AxisMap | null {
  if (old.size !== factor * next.size || old.stride !== factor * next.stride || kernelOutputs(next) !== kernelOutputs(old)) return null;
  const offset = factor * zerosBefore(next) - zerosBefore(old);
  if (offset < 0 || offset + old.kernel > factor * next.kernel) return null;
  const rows = Array.from({ length: next.kernel }, (_, i) => Array.from({ length: factor }, (_unused, a) => i * factor + a - offset).flatMap((tap) => (tap >= 0 && tap < old.kernel ? [[tap, 1] as const] : [])));
  return sparseMap('fold', old.kernel, rows);
}

/** Zeros in front of the first pixel, from a layer or from `same` padding. */
export function zerosBefore(axis: KernelAxis): number {
  return (axis.zeros?.[0] ?? 0) + paddingBefore(paddedSize(axis), axis.kernel, axis.stride, axis.padding);
}

/** Answers along the axis. */
export function kernelOutputs(axis: KernelAxis): number {
  return outputSize(paddedSize(axis), axis.kernel, axis.stride, axis.padding);
}

function paddedSize({ size, zeros = [0, 0] }: KernelAxis): number {
  return size + zeros[0] + zeros[1];
}
