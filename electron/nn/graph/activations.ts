import type { Activation } from '../../core/architecture';
import { assertNever } from '../../core/errors';
import type { GraphBuilder, Ref } from './builder';

/** A forward value and the way back: gradient of the output -> gradient of the input. */
export interface Step {
  readonly value: Ref;
  readonly back: (gradient: Ref) => Ref;
}

const float = { T: { type: 'float' } } as const;

/** An activation with its gradient. Kernels of TensorFlow where there is one, else composed. */
export function activate(g: GraphBuilder, activation: Activation, x: Ref): Step {
  const kernel = (type: string, gradient: string, argument: 'input' | 'output'): Step => {
    const value = g.op(type, [x], float);
    return { value, back: (dy) => g.op(gradient, [dy, argument === 'input' ? x : value], float) };
  };
  switch (activation) {
    case 'linear':
      return { value: x, back: (dy) => dy };
    case 'relu':
      return kernel('Relu', 'ReluGrad', 'output');
    case 'relu6':
      return kernel('Relu6', 'Relu6Grad', 'output');
    case 'elu':
      return kernel('Elu', 'EluGrad', 'output');
    case 'selu':
      return kernel('Selu', 'SeluGrad', 'output');
    case 'softplus':
      return kernel('Softplus', 'SoftplusGrad', 'input');
    case 'softsign':
      return kernel('Softsign', 'SoftsignGrad', 'input');
    case 'sigmoid':
    case 'tanh': {
      const value = g.op(activation === 'tanh' ? 'Tanh' : 'Sigmoid', [x], float);
      return { value, back: (dy) => g.op(activation === 'tanh' ? 'TanhGrad' : 'SigmoidGrad', [value, dy], float) };
    }
    case 'hardSigmoid':
      return hardSigmoid(g, x);
    case 'swish': {
      const s = g.unary('Sigmoid', x);
      const value = g.binary('Mul', x, s);
      // d/dx x s(x) = s + x s (1 - s) = s + value (1 - s)
      const slope = g.binary('AddV2', s, g.binary('Mul', value, g.binary('Sub', g.float(1), s)));
      return { value, back: (dy) => g.binary('Mul', dy, slope) };
    }
    case 'gelu':
      return gelu(g, x);
    case 'softmax': {
      const value = g.unary('Softmax', x);
      return {
        value,
        back: (dy) => {
          const along = g.reduce('Sum', g.binary('Mul', dy, value), [-1], true);
          return g.binary('Mul', g.binary('Sub', dy, along), value);
        },
      };
    }
    default:
      return assertNever(activation);
  }
}

/** clip(0.2 x + 0.5, 0, 1), as tfjs-layers and Keras 2 have it. */
function hardSigmoid(g: GraphBuilder, x: Ref): Step {
  const straight = g.binary('AddV2', g.binary('Mul', x, g.float(0.2)), g.float(0.5));
  const value = g.binary('Minimum', g.binary('Maximum', straight, g.float(0)), g.float(1));
  return {
    value,
    back: (dy) => {
      const inside = g.cast(g.op('Equal', [straight, value], { T: { type: 'float' }, incompatible_shape_error: { bool: true } }), 'bool', 'float');
      return g.binary('Mul', g.binary('Mul', dy, g.float(0.2)), inside);
    },
  };
}

/** x Phi(x) with the normal distribution function, exact (Hendrycks and Gimpel 2016). */
function gelu(g: GraphBuilder, x: Ref): Step {
  const phi = g.binary('Mul', g.float(0.5), g.binary('AddV2', g.float(1), g.unary('Erf', g.binary('Mul', x, g.float(Math.SQRT1_2)))));
  const value = g.binary('Mul', x, phi);
  return {
    value,
    back: (dy) => {
      const density = g.binary('Mul', g.float(1 / Math.sqrt(2 * Math.PI)), g.unary('Exp', g.binary('Mul', g.float(-0.5), g.binary('Mul', x, x))));
      return g.binary('Mul', dy, g.binary('AddV2', phi, g.binary('Mul', x, density)));
    },
  };
}
