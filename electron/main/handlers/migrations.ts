import { readArchitectureFile } from '../../services/architectures';
import { writeReport } from '../../services/migrationReports';
import { checkMigration, keepMigration, planFor, repeatMigration } from '../../services/migrations';
import { resolveModel } from '../../services/models';
import { proposeRecipe, recipeOf } from '../../services/recipe';
import { modelView } from '../../services/views';
import { createSpeaker } from '../../services/texts';
import { migrationOf } from '../../store/migrations';
import type { MigrationCheck, MigrationPlan } from '../../core/migrations';
import type { MigrationWish } from '../../ipc/contract';
import { askForPaths, askWhereToSave } from '../dialogs';
import type { HandlersFor } from '../ipc';
import type { StudioState } from '../state';

const reportFilters = [{ name: 'Markdown', extensions: ['md'] }, { name: 'JSON', extensions: ['json'] }];

type MigrationCalls = 'migrations:chooseArchitecture' | 'migrations:saveReport' | 'migrations:recipe' | 'migrations:proposeRecipe' | 'migrations:plan' | 'migrations:check' | 'migrations:keep' | 'migrations:of' | 'migrations:saveReportOf' | 'migrations:repeat';

/** Calls of the migration wizard. */
export function migrationHandlers(state: StudioState): HandlersFor<MigrationCalls> {
  const planned = (wish: MigrationWish): { project: ReturnType<StudioState['open']>; source: ReturnType<typeof resolveModel>; plan: ReturnType<typeof planFor> } => {
    const project = state.open();
    const source = resolveModel(project, wish.modelId);
    return { project, source, plan: planFor(project, source, wish) };
  };
  // What the report would be about: checks take long, and the window does not send them back.
  let checked: { readonly key: string; readonly source: string; readonly plan: MigrationPlan; readonly check: MigrationCheck } | null = null;
  return {
    'migrations:chooseArchitecture': async () => {
      const [file] = await askForPaths(state, { properties: ['openFile'], filters: [{ name: 'JSON', extensions: ['json'] }] });
      return file === undefined ? null : readArchitectureFile(file);
    },
    'migrations:plan': (wish) => planned(wish).plan,
    'migrations:check': async (wish) => {
      const { project, source, plan } = planned(wish);
      const check = await state.jobs.start('migrate', { value: 0, title: 'jobs:checking' }, (context) => checkMigration(project, source, plan, state.workers, context)).done;
      checked = { key: JSON.stringify(wish), source: source.name, plan, check };
      return check;
    },
    'migrations:saveReport': async (wish) => {
      if (checked?.key !== JSON.stringify(wish)) return null;
      const { source, plan, check } = checked;
      const file = await askWhereToSave(state, { defaultPath: `${source}-migration.md`, filters: reportFilters });
      if (file !== null) writeReport(file, { source, plan, check }, createSpeaker(state.language));
      return file;
    },
    'migrations:keep': async (wish, name) => {
      const { project, source, plan } = planned(wish);
      const { done } = state.jobs.start('migrate', { value: 0, title: 'jobs:migrating', params: { model: source.name } }, (context) => keepMigration(project, source, plan, name, state.workers, context));
      const { model } = await done;
      state.changed('models');
      return modelView(project, model);
    },
    'migrations:recipe': (modelId) => recipeOf(state.open(), modelId),
    'migrations:proposeRecipe': (wish, grade) => {
      const { project, source, plan } = planned(wish);
      return proposeRecipe(project, plan, { grade }, source.id);
    },
    'migrations:saveReportOf': async (modelId) => {
      const project = state.open();
      const target = resolveModel(project, modelId);
      const row = migrationOf(project.db, target.id);
      if (!row) return null;
      const file = await askWhereToSave(state, { defaultPath: `${target.name}-migration.md`, filters: reportFilters });
      if (file !== null) writeReport(file, { source: resolveModel(project, row.sourceId).name, target: target.name, plan: row.plan, check: row.check }, createSpeaker(state.language));
      return file;
    },
    'migrations:repeat': async (modelId) => {
      const project = state.open();
      const { name } = resolveModel(project, modelId);
      const { done } = state.jobs.start('migrate', { value: 0, title: 'jobs:migrating', params: { model: name } }, (context) => repeatMigration(project, modelId, null, state.workers, context));
      const { model } = await done;
      state.changed('models');
      return modelView(project, model);
    },
    'migrations:of': (modelId) => {
      const row = migrationOf(state.open().db, modelId);
      return row ? { plan: row.plan, check: row.check } : null;
    },
  };
}
