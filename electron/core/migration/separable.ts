import type { Weights } from '../architecture';
import type { KindChange, MigrationPlan } from '../migrations';

/** Whether the multiples are enough for a separable convolution that is the same as an ordinary one. */
export function isSeparableExact({ shape, multiplier = 1 }: Pick<KindChange, 'shape' | 'multiplier'>): boolean {
  const [height, width, , outputs] = shape as readonly [number, number, number, number];
  return multiplier >= Math.min(height * width, outputs);
}

/** The old weights, and beside them those of old layers as the kinds that the plan reads them as. */
export function withKinds({ kinds = [] }: Pick<MigrationPlan, 'kinds'>, weights: Weights): Weights {
  const more = kinds.flatMap((kind): [string, Float32Array][] => {
    if (kind.how === 'reshaped') return [];
    if (kind.how === 'joined') return [[`${kind.layer}/kernel`, joinKernel(kind, weights)]];
    const { depthwise, pointwise } = separateKernel(kind, weights.get(`${kind.layer}/kernel`)!);
    return [[`${kind.layer}/depthwise_kernel`, depthwise], [`${kind.layer}/pointwise_kernel`, pointwise]];
  });
  return more.length === 0 ? weights : new Map([...weights, ...more]);
}

/**
 * K[i,j,c,o] = sum over t of D[i,j,c,t] P[c m + t, o]. Where there is a multiple for each tap, each takes one tap and
 * P the numbers; where there is one for each output, D takes the numbers and P picks; else both come from the largest
 * singular values of each channel's taps x outputs. Multiples too many are heard by nobody until they are trained.
 */
export function separateKernel({ shape, multiplier = 1 }: Pick<KindChange, 'shape' | 'multiplier'>, kernel: ArrayLike<number>): { readonly depthwise: Float32Array; readonly pointwise: Float32Array; readonly energyKept: number } {
  const [height, width, channels, outputs] = shape as readonly [number, number, number, number];
  const taps = height * width;
  const depthwise = new Float32Array(taps * channels * multiplier);
  const pointwise = new Float32Array(channels * multiplier * outputs);
  let [all, kept] = [0, 0];
  for (let c = 0; c < channels; c++) {
    const at = (tap: number, o: number) => kernel[(tap * channels + c) * outputs + o]!;
    const put = (tap: number, t: number, value: number) => (depthwise[(tap * channels + c) * multiplier + t] = value);
    const mix = (t: number, o: number, value: number) => (pointwise[(c * multiplier + t) * outputs + o] = value);
    for (let t = 0; t < multiplier; t++) if (t >= Math.min(taps, outputs)) put(t % taps, t, 1);
    if (multiplier >= taps) {
      for (let t = 0; t < taps; t++) {
        put(t, t, 1);
        for (let o = 0; o < outputs; o++) mix(t, o, at(t, o));
      }
      continue;
    }
    if (multiplier >= outputs) {
      for (let o = 0; o < outputs; o++) {
        for (let tap = 0; tap < taps; tap++) put(tap, o, at(tap, o));
        mix(o, o, 1);
      }
      continue;
    }
    const gram = Array.from({ length: taps }, (_, a) => Array.from({ length: taps }, (_unused, b) => sum(outputs, (o) => at(a, o) * at(b, o))));
    const { values, vectors } = symmetricEigen(gram);
    all += values.reduce((total, value) => total + Math.max(0, value), 0);
    for (let t = 0; t < multiplier; t++) {
      const value = Math.max(0, values[t]!);
      kept += value;
      const size = value ** 0.25; // half of the singular value on each side
      for (let tap = 0; tap < taps; tap++) put(tap, t, vectors[t]![tap]! * (size || 1));
      for (let o = 0; o < outputs; o++) mix(t, o, size > 0 ? sum(taps, (tap) => vectors[t]![tap]! * at(tap, o)) / size : 0);
    }
  }
  return { depthwise, pointwise, energyKept: all > 0 ? kept / all : 1 };
}

function joinKernel({ layer, shape, multiplier = 1 }: KindChange, weights: Weights): Float32Array {
  const [height, width, channels, outputs] = shape as readonly [number, number, number, number];
  const [depthwise, pointwise] = [weights.get(`${layer}/depthwise_kernel`)!, weights.get(`${layer}/pointwise_kernel`)!];
  return Float32Array.from({ length: height * width * channels * outputs }, (_, k) => {
    const [row, o] = [Math.floor(k / outputs), k % outputs];
    const c = row % channels;
    return sum(multiplier, (t) => depthwise[row * multiplier + t]! * pointwise[(c * multiplier + t) * outputs + o]!);
  });
}

function sum(count: number, term: (index: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += term(i);
  return total;
}

/** Eigenvalues (largest first) and vectors of a small symmetric matrix, by Jacobi's rotations (1846). */
export function symmetricEigen(matrix: readonly (readonly number[])[]): { readonly values: readonly number[]; readonly vectors: readonly (readonly number[])[] } {
  const size = matrix.length;
  const a = matrix.map((row) => [...row]);
  const v = matrix.map((_, i) => matrix.map((_unused, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 60; sweep++) {
    const off = sum(size, (i) => sum(i, (j) => a[i]![j]! ** 2));
    if (off <= 1e-28 * sum(size, (i) => a[i]![i]! ** 2)) break;
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(a, v, p, q);
  }
  const order = a.map((_, i) => i).sort((i, j) => a[j]![j]! - a[i]![i]!);
  return { values: order.map((i) => a[i]![i]!), vectors: order.map((i) => v.map((row) => row[i]!)) };
}

function rotate(a: number[][], v: number[][], p: number, q: number): void {
  if (a[p]![q] === 0) return;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * a[p]![q]!);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  const turn = (row: number[]) => ([row[p], row[q]] = [c * row[p]! - s * row[q]!, s * row[p]! + c * row[q]!]);
  for (const row of a) turn(row);
  for (let k = 0; k < a.length; k++) [a[p]![k], a[q]![k]] = [c * a[p]![k]! - s * a[q]![k]!, s * a[p]![k]! + c * a[q]![k]!];
  for (const row of v) turn(row);
}

/** Old convolutions that became separable ones with too few multiples: the share of each kernel's energy that stays. */
export function keptEnergies(plan: MigrationPlan, weights: Weights): readonly { readonly layer: string; readonly kept: number }[] {
  return (plan.kinds ?? []).flatMap((kind) => {
    if (kind.how !== 'separated' || isSeparableExact(kind)) return [];
    const layer = plan.weights.find((row) => row.from === kind.layer && row.action !== 'drop')?.layer ?? kind.layer;
    return [{ layer, kept: separateKernel(kind, weights.get(`${kind.layer}/kernel`)!).energyKept }];
  });
}

/** The plan with those shares in its sentences. */
export function sayKeptEnergy(plan: MigrationPlan, weights: Weights): MigrationPlan {
  const kept = new Map((plan.kinds ?? []).flatMap((kind) => (kind.how === 'separated' && !isSeparableExact(kind) ? [[kind.layer, separateKernel(kind, weights.get(`${kind.layer}/kernel`)!).energyKept] as const] : [])));
  if (kept.size === 0) return plan;
  const said = plan.weights.map((row) => ({
    ...row,
    reasons: row.reasons.map((reason) => (reason.key === 'migrations:kindSeparatedClose' ? { key: 'migrations:kindSeparatedKept', params: { ...reason.params, kept: Math.floor(100 * kept.get(row.from!)!) } } : reason)),
  }));
  return { ...plan, weights: said };
}
