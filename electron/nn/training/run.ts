import { defaultPreprocessing, type Architecture, type Preprocessing, type Weights } from '../../core/architecture';
import { freeze } from '../../core/frozenLayers';
import { Random } from '../../core/random';
import { phaseAt, type EpochMetrics, type Phase, type TrainingConfig } from '../../core/training';
import { saveCheckpoint, type Checkpoint } from '../checkpoint';
import type { TrainingOptions } from '../graph/compile';
import { GraphSession } from '../graph/session';
import type { StoredModel } from '../modelFiles';
import type { PixelSource } from '../pixelCache';
import type { Examples } from './examples';
import type { Feeder } from './feeder';
import type { Teacher } from './teacher';

/** What a run is made of; see `TrainJob`. */
export interface TrainRequest {
  readonly runFolder: string;
  readonly startModelFolder: string | null;
  readonly teacherFolder?: string | null;
  readonly architecture: Architecture;
  readonly datasetFile: string;
  readonly cacheFolder: string;
  readonly config: TrainingConfig;
  readonly resume: boolean;
  readonly extendedFrom?: number;
}

export interface TrainEvents {
  readonly onEpoch?: (epoch: EpochMetrics, best: boolean) => void;
  /** Mean loss of the steps since the last call, `at` epochs into the run; a few times a second. */
  readonly onLoss?: (at: number, loss: number) => void;
  readonly onCheckpoint?: (epoch: number) => void;
}

/** The running state of one training: what a checkpoint saves. */
export class Run {
  epoch = 0;
  history: EpochMetrics[] = [];
  bestEpoch = 0;
  bestLoss = Infinity;
  random: Random;
  imagesPerSecond: number[] = [];

  constructor(
    readonly request: TrainRequest,
    public session: GraphSession,
    readonly pixels: PixelSource,
    readonly examples: Examples,
    readonly classNames: readonly string[],
    readonly options: TrainingOptions,
    readonly feeder: Feeder,
    readonly teacher: Teacher | null = null,
    /** That of the model it starts from, or goes on with. */
    readonly preprocessing: Preprocessing = defaultPreprocessing(request.architecture.input.channels),
  ) {
    this.random = Random.seeded(request.config.seed, 23);
  }

  get model(): StoredModel {
    const { architecture } = this.request;
    return { architecture, weights: this.session.getWeights(), classNames: this.classNames, preprocessing: this.preprocessing };
  }

  restore(checkpoint: Checkpoint): void {
    this.epoch = checkpoint.epoch;
    this.history = [...checkpoint.history];
    this.bestEpoch = checkpoint.bestEpoch;
    this.bestLoss = checkpoint.bestLoss;
    this.random = Random.restored(checkpoint.random);
    this.session.setWeights(checkpoint.model.weights);
    // A checkpoint at the end of a phase leaves an optimizer behind that the next phase does without.
    if (checkpoint.epoch > this.phase.from) this.session.setOptimizer(checkpoint.optimizer);
  }

  /** The stretch that the next epoch belongs to; at the end of a run its last one. */
  get phase(): Phase {
    const { config } = this.request;
    return phaseAt(config, Math.min(this.epoch, config.epochs - 1));
  }

  /** A session in which the layers of a phase learn, with a fresh optimizer. */
  static open({ architecture }: TrainRequest, options: TrainingOptions, weights: Weights, phase: Phase, preprocessing: Preprocessing): Promise<GraphSession> {
    return GraphSession.create(freeze(architecture, phase.frozen), preprocessing, weights, options);
  }

  /** Goes over to the phase of the next epoch, if that is another one. */
  async enterPhase(): Promise<void> {
    const { phase } = this;
    if (phase.from !== this.epoch || phase.from === 0) return;
    const weights = this.session.getWeights();
    this.session.dispose();
    this.session = await Run.open(this.request, this.options, weights, phase, this.preprocessing);
  }

  save(): void {
    const { epoch, history, bestEpoch, bestLoss, random, session, model } = this;
    saveCheckpoint(this.request.runFolder, { epoch, history, bestEpoch, bestLoss, random: random.save(), optimizer: session.getOptimizer(), model });
  }
}
