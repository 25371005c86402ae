import type { WeightRole } from '../architecture';

/** Random numbers 0..1 that a seed and a name decide: the same migration twice gives the same weights. */
export function seededRandom(seed: number, name: string): () => number {
  let state = seed >>> 0;
  for (const character of name) state = Math.imul(state ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A weight as a new layer gets it: Glorot uniform for kernels (+-sqrt(6 / (fan in + fan out)), Glorot and Bengio 2010),
 * 1 for `gamma` and `moving_variance`, 0 for the rest. Row-major, of shape `shape`.
 */
export function freshWeight(role: WeightRole, shape: readonly number[], random: () => number): Float32Array {
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  if (role === 'gamma' || role === 'moving_variance') return values.fill(1);
  if (role !== 'kernel' && role !== 'depthwise_kernel' && role !== 'pointwise_kernel') return values;
  const field = shape.slice(0, -2).reduce((a, b) => a * b, 1);
  const limit = Math.sqrt(6 / (field * (shape.at(-2)! + shape.at(-1)!)));
  return values.map(() => (2 * random() - 1) * limit);
}

/** The next number of a normal distribution (Box and Muller 1958). */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
