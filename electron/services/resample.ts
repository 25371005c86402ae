import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { formatSampling, type Crop, type Sampling } from '../core/clips';
import { UserError } from '../core/errors';
import { extractFrames, type Extraction } from '../media/extract';
import { probeFilm } from '../media/probe';
import type { ClipRow } from '../store/clips';
import { clipFrameTimes, insertHiddenFrames } from '../store/frames';
import { applyChange, columnChange, type JournalEntry } from '../store/journal';
import { usedClips } from '../store/rounds';
import { diskError, keepFrame, knownClip } from './clips';
import type { JobContext } from './jobs';
import type { Project } from './projects';

/** Times this near (in ms) are of one frame: older projects kept whole milliseconds. */
const sameTime = 0.6;

export interface Resampled {
  readonly kept: number;
  readonly added: number;
  readonly removed: number;
  readonly entry: JournalEntry | null;
}

function refuseUsed(project: Project, clip: ClipRow): void {
  if (usedClips(project.db).has(clip.id)) throw new UserError('clips:resampleUsed', { clip: clip.name });
}

/** The film of a clip: the project's copy, else where it came from. Errors: `clips:resamplePictures`, `clips:filmGone`. */
function filmOf(project: Project, clip: ClipRow): string {
  if (clip.kind !== 'film') throw new UserError('clips:resamplePictures', { clip: clip.name });
  const stored = clip.storedFile ? join(project.folder, clip.storedFile) : null;
  const found = [stored, clip.sourcePath].find((path) => path !== null && existsSync(path));
  if (!found) throw new UserError('clips:filmGone', { clip: clip.name, file: clip.sourcePath });
  return found;
}

/**
 * Takes other frames from a film that is in the project. A frame that is there already (at the same time in the film)
 * keeps its number, labels and exclusion, also when it was left out in between; undo brings the old frames back.
 * Errors: `labels:noClip`, `clips:resampleUsed`, `clips:resamplePictures`, `clips:filmGone`, `CancelledError`.
 */
export async function resampleClip(project: Project, clipId: number, sampling: Sampling, context: JobContext): Promise<Resampled> {
  const clip = knownClip(project, clipId);
  refuseUsed(project, clip);
  const film = filmOf(project, clip);
  const work = join(project.folder, 'tmp', `resample-${randomUUID()}`);
  mkdirSync(work, { recursive: true });
  try {
    const info = await probeFilm(film, context.signal, clip.stream);
    const extraction = await extractFrames(film, info, sampling, work, {
      signal: context.signal,
      onTime: (timeMs) => context.report({ value: info.durationMs ? Math.min(0.95, timeMs / info.durationMs) : null, title: 'jobs:resampling', params: { clip: clip.name } }),
    });
    if (extraction.frames.length === 0) throw new UserError('clips:noFrames', { file: film });
    return exchange(project, clipId, sampling, extraction);
  } catch (error) {
    throw diskError(error, project.folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Hides the frames that the new sampling lacks, brings in those that it adds; one transaction. */
function exchange(project: Project, clipId: number, sampling: Sampling, extraction: Extraction): Resampled {
  const { db } = project;
  return db.transaction(() => {
    const clip = knownClip(project, clipId);
    // A round may have started while the film was read.
    refuseUsed(project, clip);
    const there = clipFrameTimes(db, clipId);
    const stay = new Set<number>();
    const { width, height } = extraction;
    let next = 0;
    const fresh = extraction.frames.filter((frame) => {
      while (next < there.length && (there[next]?.timeMs ?? 0) < frame.timeMs - sameTime) next += 1;
      const same = there[next];
      if (!same || same.timeMs > frame.timeMs + sameTime) return true;
      stay.add(same.id);
      next += 1;
      return false;
    });
    const added = insertHiddenFrames(
      db, clipId, clip.classId,
      fresh.map((frame) => ({ timeMs: frame.timeMs, name: null, sha256: keepFrame(project, frame.file), width, height, differenceHash: frame.differenceHash, quality: frame.quality })),
    );
    const back = there.filter(({ id, removed }) => removed && stay.has(id)).map(({ id }) => id);
    const gone = there.filter(({ id, removed }) => !removed && !stay.has(id)).map(({ id }) => id);
    const total = stay.size + added.length;
    const entry = applyChange(db, 'journal:resampled', { clip: clip.name, count: total }, [
      columnChange(db, 'frames', 'removed', gone, 1),
      columnChange(db, 'frames', 'removed', [...back, ...added], 0),
      columnChange(db, 'clips', 'sampling', [clipId], formatSampling(sampling)),
      columnChange(db, 'clips', 'frames_stored', [clipId], total),
    ]);
    return { kept: stay.size - back.length, added: added.length + back.length, removed: gone.length, entry };
  })();
}

/**
 * Sets the part of the upright picture that counts, for training and every prediction; null: all of it. Rounds keep the
 * part that they were made with. Errors: `labels:noClip`, `clips:badCrop`.
 */
export function cropClips(project: Project, clipIds: readonly number[], crop: Crop | null): JournalEntry | null {
  for (const id of clipIds) knownClip(project, id);
  if (crop) {
    const { x, y, width, height } = crop;
    const inside = x >= 0 && y >= 0 && width >= 0.01 && height >= 0.01 && x + width <= 1 + 1e-9 && y + height <= 1 + 1e-9;
    if (!inside) throw new UserError('clips:badCrop');
  }
  const text = crop ? JSON.stringify({ x: crop.x, y: crop.y, width: crop.width, height: crop.height }) : null;
  return applyChange(project.db, crop ? 'journal:cropped' : 'journal:uncropped', { count: clipIds.length }, [columnChange(project.db, 'clips', 'crop', clipIds, text)]);
}
