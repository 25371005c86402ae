import type { Activation, Layer } from '../architecture';
import { activationOf } from './layerGraph';
import type { Side } from './sides';

/** Which new layers of a new branch are kept from being heard. */
export interface Silence {
  /** The last layer of a new branch before it is added to the rest: starts at zero. */
  readonly zero: ReadonlySet<string>;
  /** Layers whose numbers reach only such a layer: whatever they give, nothing changes. */
  readonly unheard: ReadonlySet<string>;
}

const zeroAtZero: readonly Activation[] = ['linear', 'relu', 'relu6', 'elu', 'selu', 'tanh', 'softsign', 'swish', 'gelu'];

/**
 * Finds new branches that end in a new sum. Where the last layer of such a branch starts at zero, the sum is what it
 * would be without it, whatever the activations (zero-initialised residual branches: Goyal et al. 2017, Net2Net's
 * deepening for any activation). One input of every sum stays heard.
 */
export function findSilence(next: Side, isNew: (layer: Layer) => boolean): Silence {
  const zero = new Set<string>();
  const readers = new Map<string, Layer[]>();
  for (const layer of next.layers.values()) for (const name of new Set(next.inputs.get(layer.name))) readers.set(name, [...(readers.get(name) ?? []), layer]);
  const endOfBranch = (name: string): string | null => {
    const layer = next.layers.get(name);
    if (!layer || readers.get(name)!.length > 1) return null;
    if (keepsZero(layer)) return endOfBranch(next.inputs.get(name)![0]!);
    return isNew(layer) && canBeZero(layer) ? name : null;
  };
  for (const layer of next.layers.values()) {
    if (layer.type !== 'add' || !isNew(layer)) continue;
    const inputs = next.inputs.get(layer.name)!;
    const ends = inputs.map(endOfBranch);
    const spared = ends.every((end) => end !== null) ? ends[0] : null;
    for (const end of ends) if (end !== null && end !== spared) zero.add(end);
  }
  const unheard = new Set<string>();
  for (const layer of [...next.layers.values()].reverse()) {
    const heardBy = readers.get(layer.name) ?? [];
    if (isNew(layer) && !zero.has(layer.name) && heardBy.length > 0 && heardBy.every(({ name }) => zero.has(name) || unheard.has(name))) unheard.add(layer.name);
  }
  return { zero, unheard };
}

/** Layers without weights that make zeros of zeros. */
export function keepsZero(layer: Layer): boolean {
  switch (layer.type) {
    case 'activation':
      return zeroAtZero.includes(layer.activation);
    case 'reLU':
      return layer.threshold === 0;
    case 'leakyReLU':
    case 'dropout':
    case 'spatialDropout2d':
    case 'cropping2d':
    case 'reshape':
    case 'maxPooling2d':
    case 'averagePooling2d':
    case 'zeroPadding2d':
    case 'upSampling2d':
      return true;
    default:
      return false;
  }
}

function canBeZero(layer: Layer): boolean {
  return ['conv2d', 'depthwiseConv2d', 'separableConv2d', 'dense', 'batchNormalization'].includes(layer.type) && zeroAtZero.includes(activationOf(layer));
}
