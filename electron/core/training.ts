import type { AugmentationConfig, AugmentationName } from './augmentation';
import type { Crop } from './clips';
import { assertNever } from './errors';

export const learningRateSchedules = ['constant', 'cosine', 'step'] as const;
export type LearningRateSchedule = (typeof learningRateSchedules)[number];

export const optimizerNames = ['sgd', 'adam', 'adamw'] as const;
export type OptimizerName = (typeof optimizerNames)[number];

/** What an example of a class counts: all the same, rare classes more (n / (classes * n of the class)), or as given by name. */
export type ClassWeights = 'none' | 'balanced' | Readonly<Record<string, number>>;

export const balances = ['none', 'class', 'background', 'both'] as const;
/** What comes equally often in an epoch; see `epochOrder`. */
export type Balance = (typeof balances)[number];

/** Numbers chosen before a run. */
export interface TrainingConfig {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly augmentation: AugmentationName;
  /** Changes to the preset; each can be switched off. */
  readonly augment?: Partial<AugmentationConfig>;
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
  /** Without it: none. */
  readonly balance?: Balance;
  /** Steps over which the learning rate rises in a line; without it: a twentieth of the steps of `cosine`, otherwise none. */
  readonly warmUp?: number;
  /** Layers whose weights were learnt before, by name; they get `inheritedFactor` of the learning rate. */
  readonly inherited?: readonly string[];
  /** Without it: 0.1. */
  readonly inheritedFactor?: number;
  /** Layers that stand still, by name; frozen batch normalisation keeps its statistics, too. */
  readonly frozen?: readonly string[];
  /** After so many epochs all layers learn, with a new optimizer; without it, or 0: the frozen ones never do. */
  readonly thawAfter?: number;
  /** Id of a model whose answers are learnt, too; see `DistillationOptions`. */
  readonly teacher?: string;
  /** Share of the teacher in the loss of a frame with a label, 0 to 1; without it: 0.5. */
  readonly teacherShare?: number;
  /** By which the answers of both are softened; without it: 2. */
  readonly temperature?: number;
  /** With a teacher: frames of the project without a label are learnt from, too. */
  readonly unlabelled?: boolean;
  /** Shrinks the start weights and adds noise (see `shrinkAndPerturb`), for a start that is stuck; without it: as they are. */
  readonly perturb?: { readonly shrink: number; readonly noise: number };
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
 * The learning rate of step `step` (from 0) of a run of `steps` steps. It rises in a line over the warm-up; `cosine` then
 * falls along half a cosine (Loshchilov and Hutter 2017) towards 0; `step`: a tenth after a half and after three quarters.
 */
export function learningRateAt(config: TrainingConfig, step: number, steps: number): number {
  const { learningRate, schedule = 'constant' } = config;
  const warmUp = Math.min(config.warmUp ?? (schedule === 'cosine' ? Math.floor(steps / 20) : 0), steps);
  if (step < warmUp) return (learningRate * (step + 1)) / (warmUp + 1);
  switch (schedule) {
    case 'constant':
      return learningRate;
    case 'cosine':
      return (learningRate * (1 + Math.cos((Math.PI * (step - warmUp)) / Math.max(1, steps - warmUp)))) / 2;
    case 'step':
      return learningRate * (step < steps / 2 ? 1 : step < (steps * 3) / 4 ? 0.1 : 0.01);
    default:
      return assertNever(schedule);
  }
}

/** A stretch of a run in which the same layers learn: it has an optimizer, a warm-up and a schedule of its own. */
export interface Phase {
  /** Number of epochs before it. */
  readonly from: number;
  /** Number of epochs behind its last one. */
  readonly to: number;
  readonly frozen: readonly string[];
}

/** The phase that the epoch after `epoch` finished ones belongs to. */
export function phaseAt(config: TrainingConfig, epoch: number): Phase {
  const { frozen = [], thawAfter = 0, epochs } = config;
  if (frozen.length === 0 || thawAfter === 0 || thawAfter >= epochs) return { from: 0, to: epochs, frozen };
  return epoch < thawAfter ? { from: 0, to: thawAfter, frozen } : { from: thawAfter, to: epochs, frozen: [] };
}

/** The learning rate of a step of an epoch; while layers wait to thaw it is constant after its warm-up. */
export function phaseRateAt(config: TrainingConfig, epoch: number, step: number, stepsPerEpoch: number): number {
  const { from, to } = phaseAt(config, epoch);
  const own = to < config.epochs ? { ...config, schedule: 'constant' as const } : config;
  return learningRateAt(own, (epoch - from) * stepsPerEpoch + step, (to - from) * stepsPerEpoch);
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
