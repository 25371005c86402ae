import type { Crop } from './clips';
import { assertNever } from './errors';

export const learningRateSchedules = ['constant', 'cosine', 'step'] as const;
export type LearningRateSchedule = (typeof learningRateSchedules)[number];

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
