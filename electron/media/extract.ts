import ffmpeg from 'fluent-ffmpeg';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Sampling } from '../core/clips';
import { runFfmpeg } from './ffmpeg';
import type { FilmInfo } from './probe';
import { chooseDifferent, chooseEven, differenceHash, tinyHeight, tinyWidth } from './similarity';

/** Frames are stored no larger than this on their longer side: networks here see 256 pixels at most. */
export const longestSide = 640;

/** A picture that lies in the extraction folder. */
export interface ExtractedFrame {
  readonly file: string;
  /** The stream's own timestamp. */
  readonly timeMs: number;
  readonly differenceHash: string | null;
}

export interface Extraction {
  readonly frames: readonly ExtractedFrame[];
  readonly framesDecoded: number;
  /** Lines that the decoder marked as errors. */
  readonly errorLines: number;
  readonly lastTimeMs: number;
  readonly width: number;
  readonly height: number;
}

/** Size at which frames of an upright picture are stored. */
export function storedSize(width: number, height: number): { readonly width: number; readonly height: number } {
  const factor = Math.min(1, longestSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

/** Candidates a second, for a sampling; null = every frame of the film. */
export function candidateRate(sampling: Sampling, durationMs: number | null): number | null {
  switch (sampling.kind) {
    case 'every':
      return 1000 / sampling.milliseconds;
    case 'all':
      return null;
    case 'count':
      return durationMs ? sampling.frames / (durationMs / 1000) : null;
    case 'different':
      return durationMs ? (sampling.frames * 8) / (durationMs / 1000) : null;
  }
}

function filters(info: FilmInfo, rate: number | null): string {
  const { width, height } = storedSize(info.width, info.height);
  // The first frame of each bin of 1/rate seconds: does not drift, and keeps true times on variable frame rates.
  const pick = rate === null ? '' : `select='isnan(prev_selected_t)+gt(floor(t*${rate}+0.001)\\,floor(prev_selected_t*${rate}+0.001))',`;
  const toneMap = info.hdr ? 'zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=pc,' : '';
  // JPEG means BT.601 in full range; 4:4:4 because small objects are told apart by colour.
  return (
    `[0:V:0]${pick}split=2[a][b];` +
    `[a]${toneMap}scale=${width}:${height}:flags=area+accurate_rnd+full_chroma_int:out_color_matrix=bt601:out_range=full,setsar=1,format=yuvj444p,settb=1/1000[frames];` +
    `[b]scale=${tinyWidth}:${tinyHeight}:flags=area,format=gray[tiny]`
  );
}

/** The arguments of the one pass over a film: JPEGs named by their time in ms, and tiny gray pictures on standard output. */
export function extractionArguments(path: string, info: FilmInfo, rate: number | null, folder: string): readonly string[] {
  const command = ffmpeg(path)
    .addOptions(['-hide_banner', '-nostats', '-y'])
    .complexFilter(filters(info, rate))
    .output(join(folder, 'f%010d.jpg'))
    .outputOptions(['-map', '[frames]', '-fps_mode', 'passthrough', '-enc_time_base', '1:1000', '-frame_pts', '1', '-q:v', '2'])
    .output('pipe:1')
    .outputOptions(['-map', '[tiny]', '-fps_mode', 'passthrough', '-f', 'rawvideo']);
  // fluent-ffmpeg builds the arguments; it does not run them: its runner kills late and hides the decoder's words.
  const built = (command as unknown as { _getArguments(): string[] })._getArguments();
  return ['-loglevel', 'level+verbose', '-progress', 'pipe:2', '-stats_period', '0.5', ...built];
}

/**
 * Takes the frames of a film into `folder`. `onTime` hears how far it is, in ms of the film.
 * A damaged film gives the frames it has; whether that is all of it is for the caller to judge.
 */
export async function extractFrames(
  path: string,
  info: FilmInfo,
  sampling: Sampling,
  folder: string,
  options: { readonly signal?: AbortSignal; readonly onTime?: (timeMs: number) => void } = {},
): Promise<Extraction> {
  let errorLines = 0;
  let framesDecoded = 0;
  const { stdout } = await runFfmpeg(extractionArguments(path, info, candidateRate(sampling, info.durationMs), folder), {
    signal: options.signal,
    onLine: (line) => {
      if (/\[(error|fatal)\]/.test(line)) errorLines += 1;
      const time = /^out_time_us=(\d+)/.exec(line);
      if (time) options.onTime?.(Number(time[1]) / 1000);
      const decoded = /\(video\): .* (\d+) frames decoded/.exec(line);
      if (decoded) framesDecoded += Number(decoded[1]);
    },
  });
  const files = readdirSync(folder).filter((name) => /^f-?\d+\.jpg$/.test(name));
  const times = files.map((name) => ({ name, timeMs: Number(/^f(-?\d+)/.exec(name)?.[1]) })).sort((a, b) => a.timeMs - b.timeMs);
  const tinySize = tinyWidth * tinyHeight;
  const tiny = times.map((_, index) => stdout.subarray(index * tinySize, (index + 1) * tinySize));
  const keep = chosen(sampling, tiny);
  const { width, height } = storedSize(info.width, info.height);
  return {
    frames: keep.map((index) => {
      const { name, timeMs } = times[index] as { name: string; timeMs: number };
      const picture = tiny[index] as Buffer;
      return { file: join(folder, name), timeMs, differenceHash: picture.length === tinySize ? differenceHash(picture) : null };
    }),
    framesDecoded,
    errorLines,
    lastTimeMs: times.at(-1)?.timeMs ?? 0,
    width,
    height,
  };
}

function chosen(sampling: Sampling, tiny: readonly Uint8Array[]): readonly number[] {
  if (sampling.kind === 'count') return chooseEven(tiny.length, sampling.frames);
  if (sampling.kind === 'different') return chooseDifferent(tiny, sampling.frames);
  return tiny.map((_, index) => index);
}
