import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { looksLikeFilm, looksLikePicture, type ClipKind } from '../core/clips';
import { UserError } from '../core/errors';

/** A film, or a folder whose pictures are one clip. */
export interface FoundClip {
  readonly path: string;
  readonly kind: ClipKind;
  /** Folder names above the film (for pictures: their folder is the last), outermost first. */
  readonly parts: readonly string[];
  /** How many of `parts` (the last ones) lie inside the folder that was given, it included; 0: the file itself was given. */
  readonly inside: number;
}

const deepest = 12;

function split(folder: string): readonly string[] {
  return folder.split(sep).filter((part) => part !== '' && !/^[A-Za-z]:$/.test(part));
}

function* walk(folder: string, depth: number): Generator<FoundClip> {
  const inside = depth + 1;
  const entries = readdirSync(folder)
    .filter((name) => !name.startsWith('.') && !name.endsWith('.graft'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    // Links are followed, so that films can stay where they are.
    .map((name) => ({ name, stat: statSync(join(folder, name), { throwIfNoEntry: false }) }));
  if (entries.some(({ name, stat }) => stat?.isFile() && looksLikePicture(name))) yield { path: folder, kind: 'pictures', parts: split(folder), inside };
  for (const { name, stat } of entries) {
    const path = join(folder, name);
    if (stat?.isFile() && looksLikeFilm(name)) yield { path, kind: 'film', parts: split(folder), inside };
    if (stat?.isDirectory() && depth < deepest) yield* walk(path, depth + 1);
  }
}

/**
 * Films and folders of pictures under the given paths. A file that is named itself is taken as a film whatever its
 * ending (a picture is a clip of one frame: its folder is not taken along). Errors: `clips:missing`.
 */
export function findClips(paths: readonly string[]): readonly FoundClip[] {
  const found: FoundClip[] = [];
  for (const given of paths) {
    const path = resolve(given);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) throw new UserError('clips:missing', { file: given });
    if (stat.isDirectory()) found.push(...walk(path, 0));
    else found.push({ path, kind: looksLikePicture(path) ? 'pictures' : 'film', parts: split(dirname(path)), inside: 0 });
  }
  const seen = new Set<string>();
  return found.filter(({ path }) => !seen.has(path) && seen.add(path));
}

/** The pictures of a clip of pictures, in name order. */
export function picturesOf(path: string): readonly string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .filter((name) => looksLikePicture(name) && !name.startsWith('.'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => join(path, name));
}

/** Name of a clip as the user knows it. */
export function clipName(path: string): string {
  return basename(path);
}
