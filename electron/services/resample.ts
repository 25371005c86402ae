import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { formatSampling, type Crop, type Sampling } from '../core/clips';
import { UserError } from '../core/errors';
import type { Progress } from '../core/jobs';
import { extractFrames, type Extraction } from '../media/extract';
import { probeFilm } from '../media/probe';
import type { ClipRow } from '../store/clips';
import { clipFrameTimes, insertHiddenFrames } from '../store/frames';
import { applyChange, columnChange, type ColumnChange, type JournalEntry } from '../store/journal';
import { usedClips } from '../store/rounds';
import { diskError, knownClip } from './clips';
import { filmOf } from './films';
import { keepFrames } from './frameFiles';
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

/** Frames of one film under another rule, still in a work folder. */
interface Taken {
  readonly clipId: number;
  readonly extraction: Extraction;
  /** SHA-256 of each frame's picture, which lies in its place already. */
  readonly hashes: readonly string[];
}

async function takeFrames(project: Project, clip: ClipRow, sampling: Sampling, work: string, context: JobContext): Promise<Taken> {
  const film = filmOf(project, clip);
  mkdirSync(work, { recursive: true });
  const info = await probeFilm(film, context.signal, clip.stream);
  const extraction = await extractFrames(film, info, sampling, work, {
    signal: context.signal,
    onTime: (timeMs) => context.report({ value: info.durationMs ? Math.min(0.95, timeMs / info.durationMs) : null, title: 'jobs:resampling', params: { clip: clip.name } }),
  });
  if (extraction.frames.length === 0) throw new UserError('clips:noFrames', { file: film });
  return { clipId: clip.id, extraction, hashes: await keepFrames(project.folder, extraction.frames.map(({ file: picture }) => picture)) };
}

/**
 * Takes other frames from films that are in the project, as one change. A frame that is there already (at the same time
 * in its film) keeps its number, labels and exclusion, also when it was left out in between; undo brings the old frames
 * back. All or nothing: cancelled or refused, every clip stays as it was.
 * Errors: `labels:noClip`, `clips:resampleUsed`, `clips:resamplePictures`, `clips:filmGone`, `CancelledError`.
 */
export async function resampleClips(project: Project, clipIds: readonly number[], sampling: Sampling, context: JobContext): Promise<Resampled> {
  const clips = clipIds.map((id) => knownClip(project, id));
  for (const clip of clips) {
    refuseUsed(project, clip);
    filmOf(project, clip);
  }
  const work = join(project.folder, 'tmp', `resample-${randomUUID()}`);
  try {
    const taken: Taken[] = [];
    for (const [index, clip] of clips.entries()) {
      const share = ({ value, ...rest }: Progress): void => context.report({ ...rest, value: value === null ? null : (index + value) / clips.length });
      taken.push(await takeFrames(project, clip, sampling, join(work, String(clip.id)), { signal: context.signal, report: share }));
    }
    return exchange(project, taken, sampling);
  } catch (error) {
    throw diskError(error, project.folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Hides the frames that the new sampling lacks, brings in those that it adds; one transaction. */
function exchange(project: Project, taken: readonly Taken[], sampling: Sampling): Resampled {
  const { db } = project;
  return db.transaction(() => {
    const changes: ColumnChange[] = [];
    let [kept, added, removed] = [0, 0, 0];
    for (const { clipId, extraction, hashes } of taken) {
      const clip = knownClip(project, clipId);
      // A round may have started while the film was read.
      refuseUsed(project, clip);
      const { stay, fresh, there } = compare(db, clipId, extraction);
      const { width, height } = extraction;
      const inserted = insertHiddenFrames(
        db, clipId, clip.classId,
        fresh.map(([frame, index]) => ({ timeMs: frame.timeMs, name: null, sha256: hashes[index] as string, width, height, differenceHash: frame.differenceHash, quality: frame.quality })),
      );
      const back = there.filter((frame) => frame.removed && stay.has(frame.id)).map(({ id }) => id);
      const gone = there.filter((frame) => !frame.removed && !stay.has(frame.id)).map(({ id }) => id);
      changes.push(
        columnChange(db, 'frames', 'removed', gone, 1),
        columnChange(db, 'frames', 'removed', [...back, ...inserted], 0),
        columnChange(db, 'clips', 'sampling', [clipId], formatSampling(sampling)),
        columnChange(db, 'clips', 'frames_stored', [clipId], stay.size + inserted.length),
      );
      kept += stay.size - back.length;
      added += inserted.length + back.length;
      removed += gone.length;
    }
    const [only] = taken;
    const entry =
      taken.length === 1 && only
        ? applyChange(db, 'journal:resampled', { clip: knownClip(project, only.clipId).name, count: kept + added }, changes)
        : applyChange(db, 'journal:resampledClips', { count: taken.length }, changes);
    return { kept, added, removed, entry };
  })();
}

/** Which frames of a clip the new extraction has too (by their time), and which of its own are new. */
function compare(db: Project['db'], clipId: number, extraction: Extraction): { readonly there: ReturnType<typeof clipFrameTimes>; readonly stay: ReadonlySet<number>; readonly fresh: readonly (readonly [Extraction['frames'][number], number])[] } {
  const there = clipFrameTimes(db, clipId);
  const stay = new Set<number>();
  let next = 0;
  const fresh = extraction.frames.map((frame, index) => [frame, index] as const).filter(([frame]) => {
    while (next < there.length && (there[next]?.timeMs ?? 0) < frame.timeMs - sameTime) next += 1;
    const same = there[next];
    if (!same || same.timeMs > frame.timeMs + sameTime) return true;
    stay.add(same.id);
    next += 1;
    return false;
  });
  return { there, stay, fresh };
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
