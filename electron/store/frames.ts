import type { ReadableDB, WritableDB } from './database';

export type LabelSource = 'clip' | 'segment' | 'frame' | 'model' | 'phone';

export interface FrameRow {
  readonly id: number;
  readonly clipId: number;
  readonly position: number;
  /** The stream's own timestamp. */
  readonly timeMs: number;
  readonly name: string | null;
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  readonly classId: number | null;
  readonly labelSource: LabelSource | null;
  readonly excluded: boolean;
  readonly backgroundId: number | null;
}

interface Row {
  id: number;
  clip_id: number;
  position: number;
  time_ms: number;
  name: string | null;
  sha256: string;
  width: number;
  height: number;
  class_id: number | null;
  label_source: LabelSource | null;
  excluded: number;
  background_id: number | null;
}

const columns = 'f.id, f.clip_id, f.position, f.time_ms, f.name, f.sha256, f.width, f.height, f.class_id, f.label_source, f.excluded, c.background_id';

function fromRow(row: Row): FrameRow {
  return {
    id: row.id,
    clipId: row.clip_id,
    position: row.position,
    timeMs: row.time_ms,
    name: row.name,
    sha256: row.sha256,
    width: row.width,
    height: row.height,
    classId: row.class_id,
    labelSource: row.label_source,
    excluded: row.excluded === 1,
    backgroundId: row.background_id,
  };
}

/** Path of a frame's picture inside the project folder: two folder levels by hash. */
export function frameFile(sha256: string): string {
  return `frames/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}.jpg`;
}

export interface FrameFilter {
  readonly clipId?: number;
  /** null: frames without a label */
  readonly classId?: number | null;
  readonly backgroundId?: number | null;
  readonly excluded?: boolean;
}

function conditions(filter: FrameFilter): { readonly where: string; readonly values: number[] } {
  const parts = ['c.removed = 0', 'f.removed = 0'];
  const values: number[] = [];
  const equal = (column: string, value: number | null | undefined): void => {
    if (value === undefined) return;
    parts.push(value === null ? `${column} IS NULL` : `${column} = ?`);
    if (value !== null) values.push(value);
  };
  equal('f.clip_id', filter.clipId);
  equal('f.class_id', filter.classId);
  equal('c.background_id', filter.backgroundId);
  if (filter.excluded !== undefined) equal('f.excluded', filter.excluded ? 1 : 0);
  return { where: parts.join(' AND '), values };
}

/** Frames in the order of clips and time. */
export function listFrames(db: ReadableDB, filter: FrameFilter = {}): readonly FrameRow[] {
  const { where, values } = conditions(filter);
  return db
    .prepare<number[], Row>(`SELECT ${columns} FROM frames f JOIN clips c ON c.id = f.clip_id WHERE ${where} ORDER BY f.clip_id, f.time_ms, f.position`)
    .all(...values)
    .map(fromRow);
}

/** Where a label comes from, as the number that stands for it in columns: its place in this list. */
export const labelSources: readonly (LabelSource | null)[] = [null, 'clip', 'segment', 'frame', 'model', 'phone'];

/** Frames as columns; all arrays have the same length. */
export interface StoredColumns {
  readonly ids: readonly number[];
  readonly clipIds: readonly number[];
  readonly timesMs: readonly number[];
  /** -1 without a label */
  readonly classIds: readonly number[];
  /** -1 without a background */
  readonly backgroundIds: readonly number[];
  readonly excluded: readonly boolean[];
  /** Places in `labelSources`. */
  readonly sources: Uint8Array;
  /** Variance of the Laplacian; NaN where it was not measured. */
  readonly sharpness: Float32Array;
  /** Mean brightness, 0 to 1; NaN where it was not measured. */
  readonly exposure: Float32Array;
}

type ColumnsRow = [number, number, number, number, number, number, LabelSource | null, number | null, number | null];

/** Frames of a filter as columns, in the order of clips and time. */
export function listFrameColumns(db: ReadableDB, filter: FrameFilter = {}): StoredColumns {
  const { where, values } = conditions(filter);
  const rows = db
    .prepare<number[], ColumnsRow>(
      `SELECT f.id, f.clip_id, f.time_ms, coalesce(f.class_id, -1), coalesce(c.background_id, -1), f.excluded, f.label_source, f.sharpness, f.exposure
       FROM frames f JOIN clips c ON c.id = f.clip_id WHERE ${where} ORDER BY f.clip_id, f.time_ms, f.position`,
    )
    .raw()
    .all(...values);
  const sources = new Uint8Array(rows.length);
  const sharpness = new Float32Array(rows.length);
  const exposure = new Float32Array(rows.length);
  rows.forEach((row, index) => {
    sources[index] = labelSources.indexOf(row[6]);
    sharpness[index] = row[7] ?? Number.NaN;
    exposure[index] = row[8] ?? Number.NaN;
  });
  return {
    ids: rows.map((row) => row[0]),
    clipIds: rows.map((row) => row[1]),
    timesMs: rows.map((row) => row[2]),
    classIds: rows.map((row) => row[3]),
    backgroundIds: rows.map((row) => row[4]),
    excluded: rows.map((row) => row[5] === 1),
    sources,
    sharpness,
    exposure,
  };
}

/** Ids of the frames of a clip, excluded ones too, in the order of time. */
export function clipFrameIds(db: ReadableDB, clipId: number): readonly number[] {
  return db.prepare<[number], number>('SELECT id FROM frames WHERE clip_id = ? AND removed = 0 ORDER BY time_ms, position').pluck().all(clipId);
}

/** One frame; null if there is none. */
export function findFrame(db: ReadableDB, id: number): FrameRow | null {
  const row = db.prepare<[number], Row>(`SELECT ${columns} FROM frames f JOIN clips c ON c.id = f.clip_id WHERE f.id = ? AND f.removed = 0`).get(id);
  return row ? fromRow(row) : null;
}

/** A frame as far as its picture goes. */
export interface FramePicture {
  readonly id: number;
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
}

/** Frames with ids from `block * size` on, at most `size` of them, in the order of ids. */
export function framesOfBlock(db: ReadableDB, block: number, size: number): readonly FramePicture[] {
  return db.prepare<[number, number], FramePicture>('SELECT id, sha256, width, height FROM frames WHERE id >= ? AND id < ? AND removed = 0 ORDER BY id').all(block * size, (block + 1) * size);
}

/** The highest id of a frame; 0 without frames. */
export function lastFrameId(db: ReadableDB): number {
  return db.prepare<[], number | null>('SELECT MAX(id) FROM frames').pluck().get() ?? 0;
}

/** The first of the ids that is no frame of the project; null when all are. */
export function firstUnknownFrame(db: ReadableDB, ids: readonly number[]): number | null {
  const row = db
    .prepare<[string], { id: number }>('SELECT wanted.value AS id FROM json_each(?) AS wanted LEFT JOIN frames f ON f.id = wanted.value AND f.removed = 0 WHERE f.id IS NULL ORDER BY wanted.key LIMIT 1')
    .get(JSON.stringify(ids));
  return row?.id ?? null;
}

/** Difference hashes of the frames that count and have one, in the order of clips and time. */
export function frameHashes(db: ReadableDB): readonly { readonly id: number; readonly clipId: number; readonly hash: string; readonly sharpness: number | null }[] {
  return db
    .prepare<[], { id: number; clipId: number; hash: string; sharpness: number | null }>(
      `SELECT f.id AS id, f.clip_id AS clipId, f.difference_hash AS hash, f.sharpness AS sharpness FROM frames f JOIN clips c ON c.id = f.clip_id
       WHERE c.removed = 0 AND f.removed = 0 AND f.excluded = 0 AND f.difference_hash IS NOT NULL ORDER BY f.clip_id, f.time_ms, f.position`,
    )
    .all();
}

/** Difference hashes of frames of a clip, excluded ones too, in the order of time: at most `limit` after the given place. */
export function clipHashesAfter(db: ReadableDB, clipId: number, after: { readonly timeMs: number; readonly position: number }, limit: number): readonly { readonly id: number; readonly hash: string; readonly timeMs: number; readonly position: number }[] {
  return db
    .prepare<[number, number, number, number], { id: number; hash: string; timeMs: number; position: number }>(
      `SELECT id, difference_hash AS hash, time_ms AS timeMs, position FROM frames
       WHERE clip_id = ? AND (time_ms, position) > (?, ?) AND removed = 0 AND difference_hash IS NOT NULL ORDER BY time_ms, position LIMIT ?`,
    )
    .all(clipId, after.timeMs, after.position, limit);
}

/** A text that is another one after frames came or went. */
export function framesFingerprint(db: ReadableDB): string {
  return db
    .prepare<[], string>('SELECT count(*) || \' \' || coalesce(sum(f.id), 0) || \' \' || coalesce(max(f.id), 0) FROM frames f JOIN clips c ON c.id = f.clip_id WHERE c.removed = 0 AND f.removed = 0')
    .pluck()
    .get() as string;
}

/** A frame on its way into the database. */
export interface NewFrame {
  readonly timeMs: number;
  readonly name: string | null;
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  readonly differenceHash: string | null;
  readonly quality?: { readonly sharpness: number; readonly exposure: number; readonly clipped: number } | null;
  /** Where its label comes from; without it: from its clip. */
  readonly labelSource?: LabelSource;
}

/** Inserts the frames of a clip with the clip's label. */
export function insertFrames(db: WritableDB, clipId: number, classId: number | null, frames: readonly NewFrame[]): readonly number[] {
  return insert(db, clipId, classId, frames, 0, 0);
}

/** Inserts frames that do not count yet (`removed`), after those that a clip has; the journal brings them in. Gives their ids. */
export function insertHiddenFrames(db: WritableDB, clipId: number, classId: number | null, frames: readonly NewFrame[]): readonly number[] {
  const last = db.prepare<[number], { position: number | null }>('SELECT max(position) AS position FROM frames WHERE clip_id = ?').get(clipId)?.position ?? -1;
  return insert(db, clipId, classId, frames, last + 1, 1);
}

function insert(db: WritableDB, clipId: number, classId: number | null, frames: readonly NewFrame[], firstPosition: number, removed: 0 | 1): readonly number[] {
  const statement = db.prepare(
    `INSERT INTO frames (clip_id, position, time_ms, name, sha256, width, height, class_id, label_source, labelled_at, difference_hash, sharpness, exposure, clipped, removed)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const now = new Date().toISOString();
  return frames.map((frame, index) => {
    const labelled = classId !== null;
    const { sharpness = null, exposure = null, clipped = null } = frame.quality ?? {};
    const { lastInsertRowid } = statement.run(
      clipId, firstPosition + index, frame.timeMs, frame.name, frame.sha256, frame.width, frame.height, classId, labelled ? (frame.labelSource ?? 'clip') : null, labelled ? now : null, frame.differenceHash,
      sharpness, exposure, clipped, removed,
    );
    return Number(lastInsertRowid);
  });
}

/** Times of all frames that were ever taken from a clip, in order; `removed`: another sampling left it out. */
export function clipFrameTimes(db: ReadableDB, clipId: number): readonly { readonly id: number; readonly timeMs: number; readonly removed: boolean }[] {
  return db
    .prepare<[number], { id: number; timeMs: number; removed: number }>('SELECT id, time_ms AS timeMs, removed FROM frames WHERE clip_id = ? ORDER BY time_ms, position')
    .all(clipId)
    .map((row) => ({ ...row, removed: row.removed === 1 }));
}

/** Frames per class and per background (excluded frames left out), and totals. */
export function countFrames(db: ReadableDB): {
  readonly perClass: ReadonlyMap<number | null, number>;
  readonly perBackground: ReadonlyMap<number | null, number>;
  readonly total: number;
  readonly excluded: number;
} {
  const group = (column: string): ReadonlyMap<number | null, number> =>
    new Map(
      db
        .prepare<[], { key: number | null; frames: number }>(
          `SELECT ${column} AS key, count(*) AS frames FROM frames f JOIN clips c ON c.id = f.clip_id WHERE c.removed = 0 AND f.removed = 0 AND f.excluded = 0 GROUP BY ${column}`,
        )
        .all()
        .map(({ key, frames }) => [key, frames]),
    );
  const totals = db
    .prepare<[], { total: number; excluded: number }>('SELECT count(*) AS total, coalesce(sum(f.excluded), 0) AS excluded FROM frames f JOIN clips c ON c.id = f.clip_id WHERE c.removed = 0 AND f.removed = 0')
    .get();
  return { perClass: group('f.class_id'), perBackground: group('c.background_id'), total: totals?.total ?? 0, excluded: totals?.excluded ?? 0 };
}
