import { createHash, randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { formatInputShape, type Architecture, type InputShape } from '../core/architecture';
import type { Sentence } from '../core/clips';
import { CancelledError, serializeError, UserError } from '../core/errors';
import { checkLayers } from '../core/frozenLayers';
import { withClasses } from '../core/head';
import type { ModelMetadata } from '../core/models';
import { buildPreset } from '../core/presets';
import { countParameters, validateArchitecture } from '../core/shapes';
import { withLoss } from '../core/stepLosses';
import { defaultTrainingConfig, type DatasetExample, type DatasetFile, type EpochMetrics, type TrainingConfig } from '../core/training';
import type { TrainResult, WorkerMessage } from '../ipc/worker';
import { listClips, type ClipRow } from '../store/clips';
import { findDataset, type DatasetRow } from '../store/datasets';
import { insertModel, listModels, setModelAccuracy, type ModelRow } from '../store/models';
import { listNames } from '../store/names';
import { copyEpochs, finishRun, findRound, findRun, insertRound, insertRun, listEpochs, listRounds, listRuns, saveEpoch, setRoundEpochs, setRunState, usedClips, type RoundRow, type RunRow } from '../store/rounds';
import { classesOf, freezeDataset, splitClipFrames, unlabelledExamples, writeFrozenDataset } from './datasets';
import { evaluateModel } from './evaluations';
import { betterStart } from './floors';
import type { JobContext } from './jobs';
import { freeModelName, modelFolder, modelMetadata, resolveModel } from './models';
import type { Project } from './projects';
import { readStepLosses, saveStepLosses } from './stepLosses';
import type { Workers } from './workers';

export interface RoundWish {
  /** Backgrounds that this round adds; without them all clips that no round has used. */
  readonly backgrounds?: readonly string[] | null;
  /** Only for a fresh start. */
  readonly input?: InputShape | null;
  /** Name of a preset or a whole architecture; where the round does not start fresh, it must be the network that the start has. */
  readonly architecture?: string | Architecture | null;
  /** A model, `none` for a fresh start; without it the last model. */
  readonly from?: string | null;
  readonly config?: Partial<TrainingConfig>;
}

export interface RoundResult {
  readonly round: RoundRow;
  readonly run: RunRow;
  readonly model: ModelRow;
  readonly dataset: DatasetRow;
  readonly epochs: readonly EpochMetrics[];
  readonly bestEpoch: number;
  readonly imagesPerSecond: number;
  readonly engine: string;
  /** What a user should know about the model: also that it does worse than the migrated one that it began with. */
  readonly observations: readonly Sentence[];
}

export interface TrainingEvents {
  readonly onEpoch?: (epoch: EpochMetrics, best: boolean, run: string) => void;
  readonly onLoss?: (at: number, loss: number, run: string) => void;
  readonly onStart?: (round: RoundRow, run: string) => void;
}

const defaultInput: InputShape = { height: 64, width: 64, channels: 3 };
const defaultPreset = 'small';

function backgroundIds(project: Project, names: readonly string[]): ReadonlySet<number> {
  const known = listNames(project.db, 'backgrounds');
  return new Set(
    names.map((name) => {
      const row = known.find((candidate) => candidate.name === name);
      if (!row) throw new UserError('labels:noBackground', { name, known: known.map((entry) => entry.name).join(', ') });
      return row.id;
    }),
  );
}

/** Clips of a new round: those it adds, and those of all rounds before. */
function clipsForRound(project: Project, backgrounds: readonly string[] | null): { readonly added: readonly ClipRow[]; readonly all: readonly ClipRow[] } {
  const used = usedClips(project.db);
  const wanted = backgrounds ? backgroundIds(project, backgrounds) : null;
  const clips = listClips(project.db);
  const added = clips.filter((clip) => !used.has(clip.id) && (wanted === null || (clip.backgroundId !== null && wanted.has(clip.backgroundId))));
  return { added, all: clips.filter((clip) => used.has(clip.id) || added.includes(clip)) };
}

/** Weights, network and classes that a round begins with. */
export interface Start {
  readonly model: ModelRow | null;
  readonly architecture: Architecture;
  readonly classNames: readonly string[];
}

/** The network that the wish names: a preset or the user's own, with as many answers as there are classes. */
function wishedArchitecture({ architecture: wished }: RoundWish, input: InputShape | null | undefined, classes: number): Architecture {
  if (typeof wished === 'object' && wished) return withClasses({ ...wished, input: input ?? wished.input }, classes);
  return buildPreset(wished ?? defaultPreset, input ?? defaultInput, classes);
}

/** The same layers with the same arguments in the same order; lineage ids and the network's name do not count. */
function sameNetwork(one: Architecture, other: Architecture): boolean {
  const plain = ({ input, layers }: Architecture) => ({ input, layers: layers.map((layer) => ({ ...layer, uid: '' })) });
  return isDeepStrictEqual(plain(one), plain(other));
}

function startFrom(project: Project, wish: RoundWish, frameClasses: readonly string[]): Start {
  const fresh = wish.from === 'none' || (wish.from == null && listModels(project.db).length === 0);
  if (fresh) {
    const architecture = wishedArchitecture(wish, wish.input, frameClasses.length);
    validateArchitecture(architecture);
    return { model: null, architecture, classNames: frameClasses };
  }
  // A training that made a migrated model worse is no start: the migrated one stays it.
  const last = resolveModel(project, wish.from ?? 'last');
  const model = wish.from == null ? (betterStart(project, last) ?? last) : last;
  const { architecture, classNames } = modelMetadata(project, model);
  if (wish.input && formatInputShape(wish.input) !== formatInputShape(architecture.input)) {
    throw new UserError('rounds:otherInput', { model: model.name, has: formatInputShape(architecture.input), wanted: formatInputShape(wish.input) });
  }
  if (wish.architecture && !sameNetwork(wishedArchitecture(wish, architecture.input, classNames.length), architecture)) throw new UserError('rounds:otherArchitecture', { model: model.name });
  const missing = frameClasses.filter((name) => !classNames.includes(name));
  if (missing.length > 0) throw new UserError('rounds:newClasses', { model: model.name, classes: missing.join(', '), first: missing[0] as string });
  return { model, architecture, classNames };
}

/** The numbers of a round, whole; what could not be trained is refused before there is a round. Errors: `training:*`, `models:*`. */
function roundConfig(project: Project, wished: Partial<TrainingConfig>, { architecture, classNames }: Start): TrainingConfig {
  const config = { ...defaultTrainingConfig, ...wished };
  checkLayers(config, architecture);
  const unknown = typeof config.classWeights === 'object' ? Object.keys(config.classWeights).find((name) => !classNames.includes(name)) : undefined;
  if (unknown !== undefined) throw new UserError('training:noClass', { name: unknown, known: classNames.join(', ') });
  if (config.teacher === undefined) return config;
  const teacher = resolveModel(project, config.teacher);
  if (teacher.classNames.filter((name) => classNames.includes(name)).length < 2) throw new UserError('training:teacherOfOthers', { known: teacher.classNames.join(', '), wanted: classNames.join(', ') });
  return { ...config, teacher: teacher.id };
}

/** What a round would be made of; nothing is written. Errors: `rounds:*`, `training:*`, `models:*`. */
export function planRound(project: Project, wish: RoundWish): { readonly clips: readonly ClipRow[]; readonly added: readonly ClipRow[]; readonly start: Start; readonly config: TrainingConfig } {
  const { added, all } = clipsForRound(project, wish.backgrounds ?? null);
  if (all.length === 0) throw new UserError('rounds:noClips');
  const frames = splitClipFrames(project, all);
  const start = startFrom(project, wish, classesOf(project, frames).map(({ name }) => name));
  return { clips: all, added, start, config: roundConfig(project, wish.config ?? {}, start) };
}

/** Freezes everything that the round is made of; nothing is trained yet. */
function prepareRound(project: Project, wish: RoundWish): { readonly round: RoundRow; readonly runId: string } {
  const { added, clips: all, start, config } = planRound(project, wish);
  const names = new Map(listNames(project.db, 'backgrounds').map(({ id, name }) => [id, name]));
  const runId = `run-${randomUUID().slice(0, 8)}`;
  const roundId = project.db.transaction(() => {
    const datasetId = freezeDataset(project, all, start.classNames);
    const id = insertRound(
      project.db,
      {
        number: (listRounds(project.db).at(-1)?.number ?? 0) + 1,
        datasetId,
        startModelId: start.model?.id ?? null,
        architecture: start.architecture,
        config,
        backgrounds: [...new Set(added.map((clip) => names.get(clip.backgroundId ?? -1)).filter((name): name is string => name !== undefined))],
      },
      all.map(({ id: clipId }) => clipId),
    );
    insertRun(project.db, runId, id);
    return id;
  })();
  return { round: findRound(project.db, roundId) as RoundRow, runId };
}

/** A new round: freezes its dataset, trains, evaluates, and leaves a model. Errors: `rounds:*`, `training:*`, `CancelledError`. */
export async function trainRound(project: Project, wish: RoundWish, workers: Workers, context: JobContext, events: TrainingEvents = {}): Promise<RoundResult> {
  const { round, runId } = prepareRound(project, wish);
  events.onStart?.(round, runId);
  return runTraining(project, round, runId, false, workers, context, events);
}

/** The run meant by an id, or the last one that can go on. Errors: `rounds:nothingToResume`, `rounds:noRun`. */
export function resumableRun(project: Project, runId?: string): RunRow {
  if (runId !== undefined) {
    const run = findRun(project.db, runId);
    if (!run) throw new UserError('rounds:noRun', { run: runId });
    if (run.state === 'done') throw new UserError('rounds:runIsDone', { run: runId });
    return run;
  }
  const open = listRuns(project.db).filter(({ state }) => state === 'interrupted' || state === 'cancelled' || state === 'failed');
  const last = open.at(-1);
  if (!last) throw new UserError('rounds:nothingToResume');
  return last;
}

/** Goes on with a run that was interrupted, from its last checkpoint. */
export async function resumeRound(project: Project, runId: string | undefined, workers: Workers, context: JobContext, events: TrainingEvents = {}): Promise<RoundResult> {
  const run = resumableRun(project, runId);
  const round = findRound(project.db, run.roundId) as RoundRow;
  setRunState(project.db, run.id, 'running');
  events.onStart?.(round, run.id);
  return runTraining(project, round, run.id, true, workers, context, events);
}

/** A run that is done and has its last state: that of the id, or the newest. Errors: `rounds:noRun`, `rounds:notDone`, `rounds:nothingToExtend`. */
function extendableRun(project: Project, runId: string | undefined): RunRow {
  if (runId === undefined) {
    const last = listRuns(project.db).filter(({ state }) => state === 'done').at(-1);
    if (!last) throw new UserError('rounds:nothingToExtend');
    return last;
  }
  const run = findRun(project.db, runId);
  if (!run) throw new UserError('rounds:noRun', { run: runId });
  if (run.state !== 'done') throw new UserError('rounds:notDone', { run: runId });
  return run;
}

/**
 * Goes on with a run that is done for some epochs more, from its last weights and optimizer, as a new run of its round; the
 * model that it left stays, and another one comes of it. Without a schedule it ends as a run that was planned for so long.
 * Errors: `rounds:*`, `training:*`, `CancelledError`.
 */
export async function extendRound(project: Project, runId: string | undefined, epochs: number, workers: Workers, context: JobContext, events: TrainingEvents = {}): Promise<RoundResult> {
  const run = extendableRun(project, runId);
  const folder = join(project.folder, 'runs', run.id);
  const model = modelFolder(project, run.modelId ?? '');
  if (!existsSync(join(folder, 'last')) || !existsSync(model)) throw new UserError('rounds:noLastState', { run: run.id });
  const id = `run-${randomUUID().slice(0, 8)}`;
  const target = join(project.folder, 'runs', id);
  cpSync(join(folder, 'last'), join(target, 'last'), { recursive: true });
  cpSync(model, join(target, 'best'), { recursive: true });
  // The frames without a label that it learnt from are in this list only.
  cpSync(join(folder, 'dataset.json'), join(target, 'dataset.json'));
  saveStepLosses(target, readStepLosses(folder));
  project.db.transaction(() => {
    setRoundEpochs(project.db, run.roundId, listEpochs(project.db, run.id).length + epochs);
    insertRun(project.db, id, run.roundId);
    copyEpochs(project.db, run.id, id);
  })();
  const round = findRound(project.db, run.roundId) as RoundRow;
  events.onStart?.(round, id);
  return runTraining(project, round, id, true, workers, context, events);
}

/** Number of epochs that a run took over from the one that it extends; 0 for others. */
function extendedFrom(project: Project, round: RoundRow, runId: string): number {
  const earlier = listRuns(project.db, round.id).filter(({ id, state }) => id !== runId && state === 'done');
  return Math.max(0, ...earlier.map(({ id }) => listEpochs(project.db, id).length));
}

/** Frames without a label are not in the frozen list: a run that goes on keeps those that it began with. */
function readUnlabelled(datasetFile: string): readonly DatasetExample[] | null {
  try {
    return (JSON.parse(readFileSync(datasetFile, 'utf8')) as DatasetFile).examples.filter(({ classIndex }) => classIndex < 0);
  } catch {
    return null;
  }
}

async function runTraining(project: Project, round: RoundRow, runId: string, resume: boolean, workers: Workers, context: JobContext, events: TrainingEvents): Promise<RoundResult> {
  const runFolder = join(project.folder, 'runs', runId);
  mkdirSync(runFolder, { recursive: true });
  const dataset = findDataset(project.db, round.datasetId) as DatasetRow;
  const datasetFile = join(runFolder, 'dataset.json');
  const { teacher, unlabelled = false } = round.config;
  const kept = resume && teacher !== undefined && unlabelled ? readUnlabelled(datasetFile) : null;
  writeFrozenDataset(project, round.datasetId, dataset.classNames, datasetFile, kept ?? (teacher !== undefined && unlabelled ? unlabelledExamples(project) : []));
  let losses = readStepLosses(runFolder);
  const listen = (message: WorkerMessage): void => {
    if (message.kind === 'progress') context.report(message.progress);
    if (message.kind === 'loss') {
      losses = withLoss(losses, message.at, message.loss);
      events.onLoss?.(message.at, message.loss, runId);
    }
    if (message.kind !== 'epoch') return;
    saveStepLosses(runFolder, losses);
    saveEpoch(project.db, runId, message.epoch);
    events.onEpoch?.(message.epoch, message.best, runId);
  };
  try {
    const result = await workers.trainer.ask<TrainResult>(
      {
        kind: 'train',
        job: {
          runFolder,
          teacherFolder: teacher === undefined ? null : modelFolder(project, teacher),
          startModelFolder: round.startModelId ? modelFolder(project, round.startModelId) : null,
          architecture: round.architecture,
          datasetFile,
          cacheFolder: join(project.folder, 'cache'),
          config: round.config,
          resume: resume && existsSync(join(runFolder, 'last')),
          extendedFrom: extendedFrom(project, round, runId),
        },
      },
      { signal: context.signal, onMessage: listen },
    );
    return await keepModel(project, round, runId, runFolder, result, workers, context);
  } catch (error) {
    const state = error instanceof CancelledError ? 'cancelled' : error instanceof UserError && error.key === 'training:workerDied' ? 'interrupted' : 'failed';
    // What came after the model was kept (its evaluation) does not undo the run.
    if (findRun(project.db, runId)?.state !== 'done') setRunState(project.db, runId, state, error instanceof CancelledError ? null : serializeError(error));
    throw error;
  }
}

async function keepModel(project: Project, round: RoundRow, runId: string, runFolder: string, result: TrainResult, workers: Workers, context: JobContext): Promise<RoundResult> {
  const id = `m-${createHash('sha256').update(runId).digest('hex').slice(0, 8)}`;
  const target = modelFolder(project, id);
  if (existsSync(join(runFolder, 'best'))) {
    rmSync(target, { recursive: true, force: true });
    renameSync(join(runFolder, 'best'), target);
  }
  const metadata = JSON.parse(readFileSync(join(target, 'metadata.json'), 'utf8')) as ModelMetadata;
  const model: ModelRow = {
    id,
    name: freeModelName(project, `round-${round.number}${extendedFrom(project, round, runId) > 0 ? '-extended' : ''}`),
    parentId: round.startModelId,
    origin: 'trained',
    roundId: round.id,
    runId,
    input: metadata.architecture.input,
    classNames: metadata.classNames,
    parameters: countParameters(metadata.architecture).total,
    accuracy: null,
    createdAt: new Date().toISOString(),
  };
  project.db.transaction(() => {
    insertModel(project.db, model);
    finishRun(project.db, runId, { modelId: id, bestEpoch: result.bestEpoch, imagesPerSecond: result.imagesPerSecond, engine: result.engine, versions: result.versions });
  })();
  const evaluation = await evaluateModel(project, model, 'validation', workers, context);
  setModelAccuracy(project.db, id, evaluation.accuracy);
  return {
    round,
    run: findRun(project.db, runId) as RunRow,
    model: { ...model, accuracy: evaluation.accuracy },
    dataset: findDataset(project.db, round.datasetId) as DatasetRow,
    epochs: result.epochs,
    bestEpoch: result.bestEpoch,
    imagesPerSecond: result.imagesPerSecond,
    engine: result.engine,
    observations: evaluation.observations,
  };
}
