import { createHash, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { formatInputShape, type InputShape } from '../core/architecture';
import { UserError } from '../core/errors';
import { placeOf } from '../core/migration/addLayer';
import { changeArchitecture } from '../core/migration/change';
import { planMigration } from '../core/migration/plan';
import type { LayerPlace, MigrationCheck, MigrationPlan } from '../core/migrations';
import { countParameters } from '../core/shapes';
import type { MigrateResult } from '../ipc/worker';
import { insertMigration } from '../store/migrations';
import { insertModel, type ModelRow } from '../store/models';
import { evaluateModel } from './evaluations';
import { setModelAccuracy } from '../store/models';
import { projectExamples, thin, writeDatasetFile } from './datasets';
import type { JobContext } from './jobs';
import { freeModelName, modelFolder, modelMetadata } from './models';
import type { Project, ReadProject } from './projects';
import { freeWorker, type Workers } from './workers';

/** What the user wants to be different. */
export interface MigrationChange {
  readonly input: InputShape | null;
  /** Factor of all inner widths; 1 = as it is. */
  readonly width: number;
  readonly addClasses: readonly string[];
  readonly removeClasses: readonly string[];
  /** One layer more, and where. */
  readonly addLayer?: LayerPlace | null;
  readonly route: 'exact' | 'native';
}

/** More frames than this do not make the check surer, only longer. */
const mostCheckedFrames = 2000;

/** The plan for a change of a model: nothing is run or saved. Errors: `migrations:*`. */
export function planFor(project: ReadProject, source: ModelRow, change: MigrationChange): MigrationPlan {
  const { architecture, classNames, preprocessing } = modelMetadata(project, source);
  const model = { architecture, classNames, preprocessing };
  const target = changeArchitecture(model, {
    input: change.input ?? undefined,
    widthFactor: change.width,
    addClasses: change.addClasses,
    removeClasses: change.removeClasses,
    addLayer: change.addLayer ? placeOf(architecture, change.addLayer) : undefined,
    route: change.route,
  });
  return planMigration({ source: model, target, route: change.route });
}

async function runMigration(project: ReadProject, source: ModelRow, plan: MigrationPlan, targetFolder: string | null, workers: Workers, context: JobContext): Promise<MigrateResult> {
  const folder = join(project.folder, 'tmp', `migrate-${randomUUID()}`);
  const datasetFile = join(folder, 'dataset.json');
  try {
    const examples = thin(projectExamples(project, source.classNames, 'all'), mostCheckedFrames);
    writeDatasetFile(datasetFile, { folder: project.folder, classNames: source.classNames, examples });
    return await freeWorker(workers).ask<MigrateResult>(
      { kind: 'migrate', job: { sourceFolder: modelFolder(project, source.id), targetFolder, plan, datasetFile, cacheFolder: join(project.folder, 'cache') } },
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
  const { check, saved, plan: done } = await runMigration(project, source, plan, modelFolder(project, id), workers, context);
  if (!saved) {
    throw new UserError('migrations:checkFailed', { model: source.name, difference: check.maxLogitDifference.toExponential(1), logit: check.maxLogit.toFixed(1) });
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
  project.db.transaction(() => {
    insertModel(project.db, model);
    insertMigration(project.db, { sourceId: source.id, targetId: id, plan: done, check, createdAt });
  })();
  const evaluation = await evaluateModel(project, model, 'validation', workers, context);
  setModelAccuracy(project.db, id, evaluation.accuracy);
  return { model: { ...model, accuracy: evaluation.accuracy }, check };
}
