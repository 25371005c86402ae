import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Architecture, Weights } from '../../electron/core/architecture';
import { weightSpecs } from '../../electron/core/shapes';
import type { OptimizerName } from '../../electron/core/training';
import { pythonOf } from './pythons';


/** What `keras_train.py` trains: `pixels` n x height x width x 3 bytes RGB, `labels` n class indices. */
export interface KerasJob {
  readonly kind: 'losses' | 'bench' | 'summary' | 'fit';
  /** Kind `fit`: files with the pictures that are not trained, and their classes. */
  readonly heldPixels?: string;
  readonly heldLabels?: string;
  readonly epochs?: number;
  readonly seed?: number;
  readonly architecture: Architecture;
  readonly weights: Weights;
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
  readonly batch: number;
  readonly learningRate: number;
  /** Without it: adam. */
  readonly optimizer?: OptimizerName;
  readonly nesterov?: boolean;
}

/** The Python of a virtual environment with Keras (some 300 MB, some minutes). */
export function kerasPython(install: boolean): string | null {
  return pythonOf('keras-bench', ['tensorflow-cpu==2.21.0', 'keras'], install, '`npm run bench -- train` installs it; GRAFT_KERAS=1 does it in the test');
}

/** The Python of a virtual environment with PyTorch (on Linux 5 GB: the registry's package brings libraries for graphics cards). */
export function torchPython(): string | null {
  return pythonOf('torch-bench', ['torch', 'numpy'], true);
}

/** A process of Keras or of another peer: `ask` sends a line (null for a job that begins by itself) and gives what the process answers. */
export class KerasProcess {
  private readonly lines: AsyncIterator<string>;
  /** What it said beside its answers; TensorFlow says a lot. Shown only when it fails. */
  private said = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    this.lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    child.stderr?.on('data', (text: Buffer) => (this.said = `${this.said}${text.toString()}`.slice(-4000)));
  }

  static start(python: string, job: KerasJob, script = 'keras_train.py'): KerasProcess {
    const folder = mkdtempSync(join(tmpdir(), 'graft-keras-'));
    const { architecture, weights, pixels, labels, ...rest } = job;
    const specs = weightSpecs(architecture);
    const files = { weights: join(folder, 'weights.bin'), pixels: join(folder, 'pixels.bin'), labels: join(folder, 'labels.bin') };
    writeFileSync(files.weights, Buffer.concat(specs.map(({ name }) => Buffer.from((weights.get(name) as Float32Array).slice().buffer))));
    writeFileSync(files.pixels, pixels);
    writeFileSync(files.labels, Buffer.from(labels.slice().buffer));
    writeFileSync(join(folder, 'job.json'), JSON.stringify({ ...rest, architecture, specs, ...files }));
    const environment = { TF_NUM_INTRAOP_THREADS: String(cpus().length), ...process.env, TF_ENABLE_ONEDNN_OPTS: '1' };
    return new KerasProcess(spawn(python, [resolve(process.cwd(), `test/bench/${script}`), join(folder, 'job.json')], { env: environment, stdio: ['pipe', 'pipe', 'pipe'] }), folder);
  }

  async ask(line: string | null): Promise<Readonly<Record<string, unknown>>> {
    if (line !== null) this.child.stdin?.write(`${line}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the Python process ended without an answer:\n${this.said}`);
    return JSON.parse(value) as Record<string, unknown>;
  }

  end(): void {
    this.child.stdin?.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
