import type { Conv2DLayer, DenseLayer, Layer } from '../architecture';
import type { WeightPlan } from '../migrations';
import type { PlanContext, Relation, Side } from './sides';
import { isPlainKernel } from '../shapes';

/** Two linear layers of the old model as one. */
export interface Composed {
  readonly first: Conv2DLayer | DenseLayer;
  /** The second layer with the kernel and stride that both have together. */
  readonly both: Layer;
  /** The old tensor that the first one reads. */
  readonly reads: string;
}

/**
 * The old layer in front of `from` that the new model has no more, where both together are one linear layer: taps at i
 * and j meet at s i + j, so that the kernel has s (k2 - 1) + k1 taps. Not where zeros come in between them.
 */
export function composedWith({ old, matches }: PlanContext, from: Layer, input: Relation): Composed | null {
  const first = old.layers.get(old.same.get(old.inputs.get(from.name)![0]!) ?? '');
  if (!first || (first.type !== 'conv2d' && first.type !== 'dense') || first.activation !== 'linear' || first.type !== from.type) return null;
  const reads = old.inputs.get(first.name)![0]!;
  if (input.old === null || old.same.get(reads) !== input.old || [...matches.values()].includes(first)) return null;
  if (first.type === 'dense' || from.type !== 'conv2d') return { first, both: from, reads };
  if (!isPlainKernel(first) || !isPlainKernel(from)) return null;
  const small = (layer: Conv2DLayer) => layer.kernelSize[0] * layer.kernelSize[1] === 1;
  const unpadded = (layer: Conv2DLayer) => layer.padding === 'valid' || (small(layer) && layer.strides[0] * layer.strides[1] === 1);
  // Zeros around what the first one makes are zeros around the picture only where it looks at single pixels and adds nothing.
  if (!unpadded(first) || !(unpadded(from) || (small(first) && !first.useBias && first.strides[0] * first.strides[1] === 1))) return null;
  const axis = (k: 0 | 1) => first.strides[k] * (from.kernelSize[k] - 1) + first.kernelSize[k];
  const both: Conv2DLayer = { ...from, kernelSize: [axis(0), axis(1)], strides: [first.strides[0] * from.strides[0], first.strides[1] * from.strides[1]], padding: small(first) ? from.padding : 'valid' };
  return { first, both, reads };
}

/** The shape of a weight that stands for both layers. */
export function composedShape({ first, both }: Composed, role: WeightPlan['weight'], old: Side, shape: readonly number[]): readonly number[] {
  if (role !== 'kernel') return shape;
  const inner = old.specs.get(first.name)![0]!.shape;
  return both.type === 'conv2d' ? [...both.kernelSize, inner[2]!, shape[3]!] : [inner[0]!, shape[1]!];
}

/**
 * The kernel of two layers one after the other.
 * @param first, second row-major, [height, width, in, middle] and [height, width, middle, out]; dense ones as 1x1
 */
export function composeKernels(first: ArrayLike<number>, firstShape: readonly number[], second: ArrayLike<number>, secondShape: readonly number[], strides: readonly [number, number]): Float64Array {
  const [h1, w1, inputs, middle] = picture(firstShape);
  const [h2, w2, , outputs] = picture(secondShape);
  const width = strides[1] * (w2 - 1) + w1;
  const result = new Float64Array((strides[0] * (h2 - 1) + h1) * width * inputs * outputs);
  for (let y = 0; y < h1 * h2; y++) {
    for (let x = 0; x < w1 * w2; x++) {
      const [a, b] = [(y % h1) * w1 + (x % w1), Math.floor(y / h1) * w2 + Math.floor(x / w1)];
      const tap = (strides[0] * Math.floor(y / h1) + (y % h1)) * width + strides[1] * Math.floor(x / w1) + (x % w1);
      for (let c = 0; c < inputs; c++) {
        for (let m = 0; m < middle; m++) {
          const factor = first[(a * inputs + c) * middle + m]!;
          for (let o = 0; o < outputs; o++) result[(tap * inputs + c) * outputs + o]! += factor * second[(b * middle + m) * outputs + o]!;
        }
      }
    }
  }
  return result;
}

/** The bias of both: that of the second, plus what the second makes of the bias of the first everywhere. */
export function composeBiases(first: ArrayLike<number> | undefined, second: ArrayLike<number> | undefined, kernel: ArrayLike<number>, outputs: number): Float64Array {
  const result = second ? Float64Array.from(second) : new Float64Array(outputs);
  if (first) for (let k = 0; k < kernel.length; k++) result[k % outputs]! += kernel[k]! * first[Math.floor(k / outputs) % first.length]!;
  return result;
}

function picture(shape: readonly number[]): readonly [number, number, number, number] {
  return (shape.length === 2 ? [1, 1, ...shape] : shape) as readonly [number, number, number, number];
}
