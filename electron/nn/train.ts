import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkLayers } from '../core/frozenLayers';
import { shrinkAndPerturb } from '../core/recipe';
import { validateArchitecture } from '../core/shapes';
import { phaseAt, type EpochMetrics } from '../core/training';
import { loadCheckpoint } from './checkpoint';
import type { NnContext } from './context';
import { recoverModel } from './modelFiles';
import { openPixels, readDataset } from './pixelCache';
import { tensorflow, tensorflowVersions } from './tensorflow';
import { finishEpoch, trainEpoch, validate } from './training/epoch';
import { chooseExamples, countClasses, startModel } from './training/examples';
import { openFeeder } from './training/feeder';
import { trainingOptions } from './training/options';
import { Run, type TrainEvents, type TrainRequest } from './training/run';
import { Teacher } from './training/teacher';

export interface TrainOutcome {
  readonly kind: 'train';
  readonly epochs: readonly EpochMetrics[];
  readonly bestEpoch: number;
  readonly imagesPerSecond: number;
  readonly engine: 'graph';
  readonly engineReason: null;
  readonly versions: Readonly<Record<string, string>>;
  readonly tensorsBefore: number;
  readonly tensorsAfter: number;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

async function trainAll(run: Run, context: NnContext, events: TrainEvents): Promise<void> {
  const { config } = run.request;
  while (run.epoch < config.epochs) {
    await run.enterPhase();
    const trained = await trainEpoch(run, context, events);
    finishEpoch(run, trained, await validate(run, context), events);
    if (config.patience > 0 && run.epoch - Math.max(run.bestEpoch, run.request.extendedFrom ?? 0) >= config.patience) break;
  }
}

/**
 * Trains a model and leaves `best/` (lowest validation loss) and `last/` (checkpoint) in the run folder. The same request
 * gives the same weights bit for bit on the same machine and thread count; a resumed run ends as one never interrupted.
 * Errors: `training:*`, `models:*`, `CancelledError` (the last checkpoint stays).
 */
export async function train(request: TrainRequest, context: NnContext, events: TrainEvents = {}): Promise<TrainOutcome> {
  validateArchitecture(request.architecture);
  const tensorsBefore = tensorflow().memory().numTensors;
  const dataset = readDataset(request.datasetFile);
  const { height, width } = request.architecture.input;
  checkLayers(request.config, request.architecture);
  const start = startModel(request.architecture, request.startModelFolder, request.config.seed);
  const { perturb, seed } = request.config;
  const weights = perturb ? shrinkAndPerturb(request.architecture, start.weights, perturb, seed) : start.weights;
  const pixels = await openPixels(dataset, request.cacheFolder, height, width, context);
  let run: Run | null = null;
  let teacher: Teacher | null = null;
  try {
    const { classNames } = dataset;
    const { teacherShare = 0.5, temperature = 2 } = request.config;
    if (request.teacherFolder) teacher = await Teacher.open(request.teacherFolder, request.architecture, classNames, teacherShare, temperature);
    const examples = chooseExamples(dataset, pixels.unreadable, classNames.length, teacher !== null);
    const options = trainingOptions(request.config, classNames, countClasses(examples, classNames.length), teacher?.options);
    recoverModel(join(request.runFolder, 'best'));
    const checkpoint = request.resume ? loadCheckpoint(request.runFolder) : null;
    const { config } = request;
    const preprocessing = checkpoint?.model.preprocessing ?? start.preprocessing;
    const phase = phaseAt(config, Math.min(checkpoint?.epoch ?? 0, config.epochs - 1));
    run = new Run(request, await Run.open(request, options, weights, phase, preprocessing), pixels, examples, classNames, options, openFeeder(config, pixels, examples, request.architecture.input), teacher, preprocessing);
    if (checkpoint) run.restore(checkpoint);
    await trainAll(run, context, events);
    if (!existsSync(join(request.runFolder, 'best'))) throw new Error('a training ended without a best model');
    const outcome = { kind: 'train', epochs: run.history, bestEpoch: run.bestEpoch, imagesPerSecond: median(run.imagesPerSecond), engine: 'graph', engineReason: null, versions: tensorflowVersions() } as const;
    await run.feeder.close();
    run.session.dispose();
    teacher?.dispose();
    return { ...outcome, tensorsBefore, tensorsAfter: tensorflow().memory().numTensors };
  } finally {
    await run?.feeder.close();
    run?.session.dispose();
    teacher?.dispose();
    pixels.close();
  }
}
