import { UserError } from '../core/errors';
import type { MigrationCheck, MigrationPlan } from '../core/migrations';
import { recipeFor, type Recipe } from '../core/recipe';
import { migrationOf } from '../store/migrations';
import { projectExamples, unlabelledExamples } from './datasets';
import type { JobContext } from './jobs';
import { resolveModel } from './models';
import type { Project, ReadProject } from './projects';
import { trainRound, type RoundResult, type TrainingEvents } from './rounds';
import type { Workers } from './workers';

/** The recipe for a plan and what its check showed, with the frames that the project has. */
export function proposeRecipe(project: ReadProject, plan: MigrationPlan, check: Pick<MigrationCheck, 'grade'>, sourceId: string): Recipe {
  const labeled = projectExamples(project, plan.target.classNames, 'train').length;
  return recipeFor({ plan, check, sourceId, labeled, unlabelled: unlabelledExamples(project).length });
}

/** How to train on from a migrated model. Errors: `models:*`, `recipes:notMigrated`. */
export function recipeOf(project: ReadProject, modelId: string): Recipe {
  const model = resolveModel(project, modelId);
  const migration = migrationOf(project.db, model.id);
  if (!migration) throw new UserError('recipes:notMigrated', { model: model.name });
  return proposeRecipe(project, migration.plan, migration.check, migration.sourceId);
}

/** A round from a migrated model by its recipe, with all clips of the rounds before. Errors: as `recipeOf` and `trainRound`. */
export async function fineTune(project: Project, modelId: string, workers: Workers, context: JobContext, events: TrainingEvents = {}): Promise<RoundResult> {
  const model = resolveModel(project, modelId);
  return trainRound(project, { from: model.id, config: recipeOf(project, model.id).config }, workers, context, events);
}
