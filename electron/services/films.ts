import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../core/errors';
import { probeFilm } from '../media/probe';
import { listFilms, setSourcePath, type ClipRow } from '../store/clips';
import { contentKey, hashFile, knownClip } from './clips';
import type { JobContext } from './jobs';
import { findClips } from './paths';
import type { Project, ReadProject } from './projects';

/** A film that neither the project nor its old place has any more: its frames are there, new ones cannot be taken. */
export interface MissingFilm {
  readonly id: number;
  readonly name: string;
  /** Where it was. */
  readonly file: string;
}

/** Linked films that are not where they were. */
export function missingFilms(project: ReadProject): readonly MissingFilm[] {
  return listFilms(project.db)
    .filter(({ storedFile, sourcePath }) => !(storedFile !== null && existsSync(join(project.folder, storedFile))) && !existsSync(sourcePath))
    .map(({ id, name, sourcePath }) => ({ id, name, file: sourcePath }));
}

/** The film of a clip: the project's copy, else where it came from. Errors: `clips:resamplePictures`, `clips:filmGone`. */
export function filmOf(project: ReadProject, clip: ClipRow): string {
  if (clip.kind !== 'film') throw new UserError('clips:resamplePictures', { clip: clip.name });
  const stored = clip.storedFile ? join(project.folder, clip.storedFile) : null;
  const found = [stored, clip.sourcePath].find((path) => path !== null && existsSync(path));
  if (!found) throw new UserError('clips:filmGone', { clip: clip.name, file: clip.sourcePath });
  return found;
}

/** How many picture streams the film of a clip has, and which of them the clip is (from 0). Errors: as `filmOf`, `probeFilm`. */
export async function filmStreams(project: ReadProject, clipId: number): Promise<{ readonly count: number; readonly used: number }> {
  const clip = knownClip(project, clipId);
  const { streams, stream } = await probeFilm(filmOf(project, clip), undefined, clip.stream);
  return { count: streams, used: stream };
}

/**
 * Looks for missing films in files and folders; a film is known by its content, whatever it is called now. Films of the
 * old name are tried first. Gives how many were found, and those that are still missing.
 * Errors: `clips:missing`, `CancelledError` (what was found so far is kept).
 */
export async function findFilms(project: Project, paths: readonly string[], context: JobContext): Promise<{ readonly found: number; readonly missing: readonly MissingFilm[] }> {
  const wanted = new Map(missingFilms(project).map(({ id, name }) => [id, name]));
  const films = listFilms(project.db).filter(({ id }) => wanted.has(id));
  const names = new Set(wanted.values());
  const candidates = findClips(paths).filter(({ kind }) => kind === 'film');
  const ordered = [...candidates.filter(({ path }) => names.has(basename(path))), ...candidates.filter(({ path }) => !names.has(basename(path)))];
  let found = 0;
  for (const [index, { path }] of ordered.entries()) {
    if (wanted.size === 0) break;
    context.report({ value: index / ordered.length, title: 'jobs:findingFilms', params: { count: wanted.size }, description: basename(path) });
    const sha256 = await hashFile(path, context.signal);
    for (const film of films) {
      if (!wanted.has(film.id) || contentKey({ kind: 'film', stream: film.stream }, sha256) !== film.sha256) continue;
      setSourcePath(project.db, film.id, path);
      wanted.delete(film.id);
      found += 1;
    }
  }
  return { found, missing: missingFilms(project) };
}
