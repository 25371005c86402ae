import type { Architecture, Layer, Weights } from '../../electron/core/architecture';
import { sizeOf, weightSpecs } from '../../electron/core/shapes';

type LayerDraft = Layer extends infer L ? (L extends Layer ? Omit<L, 'uid' | 'name'> & { name?: string } : never) : never;

/** An architecture of layers named by type and position unless they have names. */
export function networkOf(input: readonly [number, number, number], layers: readonly LayerDraft[]): Architecture {
  const [height, width, channels] = input;
  const named = layers.map((layer, index) => ({ ...layer, name: layer.name ?? `${layer.type}_${index}`, uid: `${index}` }) as Layer);
  return { formatVersion: 1, name: 'test', input: { height, width, channels }, layers: named };
}

/** Repeatable numbers around zero. */
export function noise(count: number, seed: number, scale = 1): Float32Array {
  let state = seed >>> 0 || 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * scale;
  });
}

/** Random weights that give every layer something to do; variances stay positive. */
export function noisyWeights(architecture: Architecture, seed = 1): Weights {
  return new Map(
    weightSpecs(architecture).map(({ name, role, shape }, index) => {
      const values = noise(sizeOf(shape), seed + index * 17, 0.5);
      if (role === 'moving_variance') return [name, values.map((value) => 0.7 + Math.abs(value))];
      // As large as fresh ones: otherwise deep networks saturate and rounding grows.
      if (role.endsWith('kernel')) return [name, values.map((value) => value * Math.min(1, 4 / Math.sqrt(sizeOf(shape.slice(0, -1)))))];
      if (role === 'gamma') return [name, values.map((value) => 1 + value)];
      return [name, values];
    }),
  );
}

/** Largest difference, and the largest absolute value of `right`. */
export function compare(left: ArrayLike<number>, right: ArrayLike<number>): { readonly difference: number; readonly size: number } {
  let difference = left.length === right.length ? 0 : Number.POSITIVE_INFINITY;
  let size = 0;
  for (let index = 0; index < right.length; index += 1) {
    difference = Math.max(difference, Math.abs((left[index] as number) - (right[index] as number)));
    size = Math.max(size, Math.abs(right[index] as number));
  }
  return { difference, size };
}
