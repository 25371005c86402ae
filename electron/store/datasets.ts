import { createHash } from 'node:crypto';
import type { Crop, Sentence } from '../core/clips';
import type { Split } from '../core/training';
import type { ReadableDB, WritableDB } from './database';

export interface DatasetRow {
  readonly id: number;
  readonly sha256: string;
  readonly classNames: readonly string[];
  readonly optimistic: boolean;
  readonly reason: Sentence | null;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** Validation frames with a near-duplicate among the training frames; null: frozen before this was counted. */
  readonly nearDuplicates: number | null;
}

export interface DatasetFrameRow {
  readonly frameId: number;
  readonly classIndex: number;
  readonly split: Split;
  readonly sha256: string;
  readonly clipId: number;
  readonly background: string | null;
  /** As it was when the dataset was frozen. */
  readonly crop: Crop | null;
}

/** Freezes a list of frames: what a round trained on can be repeated whatever happens to labels later. Gives its id. */
export function insertDataset(
  db: WritableDB,
  dataset: {
    readonly classNames: readonly string[];
    readonly optimistic: boolean;
    readonly reason: Sentence | null;
    readonly nearDuplicates: number;
    readonly frames: readonly Omit<DatasetFrameRow, 'clipId' | 'background'>[];
  },
): number {
  const hash = createHash('sha256').update(dataset.classNames.join('\n'));
  for (const frame of dataset.frames) hash.update(`\n${frame.sha256} ${frame.classIndex} ${frame.split}${frame.crop ? ` ${JSON.stringify(frame.crop)}` : ''}`);
  const { lastInsertRowid } = db
    .prepare('INSERT INTO datasets (sha256, class_names, optimistic, reason_key, reason_params, near_duplicates, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)')
    .run(hash.digest('hex'), JSON.stringify(dataset.classNames), dataset.optimistic ? 1 : 0, dataset.reason?.key ?? null, dataset.reason ? JSON.stringify(dataset.reason.params) : null, dataset.nearDuplicates, new Date().toISOString());
  const id = Number(lastInsertRowid);
  const insert = db.prepare('INSERT INTO dataset_frames (dataset_id, frame_id, class_index, split, sha256, crop) VALUES (?, ?, ?, ?, ?, ?)');
  for (const frame of dataset.frames) insert.run(id, frame.frameId, frame.classIndex, frame.split, frame.sha256, frame.crop ? JSON.stringify(frame.crop) : null);
  return id;
}

/** A frozen dataset with its counts. */
export function findDataset(db: ReadableDB, id: number): DatasetRow | null {
  const row = db
    .prepare<[number], { id: number; sha256: string; class_names: string; optimistic: number; reason_key: string | null; reason_params: string | null; near_duplicates: number | null }>('SELECT * FROM datasets WHERE id = ?')
    .get(id);
  if (!row) return null;
  const counts = new Map(
    db
      .prepare<[number], { split: Split; frames: number }>('SELECT split, count(*) AS frames FROM dataset_frames WHERE dataset_id = ? GROUP BY split')
      .all(id)
      .map(({ split, frames }) => [split, frames]),
  );
  return {
    id: row.id,
    sha256: row.sha256,
    classNames: JSON.parse(row.class_names) as string[],
    optimistic: row.optimistic === 1,
    reason: row.reason_key ? { key: row.reason_key, params: JSON.parse(row.reason_params ?? '{}') as Sentence['params'] } : null,
    train: counts.get('train') ?? 0,
    validation: counts.get('validation') ?? 0,
    test: counts.get('test') ?? 0,
    nearDuplicates: row.near_duplicates,
  };
}

/** The frames of a dataset, in the order in which they were frozen into its hash (clip, then time). */
export function datasetFrames(db: ReadableDB, id: number): readonly DatasetFrameRow[] {
  return db
    .prepare<[number], Omit<DatasetFrameRow, 'crop'> & { crop: string | null }>(
      `SELECT d.frame_id AS frameId, d.class_index AS classIndex, d.split AS split, d.sha256 AS sha256, f.clip_id AS clipId, b.name AS background, d.crop AS crop
       FROM dataset_frames d JOIN frames f ON f.id = d.frame_id JOIN clips c ON c.id = f.clip_id LEFT JOIN backgrounds b ON b.id = c.background_id
       WHERE d.dataset_id = ? ORDER BY f.clip_id, f.time_ms, f.position`,
    )
    .all(id)
    .map((row) => ({ ...row, crop: row.crop ? (JSON.parse(row.crop) as Crop) : null }));
}
