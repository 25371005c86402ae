import type { Activation, Layer } from '../../core/architecture';
import { number, record, text, type Json } from './json';
import { LayerProblem } from './problems';

type Base = Pick<Layer, 'uid' | 'name'>;

/** A bend: an activation that layers have built in, or layers of its own. */
export type Bend = { readonly activation: Activation } | { readonly layers: (base: Base) => readonly Layer[] };

const words: Readonly<Record<string, Activation>> = {
  linear: 'linear', relu: 'relu', relu6: 'relu6', elu: 'elu', selu: 'selu', sigmoid: 'sigmoid', tanh: 'tanh', softplus: 'softplus', softsign: 'softsign', swish: 'swish', silu: 'swish', softmax: 'softmax',
};

/** Keras 3 has clip(x / 6 + 1/2, 0, 1); Keras 1, Keras 2 and tfjs clip(x / 5 + 1/2, 0, 1). */
function hardSigmoid(keras3: boolean): Bend {
  if (!keras3) return { activation: 'hardSigmoid' };
  return { layers: (base) => [{ type: 'rescaling', uid: `${base.uid}_line`, name: `${base.name}_line`, scale: 5 / 6, offset: 0 }, { type: 'activation', ...base, activation: 'hardSigmoid' }] };
}

/** A `ReLU` of any kind: one of the activations where it is one. */
function rectified(config: Json): Bend {
  const maxValue = typeof config['max_value'] === 'number' ? config['max_value'] : null;
  const [negativeSlope, threshold] = [number(config['negative_slope'], 0), number(config['threshold'] ?? config['theta'], 0)];
  if (negativeSlope === 0 && threshold === 0 && (maxValue === null || maxValue === 6)) return { activation: maxValue === null ? 'relu' : 'relu6' };
  return { layers: (base) => [{ type: 'reLU', ...base, maxValue, negativeSlope, threshold }] };
}

function leaky(alpha: number): Bend {
  return { layers: (base) => [{ type: 'leakyReLU', ...base, alpha }] };
}

/** The bend of a layer such as `ReLU`, `Softmax`, `ELU`; null for other layers. Errors: `LayerProblem` for arguments that no bend here has. */
export function bendLayer(className: string, config: Json, rank: number): Bend | null {
  switch (className) {
    case 'ReLU':
      return rectified(config);
    case 'ThresholdedReLU':
      return rectified({ threshold: number(config['theta'], 1) });
    case 'LeakyReLU':
      return leaky(number(config['negative_slope'] ?? config['alpha'], 0.3));
    case 'ELU':
      if (number(config['alpha'], 1) !== 1) throw new LayerProblem('Argument', { argument: `alpha = ${String(config['alpha'])}` });
      return { activation: 'elu' };
    case 'Softmax': {
      const axis = Array.isArray(config['axis']) ? (config['axis'] as unknown[])[0] : (config['axis'] ?? -1);
      if (axis !== -1 && axis !== rank) throw new LayerProblem('Argument', { argument: `axis = ${String(axis)}` });
      return { activation: 'softmax' };
    }
    default:
      return null;
  }
}

/** The bend that an `activation` argument names. Errors: `LayerProblem` for one that is not known here. */
export function bendOf(value: unknown, keras3: boolean): Bend {
  if (value === null || value === undefined) return { activation: 'linear' };
  const json = record(value);
  const className = text(json['class_name']);
  const name = text(value) || (className === 'function' ? text(json['config']) : '');
  if (!name) {
    const bend = className ? bendLayer(className, record(json['config']), 1) : null;
    if (bend) return bend;
    throw new LayerProblem('Activation', { activation: className || JSON.stringify(value).slice(0, 60) });
  }
  if (Object.hasOwn(words, name)) return { activation: words[name] as Activation };
  if (name === 'gelu') return { activation: 'gelu' };
  if (name === 'hard_sigmoid' || name === 'hardSigmoid') return hardSigmoid(keras3);
  if (name === 'leaky_relu') return leaky(0.2);
  throw new LayerProblem('Activation', { activation: name.slice(0, 60) });
}
