import { createHash, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../core/errors';
import { importPicture, measurePictures, type PictureLimits } from '../media/pictures';
import { insertClip, listClips, type ClipRow } from '../store/clips';
import { findFrame, insertHiddenFrames, listFrames, type NewFrame } from '../store/frames';
import { applyChange, columnChange, type ColumnChange, type JournalEntry } from '../store/journal';
import { findName } from '../store/names';
import { usedClips } from '../store/rounds';
import { diskError } from './clips';
import { keepFrames } from './frameFiles';
import { labelFrames } from './labels';
import { cleanName, ensureName } from './names';
import type { Project } from './projects';

/** Marks clips that are made of single pictures which were tried out; stands where a film has its path. */
const origin = 'tried';

export interface PictureWish {
  readonly file: string;
  readonly class: string;
  readonly background: string | null;
  /** Name of the clip that is made when none waits for such pictures yet, e.g. `Pictures 24.11.2026`. */
  readonly clipName: string;
  readonly limits?: PictureLimits;
}

export interface KeptPicture {
  readonly frameId: number;
  readonly entry: JournalEntry | null;
}

/** The clip that still takes pictures of that class and background: no round has used it, and it is of today. */
function openClip(project: Project, name: string, classId: number, backgroundId: number | null): ClipRow | null {
  const used = usedClips(project.db);
  return listClips(project.db).find((clip) => clip.sourcePath === origin && clip.name === name && clip.classId === classId && clip.backgroundId === backgroundId && !used.has(clip.id)) ?? null;
}

function insertOpenClip(project: Project, wish: PictureWish, { width, height }: { readonly width: number; readonly height: number }, classId: number, backgroundId: number | null): number {
  return insertClip(project.db, {
    // It grows, so its content has no hash: a number that no other clip has.
    sha256: createHash('sha256').update(`${origin} ${randomUUID()}`).digest('hex'),
    name: wish.clipName, sourcePath: origin, storedFile: null, kind: 'pictures', status: 'complete', reason: null, classId, backgroundId,
    container: null, codec: null, width, height, rotation: 0, hdr: null, variableFrameRate: false, durationMs: null, framesDecoded: 0, framesStored: 0,
    sampling: 'all', importedAt: new Date().toISOString(),
  });
}

/** The frame that has this picture already, among those that were tried out. */
function sameFrame(project: Project, sha256: string): number | null {
  for (const clip of listClips(project.db)) {
    if (clip.sourcePath !== origin) continue;
    const frame = listFrames(project.db, { clipId: clip.id }).find((row) => row.sha256 === sha256);
    if (frame) return frame.id;
  }
  return null;
}

function store(project: Project, wish: PictureWish, frame: NewFrame): KeptPicture {
  const { db } = project;
  const classId = findName(db, 'classes', cleanName(wish.class))?.id;
  if (classId === undefined) throw new UserError('labels:noClass', { name: wish.class });
  return db.transaction(() => {
    const changes: ColumnChange[] = [];
    const backgroundId = wish.background === null ? null : ensureName(db, 'backgrounds', wish.background, changes);
    const open = openClip(project, wish.clipName, classId, backgroundId);
    const clipId = open?.id ?? insertOpenClip(project, wish, frame, classId, backgroundId);
    const count = open?.framesStored ?? 0;
    const [frameId] = insertHiddenFrames(db, clipId, classId, [{ ...frame, timeMs: count * 100, labelSource: 'phone' }]);
    changes.push(columnChange(db, 'clips', 'frames_stored', [clipId], count + 1));
    if (!open) changes.push(columnChange(db, 'clips', 'removed', [clipId], 0));
    changes.push(columnChange(db, 'frames', 'removed', [frameId as number], 0));
    return { frameId: frameId as number, entry: applyChange(db, 'journal:keptPicture', { class: cleanName(wish.class) }, changes) };
  })();
}

/**
 * Keeps a picture that was tried out as a labeled frame for the next round, as one change that undo takes back. Pictures
 * of one day, class and background are one clip, until a round uses it. A picture that is there already only gets the label.
 * Errors: `labels:noClass`, `labels:*` of a bad background name, `clips:unreadablePicture`, `projects:diskFull`, `projects:vanished`.
 */
export async function keepPicture(project: Project, wish: PictureWish): Promise<KeptPicture> {
  const file = join(project.folder, 'tmp', `${randomUUID()}.jpg`);
  try {
    const size = await importPicture(wish.file, file, undefined, wish.limits);
    const [measured] = await measurePictures([file]);
    const [sha256 = ''] = await keepFrames(project.folder, [file]);
    const there = sameFrame(project, sha256);
    if (there !== null && findFrame(project.db, there)) return { frameId: there, entry: labelFrames(project, [there], wish.class).entry };
    return store(project, wish, { timeMs: 0, name: null, sha256, ...size, differenceHash: measured?.differenceHash ?? null, quality: measured?.quality ?? null });
  } catch (error) {
    throw diskError(error, project.folder);
  } finally {
    rmSync(file, { force: true });
  }
}
