import { UserError } from '../core/errors';
import { findClip } from '../store/clips';
import { firstUnknownFrame, listFrames } from '../store/frames';
import { applyChange, columnChange, redo, undo, type ColumnChange, type JournalEntry } from '../store/journal';
import { knownClip } from './clips';
import type { Project } from './projects';
import { cleanName, ensureName } from './names';
import { findName } from '../store/names';

/** What a labeling did: how many frames changed, and the journal entry that undo takes back (null: nothing changed). */
export interface LabelChange {
  readonly changed: number;
  readonly entry: JournalEntry | null;
}

function refuseUnknownClass(project: Project, className: string): number {
  const row = findName(project.db, 'classes', cleanName(className));
  if (!row) throw new UserError('labels:noClass', { name: className });
  return row.id;
}

function labelChanges(project: Project, frameIds: readonly number[], classId: number, source: 'clip' | 'segment' | 'frame'): ColumnChange[] {
  const real = columnChange(project.db, 'frames', 'class_id', frameIds, classId);
  return [
    real,
    columnChange(project.db, 'frames', 'label_source', frameIds, source),
    columnChange(project.db, 'frames', 'labelled_at', real.ids, new Date().toISOString()),
  ];
}

/**
 * Labels whole clips, as one change; frames that have a label of their own keep it. The class is made if need be.
 * Errors: `labels:noClip`.
 */
export function labelClips(project: Project, clipIds: readonly number[], className: string): LabelChange {
  const { db } = project;
  const clips = clipIds.map((id) => knownClip(project, id));
  return db.transaction(() => {
    const changes: ColumnChange[] = [];
    const classId = ensureName(db, 'classes', className, changes);
    const frames = clipIds.flatMap((clipId) => listFrames(db, { clipId })).filter((frame) => frame.labelSource === null || frame.labelSource === 'clip');
    const labels = labelChanges(project, frames.map(({ id }) => id), classId, 'clip');
    const changed = labels[0]?.ids.length ?? 0;
    changes.push(columnChange(db, 'clips', 'class_id', clipIds, classId), ...labels);
    const named = { class: cleanName(className) };
    const [only] = clips;
    return { changed, entry: clips.length === 1 && only ? applyChange(db, 'journal:labelledClip', { ...named, clip: only.name, count: changed }, changes) : applyChange(db, 'journal:labelledClips', { ...named, count: clips.length }, changes) };
  })();
}

/** Labels the frames of a clip between two times (in ms, both included). Errors: `labels:noClip`, `labels:noClass`, `labels:emptySegment`. */
export function labelSegment(project: Project, clipId: number, fromMs: number, toMs: number, className: string): LabelChange {
  const clip = findClip(project.db, clipId);
  if (!clip) throw new UserError('labels:noClip', { id: clipId });
  const classId = refuseUnknownClass(project, className);
  const ids = segmentFrames(project, clipId, fromMs, toMs);
  const changes = labelChanges(project, ids, classId, 'segment');
  const changed = changes[0]?.ids.length ?? 0;
  return { changed, entry: applyChange(project.db, 'journal:labelledSegment', { clip: clip.name, class: cleanName(className), count: changed }, changes) };
}

/** Ids of the frames of a clip between two times. Errors: `labels:emptySegment`. */
export function segmentFrames(project: Project, clipId: number, fromMs: number, toMs: number): readonly number[] {
  const ids = listFrames(project.db, { clipId }).filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs).map(({ id }) => id);
  if (ids.length === 0) throw new UserError('labels:emptySegment', { from: fromMs, to: toMs });
  return ids;
}

function refuseUnknownFrames(project: Project, ids: readonly number[]): void {
  const missing = firstUnknownFrame(project.db, ids);
  if (missing !== null) throw new UserError('labels:noFrame', { id: missing });
}

/** Labels single frames. Errors: `labels:noFrame`, `labels:noClass`. */
export function labelFrames(project: Project, ids: readonly number[], className: string): LabelChange {
  refuseUnknownFrames(project, ids);
  const classId = refuseUnknownClass(project, className);
  const changes = labelChanges(project, ids, classId, 'frame');
  const changed = changes[0]?.ids.length ?? 0;
  return { changed, entry: applyChange(project.db, 'journal:labelledFrames', { class: cleanName(className), count: changed }, changes) };
}

/** Leaves frames out of every dataset to come, or takes them in again. Errors: `labels:noFrame`. */
export function excludeFrames(project: Project, ids: readonly number[], excluded: boolean): LabelChange {
  refuseUnknownFrames(project, ids);
  const change = columnChange(project.db, 'frames', 'excluded', ids, excluded ? 1 : 0);
  return { changed: change.ids.length, entry: applyChange(project.db, excluded ? 'journal:excluded' : 'journal:included', { count: change.ids.length }, [change]) };
}

/** Excludes or includes all frames of a clip. */
export function excludeClip(project: Project, clipId: number, excluded: boolean): LabelChange {
  if (!findClip(project.db, clipId)) throw new UserError('labels:noClip', { id: clipId });
  return excludeFrames(project, listFrames(project.db, { clipId }).map(({ id }) => id), excluded);
}

/** Puts clips on another background, made if need be, as one change. Errors: `labels:noClip`. */
export function setBackground(project: Project, clipIds: readonly number[], background: string): LabelChange {
  const { db } = project;
  const clips = clipIds.map((id) => knownClip(project, id));
  return db.transaction(() => {
    const changes: ColumnChange[] = [];
    const id = ensureName(db, 'backgrounds', background, changes);
    const change = columnChange(db, 'clips', 'background_id', clipIds, id);
    const named = { background: cleanName(background) };
    const [only] = clips;
    const all = [...changes, change];
    return { changed: change.ids.length, entry: clips.length === 1 && only ? applyChange(db, 'journal:movedClip', { ...named, clip: only.name }, all) : applyChange(db, 'journal:movedClips', { ...named, count: change.ids.length }, all) };
  })();
}

/** Takes back the last change. Errors: `labels:nothingToUndo`. */
export function undoChange(project: Project): JournalEntry {
  const entry = undo(project.db);
  if (!entry) throw new UserError('labels:nothingToUndo');
  return entry;
}

/** Does the last change again that was taken back. Errors: `labels:nothingToRedo`. */
export function redoChange(project: Project): JournalEntry {
  const entry = redo(project.db);
  if (!entry) throw new UserError('labels:nothingToRedo');
  return entry;
}
