import type { Padding } from '../architecture';
import type { AxisMap } from '../migrations';
import { foldMap } from './axisMaps';

/** How many outputs a kernel or pool of `kernel` taps gives along one axis of `size` pixels. */
export function outputSize(size: number, kernel: number, stride: number, padding: Padding): number {
  return padding === 'same' ? Math.ceil(size / stride) : Math.floor((size - kernel) / stride) + 1;
}

/** Zeros that TensorFlow puts in front along one axis; with `same` the odd one goes to the end. */
export function paddingBefore(size: number, kernel: number, stride: number, padding: Padding): number {
  if (padding === 'valid') return 0;
  return Math.floor(Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0) / 2);
}

/** One axis of the first convolution: what it is on pictures of `size` pixels. */
export interface KernelAxis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: Padding;
}

/**
 * The same axis on pictures `factor` times as large, so that the answer on a picture is the old answer on its area
 * mean: kernel `factor * k`, stride `factor * q`. Where the zeros of `same` padding would not lie alike, the kernel
 * grows by zero taps until they do: the smallest k'' with d = p''(k'') - factor * p(k) >= 0 and d + factor * k <= k''.
 * `offset` is d, the place of the first real tap.
 */
export function foldAxis(old: KernelAxis, factor: number): { readonly kernel: number; readonly stride: number; readonly offset: number } {
  const stride = factor * old.stride;
  const before = factor * paddingBefore(old.size, old.kernel, old.stride, old.padding);
  const smallest = factor * old.kernel;
  if (old.padding === 'valid') return { kernel: smallest, stride, offset: 0 };
  for (let kernel = smallest; ; kernel++) {
    const offset = paddingBefore(factor * old.size, kernel, stride, 'same') - before;
    if (offset >= 0 && offset + smallest <= kernel) return { kernel, stride, offset };
  }
}

/**
 * The map of a kernel axis from `old` to `next`, where `next` sees pictures `factor` times as large (1: only a larger
 * kernel); null where no placing of the old taps gives the same function.
 */
export function foldedKernelMap(old: KernelAxis, next: KernelAxis, factor: number): AxisMap | null {
  if (next.size !== factor * old.size || next.stride !== factor * old.stride || next.padding !== old.padding) return null;
  if (next.kernel < factor * old.kernel) return null;
  if (outputSize(next.size, next.kernel, next.stride, next.padding) !== outputSize(old.size, old.kernel, old.stride, old.padding)) return null;
  const offset = paddingBefore(next.size, next.kernel, next.stride, next.padding) - factor * paddingBefore(old.size, old.kernel, old.stride, old.padding);
  if (offset < 0 || offset + factor * old.kernel > next.kernel) return null;
  return foldMap(next.kernel, old.kernel, factor, offset);
}
