import type { Architecture, Weights, WeightRole, WeightSpec } from '../../core/architecture';
import { UserError } from '../../core/errors';
import { layerInputs, outputShapes, shapeOfInput, sizeOf, weightSpecs, type Shape } from '../../core/shapes';
import type { FlatNode } from './flatten';
import type { WeightPlan } from './layerRules';
import { vectorRoles, type Translation } from './translate';

/** A tensor in a file; its numbers are read only when its shape is what is expected. */
export interface RawWeight {
  /** Name of its role there, such as `kernel`; empty where only the order tells. */
  readonly role: string;
  readonly shape: readonly number[];
  read(): Float32Array;
}

/** Finds the tensors of a layer, in the order of Keras; null where the file has none for it. */
export interface WeightSource {
  of(node: FlatNode): readonly RawWeight[] | null;
}

const roleWords: Readonly<Record<string, WeightRole>> = {
  kernel: 'kernel', W: 'kernel', bias: 'bias', b: 'bias', gamma: 'gamma', beta: 'beta', moving_mean: 'moving_mean', running_mean: 'moving_mean', moving_variance: 'moving_variance', running_std: 'moving_variance',
  depthwise_kernel: 'depthwise_kernel', pointwise_kernel: 'pointwise_kernel', alpha: 'alpha', alphas: 'alpha',
};

function missing(plan: WeightPlan, role: string): UserError {
  return new UserError('models:weightMissing', { layer: plan.node.original, weight: role });
}

/** The tensors of a layer by role: by their names where all have one, otherwise by their order. */
function byRole(plan: WeightPlan, raw: readonly RawWeight[]): ReadonlyMap<WeightRole, RawWeight> {
  const named = raw.map((weight) => (Object.hasOwn(roleWords, weight.role) ? roleWords[weight.role] : undefined));
  const allNamed = named.every((role) => role !== undefined) && new Set(named).size === named.length;
  if (allNamed && plan.roles.every((role) => named.includes(role))) return new Map(raw.map((weight, index) => [named[index] as WeightRole, weight]));
  if (raw.length !== plan.roles.length) throw missing(plan, plan.roles[raw.length] ?? plan.roles[0] ?? 'kernel');
  return new Map(plan.roles.map((role, index) => [role, raw[index] as RawWeight]));
}

/** [filters, channels, rows, columns] -> [rows, columns, channels, filters] */
function filtersLast(values: Float32Array, [filters, channels, rows, columns]: readonly [number, number, number, number]): Float32Array {
  const result = new Float32Array(values.length);
  let from = 0;
  for (let o = 0; o < filters; o += 1)
    for (let c = 0; c < channels; c += 1)
      for (let i = 0; i < rows; i += 1) for (let j = 0; j < columns; j += 1) result[((i * columns + j) * channels + c) * filters + o] = values[from++] as number;
  return result;
}

/** A kernel [rows, columns, ...] turned by 180 degrees: Theano mirrors what it convolves with, TensorFlow does not. */
function turned(values: Float32Array, [rows, columns]: readonly [number, number]): Float32Array {
  const inner = values.length / (rows * columns);
  const result = new Float32Array(values.length);
  for (let place = 0; place < rows * columns; place += 1) result.set(values.subarray((rows * columns - 1 - place) * inner, (rows * columns - place) * inner), place * inner);
  return result;
}

/** Rows that stand in the order (channel, row, column) of a flattened picture, put into the order (row, column, channel). */
function rowsByPlace(values: Float32Array, [height, width, channels]: readonly [number, number, number]): Float32Array {
  const inner = values.length / (height * width * channels);
  const result = new Float32Array(values.length);
  let to = 0;
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      for (let c = 0; c < channels; c += 1, to += inner) {
        const from = ((c * height + y) * width + x) * inner;
        result.set(values.subarray(from, from + inner), to);
      }
  return result;
}

function fits(spec: WeightSpec, raw: RawWeight, plan: WeightPlan): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = raw.shape;
  if (plan.filtersFirst && spec.role === 'kernel' && raw.shape.length === 4) return [c, d, b, a].join() === spec.shape.join();
  // PReLU keeps its shared axes as ones, in either order.
  if (spec.role === 'alpha') return sizeOf(raw.shape) === sizeOf(spec.shape);
  return raw.shape.join() === spec.shape.join();
}

function ordered(spec: WeightSpec, values: Float32Array, plan: WeightPlan, raw: RawWeight, flattenedShape: Shape | null): Float32Array {
  let result = values;
  if (plan.filtersFirst && spec.role === 'kernel' && raw.shape.length === 4) result = filtersLast(result, raw.shape as unknown as readonly [number, number, number, number]);
  if (plan.mirrored && spec.role === 'kernel') result = turned(result, spec.shape as unknown as readonly [number, number]);
  const moves = spec.role === 'kernel' || vectorRoles.has(spec.role);
  if (flattenedShape?.length === 3 && moves) result = rowsByPlace(result, flattenedShape as unknown as readonly [number, number, number]);
  return result;
}

function shapeBefore(architecture: Architecture, name: string): Shape {
  const before = layerInputs(architecture).get(name)?.[0] ?? null;
  return before === null ? shapeOfInput(architecture.input) : (outputShapes(architecture).get(before) as Shape);
}

/**
 * All weights of a model that was read, in the studio's order. Errors: `models:weightMissing`, `models:weightShape`,
 * `models:weightNumbers` (values that are no numbers), each with the layer.
 */
export function assignWeights({ architecture, plans }: Translation, source: WeightSource): Weights {
  const specs = new Map<string, WeightSpec[]>();
  for (const spec of weightSpecs(architecture)) specs.set(spec.layer, [...(specs.get(spec.layer) ?? []), spec]);
  const weights = new Map<string, Float32Array>();
  for (const plan of plans) {
    const raw = source.of(plan.node);
    if (!raw) throw missing(plan, plan.roles[0] ?? 'kernel');
    const found = byRole(plan, raw);
    const flattened = plan.flattened === null ? null : shapeBefore(architecture, plan.flattened);
    for (const spec of specs.get(plan.layer) ?? []) {
      const one = found.get(spec.role);
      if (!one) throw missing(plan, spec.role);
      if (!fits(spec, one, plan)) throw new UserError('models:weightShape', { layer: plan.node.original, weight: spec.role, expected: spec.shape.join(' x '), found: one.shape.join(' x ') || '1' });
      const values = one.read();
      if (values.length !== sizeOf(spec.shape)) throw new UserError('models:weightShape', { layer: plan.node.original, weight: spec.role, expected: String(sizeOf(spec.shape)), found: String(values.length) });
      for (let index = 0; index < values.length; index += 1) if (!Number.isFinite(values[index])) throw new UserError('models:weightNumbers', { layer: plan.node.original, weight: spec.role });
      weights.set(spec.name, ordered(spec, values, plan, one, flattened));
    }
  }
  return weights;
}
