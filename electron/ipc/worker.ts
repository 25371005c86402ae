import type { AugmentationConfig } from '../core/augmentation';
import type { Architecture } from '../core/architecture';
import type { Crop } from '../core/clips';
import type { SerializedError } from '../core/errors';
import type { ConvertModelJob, ExportModelJob, ExportModelResult, HandoffJob, HandoffResult } from '../core/exports';
import type { Progress } from '../core/jobs';
import type { EpochMetrics, TrainingConfig } from '../core/training';
import type { MigrationCheck, MigrationPlan } from '../core/migrations';
import type { ServeMessage, ServeRequest, ServeResult } from './serving';
import type { PredictArraysJob, PredictArraysResult, ReadModelJob, ReadModelResult } from './modelFileJobs';

/** Main (or the command line) -> trainer / predictor. Pixels and weights go by file, never in a message. */
export type WorkerRequest = Readonly<
  | { kind: 'train'; id: string; job: TrainJob }
  | { kind: 'evaluate'; id: string; job: EvaluateJob }
  | { kind: 'migrate'; id: string; job: MigrateJob }
  | { kind: 'predict'; id: string; job: PredictJob }
  | { kind: 'saliency'; id: string; job: SaliencyJob }
  | { kind: 'augment'; id: string; job: AugmentJob }
  | { kind: 'estimate'; id: string; job: EstimateJob }
  | { kind: 'exportModel'; id: string; job: ExportModelJob }
  | { kind: 'handoff'; id: string; job: HandoffJob }
  | { kind: 'convertModel'; id: string; job: ConvertModelJob }
  | { kind: 'readModel'; id: string; job: ReadModelJob }
  | { kind: 'predictArrays'; id: string; job: PredictArraysJob }
  | { kind: 'trial'; id: string }
  | { kind: 'cancel'; id: string }
  | { kind: 'pause'; id: string; paused: boolean }
  | ServeRequest
>;

/** Worker -> main. `id` is that of the request. */
export type WorkerMessage = Readonly<
  | { kind: 'ready'; pid: number }
  | { kind: 'progress'; id: string; progress: Progress }
  | { kind: 'epoch'; id: string; epoch: EpochMetrics; best: boolean }
  /** Mean loss of the last steps, `at` epochs into the run. */
  | { kind: 'loss'; id: string; at: number; loss: number }
  | { kind: 'checkpoint'; id: string; epoch: number }
  | { kind: 'done'; id: string; result: WorkerResult }
  | { kind: 'failed'; id: string; error: SerializedError }
  | { kind: 'log'; level: 'info' | 'warning' | 'error'; text: string }
  | ServeMessage
>;

export interface TrainJob {
  /** Holds `best/`, `last/` (model folders) and `checkpoint.json`; made by the worker. */
  readonly runFolder: string;
  /** Folder of the model whose weights it starts from; null = fresh. Same architecture. */
  readonly startModelFolder: string | null;
  /** Folder of the model that teaches; without it: none. Its training frames may lack a label (-1). */
  readonly teacherFolder?: string | null;
  readonly architecture: Architecture;
  /** Path of a `DatasetFile` (JSON). */
  readonly datasetFile: string;
  /** Rebuildable cache of decoded pixels. */
  readonly cacheFolder: string;
  readonly config: TrainingConfig;
  /** Go on from `last/` in `runFolder`. */
  readonly resume: boolean;
  /** Epochs of the run that this one extends: patience counts from there. Without it, or 0: none. */
  readonly extendedFrom?: number;
}

export interface TrainResult {
  readonly kind: 'train';
  readonly epochs: readonly EpochMetrics[];
  readonly bestEpoch: number;
  /** Training images a second, median over epochs. */
  readonly imagesPerSecond: number;
  /** `graph`: one TensorFlow graph per step; `eager`: the fallback, with the reason. */
  readonly engine: 'graph' | 'eager';
  readonly engineReason: string | null;
  readonly versions: Readonly<Record<string, string>>;
  /** Tensors alive before and after: equal unless something leaks. */
  readonly tensorsBefore: number;
  readonly tensorsAfter: number;
}

export interface EvaluateJob {
  readonly modelFolder: string;
  readonly datasetFile: string;
  readonly cacheFolder: string;
}

export interface EvaluateResult {
  readonly kind: 'evaluate';
  /** Per example of the dataset, in its order. */
  readonly predicted: readonly number[];
  /** Probability of the predicted class. */
  readonly scores: readonly number[];
  /** Frames that could not be read, by index into the dataset; their `predicted` is -1. */
  readonly unreadable: readonly number[];
}

export interface MigrateJob {
  readonly sourceFolder: string;
  /** Where the new model is written (a folder that does not exist yet); null = only plan and check. */
  readonly targetFolder: string | null;
  readonly plan: MigrationPlan;
  readonly datasetFile: string;
  readonly cacheFolder: string;
  /** Labeled frames of classes that only the new model has; null without any. */
  readonly newClassFile?: string | null;
}

export interface MigrateResult {
  readonly kind: 'migrate';
  readonly check: MigrationCheck;
  /** false where the check failed: then nothing was written. */
  readonly saved: boolean;
  /** The plan that was carried out: with the channels that were chosen on the frames. */
  readonly plan: MigrationPlan;
}

export interface PredictJob {
  readonly modelFolder: string;
  readonly files: readonly string[];
  /** The part of each upright picture that counts. */
  readonly crop?: Crop | null;
}

export interface PredictResult {
  readonly kind: 'predict';
  readonly predictions: readonly (
    | { readonly file: string; readonly scores: readonly number[]; readonly milliseconds: number }
    | { readonly file: string; readonly error: SerializedError }
  )[];
}

export interface SaliencyJob {
  readonly modelFolder: string;
  readonly file: string;
  readonly crop?: Crop | null;
}

/** How much each part of a picture matters for the answer (0 to 1, row by row); see nn/saliency.ts. */
export interface SaliencyResult {
  readonly kind: 'saliency';
  readonly rows: number;
  readonly columns: number;
  readonly weights: readonly number[];
  readonly strongest: number;
  readonly classIndex: number;
  readonly score: number;
}

export interface AugmentJob {
  readonly file: string;
  readonly crop?: Crop | null;
  readonly height: number;
  readonly width: number;
  readonly augmentation: AugmentationConfig;
  readonly seed: number;
  readonly frameId: number;
  /** Number of epochs to show, from the first. */
  readonly count: number;
}

export interface AugmentResult {
  readonly kind: 'augment';
  /** PNG files, small as the network's input. */
  readonly pictures: readonly Uint8Array[];
}

export interface EstimateJob {
  readonly architecture: Architecture;
  readonly config: TrainingConfig;
  readonly classNames: readonly string[];
}

/** Measured in a trial of some two seconds. */
export interface EstimateResult {
  readonly kind: 'estimate';
  /** Pictures trained in a second. */
  readonly imagesPerSecond: number;
  /** Pictures only looked at in a second, as in validation. */
  readonly judgedPerSecond: number;
}

export interface TrialResult {
  readonly kind: 'trial';
  readonly tensorflowVersion: string;
  readonly tfjsVersion: string;
  readonly seconds: number;
  /** Loss before and after a few steps on a drawn problem. */
  readonly lossBefore: number;
  readonly lossAfter: number;
}

export type WorkerResult = ReadModelResult | PredictArraysResult | TrainResult | EvaluateResult | MigrateResult | PredictResult | SaliencyResult | AugmentResult | EstimateResult | TrialResult | ServeResult | ExportModelResult | HandoffResult;
