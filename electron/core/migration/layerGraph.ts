import type { Activation, Architecture, Layer } from '../architecture';
import { layerInputs } from '../shapes';

/** Stands for the picture where tensors are named by the layers that make them. */
export const INPUT = '';

/** For each layer the tensors it reads: names of layers, `INPUT` for the picture. */
export function inputsByLayer(architecture: Architecture): ReadonlyMap<string, readonly string[]> {
  return new Map([...layerInputs(architecture)].map(([name, inputs]) => [name, inputs.map((input) => input ?? INPUT)]));
}

/**
 * For each tensor the one that carries the same numbers when predicting: dropout and linear activations do nothing,
 * so their outputs count as their inputs. So do those of `idle` layers.
 */
export function sameTensors(architecture: Architecture, idle: ReadonlySet<string> = new Set()): ReadonlyMap<string, string> {
  const same = new Map([[INPUT, INPUT]]);
  const inputs = inputsByLayer(architecture);
  for (const layer of architecture.layers) same.set(layer.name, doesNothing(layer) || idle.has(layer.name) ? same.get(inputs.get(layer.name)![0]!)! : layer.name);
  return same;
}

/** Whether the layer gives what it gets when predicting. */
export function doesNothing(layer: Layer): boolean {
  return layer.type === 'dropout' || layer.type === 'spatialDropout2d' || (layer.type === 'activation' && layer.activation === 'linear');
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
