import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { buildPreset } from '../../electron/core/presets';
import { Random } from '../../electron/core/random';
import { CancelledError } from '../../electron/core/errors';
import { defaultTrainingConfig, type DatasetExample } from '../../electron/core/training';
import { freeContext } from '../../electron/nn/context';
import { buildWorkers, forkWorker } from '../helpers/builtWorkers';
import { fillProject } from '../helpers/fillProject';
import type { WorkerMessage } from '../../electron/ipc/worker';
import { closeProject, createProject } from '../../electron/services/projects';
import { trainRound } from '../../electron/services/rounds';
import { createWorkers, stopWorkers } from '../../electron/services/workers';
import { listFrames } from '../../electron/store/frames';
import { evaluate } from '../../electron/nn/evaluate';
import { train } from '../../electron/nn/train';

/**
 * How much memory a training takes whose pixels do not fit into it: writes a cache of `--frames` (100,000) drawn frames of
 * 128 x 128 x 3 into a temporary folder (4.9 GB, deleted at the end), trains `--steps` (300) steps in a process of its own,
 * evaluates a model on `--evaluated` (20,000) frames, and prints the peak of its resident memory; and the time from the
 * wish for a round to its first step, through service and worker, for 10,000 frames of 64 x 64 in the cache.
 */
const option = (name: string, otherwise: number): number => (process.argv.includes(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : otherwise);

/** Peak of resident memory of this process in MiB; the kernel's own count where there is one. */
function peakMiB(): number {
  try {
    return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024);
  } catch {
    return Math.round(process.resourceUsage().maxRSS / 1024);
  }
}

/** A full cache and the list of its frames, as after the first look at them; a few pictures, many times over. */
function writeCache(folder: string, hashes: readonly string[], side: number): void {
  mkdirSync(join(folder, 'cache'), { recursive: true });
  const random = Random.seeded(1);
  const size = side * side * 3;
  const pictures = Array.from({ length: 64 }, (_, index) => Uint8Array.from({ length: size }, (_value, k) => ((Math.floor(k / 3 / (2 + (index % 4))) % 2) * 120 + random.below(120)) & 255));
  const [data, index] = [openSync(join(folder, 'cache', `pixels-${side}x${side}.bin`), 'w'), openSync(join(folder, 'cache', `pixels-${side}x${side}.idx`), 'w')];
  const examples: DatasetExample[] = [];
  for (const [frame, sha256] of hashes.entries()) {
    writeSync(data, pictures[frame % 64] as Uint8Array);
    writeSync(index, Buffer.from(sha256, 'hex'));
    examples.push({ frameId: frame, file: `frames/${sha256}.jpg`, sha256, classIndex: frame % 4, split: frame % 100 === 0 ? 'validation' : 'train', clipId: frame >> 8, background: 'desk' });
  }
  closeSync(data);
  closeSync(index);
  writeFileSync(join(folder, 'dataset.json'), JSON.stringify({ folder, classNames: ['a', 'b', 'c', 'd'], examples }));
}

interface Measured {
  readonly secondsToFirstStep: number;
  readonly imagesPerSecond: number;
  readonly peakMiB: number;
  readonly evaluatedPerSecond: number | null;
}

/** Trains until `steps` steps are done, then evaluates. Reports come with a step, at most every 150 ms. */
async function measure(folder: string, side: number, steps: number, augmentation: 'none' | 'strong', evaluated: number): Promise<Measured> {
  const architecture = buildPreset('small', { height: side, width: side, channels: 3 }, 4);
  const runFolder = join(folder, `run-${augmentation}`);
  mkdirSync(runFolder, { recursive: true });
  const job = { runFolder, startModelFolder: null, architecture, datasetFile: join(folder, 'dataset.json'), cacheFolder: join(folder, 'cache'), resume: false } as const;
  const started = performance.now();
  const abort = new AbortController();
  let [first, done] = [0, 0];
  const context = {
    ...freeContext(),
    signal: abort.signal,
    report: ({ title }: { readonly title: string }) => {
      if (title === 'training:epochOf' && first === 0) first = performance.now();
    },
    unpaused: () => {
      if (first > 0 && (done += 1) >= steps) abort.abort();
      return Promise.resolve();
    },
  };
  await train({ ...job, config: { ...defaultTrainingConfig, epochs: 1, augmentation } }, context).catch((error: unknown) => {
    if (!(error instanceof CancelledError)) throw error;
  });
  const seconds = (performance.now() - first) / 1000;
  let evaluatedPerSecond: number | null = null;
  if (evaluated > 0) {
    // A model of an epoch of few frames, and its answers on many.
    const dataset = JSON.parse(readFileSync(job.datasetFile, 'utf8')) as { examples: DatasetExample[] };
    const few = join(folder, 'few.json');
    writeFileSync(few, JSON.stringify({ ...dataset, examples: dataset.examples.slice(0, 256) }));
    await train({ ...job, datasetFile: few, config: { ...defaultTrainingConfig, epochs: 1 } }, freeContext());
    writeFileSync(few, JSON.stringify({ ...dataset, examples: dataset.examples.slice(0, evaluated) }));
    const before = performance.now();
    await evaluate({ modelFolder: join(runFolder, 'best'), datasetFile: few, cacheFolder: job.cacheFolder }, freeContext());
    evaluatedPerSecond = Math.round(evaluated / ((performance.now() - before) / 1000));
  }
  return { secondsToFirstStep: Number(((first - started) / 1000).toFixed(2)), imagesPerSecond: Math.round((done * 32) / seconds), peakMiB: peakMiB(), evaluatedPerSecond };
}

/** One measurement in a process of its own. */
function inProcess(folder: string, side: number, steps: number, augmentation: string, evaluated: number): Measured {
  const { stdout, status } = spawnSync(process.execPath, ['--no-deprecation', process.argv[1] as string, 'child', folder, String(side), String(steps), augmentation, String(evaluated)], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', env: { ...process.env, MALLOC_ARENA_MAX: '2', TF_CPP_MIN_LOG_LEVEL: '3' } });
  if (status !== 0) throw new Error(`the measurement ended with exit code ${status}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Measured;
}

/** Seconds from the wish for a round of 10,000 cached frames to its first steps, with a worker that is not started yet. */
async function secondsToStart(folder: string): Promise<number> {
  const [side, clips, framesPerClip] = [64, 50, 200];
  const project = createProject(join(folder, 'Large.graft'));
  const built = await buildWorkers();
  const workers = createWorkers((name) => {
    const { child, post } = forkWorker(built.folder, name);
    return { pid: child.pid, post, onMessage: (listen) => void child.on('message', (message) => listen(message as WorkerMessage)), onExit: (listen) => void child.on('exit', listen), kill: () => void child.kill() };
  });
  try {
    fillProject(project, { clips, framesPerClip, classes: ['cup', 'car'], backgrounds: ['desk', 'grass'] });
    writeCache(project.folder, listFrames(project.db).map(({ sha256 }) => sha256), side);
    const abort = new AbortController();
    let first = 0;
    const report = ({ title }: { readonly title: string }): void => {
      if (title !== 'training:epochOf' || first > 0) return;
      first = performance.now();
      abort.abort();
    };
    const started = performance.now();
    await trainRound(project, { from: 'none', architecture: 'small', input: { height: side, width: side, channels: 3 } }, workers, { report, signal: abort.signal }).catch((error: unknown) => {
      if (!(error instanceof CancelledError)) throw error;
    });
    return Number(((first - started) / 1000).toFixed(2));
  } finally {
    stopWorkers(workers);
    closeProject(project);
    built.remove();
  }
}

if (process.argv[2] === 'child') {
  const [folder, side, steps, augmentation, evaluated] = process.argv.slice(3) as [string, string, string, string, string];
  process.stdout.write(`${JSON.stringify(await measure(folder, Number(side), Number(steps), augmentation === 'strong' ? 'strong' : 'none', Number(evaluated)))}\n`);
} else {
  const [frames, steps, evaluated] = [option('--frames', 100_000), option('--steps', 300), option('--evaluated', 20_000)];
  const folder = mkdtempSync(join(tmpdir(), 'graft-memory-'));
  try {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize < frames * 128 * 128 * 3 * 1.5) throw new Error(`${folder} has room for ${Math.round((bavail * bsize) / 1e9)} GB: too little`);
    const large = join(folder, 'large');
    writeCache(large, Array.from({ length: frames }, (_, frame) => createHash('sha256').update(`frame ${frame}`).digest('hex')), 128);
    const rows = [
      { dataset: `${frames} x 128x128x3`, augmentation: 'none', ...inProcess(large, 128, steps, 'none', Math.min(evaluated, frames)) },
      { dataset: `${frames} x 128x128x3`, augmentation: 'strong', ...inProcess(large, 128, steps, 'strong', 0) },
      { dataset: '10000 x 64x64x3', augmentation: 'none', secondsToFirstStep: await secondsToStart(folder) },
    ];
    if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok: true, rows })}\n`);
    else console.table(rows);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
