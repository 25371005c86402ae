import type { WeightSpec } from '../../core/architecture';
import type { OptimizerName } from '../../core/training';
import type { GraphBuilder, Ref } from './builder';

/** Adam's constants (Kingma and Ba 2015), with the epsilon of Keras. */
export const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

/**
 * Adam's step size with its correction for the zeros that the moments begin with, as Keras computes it in float32: its
 * 1 - beta2 is 0.001 in one place and 1 - 0.99900001 in another, and fifty steps later one would see the difference.
 */
export function adamRate(learningRate: number, step: number): number {
  const [beta1, beta2] = [Math.fround(adam.beta1), Math.fround(adam.beta2)];
  const [power1, power2] = [Math.fround(beta1 ** step), Math.fround(beta2 ** step)];
  // The kernel adds (1 - 0.99900001) of each square to its moments; Keras adds 0.001.
  const kernel = Math.sqrt((1 - beta2) / (1 - adam.beta2));
  return (learningRate * kernel * Math.sqrt(1 - power2)) / (1 - power1);
}

export interface OptimizerOptions {
  readonly name: OptimizerName;
  /** Only of `sgd`. */
  readonly momentum: number;
  readonly nesterov: boolean;
  /** Decoupled (Loshchilov and Hutter 2019): each step takes this share, times the learning rate, off every weight. */
  readonly weightDecay: number;
  /** Added to the loss: l1 * sum |w| and l2 * sum w^2 over the kernels that are trained. */
  readonly l1: number;
  readonly l2: number;
  /** Longest that all gradients together may be; 0: any length. */
  readonly clip: number;
  /** Share of the learning rate that a layer gets, by its name; 1 where none is named. */
  readonly rateFactors: ReadonlyMap<string, number>;
}

export const plainAdam: OptimizerOptions = { name: 'adam', momentum: 0, nesterov: false, weightDecay: 0, l1: 0, l2: 0, clip: 0, rateFactors: new Map() };

/** A weight that is trained, with its places in the graph. */
export interface Trained {
  readonly spec: WeightSpec;
  readonly handle: Ref;
  /** Its value before the step. */
  readonly value: Ref;
  /** First moment of Adam, or the velocity of momentum. */
  readonly first: Ref;
  readonly second: Ref;
  readonly gradient: Ref;
}

const isKernel = ({ role }: WeightSpec): boolean => role === 'kernel' || role === 'depthwise_kernel' || role === 'pointwise_kernel';
const float = { T: { type: 'float' } } as const;

/** sum w^2 / 2 */
function halfSquares(g: GraphBuilder, x: Ref): Ref {
  return g.op('L2Loss', [x], float);
}

function total(g: GraphBuilder, scalars: readonly Ref[]): Ref {
  return scalars.length === 1 ? (scalars[0] as Ref) : g.op('AddN', scalars, { ...float, N: { int: scalars.length } });
}

/** Adds the regularisation of the kernels to the loss and to the gradients. */
export function regularize(g: GraphBuilder, trained: readonly Trained[], loss: Ref, { l1, l2 }: OptimizerOptions): { readonly trained: readonly Trained[]; readonly loss: Ref } {
  const kernels = trained.filter(({ spec }) => isKernel(spec));
  if ((l1 === 0 && l2 === 0) || kernels.length === 0) return { trained, loss };
  const costs = kernels.flatMap(({ spec, value }) => [
    ...(l2 > 0 ? [g.binary('Mul', halfSquares(g, value), g.float(2 * l2))] : []),
    ...(l1 > 0 ? [g.binary('Mul', g.reduce('Sum', g.unary('Abs', value), spec.shape.map((_, axis) => axis)), g.float(l1))] : []),
  ]);
  const pulled = trained.map((weight) => {
    if (!isKernel(weight.spec)) return weight;
    let { gradient } = weight;
    if (l2 > 0) gradient = g.binary('AddV2', gradient, g.binary('Mul', weight.value, g.float(2 * l2)));
    if (l1 > 0) gradient = g.binary('AddV2', gradient, g.binary('Mul', g.unary('Sign', weight.value), g.float(l1)));
    return { ...weight, gradient };
  });
  return { trained: pulled, loss: g.binary('AddV2', loss, total(g, costs)) };
}

/** Shortens all gradients by the same factor where they are longer than `clip` together (Pascanu et al. 2013). */
function clipped(g: GraphBuilder, trained: readonly Trained[], clip: number): readonly Trained[] {
  if (clip === 0 || trained.length === 0) return trained;
  const norm = g.unary('Sqrt', g.binary('Mul', total(g, trained.map(({ gradient }) => halfSquares(g, gradient))), g.float(2)));
  const factor = g.binary('Mul', g.float(clip), g.binary('Minimum', g.binary('RealDiv', g.float(1), norm), g.float(1 / clip)));
  return trained.map((weight) => ({ ...weight, gradient: g.binary('Mul', weight.gradient, factor) }));
}

function applyGradient(g: GraphBuilder, { handle, first, second, gradient }: Trained, rate: Ref, options: OptimizerOptions, after: readonly Ref[]): Ref {
  const locking = { use_locking: { bool: false } } as const;
  switch (options.name) {
    case 'adam':
    case 'adamw':
      return g.op('ResourceApplyAdam', [handle, first, second, g.float(0), g.float(0), rate, g.float(adam.beta1), g.float(adam.beta2), g.float(adam.epsilon), gradient, ...after], { ...float, ...locking, use_nesterov: { bool: false } });
    case 'sgd':
      if (options.momentum === 0) return g.op('ResourceApplyGradientDescent', [handle, rate, gradient, ...after], { ...float, ...locking });
      return g.op('ResourceApplyKerasMomentum', [handle, first, rate, gradient, g.float(options.momentum), ...after], { ...float, ...locking, use_nesterov: { bool: options.nesterov } });
  }
}

/**
 * Writes one step of the optimizer. `rate`: the step size (`adamRate` for Adam); `plainRate`: the learning rate itself, by
 * which weights decay. Gives the operations that do it.
 */
export function applyGradients(g: GraphBuilder, trained: readonly Trained[], rate: Ref, plainRate: Ref | null, options: OptimizerOptions): readonly Ref[] {
  return clipped(g, trained, options.clip).map((weight) => {
    const factor = options.rateFactors.get(weight.spec.layer) ?? 1;
    const own = (whole: Ref): Ref => (factor === 1 ? whole : g.binary('Mul', whole, g.float(factor)));
    if (options.weightDecay === 0 || plainRate === null) return applyGradient(g, weight, own(rate), options, []);
    // As in Keras: the decay first, and from the weights as they were when the gradient was taken.
    const share = g.binary('Mul', g.binary('Mul', weight.value, g.float(options.weightDecay)), own(plainRate));
    const decay = g.op('AssignSubVariableOp', [weight.handle, share, `^${weight.gradient.split(':')[0]}`], { dtype: { type: 'float' } });
    return applyGradient(g, weight, own(rate), options, [`^${decay}`]);
  });
}
