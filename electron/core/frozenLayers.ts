import type { Architecture } from './architecture';
import { UserError } from './errors';
import { weightSpecs } from './shapes';
import type { TrainingConfig } from './training';

/** Refuses layers that the network does not have, and a network of which nothing learns. Errors: `training:noLayer`, `training:allFrozen`. */
export function checkLayers({ frozen = [], inherited = [] }: TrainingConfig, architecture: Architecture): void {
  const known = architecture.layers.map(({ name }) => name);
  const unknown = [...frozen, ...inherited].find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UserError('training:noLayer', { layer: unknown, known: known.join(', ') });
  if (frozen.length > 0 && !weightSpecs(freeze(architecture, frozen)).some(({ trainable }) => trainable)) throw new UserError('training:allFrozen');
}

/** The network with more of its layers standing still. */
export function freeze(architecture: Architecture, frozen: readonly string[]): Architecture {
  if (frozen.length === 0) return architecture;
  return { ...architecture, layers: architecture.layers.map((layer) => (frozen.includes(layer.name) ? { ...layer, trainable: false } : layer)) };
}
