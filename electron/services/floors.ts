import { findModel, listModels, type ModelRow } from '../store/models';
import { findRound } from '../store/rounds';
import { resolveModel } from './models';
import type { ReadProject } from './projects';

/** Accuracy of a migrated model before it was trained on, where a model or a round began with one; null elsewhere. */
export function floorOf(project: ReadProject, startModelId: string | null): number | null {
  const start = startModelId === null ? null : findModel(project.db, startModelId);
  return start?.origin === 'migrated' ? start.accuracy : null;
}

/** The model that it began with, where training made a migrated one worse; null elsewhere. */
export function betterStart(project: ReadProject, model: ModelRow): ModelRow | null {
  const startId = model.roundId === null ? null : (findRound(project.db, model.roundId)?.startModelId ?? null);
  const floor = floorOf(project, startId);
  return floor !== null && startId !== null && model.accuracy !== null && model.accuracy < floor ? findModel(project.db, startId) : null;
}

/** What the next round begins with: the last model, or the migrated one that it made worse; null without any. */
export function nextStart(project: ReadProject): ModelRow | null {
  if (listModels(project.db).length === 0) return null;
  const last = resolveModel(project, 'last');
  return betterStart(project, last) ?? last;
}
