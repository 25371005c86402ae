import type { TextParams } from './errors';

/** The rule by which frames are taken from a film. */
export type Sampling =
  | { readonly kind: 'every'; readonly milliseconds: number }
  | { readonly kind: 'count'; readonly frames: number }
  | { readonly kind: 'different'; readonly frames: number }
  | { readonly kind: 'all' };

export const defaultSampling: Sampling = { kind: 'every', milliseconds: 200 };

/** `every:200ms`, `count:40`, `different:40` or `all`; null for anything else. */
export function parseSampling(text: string): Sampling | null {
  if (text === 'all') return { kind: 'all' };
  const every = /^every:(\d{1,7})ms$/.exec(text);
  if (every) return Number(every[1]) > 0 ? { kind: 'every', milliseconds: Number(every[1]) } : null;
  const counted = /^(count|different):(\d{1,6})$/.exec(text);
  if (!counted || Number(counted[2]) < 1) return null;
  return { kind: counted[1] as 'count' | 'different', frames: Number(counted[2]) };
}

/** The inverse of `parseSampling`. */
export function formatSampling(sampling: Sampling): string {
  if (sampling.kind === 'all') return 'all';
  return sampling.kind === 'every' ? `every:${sampling.milliseconds}ms` : `${sampling.kind}:${sampling.frames}`;
}

/** A part of an upright picture, in shares of its width and height. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type ClipKind = 'film' | 'pictures';
export type ImportStatus = 'complete' | 'partial' | 'damaged' | 'refused' | 'alreadyThere';

/** A sentence in `texts/`, with its values. */
export interface Sentence {
  readonly key: string;
  readonly params: TextParams;
}

/** What an import found out about one clip. */
export interface ImportReport {
  readonly id: number | null;
  readonly file: string;
  readonly status: ImportStatus;
  readonly reason: Sentence | null;
  readonly class: string | null;
  readonly background: string | null;
  readonly kind: ClipKind;
  readonly container: string | null;
  readonly codec: string | null;
  /** Upright size in pixels. */
  readonly width: number | null;
  readonly height: number | null;
  /** Degrees clockwise by which the stored picture was turned. */
  readonly rotation: number;
  readonly hdr: string | null;
  readonly variableFrameRate: boolean;
  readonly durationMs: number | null;
  readonly framesDecoded: number;
  readonly framesStored: number;
}

const filmEndings = new Set('mp4 mov m4v avi mkv webm ogv ogg mpg mpeg mts m2ts ts wmv flv 3gp 3g2 mxf gif ivf'.split(' '));
const pictureEndings = new Set('jpg jpeg png webp bmp avif heic heif tif tiff'.split(' '));

function ending(file: string): string {
  return /\.([^./\\]+)$/.exec(file)?.[1]?.toLowerCase() ?? '';
}

/** By its ending only: whether it is worth to try it as a film when a whole folder is imported. */
export function looksLikeFilm(file: string): boolean {
  return filmEndings.has(ending(file));
}

/** By its ending only: whether it is a picture. */
export function looksLikePicture(file: string): boolean {
  return pictureEndings.has(ending(file));
}

/** What the path parts above a clip mean, nearest last: `class/background`; `-` skips one. Null if it is not of that form. */
export function parseFromFolders(text: string): readonly ('class' | 'background' | '-')[] | null {
  const parts = text.split('/').filter((part) => part !== '');
  if (parts.length === 0 || parts.some((part) => part !== 'class' && part !== 'background' && part !== '-')) return null;
  return parts as ('class' | 'background' | '-')[];
}

/**
 * Class and background from the path parts above a clip (for a folder of pictures: the folder itself is the last part).
 * `parts` are the folder names from the outermost to the innermost.
 */
export function labelsFromFolders(parts: readonly string[], pattern: readonly ('class' | 'background' | '-')[]): { class: string | null; background: string | null } {
  const result: { class: string | null; background: string | null } = { class: null, background: null };
  pattern.forEach((meaning, index) => {
    const part = parts[parts.length - pattern.length + index];
    if (meaning !== '-' && part) result[meaning] = part;
  });
  return result;
}
