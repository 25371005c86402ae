import { once } from 'node:events';
import { ExternalToolError } from '../core/errors';
import { runFfmpeg } from './ffmpeg';

export interface RawFilm {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly frames: number;
}

// H.264 where the found ffmpeg has it; MPEG-4 is in every build.
const encoders = [['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '16', '-threads', '1'], ['-c:v', 'mpeg4', '-q:v', '2']] as const;

/** Makes an MP4 of drawn pictures (`frame(index)`: width * height * 3 bytes, RGB). */
export async function encodeFilm(film: RawFilm, frame: (index: number) => Uint8Array | Promise<Uint8Array>, file: string, signal?: AbortSignal): Promise<void> {
  const { width, height, framesPerSecond, frames } = film;
  let failure: Error | null = null;
  for (const encoder of encoders) {
    const args = [
      '-hide_banner', '-loglevel', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-r', String(framesPerSecond), '-i', 'pipe:0',
      ...encoder, '-vf', 'scale=out_color_matrix=bt709:out_range=limited,format=yuv420p', '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv',
      '-bitexact', '-movflags', '+faststart', '-f', 'mp4', file,
    ];
    const { exitCode, stderr } = await runFfmpeg(args, {
      signal,
      input: async (stdin) => {
        for (let index = 0; index < frames; index += 1) {
          const picture = await frame(index);
          if (!stdin.write(picture)) await once(stdin, 'drain', { signal: AbortSignal.timeout(60_000) });
        }
      },
    });
    if (exitCode === 0) return;
    failure = new ExternalToolError('ffmpeg', args, exitCode, stderr);
  }
  throw failure ?? new Error('no encoder');
}
