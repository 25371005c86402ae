import { statSync } from 'node:fs';
import { UserError } from '../core/errors';
import { runFfmpeg } from './ffmpeg';

/** What the stream says about its colours; null where it says nothing. */
export interface FilmColours {
  readonly matrix: string | null;
  readonly transfer: string | null;
  readonly full: boolean | null;
}

/** What the container says about a film (not yet what is in it). */
export interface FilmInfo {
  readonly container: string;
  readonly codec: string;
  /** Which of the film's video streams (cover art not counted), from 0. */
  readonly stream: number;
  readonly streams: number;
  readonly pixelFormat: string;
  readonly colour: FilmColours;
  readonly storedWidth: number;
  readonly storedHeight: number;
  /** Upright, with square pixels. */
  readonly width: number;
  readonly height: number;
  /** Degrees clockwise by which the stored picture is turned: 0, 90, 180, 270. */
  readonly rotation: number;
  /** `hlg` or `pq`; null for standard range. */
  readonly hdr: 'hlg' | 'pq' | null;
  readonly framesPerSecond: number | null;
  readonly durationMs: number | null;
}

/** Larger pictures are refused: one of them would fill the memory. */
const mostPixels = 150_000_000;

function durationMs(text: string): number | null {
  const match = /Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(text);
  if (!match) return null;
  return (Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3])) * 1000;
}

interface StreamText {
  readonly line: string;
  readonly details: string;
}

/** The video streams that are no cover art, each with the lines that belong to it. */
function videoStreams(text: string): readonly StreamText[] {
  const lines = text.split(/\r?\n/);
  return lines.flatMap((line, index) => {
    if (!/^\s*Stream #0:\d+.*: Video: /.test(line) || /\(attached pic\)/.test(line)) return [];
    const next = lines.findIndex((other, at) => at > index && /^\s*Stream #|^\S/.test(other));
    return [{ line, details: lines.slice(index + 1, next < 0 ? undefined : next).join('\n') }];
  });
}

/** Colours from `yuv420p10le(tv, bt2020nc/bt2020/arib-std-b67, progressive)`. */
function coloursOf(pixelFormat: string, tags: string): FilmColours {
  const parts = tags.split(/, ?/);
  const named = parts.find((part) => /^(bt|smpte|gbr|fcc|ycgco|arib|film|unknown\/|iec|linear|gamma)/.test(part)) ?? '';
  const [matrix = '', , transfer = ''] = named.includes('/') ? named.split('/') : [named, named, named];
  const said = (value: string): string | null => (value === '' || value === 'unknown' ? null : value);
  const full = parts.includes('pc') || pixelFormat.startsWith('yuvj') ? true : parts.includes('tv') ? false : null;
  return { matrix: said(matrix), transfer: said(transfer), full };
}

/** Degrees clockwise, from the display matrix or the old `rotate` tag. */
function rotationOf(details: string): number {
  const matrix = /displaymatrix: rotation of (-?\d+(?:\.\d+)?) degrees/.exec(details);
  if (matrix) return ((Math.round(-Number(matrix[1]) / 90) * 90) % 360 + 360) % 360;
  const tag = /^\s*rotate\s*:\s*(-?\d+)/m.exec(details);
  return tag ? ((Number(tag[1]) % 360) + 360) % 360 : 0;
}

/**
 * Reads what `ffmpeg -i` prints about one video stream: number `wanted`, or the default one. Null where there is none.
 * Sizes are upright and with square pixels: a 720x480 film with 8:9 pixels is 640x480.
 */
export function parseFilmInfo(text: string, wanted: number | null = null): FilmInfo | null {
  const streams = videoStreams(text);
  const standard = Math.max(0, streams.findIndex(({ line }) => /\(default\)/.test(line)));
  const index = wanted ?? standard;
  const stream = streams[index];
  if (!stream) return null;
  const { line, details } = stream;
  const size = /, (\d{1,5})x(\d{1,5})(?:,? \[?SAR (\d+):(\d+) DAR \d+:\d+\]?)?/.exec(line);
  if (!size) return null;
  const [storedWidth, storedHeight] = [Number(size[1]), Number(size[2])];
  const aspect = size[3] && Number(size[3]) > 0 && Number(size[4]) > 0 ? Number(size[3]) / Number(size[4]) : 1;
  const rotation = rotationOf(details);
  const shown: [number, number] = [Math.max(1, Math.round(storedWidth * aspect)), storedHeight];
  if (rotation % 180 !== 0) shown.reverse();
  const rate = /, (\d+(?:\.\d+)?) fps/.exec(line) ?? /, (\d+(?:\.\d+)?) tbr/.exec(line);
  const pixels = /: Video: .*?, (\w+)(?:\(([^)]*)\))?, \d{1,5}x\d/.exec(line);
  const pixelFormat = pixels?.[1] ?? 'unknown';
  const colour = coloursOf(pixelFormat, pixels?.[2] ?? '');
  return {
    container: /Input #0, ([^ ]+), from/.exec(text)?.[1]?.split(',')[0] ?? 'unknown',
    codec: /: Video: (\w+)/.exec(line)?.[1] ?? 'unknown',
    stream: index,
    streams: streams.length,
    pixelFormat,
    colour,
    storedWidth,
    storedHeight,
    width: shown[0],
    height: shown[1],
    rotation,
    hdr: colour.transfer === 'smpte2084' ? 'pq' : colour.transfer === 'arib-std-b67' ? 'hlg' : null,
    framesPerSecond: rate ? Number(rate[1]) : null,
    durationMs: durationMs(text),
  };
}

/**
 * Probes a film: its default video stream, or number `stream` (from 0).
 * Errors: `clips:missing`, `clips:empty`, `clips:notAFilm`, `clips:noPictureStream`, `clips:noSuchStream`, `clips:tooLarge`.
 */
export async function probeFilm(path: string, signal?: AbortSignal, stream: number | null = null): Promise<FilmInfo> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new UserError('clips:missing', { file: path });
  if (stat.size === 0) throw new UserError('clips:empty', { file: path });
  const { stderr } = await runFfmpeg(['-hide_banner', '-max_alloc', String(1 << 30), '-i', path], { signal, silenceMs: 30_000, limitMs: 60_000 });
  if (!/^Input #0/m.test(stderr)) throw new UserError('clips:notAFilm', { file: path });
  const info = parseFilmInfo(stderr, stream);
  const any = info ?? parseFilmInfo(stderr);
  if (!any) throw new UserError('clips:noPictureStream', { file: path });
  if (!info) throw new UserError('clips:noSuchStream', { file: path, stream: stream ?? 0, last: any.streams - 1 });
  if (info.width * info.height > mostPixels) throw new UserError('clips:tooLarge', { file: path, width: info.width, height: info.height });
  return info;
}
