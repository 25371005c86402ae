import type { Activation, Architecture, Layer } from '../architecture';
import { inputName, layerInputs } from '../shapes';

/**
 * For each tensor the one that carries the same numbers when predicting: dropout and linear activations do nothing,
 * so their outputs count as their inputs.
 */
export function sameTensors(architecture: Architecture): ReadonlyMap<string, string> {
  const same = new Map([[inputName, inputName]]);
  const inputs = layerInputs(architecture);
  for (const layer of architecture.layers) same.set(layer.name, doesNothing(layer) ? same.get(inputs.get(layer.name)![0]!)! : layer.name);
  return same;
}

/** Whether the layer gives what it gets when predicting. */
export function doesNothing(layer: Layer): boolean {
  return layer.type === 'dropout' || (layer.type === 'activation' && layer.activation === 'linear');
}

/** The activation built into a layer; `linear` where it has none. */
export function activationOf(layer: Layer): Activation {
  return 'activation' in layer ? layer.activation : 'linear';
}

/** The last layer; an architecture without layers has none. */
export function lastLayer(architecture: Architecture): Layer {
  const last = architecture.layers.at(-1);
  if (!last) throw new Error('an architecture without layers');
  return last;
}
