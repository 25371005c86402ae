import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Random } from '../../electron/core/random';
import { UserError } from '../../electron/core/errors';
import { buildPreset } from '../../electron/core/presets';
import { defaultPreprocessing } from '../../electron/core/architecture';
import { initialWeights } from '../../electron/nn/initialWeights';
import { saveModel } from '../../electron/nn/modelFiles';
import { forkWorker, type ForkedWorker } from './builtWorkers';
import { kerasBytes, mutated, writeH5 } from './kerasFiles';
import { noise } from './networks';
import { realData } from './shared';

export interface FuzzFigures {
  readonly files: number;
  readonly loaded: number;
  /** Refused with a sentence. */
  readonly refused: number;
  /** The process that read it ended by itself: the user reads a sentence, too. */
  readonly ended: number;
  /** Ended because it took too long: a sentence as well. */
  readonly hung: number;
  readonly hungFiles: readonly string[];
  /** Errors that are no sentence for the user. */
  readonly bugs: readonly string[];
  readonly slowestSeconds: number;
  /** Of a reading process; 0 where the system does not say. */
  readonly peakMemoryMiB: number;
}

/** As the program has it for small files; see services/spareWorker.ts. */
const limitSeconds = 8;

/** Sound model files to damage: made here, and published ones where there are any. */
export async function fuzzSeeds(folder: string): Promise<readonly string[]> {
  const conv = { class_name: 'Conv2D', config: { name: 'c', filters: 2, kernel_size: [3, 3], strides: [1, 1], padding: 'same', activation: 'relu' } };
  const layers = (shape: object) => [{ ...conv, config: { ...conv.config, ...shape } }, { class_name: 'Flatten', config: { name: 'f' } }, { class_name: 'Dense', config: { name: 'd', units: 3, activation: 'softmax' } }];
  const weights = [[3, 3, 1, 2], [2], [128, 3], [3]].map((shape, index) => ({ shape, values: noise(shape.reduce((a, b) => a * b, 1), index + 1) }));
  const named = (index: number, name: string) => ({ ...weights[index]!, name });
  const h5 = join(folder, 'made.h5');
  await writeH5(h5, { config: { class_name: 'Sequential', config: { name: 'm', layers: layers({ batch_input_shape: [null, 8, 8, 1] }) } }, kerasVersion: '2.4.0', backend: 'tensorflow', layers: [{ name: 'c', weights: [named(0, 'c/kernel:0'), named(1, 'c/bias:0')] }, { name: 'f', weights: [] }, { name: 'd', weights: [named(2, 'd/kernel:0'), named(3, 'd/bias:0')] }] });
  const keras = join(folder, 'made.keras');
  writeFileSync(keras, await kerasBytes({ module: 'keras', class_name: 'Sequential', config: { name: 'm', layers: layers({ batch_input_shape: [null, 8, 8, 1] }) } }, { 'layers/conv2d': weights.slice(0, 2), 'layers/dense': weights.slice(2) }));
  const architecture = buildPreset('tiny', { height: 16, width: 16, channels: 3 }, 3);
  saveModel(join(folder, 'tfjs'), { architecture, weights: initialWeights(architecture, 1), classNames: ['a', 'b', 'c'], preprocessing: defaultPreprocessing(3) });
  rmSync(join(folder, 'tfjs/metadata.json'));
  const published = ['keras1.1.2_cnn_flatten_dense_8x8x3.h5', 'keras2.1.3_separableconv.h5', 'keras2.1.3_theano_conv_reshape_conv_dense.h5', 'keras3.1.1_mnist_flatten_dense.h5', 'keras3.1.1_mnist_flatten_dense.keras', 'keras2.0.5_tiny_xception_64gray.hdf5'].flatMap((name) => realData('models/keras', name) ?? []);
  return [h5, keras, join(folder, 'tfjs/model.json'), ...published];
}

/** Memory that a process had at most, in MiB (Linux). */
function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Reads `count` damaged files in a worker that is started anew whenever it ends or hangs. */
export async function fuzzModelFiles(workers: string, count: number, seed: number, report: (done: number) => void = () => undefined): Promise<FuzzFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'graft-fuzz-'));
  const random = Random.seeded(seed);
  const figures = { files: count, loaded: 0, refused: 0, ended: 0, hung: 0, hungFiles: [] as string[], bugs: [] as string[], slowestSeconds: 0, peakMemoryMiB: 0 };
  let worker: ForkedWorker | null = null;
  const stop = (): void => {
    figures.peakMemoryMiB = Math.max(figures.peakMemoryMiB, peakOf(worker?.child.pid));
    worker?.child.kill('SIGKILL');
    worker = null;
  };
  try {
    const seeds = await fuzzSeeds(folder);
    for (let index = 0; index < count; index += 1) {
      const source = seeds[index % seeds.length] as string;
      const target = join(folder, 'damaged', basename(source));
      rmSync(dirname(target), { recursive: true, force: true });
      mkdirSync(dirname(target));
      writeFileSync(target, mutated(new Uint8Array(readFileSync(source)), () => random.uniform()));
      const bin = join(dirname(source), 'weights.bin');
      if (basename(source) === 'model.json' && existsSync(bin)) cpSync(bin, join(dirname(target), 'weights.bin'));
      if (!worker) {
        worker = forkWorker(workers, 'predictor');
        worker.child.setMaxListeners(0);
      }
      const started = performance.now();
      const outcome = await ask(worker, target, index);
      figures.slowestSeconds = Math.max(figures.slowestSeconds, (performance.now() - started) / 1000);
      if (outcome === 'loaded' || outcome === 'refused') figures[outcome] += 1;
      else {
        if (outcome === 'ended' || outcome === 'hung') figures[outcome] += 1;
        if (outcome === 'hung') {
          figures.hungFiles.push(`${basename(source)} ${index}`);
          const kept = process.env['GRAFT_FUZZ_KEEP'];
          if (kept) cpSync(target, join(kept, `${index}-${basename(source)}`));
        }
        if (outcome !== 'ended' && outcome !== 'hung') figures.bugs.push(`${basename(source)} ${index}: ${outcome.slice(0, 300)}`);
        stop();
      }
      if (index % 100 === 99) {
        figures.peakMemoryMiB = Math.max(figures.peakMemoryMiB, peakOf(worker?.child.pid));
        report(index + 1);
      }
    }
  } finally {
    stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  return { ...figures, slowestSeconds: Math.round(figures.slowestSeconds * 100) / 100, peakMemoryMiB: Math.round(figures.peakMemoryMiB) };
}

async function ask(worker: ForkedWorker, file: string, index: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((settle) => (timer = setTimeout(() => settle('hung'), limitSeconds * 1000)));
  const answer = worker.ask({ kind: 'readModel', id: `${index} ${statSync(file).size}`, job: { file, architecture: null, input: null, target: null } }).then(
    () => 'loaded',
    (error: Error) => (error instanceof UserError ? 'refused' : error.message.startsWith('worker ended') ? 'ended' : (error.stack ?? error.message)),
  );
  const outcome = await Promise.race([answer, late]);
  clearTimeout(timer);
  return outcome;
}
