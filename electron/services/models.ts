import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../core/errors';
import type { ModelMetadata } from '../core/models';
import { findModel, listModels, type ModelRow } from '../store/models';
import { findRound } from '../store/rounds';
import type { ReadProject } from './projects';

/** Folder of a model's files. */
export function modelFolder(project: ReadProject, id: string): string {
  return join(project.folder, 'models', id);
}

/** The model meant by an id, a name, `last` or `best`. Errors: `models:none`, `models:unknown`. */
export function resolveModel(project: ReadProject, reference: string): ModelRow {
  const all = listModels(project.db);
  if (all.length === 0) throw new UserError('models:none');
  const named = findModel(project.db, reference);
  if (named) return named;
  if (reference === 'last') return all.at(-1) as ModelRow;
  if (reference === 'best') return all.reduce((best, model) => ((model.accuracy ?? -1) >= (best.accuracy ?? -1) ? model : best));
  throw new UserError('models:unknown', { model: reference, known: all.map(({ name }) => name).join(', ') });
}

/** Architecture, classes and preprocessing of a model. Errors: `models:filesMissing`. */
export function modelMetadata(project: ReadProject, model: ModelRow): ModelMetadata {
  try {
    return JSON.parse(readFileSync(join(modelFolder(project, model.id), 'metadata.json'), 'utf8')) as ModelMetadata;
  } catch (error) {
    throw new UserError('models:filesMissing', { model: model.name }, { cause: error });
  }
}

/** Number of the round that left a model; null for others. */
export function roundNumber(project: ReadProject, model: ModelRow): number | null {
  return model.roundId === null ? null : (findRound(project.db, model.roundId)?.number ?? null);
}

/** A name that no model has: the wished one, or with a number behind it. */
export function freeModelName(project: ReadProject, wished: string): string {
  const taken = new Set(listModels(project.db).map(({ name }) => name));
  if (!taken.has(wished)) return wished;
  for (let number = 2; ; number += 1) if (!taken.has(`${wished} ${number}`)) return `${wished} ${number}`;
}
