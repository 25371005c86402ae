import type { InputShape } from '../core/architecture';
import type { ModelOrigin } from '../core/models';
import { assertChanges, type ReadableDB, type WritableDB } from './database';

export interface ModelRow {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | null;
  readonly origin: ModelOrigin;
  readonly roundId: number | null;
  readonly runId: string | null;
  readonly input: InputShape;
  readonly classNames: readonly string[];
  readonly parameters: number;
  /** On validation frames; null where there are none. */
  readonly accuracy: number | null;
  readonly createdAt: string;
}

interface Row {
  id: string;
  name: string;
  parent_id: string | null;
  origin: ModelOrigin;
  round_id: number | null;
  run_id: string | null;
  input: string;
  class_names: string;
  parameters: number;
  accuracy: number | null;
  created_at: string;
}

function fromRow(row: Row): ModelRow {
  return {
    id: row.id,
    name: row.name,
    parentId: row.parent_id,
    origin: row.origin,
    roundId: row.round_id,
    runId: row.run_id,
    input: JSON.parse(row.input) as InputShape,
    classNames: JSON.parse(row.class_names) as string[],
    parameters: row.parameters,
    accuracy: row.accuracy,
    createdAt: row.created_at,
  };
}

/** All models, oldest first. */
export function listModels(db: ReadableDB): readonly ModelRow[] {
  return db.prepare<[], Row>('SELECT * FROM models ORDER BY rowid').all().map(fromRow);
}

/** The model with that id or name; null if there is none. */
export function findModel(db: ReadableDB, idOrName: string): ModelRow | null {
  const row = db.prepare<[string, string], Row>('SELECT * FROM models WHERE id = ? OR name = ?').get(idOrName, idOrName);
  return row ? fromRow(row) : null;
}

/** Writes a model down whose files are in place already. */
export function insertModel(db: WritableDB, model: ModelRow): void {
  db.prepare(
    `INSERT INTO models (id, name, parent_id, origin, round_id, run_id, input, class_names, parameters, accuracy, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    model.id, model.name, model.parentId, model.origin, model.roundId, model.runId, JSON.stringify(model.input), JSON.stringify(model.classNames), model.parameters, model.accuracy, model.createdAt,
  );
}

/** Sets the accuracy on validation frames. */
export function setModelAccuracy(db: WritableDB, id: string, accuracy: number | null): void {
  assertChanges(db.prepare('UPDATE models SET accuracy = ? WHERE id = ?').run(accuracy, id), 1);
}

/** The score below which answers of a model are "unknown"; null: none. */
export function unknownBelow(db: ReadableDB, id: string): number | null {
  return db.prepare<[string], { value: number | null }>('SELECT unknown_below AS value FROM models WHERE id = ?').get(id)?.value ?? null;
}

/** Sets that score; null: every answer counts. */
export function setUnknownBelow(db: WritableDB, id: string, threshold: number | null): void {
  assertChanges(db.prepare('UPDATE models SET unknown_below = ? WHERE id = ?').run(threshold, id), 1);
}

export interface PredictionRow {
  readonly frameId: number;
  readonly classIndex: number;
  readonly score: number;
}

/** Keeps what a model says about frames. */
export function savePredictions(db: WritableDB, modelId: string, predictions: readonly PredictionRow[]): void {
  const insert = db.prepare('INSERT OR REPLACE INTO predictions (model_id, frame_id, class_index, score) VALUES (?, ?, ?, ?)');
  db.transaction(() => {
    for (const prediction of predictions) insert.run(modelId, prediction.frameId, prediction.classIndex, prediction.score);
  })();
}

/** What a model said about frames so far, by frame. */
export function predictionsOf(db: ReadableDB, modelId: string): ReadonlyMap<number, PredictionRow> {
  return new Map(
    db
      .prepare<[string], PredictionRow>('SELECT frame_id AS frameId, class_index AS classIndex, score FROM predictions WHERE model_id = ?')
      .all(modelId)
      .map((row) => [row.frameId, row]),
  );
}

/** Index of the class that a model answered, by frame: as `predictionsOf`, without the scores. */
export function answersOf(db: ReadableDB, modelId: string): ReadonlyMap<number, number> {
  return new Map(db.prepare<[string], [number, number]>('SELECT frame_id, class_index FROM predictions WHERE model_id = ?').raw().all(modelId));
}
