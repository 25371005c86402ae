import ffmpeg from 'fluent-ffmpeg';
import { closeSync, fstatSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Sampling } from '../core/clips';
import { ExternalToolError } from '../core/errors';
import { longestSide } from '../core/pictureHead';
import { runFfmpeg } from './ffmpeg';
import { availableFilters, colourRoads, inputColours, type ColourRoad } from './filters';
import type { FilmInfo } from './probe';
import { grayWidth, measureQuality, tinyPicture, type Quality } from './quality';
import { chooseDifferent, chooseEven, differenceHash } from './similarity';
import { FrameTimes, measureRate } from './timestamps';

/** A picture that lies in the extraction folder. */
export interface ExtractedFrame {
  readonly file: string;
  /** The stream's own timestamp, counted from the start of the film. */
  readonly timeMs: number;
  readonly differenceHash: string | null;
  readonly quality: Quality | null;
}

export interface Extraction {
  readonly frames: readonly ExtractedFrame[];
  readonly framesDecoded: number;
  /** Lines that the decoder marked as errors. */
  readonly errorLines: number;
  readonly lastTimeMs: number;
  /** Measured from the timestamps of all decoded frames. */
  readonly variableFrameRate: boolean;
  /** False: the film is HDR, and this ffmpeg has no filter to bring it to a standard screen. */
  readonly toneMapped: boolean;
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

/** Size of the gray picture on which quality is measured. */
export function graySize(width: number, height: number): { readonly width: number; readonly height: number } {
  return { width: grayWidth, height: Math.min(grayWidth * 4, Math.max(1, Math.round((height * grayWidth) / width))) };
}

function filters(info: FilmInfo, rate: number | null, road: ColourRoad, has: ReadonlySet<string>): string {
  const { width, height } = storedSize(info.width, info.height);
  const gray = graySize(width, height);
  // Frames are numbered after their times were read: two in one tick of the encoder would end the pass.
  // The first frame of each bin of 1/rate seconds: does not drift, and keeps true times on variable frame rates.
  const pick = rate === null ? '' : `,select='isnan(prev_selected_t)+gt(floor(t*${rate}+0.001)\\,floor(prev_selected_t*${rate}+0.001))'`;
  const transparent = /^(yuva|rgba|bgra|argb|abgr|gbrap|ya8|ya16)/.test(info.pixelFormat) && has.has('premultiply');
  // What is transparent is seen on black, as players show it.
  const alpha = transparent ? `scale=${inputColours(info).slice(1)},format=gbrap,premultiply=inplace=1,format=gbrp,` : '';
  // Smaller first: tone mapping is arithmetic on floats.
  const small = `scale=${width}:${height}:flags=area+accurate_rnd+full_chroma_int`;
  const converted = road.filters === '' ? '' : `${small},${road.filters}`;
  const colours = road.filters === '' && !transparent ? inputColours(info) : '';
  // JPEG means BT.601 in full range; 4:4:4 because small objects are told apart by colour.
  return (
    `[0:V:${info.stream}]showinfo@all=checksum=0${pick},showinfo@kept=checksum=0,settb=1/1000,setpts=N,${alpha}${converted}` +
    `${small}${colours}:out_color_matrix=bt601:out_range=full,setsar=1,format=yuvj444p,split=2[frames][small];` +
    `[small]scale=${gray.width}:${gray.height}:flags=area:out_range=full,format=gray[gray]`
  );
}

/** The arguments of the one pass over a film: numbered JPEGs, gray pictures on standard output, timestamps in the log. */
export function extractionArguments(path: string, info: FilmInfo, rate: number | null, folder: string, road: ColourRoad, has: ReadonlySet<string>): readonly string[] {
  const command = ffmpeg(path)
    .addOptions(['-hide_banner', '-nostats', '-y'])
    .complexFilter(filters(info, rate, road, has))
    .output(join(folder, 'f%d.jpg'))
    .outputOptions(['-map', '[frames]', '-fps_mode', 'passthrough', '-enc_time_base', '1:1000', '-start_number', '0', '-q:v', '2'])
    .output('pipe:1')
    .outputOptions(['-map', '[gray]', '-fps_mode', 'passthrough', '-enc_time_base', '1:1000', '-f', 'rawvideo']);
  // fluent-ffmpeg builds the arguments; it does not run them: its runner kills late and hides the decoder's words.
  const built = (command as unknown as { _getArguments(): string[] })._getArguments();
  return ['-loglevel', 'level+verbose', '-max_alloc', String(1 << 30), ...built];
}

export interface ExtractionOptions {
  readonly signal?: AbortSignal;
  /** Hears how far it is, in ms of the film. */
  readonly onTime?: (timeMs: number) => void;
}

/** What a pass measured on each kept frame while it went by. */
interface Measured {
  readonly tiny: Uint8Array;
  readonly quality: Quality;
}

/** Cuts standard output into gray pictures and measures each; memory does not grow with the film's length. */
function grayReader(size: { readonly width: number; readonly height: number }): { readonly measured: Measured[]; readonly take: (chunk: Buffer) => void } {
  const picture = new Uint8Array(size.width * size.height);
  const measured: Measured[] = [];
  let filled = 0;
  const take = (chunk: Buffer): void => {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + picture.length - filled);
      picture.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < picture.length) continue;
      measured.push({ tiny: tinyPicture(picture, size.width, size.height), quality: measureQuality(picture, size.width, size.height) });
      filled = 0;
    }
  };
  return { measured, take };
}

interface Pass {
  readonly files: number;
  readonly measured: readonly Measured[];
  readonly times: FrameTimes;
  readonly framesDecoded: number;
  readonly errorLines: number;
  readonly stderr: string;
  readonly exitCode: number | null;
}

async function pass(path: string, info: FilmInfo, sampling: Sampling, folder: string, road: ColourRoad, has: ReadonlySet<string>, options: ExtractionOptions): Promise<Pass> {
  const size = storedSize(info.width, info.height);
  const gray = grayReader(graySize(size.width, size.height));
  const times = new FrameTimes();
  let errorLines = 0;
  let framesDecoded = 0;
  const { stderr, exitCode } = await runFfmpeg(extractionArguments(path, info, candidateRate(sampling, info.durationMs), folder, road, has), {
    signal: options.signal,
    forget: /showinfo@/,
    // A film that takes so much longer than it lasts hangs.
    limitMs: Math.max(30 * 60_000, (info.durationMs ?? 0) * 60),
    onData: gray.take,
    onLine: (line) => {
      if (times.read(line)) {
        if (times.all.length % 50 === 0) options.onTime?.(times.all.at(-1) ?? 0);
        return;
      }
      if (/\[(error|fatal)\]/.test(line)) errorLines += 1;
      const decoded = /\(video\): .* (\d+) frames decoded/.exec(line);
      if (decoded) framesDecoded += Number(decoded[1]);
    },
  });
  if (/No space left on device/.test(stderr)) throw diskFull();
  const files = readdirSync(folder).filter((name) => /^f\d+\.jpg$/.test(name)).length;
  return { files, measured: gray.measured, times, framesDecoded, errorLines, stderr, exitCode };
}

/** An error as the file system gives it; services make a sentence of it. */
const diskFull = (): Error => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });

/** A JPEG that was not written to its end means a full disk: ffmpeg does not always say so. */
function refuseTorn(file: string): void {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const end = Buffer.alloc(2);
    if (size < 4 || readSync(handle, end, 0, 2, size - 2) < 2 || end.readUInt16BE(0) !== 0xffd9) throw diskFull();
  } finally {
    closeSync(handle);
  }
}

/**
 * Takes the frames of a film into `folder`. A damaged film gives the frames it has; whether that is all of it is for
 * the caller to judge. Where ffmpeg refuses one way of converting colours, the next is tried (`colourRoads`).
 */
export async function extractFrames(path: string, info: FilmInfo, sampling: Sampling, folder: string, options: ExtractionOptions = {}): Promise<Extraction> {
  const has = await availableFilters();
  const roads = colourRoads(info, has);
  let road = roads[0] as ColourRoad;
  let result = await pass(path, info, sampling, folder, road, has, options);
  for (const next of roads.slice(1)) {
    if (result.files > 0 || result.exitCode === 0) break;
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true });
    road = next;
    result = await pass(path, info, sampling, folder, road, has, options);
  }
  const { measured, times } = result;
  const count = Math.min(result.files, times.kept.length);
  if (result.files > times.kept.length) throw new ExternalToolError('ffmpeg', [], result.exitCode, `${result.files} pictures for ${times.kept.length} timestamps`);
  const keep = chosen(sampling, Array.from({ length: count }, (_, index) => measured[index]?.tiny ?? new Uint8Array(0)));
  for (const index of keep) refuseTorn(join(folder, `f${index}.jpg`));
  return {
    frames: keep.map((index) => {
      const { tiny, quality } = measured[index] ?? { tiny: null, quality: null };
      return { file: join(folder, `f${index}.jpg`), timeMs: times.kept[index] as number, differenceHash: tiny ? differenceHash(tiny) : null, quality };
    }),
    framesDecoded: result.framesDecoded,
    errorLines: result.errorLines,
    lastTimeMs: times.kept[count - 1] ?? 0,
    variableFrameRate: measureRate(times.all, result.errorLines > 0).variable,
    toneMapped: road.toneMapped,
    ...storedSize(info.width, info.height),
  };
}

function chosen(sampling: Sampling, tiny: readonly Uint8Array[]): readonly number[] {
  if (sampling.kind === 'count') return chooseEven(tiny.length, sampling.frames);
  if (sampling.kind === 'different') return chooseDifferent(tiny, sampling.frames);
  return tiny.map((_, index) => index);
}
