import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cacheFolder } from '../../electron/services/cacheFolder';

function loud(text: string): void {
  process.stderr.write(`\n*** ${text}\n\n`);
}

const install = process.env['GRAFT_KERAS'] === '1';

function run(program: string, args: readonly string[]): boolean {
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) loud(`\`${program} ${args.join(' ')}\` failed (${error?.message ?? `exit code ${status}`})`);
  return status === 0;
}

/** The Python of a virtual environment of the cache folder; made, where it is not there, with `making`. null, with a loud line and the `hint` how to get it, without. */
export function pythonOf(name: string, packages: readonly string[], making = install, hint = 'GRAFT_KERAS=1 makes it'): string | null {
  const folder = join(cacheFolder(), name);
  const python = process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  const ready = join(folder, 'graft-ready');
  if (existsSync(ready)) return python;
  if (!making) {
    loud(`SKIPPED: no Python environment ${name} here. ${hint}`);
    return null;
  }
  loud(`${packages.join(', ')} are being installed into ${folder}`);
  mkdirSync(cacheFolder(), { recursive: true });
  const launcher = process.platform === 'win32' ? 'python' : 'python3';
  if (!run(launcher, ['-m', 'venv', folder]) || !run(python, ['-m', 'pip', 'install', '--quiet', ...packages])) return null;
  writeFileSync(ready, '');
  return python;
}

/** Keras 3 on JAX, with what the snippets and the hand-off need. */
export const jaxPython = (): string | null => pythonOf('keras-jax', ['jax', 'keras', 'pillow', 'onnxruntime', 'onnx']);

/** A folder with tf_keras (Keras 2), for PYTHONPATH beside an environment with TensorFlow; null, with a loud line, without it. */
export function tfKerasFolder(python: string): string | null {
  const folder = join(cacheFolder(), 'keras-2');
  if (existsSync(join(folder, 'tf_keras'))) return folder;
  if (install && run(python, ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', folder, 'tf_keras'])) return folder;
  loud('SKIPPED: no tf_keras here. GRAFT_KERAS=1 installs it');
  return null;
}

/** Runs a script of test/helpers and gives its last line as JSON. Errors: with what it said. */
export function runPython(python: string, script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): unknown {
  const { status, stdout, stderr } = spawnSync(python, [resolve(import.meta.dirname, script), ...args], { env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 64 << 20 });
  if (status !== 0) throw new Error(`${script} failed (${status}):\n${stderr.slice(-4000)}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? 'null');
}

export interface KerasFileJob {
  readonly file: string;
  readonly input: Float32Array;
  /** [n, height, width, channels] */
  readonly shape: readonly number[];
  /** With these one more step is made, and the model saved as `saved`. */
  readonly labels?: readonly number[];
  readonly saved?: string;
}

export interface KerasFileAnswer {
  readonly keras: string;
  readonly shape: readonly number[];
  readonly layers: readonly string[];
  readonly loss?: number;
  readonly output: Float32Array;
  readonly trainedOutput: Float32Array | null;
}

function floats(file: string): Float32Array {
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** What a real Keras says about model files, in one process. */
export function askKeras(python: string, jobs: readonly KerasFileJob[], env: Readonly<Record<string, string>> = {}): readonly KerasFileAnswer[] {
  const folder = mkdtempSync(join(tmpdir(), 'graft-keras-files-'));
  try {
    const at = (index: number, name: string): string => join(folder, `${index}.${name}`);
    const told = jobs.map(({ file, input, shape, labels, saved }, index) => {
      writeFileSync(at(index, 'input'), Buffer.from(input.slice().buffer));
      return { file, input: at(index, 'input'), shape, output: at(index, 'output'), ...(labels ? { labels, saved, trainedOutput: at(index, 'trained') } : {}) };
    });
    writeFileSync(join(folder, 'jobs.json'), JSON.stringify(told));
    const answers = runPython(python, 'keras_files.py', [join(folder, 'jobs.json')], env) as readonly Omit<KerasFileAnswer, 'output' | 'trainedOutput'>[];
    return answers.map((answer, index) => ({ ...answer, output: floats(at(index, 'output')), trainedOutput: jobs[index]?.labels ? floats(at(index, 'trained')) : null }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
