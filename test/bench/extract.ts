import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractFrames, extractionArguments } from '../../electron/media/extract';
import { availableFilters, colourRoads, type ColourRoad } from '../../electron/media/filters';
import { ffmpegVersion, runFfmpeg } from '../../electron/media/ffmpeg';
import { probeFilm } from '../../electron/media/probe';
import { importClips } from '../../electron/services/clips';
import { plainContext } from '../../electron/services/jobs';
import { closeProject, createProject } from '../../electron/services/projects';

/**
 * Taking frames from films, beside the bare `ffmpeg` command that writes the same pictures, alternating in one run:
 * `npm run bench -- extract [--json] [--seconds 20] [--repeats 3]`. Memory is that of this process and its ffmpeg together.
 */
const option = (name: string, otherwise: number): number => (process.argv.includes(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : otherwise);
const seconds = option('--seconds', 20);
const repeats = option('--repeats', 3);
const work = mkdtempSync(join(tmpdir(), 'graft-extract-'));
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** Resident memory of this process and its children in bytes; 0 where the system does not say. */
function residentBytes(): number {
  const rss = (pid: string): number => {
    try {
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
    } catch {
      return 0;
    }
  };
  try {
    const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    return [String(process.pid), ...children].reduce((sum, pid) => sum + rss(pid), 0);
  } catch {
    return 0;
  }
}

async function measured<T>(run: () => Promise<T>): Promise<{ readonly result: T; readonly seconds: number; readonly peakBytes: number }> {
  let peakBytes = 0;
  const poll = setInterval(() => (peakBytes = Math.max(peakBytes, residentBytes())), 20);
  const started = performance.now();
  try {
    const result = await run();
    return { result, seconds: (performance.now() - started) / 1000, peakBytes };
  } finally {
    clearInterval(poll);
  }
}

async function film(name: string, source: string, codec: readonly string[]): Promise<string> {
  const file = join(work, name);
  const { exitCode, stderr } = await runFfmpeg(['-hide_banner', '-loglevel', 'error', '-y', '-f', 'lavfi', '-i', source, '-pix_fmt', 'yuv420p', ...codec, file]);
  if (exitCode !== 0) throw new Error(stderr);
  return file;
}

/** The same filters for the same pictures, and nothing else: no times, no gray pictures for the quality. */
async function bareFilters(path: string): Promise<string> {
  const info = await probeFilm(path);
  const has = await availableFilters();
  const all = extractionArguments(path, info, 5, '', colourRoads(info, has)[0] as ColourRoad, has);
  const graph = all[all.indexOf('-filter_complex') + 1] as string;
  return graph.replaceAll(/,?showinfo@\w+=checksum=0/g, '').replace(/^(\[[^\]]+\]),/, '$1').replace(/,split=2.*$/, '[frames]');
}

async function bare(path: string, graph: string): Promise<number> {
  const folder = mkdtempSync(join(work, 'bare-'));
  await runFfmpeg(['-hide_banner', '-nostats', '-loglevel', 'error', '-y', '-i', path, '-filter_complex', graph, '-map', '[frames]', '-fps_mode', 'passthrough', '-enc_time_base', '1:1000', '-q:v', '2', join(folder, 'f%d.jpg')]);
  const files = readdirSync(folder).length;
  rmSync(folder, { recursive: true });
  return files;
}

async function ours(path: string): Promise<number> {
  const folder = mkdtempSync(join(work, 'ours-'));
  const { frames } = await extractFrames(path, await probeFilm(path), { kind: 'every', milliseconds: 200 }, folder);
  rmSync(folder, { recursive: true });
  return frames.length;
}

async function compare(name: string, path: string): Promise<Record<string, unknown>> {
  const [own, other, peaks]: [number[], number[], number[]] = [[], [], []];
  let frames = 0;
  const graph = await bareFilters(path);
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const mine = await measured(() => ours(path));
    const theirs = await measured(() => bare(path, graph));
    if (mine.result !== theirs.result) throw new Error(`${name}: ${mine.result} frames, ffmpeg alone gives ${theirs.result}`);
    frames = mine.result;
    own.push(mine.seconds);
    other.push(theirs.seconds);
    peaks.push(mine.peakBytes);
  }
  return {
    film: name, frames,
    framesPerSecond: Number((frames / median(own)).toFixed(1)),
    ffmpegFramesPerSecond: Number((frames / median(other)).toFixed(1)),
    // Pair by pair: the machine's speed may drift.
    ratioToFfmpeg: Number(median(own.map((seconds, index) => (other[index] as number) / seconds)).toFixed(3)),
    peakMemoryMiB: Math.round(Math.max(...peaks) / 2 ** 20),
  };
}

/** Several films imported into a project at once, beside ffmpeg on one after the other. */
async function together(paths: readonly string[]): Promise<Record<string, unknown>> {
  const project = createProject(join(work, 'Bench'));
  try {
    const { result, seconds: taken, peakBytes } = await measured(() => importClips(project, { paths, link: true }, plainContext()));
    const graphs = await Promise.all(paths.map(bareFilters));
    const alone = await measured(async () => {
      for (const [index, path] of paths.entries()) await bare(path, graphs[index] as string);
    });
    const frames = result.reduce((sum, { framesStored }) => sum + framesStored, 0);
    return {
      film: `${paths.length} films at once, stored in a project`, frames,
      framesPerSecond: Number((frames / taken).toFixed(1)),
      ffmpegFramesPerSecond: Number((frames / alone.seconds).toFixed(1)),
      ratioToFfmpeg: Number((alone.seconds / taken).toFixed(3)),
      peakMemoryMiB: Math.round(peakBytes / 2 ** 20),
    };
  } finally {
    closeProject(project);
  }
}

try {
  mkdirSync(work, { recursive: true });
  const source = (length: number, hue: number): string => `testsrc2=size=1920x1080:rate=30:duration=${length},noise=alls=12:allf=t,hue=h=${hue}`;
  const fast = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '26'];
  const short = await film('short.mp4', source(seconds, 0), fast);
  const long = await film('long.mp4', source(seconds * 6, 40), fast);
  const several = await Promise.all([80, 120, 160].map((hue) => film(`film${hue}.mp4`, source(seconds / 2, hue), fast)));
  const rows = [await compare(`1080p, ${seconds} s`, short), await compare(`1080p, ${seconds * 6} s`, long), await together(several)];
  const machine = { processor: cpus()[0]?.model ?? '?', cores: cpus().length, ffmpeg: await ffmpegVersion() };
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok: true, machine, rows })}\n`);
  else console.table(rows);
} finally {
  rmSync(work, { recursive: true, force: true });
}
