import type { Crop } from './clips';
import { assertNever } from './errors';

export const learningRateSchedules = ['constant', 'cosine', 'step'] as const;
export type LearningRateSchedule = (typeof learningRateSchedules)[number];

export const optimizerNames = ['sgd', 'adam', 'adamw'] as const;
export type OptimizerName = (typeof optimizerNames)[number];

/** What an example of a class counts: all the same, rare classes more (n / (classes * n of the class)), or as given by name. */
export type ClassWeights = 'none' | 'balanced' | Readonly<Record<string, number>>;

/** Numbers chosen before a run. */
export interface TrainingConfig {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly augmentation: 'none' | 'light' | 'strong';
  /** Stop after so many epochs without a better validation loss; 0 = never. */
  readonly patience: number;
  /** How the learning rate goes over the run; without it: constant. See `learningRateAt`. */
  readonly schedule?: LearningRateSchedule;
  /** Without it: adam. */
  readonly optimizer?: OptimizerName;
  /** Of sgd, 0 to 1; without it: 0.9. */
  readonly momentum?: number;
  /** Of sgd: looks ahead by a step (Nesterov); without it: no. */
  readonly nesterov?: boolean;
  /** Decoupled decay per step, times the learning rate; without it: 0.004 for adamw (as in Keras), none for the others. */
  readonly weightDecay?: number;
  /** Regularisation of the kernels, added to the loss as in Keras; without it: none. */
  readonly l1?: number;
  readonly l2?: number;
  /** Longest that all gradients together may be; without it, or 0: any length. */
  readonly clip?: number;
  /** Share of each answer that is spread over all classes, 0 to 1; without it: none. */
  readonly labelSmoothing?: number;
  /** Without it: all the same. */
  readonly classWeights?: ClassWeights;
}

export const defaultTrainingConfig: TrainingConfig = {
  epochs: 20,
  batchSize: 32,
  learningRate: 1e-3,
  seed: 1,
  augmentation: 'none',
  patience: 0,
};

/**
 * The learning rate of step `step` (from 0) of a run of `steps` steps. `cosine`: rises in a line over the first twentieth,
 * then falls along half a cosine (Loshchilov and Hutter 2017) towards 0; `step`: a tenth after a half and after three quarters.
 */
export function learningRateAt(config: TrainingConfig, step: number, steps: number): number {
  const { learningRate, schedule = 'constant' } = config;
  switch (schedule) {
    case 'constant':
      return learningRate;
    case 'cosine': {
      const warmUp = Math.floor(steps / 20);
      if (step < warmUp) return (learningRate * (step + 1)) / (warmUp + 1);
      return (learningRate * (1 + Math.cos((Math.PI * (step - warmUp)) / Math.max(1, steps - warmUp)))) / 2;
    }
    case 'step':
      return learningRate * (step < steps / 2 ? 1 : step < (steps * 3) / 4 ? 0.1 : 0.01);
    default:
      return assertNever(schedule);
  }
}

/** Weight of each class for a loss: `counts` are the training examples of each. Errors: none; a class that is not named counts 1. */
export function classWeightsOf(weights: ClassWeights | undefined, classNames: readonly string[], counts: readonly number[]): readonly number[] | null {
  if (weights === undefined || weights === 'none') return null;
  if (weights !== 'balanced') return classNames.map((name) => weights[name] ?? 1);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const present = counts.filter((count) => count > 0).length;
  // The formula of scikit-learn's "balanced": the mean weight of an example stays 1.
  return counts.map((count) => (count > 0 ? total / (present * count) : 1));
}

/** What one pass over the training frames came to. */
export interface EpochMetrics {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  /** null when the dataset has no validation frames. */
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
  readonly seconds: number;
}

export type Split = 'train' | 'validation' | 'test';

/** One frame of a frozen dataset, as a worker reads it. */
export interface DatasetExample {
  readonly frameId: number;
  /** Path of the JPEG, relative to `DatasetFile.folder`. */
  readonly file: string;
  /** SHA-256 of the JPEG. */
  readonly sha256: string;
  /** Index into `classNames`; -1 where only a prediction is wanted. */
  readonly classIndex: number;
  readonly split: Split;
  readonly clipId: number;
  readonly background: string | null;
  /** The part of the upright picture that counts; without it all of it. */
  readonly crop?: Crop | null;
}

/** A list of frames handed to a worker as a JSON file. */
export interface DatasetFile {
  readonly folder: string;
  readonly classNames: readonly string[];
  readonly examples: readonly DatasetExample[];
}
