import { createHash, randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { ImportReport } from '../core/clips';
import { CancelledError, UserError } from '../core/errors';
import { importPicture, measurePictures } from '../media/pictures';
import { findClip, findClipByContent, insertClip, type ClipRow } from '../store/clips';
import { insertFrames } from '../store/frames';
import { applyChange, columnChange, type ColumnChange } from '../store/journal';
import { clipReport, diskError } from './clips';
import { manifestName, readManifest, type DatasetManifest, type ManifestClip } from './datasetManifest';
import { keepFrames } from './frameFiles';
import type { JobContext } from './jobs';
import { addName, ensureName } from './names';
import type { Project } from './projects';

/** True for a folder that `export --format folders` wrote. */
export function isDatasetFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory() && existsSync(join(path, manifestName));
}

/** Pictures of a clip, brought to `work`. Errors: `exports:frameMissing`, `clips:unreadablePicture`. */
async function takeFrames(folder: string, clip: ManifestClip, work: string, signal: AbortSignal): Promise<readonly { readonly file: string; readonly width: number; readonly height: number }[]> {
  const taken: { file: string; width: number; height: number }[] = [];
  for (const [index, frame] of clip.frames.entries()) {
    if (signal.aborted) throw new CancelledError();
    const source = join(folder, frame.file);
    if (!existsSync(source)) throw new UserError('exports:frameMissing', { file: source });
    const target = join(work, `f${index}.jpg`);
    const bytes = readFileSync(source);
    // What was not touched stays as it is, to the last bit; an edited picture is taken as a new one.
    if (createHash('sha256').update(bytes).digest('hex') === frame.sha256) copyFileSync(source, target);
    taken.push({ file: target, ...(await importPicture(source, target, signal)) });
  }
  return taken;
}

async function importOne(project: Project, folder: string, clip: ManifestClip, signal: AbortSignal): Promise<ImportReport> {
  const { db } = project;
  const there = findClipByContent(db, clip.sha256);
  if (there) return clipReport(project, there, { status: 'alreadyThere', reason: { key: 'clips:alreadyThere', params: { file: clip.name, clip: there.name } } });
  const work = join(project.folder, 'tmp', `dataset-${randomUUID().slice(0, 8)}`);
  mkdirSync(work, { recursive: true });
  try {
    const taken = await takeFrames(folder, clip, work, signal);
    const measured = await measurePictures(taken.map(({ file }) => file), signal);
    const hashes = await keepFrames(project.folder, taken.map(({ file }) => file));
    const id = db.transaction(() => {
      const changes: ColumnChange[] = [];
      const classId = clip.class === null ? null : ensureName(db, 'classes', clip.class, changes);
      const backgroundId = clip.background === null ? null : ensureName(db, 'backgrounds', clip.background, changes);
      const { sha256, name, kind, container, codec, width, height, rotation, hdr, variableFrameRate, durationMs, framesDecoded, sampling } = clip;
      const clipId = insertClip(db, {
        sha256, name, kind, container, codec, width, height, rotation, hdr, variableFrameRate, durationMs, framesDecoded, sampling, classId, backgroundId,
        sourcePath: join(folder, name), storedFile: null, status: 'complete', reason: null, framesStored: taken.length, importedAt: new Date().toISOString(),
      });
      const ids = insertFrames(db, clipId, classId, clip.frames.map((frame, index) => ({
        timeMs: frame.timeMs, name: frame.name, sha256: hashes[index] as string, width: taken[index]?.width ?? width, height: taken[index]?.height ?? height,
        differenceHash: measured[index]?.differenceHash ?? null, quality: measured[index]?.quality ?? null,
      })));
      const now = new Date().toISOString();
      changes.push(
        columnChange(db, 'frames', 'class_id', ids, clip.frames.map((frame) => (frame.class === null ? null : ensureName(db, 'classes', frame.class, changes)))),
        columnChange(db, 'frames', 'label_source', ids, clip.frames.map((frame) => frame.labelSource)),
        columnChange(db, 'frames', 'labelled_at', ids, clip.frames.map((frame) => (frame.class === null ? null : now))),
        columnChange(db, 'frames', 'excluded', ids, clip.frames.map((frame) => (frame.excluded ? 1 : 0))),
        columnChange(db, 'clips', 'split', [clipId], clip.split),
        columnChange(db, 'clips', 'crop', [clipId], clip.crop ? JSON.stringify(clip.crop) : null),
        columnChange(db, 'clips', 'removed', [clipId], 0),
      );
      applyChange(db, 'journal:imported', { clip: name, count: taken.length }, changes);
      return clipId;
    })();
    return clipReport(project, findClip(db, id) as ClipRow);
  } catch (error) {
    throw diskError(error, project.folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Brings an exported dataset (`export --format folders`) into a project: clips with their frames, labels, backgrounds,
 * crops and splits as they were. Rounds are trainings, so they are not made again; the manifest says which backgrounds
 * each had. A clip that is there already is left alone, so an interrupted import goes on when it is asked for again.
 * Errors: `exports:badManifest`, `exports:frameMissing`, `projects:diskFull`, `CancelledError`.
 */
export async function importDataset(project: Project, path: string, context: JobContext): Promise<{ readonly clips: readonly ImportReport[]; readonly rounds: DatasetManifest['rounds'] }> {
  const folder = resolve(path);
  const manifest = readManifest(folder);
  for (const name of manifest.classes) addName(project, 'classes', name);
  for (const name of manifest.backgrounds) addName(project, 'backgrounds', name);
  const clips: ImportReport[] = [];
  for (const [index, clip] of manifest.clips.entries()) {
    if (context.signal.aborted) throw new CancelledError();
    context.report({ value: index / manifest.clips.length, title: 'jobs:importing', params: { count: manifest.clips.length }, description: basename(clip.name) });
    clips.push(await importOne(project, folder, clip, context.signal));
  }
  return { clips, rounds: manifest.rounds };
}
