import type { Architecture } from '../core/architecture';
import type { EpochMetrics, TrainingConfig } from '../core/training';
import type { SerializedError } from '../core/errors';
import { assertChanges, type ReadableDB, type WritableDB } from './database';

export interface RoundRow {
  readonly id: number;
  readonly number: number;
  readonly datasetId: number;
  readonly startModelId: string | null;
  readonly architecture: Architecture;
  readonly config: TrainingConfig;
  /** Backgrounds that this round added. */
  readonly backgrounds: readonly string[];
  readonly createdAt: string;
}

export type RunState = 'running' | 'interrupted' | 'cancelled' | 'failed' | 'done';

export interface RunRow {
  readonly id: string;
  readonly roundId: number;
  readonly state: RunState;
  readonly modelId: string | null;
  readonly bestEpoch: number | null;
  readonly imagesPerSecond: number | null;
  readonly engine: string | null;
  readonly error: SerializedError | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

interface RoundDbRow {
  id: number;
  number: number;
  dataset_id: number;
  start_model_id: string | null;
  architecture: string;
  config: string;
  backgrounds: string;
  created_at: string;
}

function roundFromRow(row: RoundDbRow): RoundRow {
  return {
    id: row.id,
    number: row.number,
    datasetId: row.dataset_id,
    startModelId: row.start_model_id,
    architecture: JSON.parse(row.architecture) as Architecture,
    config: JSON.parse(row.config) as TrainingConfig,
    backgrounds: JSON.parse(row.backgrounds) as string[],
    createdAt: row.created_at,
  };
}

/** All rounds in their order. */
export function listRounds(db: ReadableDB): readonly RoundRow[] {
  return db.prepare<[], RoundDbRow>('SELECT * FROM rounds ORDER BY number').all().map(roundFromRow);
}

/** One round; null if there is none. */
export function findRound(db: ReadableDB, id: number): RoundRow | null {
  const row = db.prepare<[number], RoundDbRow>('SELECT * FROM rounds WHERE id = ?').get(id);
  return row ? roundFromRow(row) : null;
}

/** Ids of clips that a round has used (that round, or any without an argument). */
export function usedClips(db: ReadableDB, roundId?: number): ReadonlySet<number> {
  const rows =
    roundId === undefined
      ? db.prepare<[], { clip_id: number }>('SELECT DISTINCT clip_id FROM round_clips').all()
      : db.prepare<[number], { clip_id: number }>('SELECT clip_id FROM round_clips WHERE round_id = ?').all(roundId);
  return new Set(rows.map(({ clip_id }) => clip_id));
}

/** Number of the round that used a clip first, by clip. */
export function firstRoundOfClips(db: ReadableDB): ReadonlyMap<number, number> {
  const rows = db.prepare<[], { id: number; number: number }>('SELECT u.clip_id AS id, min(r.number) AS number FROM round_clips u JOIN rounds r ON r.id = u.round_id GROUP BY u.clip_id').all();
  return new Map(rows.map(({ id, number }) => [id, number]));
}

/** Ids of clips of which a round has trained or validated frames; a clip of the test set is not among them. */
export function trainedClips(db: ReadableDB): ReadonlySet<number> {
  const rows = db.prepare<[], { id: number }>(`SELECT DISTINCT r.clip_id AS id FROM round_clips r JOIN clips c ON c.id = r.clip_id WHERE c.split IS NOT 'test'`).all();
  return new Set(rows.map(({ id }) => id));
}

/** Writes a round down, with the clips that it uses. Gives its id. */
export function insertRound(db: WritableDB, round: Omit<RoundRow, 'id' | 'createdAt'>, clipIds: readonly number[]): number {
  const { lastInsertRowid } = db
    .prepare('INSERT INTO rounds (number, dataset_id, start_model_id, architecture, config, backgrounds, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)')
    .run(round.number, round.datasetId, round.startModelId, JSON.stringify(round.architecture), JSON.stringify(round.config), JSON.stringify(round.backgrounds), new Date().toISOString());
  const id = Number(lastInsertRowid);
  const insert = db.prepare('INSERT INTO round_clips (round_id, clip_id) VALUES (?, ?)');
  for (const clipId of clipIds) insert.run(id, clipId);
  return id;
}

interface RunDbRow {
  id: string;
  round_id: number;
  state: RunState;
  model_id: string | null;
  best_epoch: number | null;
  images_per_second: number | null;
  engine: string | null;
  error: string | null;
  started_at: string;
  ended_at: string | null;
}

function runFromRow(row: RunDbRow): RunRow {
  return {
    id: row.id,
    roundId: row.round_id,
    state: row.state,
    modelId: row.model_id,
    bestEpoch: row.best_epoch,
    imagesPerSecond: row.images_per_second,
    engine: row.engine,
    error: row.error ? (JSON.parse(row.error) as SerializedError) : null,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

/** Runs, newest last, in the order in which they were begun, whatever the clock said; of one round with an argument. */
export function listRuns(db: ReadableDB, roundId?: number): readonly RunRow[] {
  const rows =
    roundId === undefined
      ? db.prepare<[], RunDbRow>('SELECT * FROM runs ORDER BY rowid').all()
      : db.prepare<[number], RunDbRow>('SELECT * FROM runs WHERE round_id = ? ORDER BY rowid').all(roundId);
  return rows.map(runFromRow);
}

/** One run; null if there is none. */
export function findRun(db: ReadableDB, id: string): RunRow | null {
  const row = db.prepare<[string], RunDbRow>('SELECT * FROM runs WHERE id = ?').get(id);
  return row ? runFromRow(row) : null;
}

/** Starts a run of a round. */
export function insertRun(db: WritableDB, id: string, roundId: number): void {
  db.prepare(`INSERT INTO runs (id, round_id, state, started_at) VALUES (?, ?, 'running', ?)`).run(id, roundId, new Date().toISOString());
}

/** Changes the state of a run; a state that ends it sets its end. */
export function setRunState(db: WritableDB, id: string, state: RunState, error: SerializedError | null = null): void {
  const ended = state === 'running' ? null : new Date().toISOString();
  assertChanges(db.prepare('UPDATE runs SET state = ?, error = ?, ended_at = ? WHERE id = ?').run(state, error ? JSON.stringify(error) : null, ended, id), 1);
}

/** Ends a run with its model. */
export function finishRun(db: WritableDB, id: string, result: { readonly modelId: string; readonly bestEpoch: number; readonly imagesPerSecond: number; readonly engine: string; readonly versions: Readonly<Record<string, string>> }): void {
  assertChanges(
    db
      .prepare(`UPDATE runs SET state = 'done', model_id = ?, best_epoch = ?, images_per_second = ?, engine = ?, versions = ?, ended_at = ?, error = NULL WHERE id = ?`)
      .run(result.modelId, result.bestEpoch, result.imagesPerSecond, result.engine, JSON.stringify(result.versions), new Date().toISOString(), id),
    1,
  );
}

/** Keeps the figures of an epoch; a resumed run may bring an epoch again, then the newer figures stay. */
export function saveEpoch(db: WritableDB, runId: string, epoch: EpochMetrics): void {
  db.prepare('INSERT OR REPLACE INTO epochs (run_id, epoch, loss, accuracy, validation_loss, validation_accuracy, seconds) VALUES (?, ?, ?, ?, ?, ?, ?)').run(
    runId, epoch.epoch, epoch.loss, epoch.accuracy, epoch.validationLoss, epoch.validationAccuracy, epoch.seconds,
  );
}

/** The figures of a run, by epoch. */
export function listEpochs(db: ReadableDB, runId: string): readonly EpochMetrics[] {
  return db
    .prepare<[string], EpochMetrics>(
      'SELECT epoch, loss, accuracy, validation_loss AS validationLoss, validation_accuracy AS validationAccuracy, seconds FROM epochs WHERE run_id = ? ORDER BY epoch',
    )
    .all(runId);
}

/** Changes the number of epochs of a round: a run of it goes on for longer than it was planned. */
export function setRoundEpochs(db: WritableDB, id: number, epochs: number): void {
  assertChanges(db.prepare(`UPDATE rounds SET config = json_set(config, '$.epochs', ?) WHERE id = ?`).run(epochs, id), 1);
}

/** Gives the figures of a run to another one, which goes on where it ended. */
export function copyEpochs(db: WritableDB, from: string, to: string): void {
  db.prepare(
    `INSERT INTO epochs (run_id, epoch, loss, accuracy, validation_loss, validation_accuracy, seconds)
     SELECT ?, epoch, loss, accuracy, validation_loss, validation_accuracy, seconds FROM epochs WHERE run_id = ?`,
  ).run(to, from);
}

/** Runs that were under way when their program ended are `interrupted`: they can be resumed. Gives their ids. */
export function markInterruptedRuns(db: WritableDB): readonly string[] {
  const runs = db.prepare<[], { id: string }>(`SELECT id FROM runs WHERE state = 'running'`).all();
  db.prepare(`UPDATE runs SET state = 'interrupted', ended_at = ? WHERE state = 'running'`).run(new Date().toISOString());
  return runs.map(({ id }) => id);
}
