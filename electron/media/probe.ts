import { statSync } from 'node:fs';
import { UserError } from '../core/errors';
import { runFfmpeg } from './ffmpeg';

/** What the container says about a film (not yet what is in it). */
export interface FilmInfo {
  readonly container: string;
  readonly codec: string;
  /** Upright, with square pixels. */
  readonly width: number;
  readonly height: number;
  /** Degrees clockwise by which the stored picture is turned: 0, 90, 180, 270. */
  readonly rotation: number;
  /** `hlg` or `pq`; null for standard range. */
  readonly hdr: 'hlg' | 'pq' | null;
  readonly variableFrameRate: boolean;
  readonly framesPerSecond: number | null;
  readonly durationMs: number | null;
}

function durationMs(text: string): number | null {
  const match = /Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(text);
  if (!match) return null;
  return (Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3])) * 1000;
}

/** The first video stream that is no cover art, with the lines that belong to it. */
function videoStream(text: string): { readonly line: string; readonly details: string } | null {
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as string;
    if (!/^\s*Stream #0:\d+.*: Video: /.test(line) || /\(attached pic\)/.test(line)) continue;
    const next = lines.findIndex((other, at) => at > index && /^\s*Stream #|^\S/.test(other));
    return { line, details: lines.slice(index + 1, next < 0 ? undefined : next).join('\n') };
  }
  return null;
}

/** Degrees clockwise, from the display matrix or the old `rotate` tag. */
function rotationOf(details: string): number {
  const matrix = /displaymatrix: rotation of (-?\d+(?:\.\d+)?) degrees/.exec(details);
  if (matrix) return ((Math.round(-Number(matrix[1]) / 90) * 90) % 360 + 360) % 360;
  const tag = /^\s*rotate\s*:\s*(-?\d+)/m.exec(details);
  return tag ? ((Number(tag[1]) % 360) + 360) % 360 : 0;
}

/**
 * Reads what `ffmpeg -i` prints. Null where there is no film stream in it.
 * Sizes are upright and with square pixels: a 720x480 film with 8:9 pixels is 640x480.
 */
export function parseFilmInfo(text: string): FilmInfo | null {
  const stream = videoStream(text);
  if (!stream) return null;
  const { line, details } = stream;
  const size = /, (\d{1,5})x(\d{1,5})(?: \[SAR (\d+):(\d+) DAR \d+:\d+\])?/.exec(line);
  if (!size) return null;
  const [storedWidth, storedHeight] = [Number(size[1]), Number(size[2])];
  const aspect = size[3] && Number(size[3]) > 0 && Number(size[4]) > 0 ? Number(size[3]) / Number(size[4]) : 1;
  const rotation = rotationOf(details);
  const shown: [number, number] = [Math.max(1, Math.round(storedWidth * aspect)), storedHeight];
  if (rotation % 180 !== 0) shown.reverse();
  const rate = /, (\d+(?:\.\d+)?) fps/.exec(line);
  const base = /, (\d+(?:\.\d+)?)(k?) tbr/.exec(line);
  const framesPerSecond = rate ? Number(rate[1]) : null;
  const baseRate = base ? Number(base[1]) * (base[2] ? 1000 : 1) : null;
  const differs = framesPerSecond !== null && baseRate !== null && Math.abs(framesPerSecond - baseRate) > 0.02 * Math.max(framesPerSecond, baseRate);
  return {
    container: /Input #0, ([^ ]+), from/.exec(text)?.[1]?.split(',')[0] ?? 'unknown',
    codec: /: Video: (\w+)/.exec(line)?.[1] ?? 'unknown',
    width: shown[0],
    height: shown[1],
    rotation,
    hdr: /smpte2084/.test(line) ? 'pq' : /arib-std-b67/.test(line) ? 'hlg' : null,
    variableFrameRate: differs,
    framesPerSecond: framesPerSecond ?? baseRate,
    durationMs: durationMs(text),
  };
}

/** Probes a film. Errors: `clips:missing`, `clips:empty`, `clips:notAFilm`, `clips:noPictureStream`. */
export async function probeFilm(path: string, signal?: AbortSignal): Promise<FilmInfo> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new UserError('clips:missing', { file: path });
  if (stat.size === 0) throw new UserError('clips:empty', { file: path });
  const { stderr } = await runFfmpeg(['-hide_banner', '-i', path], { signal, silenceMs: 30_000 });
  if (!/^Input #0/m.test(stderr)) throw new UserError('clips:notAFilm', { file: path });
  const info = parseFilmInfo(stderr);
  if (!info) throw new UserError('clips:noPictureStream', { file: path });
  return info;
}
