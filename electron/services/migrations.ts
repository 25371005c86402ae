import { createHash, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { formatInputShape, type Architecture, type InputShape } from '../core/architecture';
import { UserError } from '../core/errors';
import { placeOf } from '../core/migration/addLayer';
import { oldClasses } from '../core/migration/classes';
import { changeArchitecture } from '../core/migration/change';
import { planMigration } from '../core/migration/plan';
import { centredPlace } from '../core/migration/pictures';
import { newClassMethod } from '../core/migration/newClass';
import type { ClassMerge, ClassSplit, FirstKernels, LayerOverride, LayerPlace, MigrationCheck, MigrationPlan, NewClassMethod, NewClassStart, OldPictures, OldPicturesWish, Widening } from '../core/migrations';
import { countParameters } from '../core/shapes';
import type { MigrateResult } from '../ipc/worker';
import { insertMigration, migrationOf } from '../store/migrations';
import { insertModel, type ModelRow } from '../store/models';
import { parseArchitecture } from './architectures';
import { evaluateModel } from './evaluations';
import { setModelAccuracy } from '../store/models';
import { projectExamples, thin, writeDatasetFile } from './datasets';
import type { JobContext } from './jobs';
import { freeModelName, modelFolder, modelMetadata, resolveModel } from './models';
import type { Project, ReadProject } from './projects';
import { freeWorker, type Workers } from './workers';

/** What the user wants to be different. */
export interface MigrationChange {
  readonly input: InputShape | null;
  /** Factor of all inner widths; 1 = as it is. */
  readonly width: number;
  readonly addClasses: readonly string[];
  readonly removeClasses: readonly string[];
  /** The network wanted, to which all other changes are made; without it: that of the model. */
  readonly architecture?: Architecture | null;
  /** Classes that become several, and several that become one. */
  readonly splitClasses?: readonly ClassSplit[];
  readonly mergeClasses?: readonly ClassMerge[];
  /** One layer more, and where. */
  readonly addLayer?: LayerPlace | null;
  /** How new classes start that have labeled frames; without it: what does best with so many. */
  readonly newClassStart?: NewClassMethod | null;
  /** How channels are added; `silent` without it. */
  readonly widen?: Widening;
  /** Pairs of layers that the user decided. */
  readonly overrides?: readonly LayerOverride[];
  /** How the old model's pictures relate to the new ones, where the usual is not meant. */
  readonly oldPictures?: OldPicturesWish | undefined;
  readonly firstKernels?: FirstKernels | undefined;
  /** What two classes are answered with. */
  readonly head?: 'softmax' | 'sigmoid' | undefined;
  readonly route: 'exact' | 'native';
}

/** More frames than this do not make the check surer, only longer. */
const mostCheckedFrames = 2000;
/** Frames of each new class that are read to start and to test it. */
const mostNewFrames = 600;

/** The plan for a change of a model: nothing is run or saved. Errors: `migrations:*`. */
export function planFor(project: ReadProject, source: ModelRow, change: MigrationChange): MigrationPlan {
  const { architecture, classNames, preprocessing } = modelMetadata(project, source);
  const model = { architecture, classNames, preprocessing };
  const wanted = change.architecture ? { ...model, architecture: parseArchitecture(change.architecture, change.architecture.name) } : model;
  const classes = { splitClasses: change.splitClasses ?? [], mergeClasses: change.mergeClasses ?? [] };
  const oldPictures = change.oldPictures ? placedPictures(change.oldPictures, architecture, change.input ?? wanted.architecture.input) : undefined;
  const target = changeArchitecture(wanted, {
    input: change.input ?? undefined,
    widthFactor: change.width,
    addClasses: change.addClasses,
    removeClasses: change.removeClasses,
    ...classes,
    // A network that is there already at its size has taken them up, or not: the plan will say.
    oldPictures: change.architecture && (!change.input || formatInputShape(change.input) === formatInputShape(wanted.architecture.input)) ? undefined : oldPictures,
    firstKernels: change.firstKernels,
    head: change.head,
    addLayer: change.addLayer ? placeOf(wanted.architecture, change.addLayer) : undefined,
    route: change.route,
  });
  const from = oldClasses(target.classNames, classNames, classes);
  return planMigration({ source: model, target, route: change.route, overrides: change.overrides ?? [], widen: change.widen ?? 'silent', oldPictures, ...classes, newClasses: newClassStarts(project, target.classNames.filter((_, k) => from[k]!.length === 0), change.newClassStart ?? null) });
}

function placedPictures({ inside, ...rest }: OldPicturesWish, old: Architecture, input: InputShape): OldPictures {
  return inside === undefined ? rest : { ...rest, inside: inside === 'centre' ? centredPlace(old, input) : inside };
}

/** For each new class the labeled training frames that the project has of it, and how it starts. */
function newClassStarts(project: ReadProject, names: readonly string[], method: NewClassMethod | null): readonly NewClassStart[] {
  const examples = names.length === 0 ? [] : projectExamples(project, names, 'train');
  return names.map((name, k) => {
    const frames = examples.filter(({ classIndex }) => classIndex === k).length;
    return { name, frames, method: frames === 0 ? 'silent' : (method ?? newClassMethod(frames)) };
  });
}

/** Writes the frames of new classes for the worker; null where there are none. */
function writeNewClasses(project: ReadProject, plan: MigrationPlan, file: string): string | null {
  const started = (plan.newClasses ?? []).filter(({ method }) => method !== 'silent').map(({ name }) => name);
  if (started.length === 0) return null;
  const examples = projectExamples(project, started, 'all')
    .filter(({ split }) => split !== 'test')
    .map((example) => ({ ...example, classIndex: plan.target.classNames.indexOf(started[example.classIndex] as string) }));
  const perClass = started.flatMap((name) => thin(examples.filter(({ classIndex }) => plan.target.classNames[classIndex] === name), mostNewFrames));
  writeDatasetFile(file, { folder: project.folder, classNames: plan.target.classNames, examples: perClass });
  return file;
}

async function runMigration(project: ReadProject, source: ModelRow, plan: MigrationPlan, targetFolder: string | null, workers: Workers, context: JobContext): Promise<MigrateResult> {
  const folder = join(project.folder, 'tmp', `migrate-${randomUUID()}`);
  const datasetFile = join(folder, 'dataset.json');
  try {
    const examples = thin(projectExamples(project, source.classNames, 'all'), mostCheckedFrames);
    writeDatasetFile(datasetFile, { folder: project.folder, classNames: source.classNames, examples });
    const newClassFile = writeNewClasses(project, plan, join(folder, 'new-classes.json'));
    return await freeWorker(workers).ask<MigrateResult>(
      { kind: 'migrate', job: { sourceFolder: modelFolder(project, source.id), targetFolder, plan, datasetFile, cacheFolder: join(project.folder, 'cache'), newClassFile } },
      { signal: context.signal, onMessage: (message) => message.kind === 'progress' && context.report(message.progress) },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs both models on the project's own frames and says how far they agree; nothing is saved. */
export async function checkMigration(project: ReadProject, source: ModelRow, plan: MigrationPlan, workers: Workers, context: JobContext): Promise<MigrationCheck> {
  return (await runMigration(project, source, plan, null, workers, context)).check;
}

/** Carries a plan out, all or nothing: a failed check saves nothing. Errors: `migrations:checkFailed`. */
export async function keepMigration(project: Project, source: ModelRow, plan: MigrationPlan, name: string | null, workers: Workers, context: JobContext): Promise<{ readonly model: ModelRow; readonly check: MigrationCheck }> {
  const id = `m-${createHash('sha256').update(randomUUID()).digest('hex').slice(0, 8)}`;
  const { check: found, saved, plan: done } = await runMigration(project, source, plan, modelFolder(project, id), workers, context);
  if (!saved) {
    throw new UserError('migrations:checkFailed', { model: source.name, difference: found.maxLogitDifference.toExponential(1), logit: found.maxLogit.toFixed(1) });
  }
  const { architecture, classNames } = plan.target;
  const createdAt = new Date().toISOString();
  const model: ModelRow = {
    id,
    name: freeModelName(project, name?.trim() || `${source.name} ${formatInputShape(architecture.input)}`),
    parentId: source.id,
    origin: 'migrated',
    roundId: null,
    runId: null,
    input: architecture.input,
    classNames,
    parameters: countParameters(architecture).total,
    accuracy: null,
    createdAt,
  };
  const check: MigrationCheck = { ...found, weights: { source: modelMetadata(project, source).weightsSha256, target: modelMetadata(project, model).weightsSha256 } };
  project.db.transaction(() => {
    insertModel(project.db, model);
    insertMigration(project.db, { sourceId: source.id, targetId: id, plan: done, check, createdAt });
  })();
  const evaluation = await evaluateModel(project, model, 'validation', workers, context);
  setModelAccuracy(project.db, id, evaluation.accuracy);
  return { model: { ...model, accuracy: evaluation.accuracy }, check };
}

/**
 * Carries out a recorded migration again, from the same old model and by the same plan: the weights come out the same, as
 * long as the frames that it looked at are there. Errors: `recipes:notMigrated`, `models:*`, `migrations:checkFailed`.
 */
export async function repeatMigration(project: Project, modelId: string, name: string | null, workers: Workers, context: JobContext): Promise<{ readonly model: ModelRow; readonly plan: MigrationPlan; readonly check: MigrationCheck }> {
  const model = resolveModel(project, modelId);
  const record = migrationOf(project.db, model.id);
  if (!record) throw new UserError('recipes:notMigrated', { model: model.name });
  const kept = await keepMigration(project, resolveModel(project, record.sourceId), record.plan, name ?? model.name, workers, context);
  return { ...kept, plan: record.plan };
}
