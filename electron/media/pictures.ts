import { once } from 'node:events';
import { copyFileSync, fstatSync, openSync, readSync, closeSync, readFileSync } from 'node:fs';
import { UserError } from '../core/errors';
import { readJpegInfo } from '../core/jpeg';
import { longestSide, pictureOrientation, staysAsItIs } from '../core/pictureHead';
import { runFfmpeg } from './ffmpeg';
import { grayWidth, measureQuality, tinyPicture, type Quality } from './quality';
import { differenceHash } from './similarity';

/** ffmpeg filters that turn a picture with an EXIF orientation upright. */
const upright: Readonly<Record<number, string>> = {
  1: '',
  2: 'hflip,',
  3: 'hflip,vflip,',
  4: 'vflip,',
  5: 'transpose=0,',
  6: 'transpose=1,',
  7: 'transpose=3,',
  8: 'transpose=2,',
};

/** The beginning of a picture; of a WebP more, as its EXIF data come last. */
function head(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(/\.webp$/i.test(path) ? Math.min(fstatSync(file).size, 32 * 1024 * 1024) : 256 * 1024);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

const grayHeight = 120;

/**
 * Measures pictures that were imported (JPEGs), with one process for all of them. Gives null for each when not every one
 * of them could be measured.
 */
export async function measurePictures(files: readonly string[], signal?: AbortSignal): Promise<readonly ({ readonly quality: Quality; readonly differenceHash: string } | null)[]> {
  const size = grayWidth * grayHeight;
  const measured: { quality: Quality; differenceHash: string }[] = [];
  let rest = Buffer.alloc(0);
  await runFfmpeg(
    ['-hide_banner', '-nostats', '-loglevel', 'error', '-f', 'image2pipe', '-c:v', 'mjpeg', '-i', 'pipe:0',
      '-vf', `scale=${grayWidth}:${grayHeight}:flags=area:out_range=full,format=gray`, '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'],
    {
      signal,
      input: async (stdin) => {
        for (const file of files) if (!stdin.write(readFileSync(file))) await once(stdin, 'drain', { signal: AbortSignal.timeout(60_000) });
      },
      onData: (chunk) => {
        rest = Buffer.concat([rest, chunk]);
        for (; rest.length >= size; rest = rest.subarray(size)) {
          measured.push({ quality: measureQuality(rest, grayWidth, grayHeight), differenceHash: differenceHash(tinyPicture(rest, grayWidth, grayHeight)) });
        }
      },
    },
  );
  return files.map((_, index) => (measured.length === files.length ? (measured[index] ?? null) : null));
}

/** Bounds for a picture from outside: it may be made to cost time and memory. */
export interface PictureLimits {
  readonly pixels: number;
  readonly milliseconds: number;
}

/**
 * Brings one picture (JPEG, PNG, WebP, BMP, TIFF; AVIF and HEIC where ffmpeg has the decoder) as an upright JPEG to `target`. A small upright JPEG is taken as it is, without another loss.
 * Gives its size. Errors: `clips:unreadablePicture`, `ExternalToolError` when ffmpeg hangs or takes longer than the limits allow.
 */
export async function importPicture(path: string, target: string, signal?: AbortSignal, limits?: PictureLimits): Promise<{ readonly width: number; readonly height: number }> {
  const bytes = head(path);
  const info = readJpegInfo(bytes);
  const orientation = pictureOrientation(bytes);
  if (info && staysAsItIs(bytes)) {
    copyFileSync(path, target);
    return { width: info.width, height: info.height };
  }
  const turn = upright[orientation ?? 1] ?? '';
  const scale = `scale=w='max(1,trunc(iw*min(1,${longestSide}/max(iw,ih))+0.5))':h='max(1,trunc(ih*min(1,${longestSide}/max(iw,ih))+0.5))'`;
  const { stderr } = await runFfmpeg(
    ['-hide_banner', '-nostats', '-loglevel', 'error', '-y', ...(limits ? ['-protocol_whitelist', 'file', '-max_pixels', String(limits.pixels)] : []), ...(orientation === null ? [] : ['-noautorotate']), '-i', path, '-frames:v', '1',
      '-vf', `${turn}${scale}:flags=area+accurate_rnd+full_chroma_int:out_color_matrix=bt601:out_range=full,setsar=1,format=yuvj444p`,
      '-q:v', '2', '-map_metadata', '-1', '-f', 'image2', '-update', '1', target],
    { signal, silenceMs: 30_000, ...(limits ? { limitMs: limits.milliseconds } : {}) },
  );
  if (/No space left on device/.test(stderr)) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const result = (() => {
    try {
      return readJpegInfo(readFileSync(target));
    } catch {
      return null;
    }
  })();
  if (!result) throw new UserError('clips:unreadablePicture', { file: path });
  return { width: result.width, height: result.height };
}
