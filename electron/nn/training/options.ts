import { classWeightsOf, type TrainingConfig } from '../../core/training';
import { UserError } from '../../core/errors';
import type { Architecture } from '../../core/architecture';
import { weightSpecs } from '../../core/shapes';
import { defaultTrainingOptions, type TrainingOptions } from '../graph/compile';
import type { DistillationOptions } from '../graph/losses';

/** Default decay of AdamW in Keras 3. */
const adamwDecay = 0.004;

/** How a graph is trained, from the numbers of a run. `counts`: training examples of each class. */
export function trainingOptions(config: TrainingConfig, classNames: readonly string[], counts: readonly number[], distillation: DistillationOptions | null = null): TrainingOptions {
  const name = config.optimizer ?? 'adam';
  return {
    ...defaultTrainingOptions,
    name,
    momentum: name === 'sgd' ? (config.momentum ?? 0.9) : 0,
    nesterov: config.nesterov ?? false,
    weightDecay: config.weightDecay ?? (name === 'adamw' ? adamwDecay : 0),
    l1: config.l1 ?? 0,
    l2: config.l2 ?? 0,
    clip: config.clip ?? 0,
    labelSmoothing: config.labelSmoothing ?? 0,
    distillation,
    rateFactors: new Map((config.inherited ?? []).map((layer) => [layer, config.inheritedFactor ?? 0.1])),
    classWeights: classWeightsOf(config.classWeights, classNames, counts),
  };
}

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
