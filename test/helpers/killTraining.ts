import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { buildPreset } from '../../electron/core/presets';
import { Random } from '../../electron/core/random';
import { defaultTrainingConfig, type TrainingConfig } from '../../electron/core/training';
import { freeContext } from '../../electron/nn/context';
import { train } from '../../electron/nn/train';
import { drawDataset } from './discs';

/** Everything that has a state at once: moments, a thaw, balanced epochs, threads, dropout, moving statistics. */
function configOf(epochs: number): TrainingConfig {
  return { ...defaultTrainingConfig, epochs, batchSize: 4, learningRate: 3e-3, augmentation: 'strong', optimizer: 'adamw', balance: 'both', frozen: ['conv1', 'norm1'], thawAfter: Math.ceil(epochs / 2), schedule: 'cosine', clip: 1 };
}

/** The process that is killed: trains in a run folder, from where it stands, and says each epoch. */
export async function trainingChild(folder: string, run: string, epochs: number): Promise<never> {
  const runFolder = join(folder, run);
  const say = (word: string): void => void process.stdout.write(`${word}\n`);
  const architecture = buildPreset('small-bn', { height: 32, width: 32, channels: 3 }, 2);
  await train({ runFolder, startModelFolder: null, architecture, datasetFile: join(folder, 'dataset.json'), cacheFolder: join(folder, `cache-${run}`), config: configOf(epochs), resume: true }, freeContext(), { onEpoch: ({ epoch }) => say(`epoch ${epoch}`) });
  say('done');
  process.exit(0);
}

export interface TrainingKillFigures {
  readonly kills: number;
  /** Trainings from beginning to end that took the kills. */
  readonly trainings: number;
  readonly epochs: number;
  /** Kills before the first epoch of their process was done, at a write of a checkpoint at the latest. */
  readonly killsWithoutProgress: number;
  /** Trainings whose last weights, optimizer or best model differ from those of the uninterrupted one. */
  readonly different: readonly string[];
  readonly seconds: number;
}

interface Ended {
  readonly killed: boolean;
  readonly epochs: number;
}

/** Runs the child; kills it `killAfterMs` after its first word, or after its start where it has not spoken (null: never). */
function runChild(script: string, args: readonly string[], killAfterMs: number | null, fromStart: boolean): Promise<Ended> {
  return new Promise((resolve, reject) => {
    // What it holds in temporary folders when it dies goes with the folder of this whole test.
    const child = spawn(process.execPath, ['--no-deprecation', script, 'child', ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TMPDIR: args[0], TF_NUM_INTRAOP_THREADS: '2', TF_NUM_INTEROP_THREADS: '1', TF_CPP_MIN_LOG_LEVEL: '3' } });
    let [epochs, armed, errors] = [0, false, ''];
    const arm = (): void => {
      if (armed || killAfterMs === null) return;
      armed = true;
      void setTimeout(killAfterMs).then(() => child.kill('SIGKILL'));
    };
    if (fromStart) arm();
    child.stdout.on('data', (text: Buffer) => {
      arm();
      epochs += (text.toString().match(/epoch/g) ?? []).length;
    });
    child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    child.on('exit', (code, signal) => (signal === 'SIGKILL' || code === 0 ? resolve({ killed: signal === 'SIGKILL', epochs }) : reject(new Error(`the training ended with ${code ?? signal}:\n${errors.slice(-2000)}`))));
  });
}

/** Hash of all that a run leaves: last weights, optimizer, best model, and the figures of the epochs without their times. */
function traces(runFolder: string): string {
  const hash = createHash('sha256');
  for (const file of ['last/weights.bin', 'last/optimizer.bin', 'best/weights.bin']) hash.update(readFileSync(join(runFolder, file)));
  const { history, random } = JSON.parse(readFileSync(join(runFolder, 'last/checkpoint.json'), 'utf8')) as { history: { seconds: number }[]; random: unknown };
  return hash.update(JSON.stringify([history.map((epoch) => ({ ...epoch, seconds: 0 })), random])).digest('hex');
}

/**
 * Kills (`kill -9`) trainings at random moments, `kills` times in all, resumes each to its end, and compares what they
 * leave with a training that nobody interrupted, bit for bit. `script`: the bundle that calls `trainingChild` for `child`.
 */
export async function killTrainings(folder: string, script: string, kills: number, seed: number, epochs: number): Promise<TrainingKillFigures> {
  const random = Random.seeded(seed);
  const started = Date.now();
  drawDataset(folder);
  const prepare = (run: string): void => void mkdirSync(join(folder, run), { recursive: true });
  prepare('whole');
  await runChild(script, [folder, 'whole', String(epochs)], null, false);
  const expected = traces(join(folder, 'whole'));
  const different: string[] = [];
  let [done, trainings, killsWithoutProgress] = [0, 0, 0];
  while (done < kills) {
    const run = `killed${trainings++}`;
    prepare(run);
    for (let over = false; !over; ) {
      // Every fifth dies at its start (loading, reading the checkpoint), the others while they train and save.
      const early = random.below(5) === 0;
      const ended = await runChild(script, [folder, run, String(epochs)], done < kills ? random.below(early ? 1200 : 400) : null, early);
      if (ended.killed) done += 1;
      if (ended.killed && ended.epochs === 0) killsWithoutProgress += 1;
      over = !ended.killed;
    }
    if (!existsSync(join(folder, run, 'last')) || traces(join(folder, run)) !== expected) different.push(run);
    else rmSync(join(folder, run), { recursive: true });
  }
  return { kills: done, trainings, epochs, killsWithoutProgress, different, seconds: Math.round((Date.now() - started) / 1000) };
}
