import type { Weights } from '../architecture';
import { weightSpecs } from '../shapes';
import type { Fill, MigrationPlan, WeightPlan } from '../migrations';
import { mapAxes } from './axisMaps';
import { composeBiases, composeKernels } from './compose';
import { withKinds } from './separable';
import { freshWeight, normal, seededRandom } from './initial';

/**
 * Carries a plan out: the weights of the new model by name (`layer/role`), row-major, float32. All arithmetic is in
 * float64 and cast once. The source's weights are only read; what is random follows from `seed` and the weight's name.
 */
export function applyPlan(plan: MigrationPlan, sourceWeights: Weights, seed: number): Weights {
  const weights = new Map<string, Float32Array>();
  const old = withKinds(plan, sourceWeights);
  for (const row of plan.weights) if (row.action !== 'drop') weights.set(`${row.layer}/${row.weight}`, newWeight(row, old, seed));
  return weights;
}

/**
 * What plain loading by name does (Keras `skip_mismatch`): equal names and shapes are copied, everything else is
 * random. Shown beside the plan, never saved.
 */
export function naiveWeights(plan: MigrationPlan, sourceWeights: Weights, seed: number): Weights {
  const oldShapes = new Map(weightSpecs(plan.source.architecture).map((spec) => [spec.name, String(spec.shape)]));
  const weights = new Map<string, Float32Array>();
  for (const row of plan.weights) {
    if (row.action === 'drop') continue;
    const name = `${row.layer}/${row.weight}`;
    const old = oldShapes.get(name) === String(row.newShape) ? sourceWeights.get(name) : undefined;
    weights.set(name, old ? Float32Array.from(old) : freshWeight(row.weight, row.newShape!, seededRandom(seed, name)));
  }
  return weights;
}

function newWeight(row: WeightPlan, sourceWeights: Weights, seed: number): Float32Array {
  const name = `${row.layer}/${row.weight}`;
  if (row.action === 'init') return row.start ? startedWeight(row, row.start, seed) : row.values ? Float32Array.from(row.values) : freshWeight(row.weight, row.newShape!, seededRandom(seed, name));
  const found = oldWeight(row, row.weight, sourceWeights);
  if (!found) throw new Error(`the source model has no weight ${row.from}/${row.weight}`);
  const normed = row.foldNorm ? withNorm(found, row.weight, row.foldNorm, sourceWeights) : found;
  const old = row.linear ? linearly(row, row.linear, normed, sourceWeights) : normed;
  if (row.action === 'copy') return Float32Array.from(old);
  const values = mapAxes(old, row.oldShape!, row.axes);
  for (const fill of row.fills) fillEntries(values, row.newShape!, fill, found, seededRandom(seed, name));
  for (const [index, value] of row.shift ?? []) values[index] = values[index]! + value;
  return Float32Array.from(values);
}

/** The old weight, or what it is together with that of the layer in front that goes into it. */
function oldWeight(row: WeightPlan, role: WeightPlan['weight'], weights: Weights): ArrayLike<number> | undefined {
  const own = weights.get(`${row.from}/${role}`);
  if (!row.compose) return own ?? ((row.foldNorm || row.linear) && role === 'bias' ? new Float32Array(row.oldShape![0]!) : undefined);
  const [first, second] = [row.compose.layer, row.from].map((layer) => weights.get(`${layer}/kernel`)) as [Float32Array, Float32Array];
  if (role === 'bias') return composeBiases(weights.get(`${row.compose.layer}/bias`), own, second, row.oldShape!.at(-1)!);
  const [firstShape, secondShape] = row.compose.shapes;
  return composeKernels(first, firstShape, second, secondShape, row.compose.strides);
}

/** scale (old + add + factor x sum of the kernel into each output) */
function linearly(row: WeightPlan, { scale, add = 0, sum }: NonNullable<WeightPlan['linear']>, old: ArrayLike<number>, weights: Weights): Float64Array {
  const outputs = old.length;
  const sums = new Float64Array(outputs);
  if (sum) {
    const kernel = oldWeight(row, sum.weight, weights)!;
    const folded = row.foldNorm ? withNorm(kernel, sum.weight, row.foldNorm, weights) : kernel;
    for (let k = 0; k < folded.length; k++) sums[k % outputs]! += (sum.factor + (sum.channels ? sum.channels[Math.floor(k / outputs) % sum.channels.length]! : 0)) * folded[k]!;
  }
  return Float64Array.from(old, (value, k) => scale * (value + add + (sum ? sums[k]! : 0)));
}

/** Scale and shift of a batch normalisation taken into a kernel (last axis) or a bias. */
function withNorm(weight: ArrayLike<number>, role: WeightPlan['weight'], norm: NonNullable<WeightPlan['foldNorm']>, weights: Weights): Float64Array {
  const [gamma, beta, mean, variance] = (['gamma', 'beta', 'moving_mean', 'moving_variance'] as const).map((name) => weights.get(`${norm.layer}/${name}`)) as Float32Array[];
  const gain = (i: number) => gamma![i]! / Math.sqrt(variance![i]! + norm.epsilon);
  return Float64Array.from(weight, (value, k) => {
    const i = k % gamma!.length;
    return role === 'bias' ? beta![i]! + (value - mean![i]!) * gain(i) : value * gain(i);
  });
}

function startedWeight(row: WeightPlan, start: NonNullable<WeightPlan['start']>, seed: number): Float32Array {
  const values = new Float64Array(row.newShape!.reduce((a, b) => a * b, 1)).fill(start.constant);
  for (const [index, value] of start.entries ?? []) values[index] = value;
  for (const fill of row.fills) fillEntries(values, row.newShape!, fill, new Float32Array(0), seededRandom(seed, `${row.layer}/${row.weight}`));
  return Float32Array.from(values);
}

/** Puts values where no old value went; random ones have the mean size (norm) of their old neighbours. */
function fillEntries(values: Float64Array, shape: readonly number[], fill: Fill, old: ArrayLike<number>, random: () => number): void {
  const inner = shape.slice(fill.axis + 1).reduce((a, b) => a * b, 1);
  const size = shape[fill.axis]!;
  const outer = values.length / (size * inner);
  const slice = outer * inner;
  const deviation = fill.value === 'random' ? deviationOf(values, slice, size - fill.indices.length) : 0;
  const constant = fill.value === 'lowest' ? lowest(old) - 10 : fill.value;
  for (const i of fill.indices) {
    for (let o = 0; o < outer; o++) {
      for (let k = 0; k < inner; k++) values[(o * size + i) * inner + k] = constant === 'random' ? normal(random) * deviation : constant;
    }
  }
}

/** Standard deviation that gives a new slice the norm of the mean old one; He's (2 / entries) where all are zero. */
function deviationOf(values: Float64Array, slice: number, oldSlices: number): number {
  const squares = values.reduce((sum, value) => sum + value * value, 0);
  return squares > 0 && oldSlices > 0 ? Math.sqrt(squares / (slice * oldSlices)) : Math.sqrt(2 / slice);
}

function lowest(values: ArrayLike<number>): number {
  return Array.from(values).reduce((least, value) => Math.min(least, value), Infinity);
}
