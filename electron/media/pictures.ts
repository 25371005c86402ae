import { copyFileSync, openSync, readSync, closeSync, readFileSync } from 'node:fs';
import { UserError } from '../core/errors';
import { readJpegInfo } from '../core/jpeg';
import { longestSide } from './extract';
import { runFfmpeg } from './ffmpeg';

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

function head(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(256 * 1024);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

/**
 * Brings one picture as an upright JPEG to `target`. A small upright JPEG is taken as it is, without another loss.
 * Gives its size. Errors: `clips:unreadablePicture`.
 */
export async function importPicture(path: string, target: string, signal?: AbortSignal): Promise<{ readonly width: number; readonly height: number }> {
  const info = readJpegInfo(head(path));
  if (info && info.orientation === 1 && info.components !== 4 && Math.max(info.width, info.height) <= longestSide) {
    copyFileSync(path, target);
    return { width: info.width, height: info.height };
  }
  const turn = upright[info?.orientation ?? 1] ?? '';
  const scale = `scale=w='max(1,trunc(iw*min(1,${longestSide}/max(iw,ih))+0.5))':h='max(1,trunc(ih*min(1,${longestSide}/max(iw,ih))+0.5))'`;
  await runFfmpeg(
    ['-hide_banner', '-nostats', '-loglevel', 'error', '-y', '-noautorotate', '-i', path, '-frames:v', '1',
      '-vf', `${turn}${scale}:flags=area+accurate_rnd+full_chroma_int:out_color_matrix=bt601:out_range=full,setsar=1,format=yuvj444p`,
      '-q:v', '2', '-map_metadata', '-1', '-f', 'image2', '-update', '1', target],
    { signal, silenceMs: 30_000 },
  );
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
