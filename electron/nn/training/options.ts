import { classWeightsOf, type TrainingConfig } from '../../core/training';
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
