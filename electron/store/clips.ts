import type { ClipKind, Crop, Sentence } from '../core/clips';
import type { ClipSplit } from '../core/split';
import { assertChanges, type ReadableDB, type WritableDB } from './database';

export interface ClipRow {
  readonly id: number;
  readonly sha256: string;
  readonly name: string;
  readonly sourcePath: string;
  readonly storedFile: string | null;
  readonly kind: ClipKind;
  readonly status: 'complete' | 'partial' | 'damaged';
  readonly reason: Sentence | null;
  readonly classId: number | null;
  readonly backgroundId: number | null;
  readonly container: string | null;
  readonly codec: string | null;
  readonly width: number;
  readonly height: number;
  readonly rotation: number;
  readonly hdr: string | null;
  readonly variableFrameRate: boolean;
  readonly durationMs: number | null;
  readonly framesDecoded: number;
  readonly framesStored: number;
  readonly sampling: string;
  readonly split: ClipSplit | null;
  /** Which video stream of the film (from 0); null: the default one. */
  readonly stream: number | null;
  /** The part of the upright picture that counts; null: all of it. */
  readonly crop: Crop | null;
  readonly importedAt: string;
}

/** Films that are in use: where each came from, and the project's own copy (null: it is only linked). */
export function listFilms(db: ReadableDB): readonly { readonly id: number; readonly name: string; readonly sha256: string; readonly stream: number | null; readonly sourcePath: string; readonly storedFile: string | null }[] {
  return db
    .prepare<[], { id: number; name: string; sha256: string; stream: number | null; sourcePath: string; storedFile: string | null }>(
      `SELECT id, name, sha256, stream, source_path AS sourcePath, stored_file AS storedFile FROM clips WHERE kind = 'film' AND removed = 0 ORDER BY id`,
    )
    .all();
}

/** Notes where a linked film lies now: a place on the disk, and so no change that undo would take back. */
export function setSourcePath(db: WritableDB, id: number, path: string): void {
  assertChanges(db.prepare('UPDATE clips SET source_path = ? WHERE id = ?').run(path, id), 1);
}

interface Row {
  id: number;
  sha256: string;
  name: string;
  source_path: string;
  stored_file: string | null;
  kind: ClipKind;
  status: ClipRow['status'];
  reason_key: string | null;
  reason_params: string | null;
  class_id: number | null;
  background_id: number | null;
  container: string | null;
  codec: string | null;
  width: number;
  height: number;
  rotation: number;
  hdr: string | null;
  variable_frame_rate: number;
  duration_ms: number | null;
  frames_decoded: number;
  frames_stored: number;
  sampling: string;
  split: ClipSplit | null;
  stream: number | null;
  crop: string | null;
  imported_at: string;
}

function fromRow(row: Row): ClipRow {
  return {
    id: row.id,
    sha256: row.sha256,
    name: row.name,
    sourcePath: row.source_path,
    storedFile: row.stored_file,
    kind: row.kind,
    status: row.status,
    reason: row.reason_key ? { key: row.reason_key, params: JSON.parse(row.reason_params ?? '{}') as Sentence['params'] } : null,
    classId: row.class_id,
    backgroundId: row.background_id,
    container: row.container,
    codec: row.codec,
    width: row.width,
    height: row.height,
    rotation: row.rotation,
    hdr: row.hdr,
    variableFrameRate: row.variable_frame_rate === 1,
    durationMs: row.duration_ms,
    framesDecoded: row.frames_decoded,
    framesStored: row.frames_stored,
    sampling: row.sampling,
    split: row.split,
    stream: row.stream,
    crop: row.crop ? (JSON.parse(row.crop) as Crop) : null,
    importedAt: row.imported_at,
  };
}

/** All clips that count, in the order of their import. */
export function listClips(db: ReadableDB): readonly ClipRow[] {
  return db.prepare<[], Row>('SELECT * FROM clips WHERE removed = 0 ORDER BY id').all().map(fromRow);
}

/** One clip; null if there is none (or it was removed). */
export function findClip(db: ReadableDB, id: number): ClipRow | null {
  const row = db.prepare<[number], Row>('SELECT * FROM clips WHERE id = ? AND removed = 0').get(id);
  return row ? fromRow(row) : null;
}

/** The clip with that content; null if there is none. */
export function findClipByContent(db: ReadableDB, sha256: string): ClipRow | null {
  const row = db.prepare<[string], Row>('SELECT * FROM clips WHERE sha256 = ? AND removed = 0').get(sha256);
  return row ? fromRow(row) : null;
}

/** A clip on its way into the database. */
export type NewClip = Omit<ClipRow, 'id' | 'split' | 'stream' | 'crop'> & { readonly stream?: number | null };

/** Inserts a clip that does not count yet (`removed`); the journal brings it in. Gives its id. */
export function insertClip(db: WritableDB, clip: NewClip): number {
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO clips (sha256, name, source_path, stored_file, kind, status, reason_key, reason_params, class_id, background_id,
         container, codec, width, height, rotation, hdr, variable_frame_rate, duration_ms, frames_decoded, frames_stored, sampling, imported_at, stream, removed)
       VALUES (@sha256, @name, @sourcePath, @storedFile, @kind, @status, @reasonKey, @reasonParams, @classId, @backgroundId,
         @container, @codec, @width, @height, @rotation, @hdr, @variable, @durationMs, @framesDecoded, @framesStored, @sampling, @importedAt, @stream, 1)`,
    )
    .run({
      sha256: clip.sha256,
      name: clip.name,
      sourcePath: clip.sourcePath,
      storedFile: clip.storedFile,
      kind: clip.kind,
      status: clip.status,
      reasonKey: clip.reason?.key ?? null,
      reasonParams: clip.reason ? JSON.stringify(clip.reason.params) : null,
      classId: clip.classId,
      backgroundId: clip.backgroundId,
      container: clip.container,
      codec: clip.codec,
      width: clip.width,
      height: clip.height,
      rotation: clip.rotation,
      hdr: clip.hdr,
      variable: clip.variableFrameRate ? 1 : 0,
      durationMs: clip.durationMs,
      framesDecoded: clip.framesDecoded,
      framesStored: clip.framesStored,
      sampling: clip.sampling,
      importedAt: clip.importedAt,
      stream: clip.stream ?? null,
    });
  return Number(lastInsertRowid);
}

/** Writes down where the frames of clips go; a decision once made is never changed. */
export function setSplits(db: WritableDB, splits: ReadonlyMap<number, ClipSplit>): void {
  const update = db.prepare('UPDATE clips SET split = ? WHERE id = ? AND split IS NULL');
  for (const [id, split] of splits) update.run(split, id);
}
