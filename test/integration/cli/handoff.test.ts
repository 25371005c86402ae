import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { strToU8, unzipSync, zipSync } from 'fflate/browser';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseNpy, npyBytes } from '../../../electron/nn/files/npy';
import { drawSampleFilms } from '../../../electron/services/sample';
import { plainContext } from '../../../electron/services/jobs';
import { runCli } from '../../helpers/cli';
import { kerasPython } from '../../helpers/keras';
import { temporaryFolder } from '../../helpers/projects';
import { jaxPython } from '../../helpers/pythons';

const python = jaxPython();
const tensorflow = kerasPython(process.env['GRAFT_KERAS'] === '1');
const holder = temporaryFolder();
const project = join(holder.folder, 'Toys.graft');
const out = join(holder.folder, 'handoff');
afterAll(() => holder.remove());

async function run(...words: string[]): Promise<Awaited<ReturnType<typeof runCli>>['json']> {
  const { code, json, stderr } = await runCli(...words, '--json', '--quiet');
  expect(code, stderr).toBe(0);
  return json;
}

interface EpochRow {
  readonly epoch: number;
  readonly loss: number;
  readonly validationLoss: number;
}

/** Runs the script of the folder; gives what it printed. */
function script(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['train.py', ...args], { cwd: out, env: { ...process.env, JAX_PLATFORMS: 'cpu', TF_CPP_MIN_LOG_LEVEL: '3', ...env } });
    let said = '';
    let errors = '';
    child.stdout.on('data', (text: Buffer) => (said += text.toString()));
    child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    child.on('close', (code) => (code === 0 ? resolve(said) : reject(new Error(`train.py ${args.join(' ')} ended with ${code}:\n${said}\n${errors.slice(-4000)}`))));
  });
}

const epochsOf = (said: string): readonly EpochRow[] => said.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as EpochRow);

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

beforeAll(async () => {
  const films = await drawSampleFilms(plainContext(), ['paper', 'toys']);
  await run('new', project, '--classes', 'mug,duck,car');
  for (const object of ['mug', 'duck', 'car']) await run('import', project, join(films, object), '--from-folders', 'class/background');
  await run('train', project, '--input', '32x32x1', '--epochs', '2', '--architecture', 'small-bn');
});

test('the folder holds model, frames, check pictures and scripts', async () => {
  const { files, frames, parity } = await run('handoff', project, '--model', 'last', '--out', out);
  for (const file of ['model.keras', 'model.graft.json', 'manifest.json', 'check-input.npy', 'check-output.npy', 'train.py', 'ray_job.py', 'job.slurm', 'requirements.txt', 'README.md', 'pixels/train-00000.npy', 'pictures/dataset.json']) expect(files).toContain(file);
  for (const file of files) expect(existsSync(join(out, file))).toBe(true);
  const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
  expect(manifest.classNames).toEqual(['mug', 'duck', 'car']);
  expect(manifest.splits.train.frames + manifest.splits.validation.frames).toBe(frames);
  expect(parity.maxProbabilityDifference).toBeLessThan(1e-5);
  const again = await runCli('handoff', project, '--model', 'last', '--out', out, '--json', '--quiet');
  expect(again.json.error.kind).toBe('exports.folderExists');
});

/** The handed-off model as `keep` of train.py saves it: with its parent and check pictures inside. `shift` is added to the answers. */
function comesBack(name: string, parent: string, shift = 0): string {
  const answers = parseNpy(readFileSync(join(out, 'check-output.npy')), name);
  const words = JSON.parse(readFileSync(join(out, 'model.graft.json'), 'utf8')) as object;
  const file = join(holder.folder, name);
  writeFileSync(file, zipSync({
    ...unzipSync(readFileSync(join(out, 'model.keras'))),
    'graft.json': strToU8(JSON.stringify({ ...words, parent, history: [] })),
    'graft-check-input.npy': readFileSync(join(out, 'check-input.npy')),
    'graft-check-output.npy': npyBytes({ shape: answers.shape, values: answers.values.map((value) => value + shift) }),
  }));
  return file;
}

test('a model that comes back is compared on its check pictures and becomes a child', async () => {
  const [{ id, name, accuracy }] = (await run('models', project)).models;
  const back = await run('model', 'import', project, comesBack('back.keras', id), '--name', 'back');
  expect(back).toMatchObject({ parent: id, classes: ['mug', 'duck', 'car'], handoff: { parentId: id, check: { pictures: 16 } }, accuracy });
  expect(back.handoff.check.maxProbabilityDifference).toBeLessThan(1e-5);
  expect(back.warnings).toEqual([expect.stringMatching(/hand-off\. On 16 check pictures .* largest difference in a probability is \d/), `It is a child of ${name}.`]);
  expect((await run('models', project)).models.find((model: { id: string }) => model.id === back.model)).toMatchObject({ parent: id, origin: 'imported' });
  const stranger = await run('model', 'import', project, comesBack('stranger.keras', 'm-elsewhere'));
  expect(stranger.parent).toBe(null);
  expect(stranger.warnings.at(-1)).toMatch(/m-elsewhere.* not in this project/);
});

test('a model whose answers are not those of its training is refused, and nothing is kept', async () => {
  const [{ id }, ...others] = (await run('models', project)).models;
  const file = comesBack('changed.keras', id, 0.01);
  const { code, json } = await runCli('model', 'import', project, file, '--json', '--quiet');
  expect({ code, kind: json.error.kind }).toEqual({ code: 1, kind: 'models.handoffDiffers' });
  expect(json.error.message).toMatch(/1\.0e-2/);
  expect((await run('models', project)).models).toHaveLength(1 + others.length);
  // Looked at, it says so, too.
  expect((await run('model', 'inspect', file)).warnings.join()).toMatch(/answers otherwise here/);
});

describe.skipIf(python === null)('train.py with Keras on JAX', () => {
  const options = ['--epochs', '3', '--batch', '16'];
  let alone: readonly EpochRow[];

  test('goes on training on one processor, and keeps the best epoch', async () => {
    const said = await script(python as string, options);
    alone = epochsOf(said);
    expect(said).toMatch(/check pictures: at most \d\.\de-\d+/);
    expect(alone.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect((alone.at(-1) as EpochRow).loss).toBeLessThan((alone[0] as EpochRow).loss);
    expect(existsSync(join(out, 'trained.keras'))).toBe(true);
  });

  test('what it trained comes back as a child of the model that was handed off', async () => {
    const [{ id }] = (await run('models', project)).models;
    const back = await run('model', 'import', project, join(out, 'trained.keras'));
    console.info(`trained.keras: at most ${back.handoff.check.maxProbabilityDifference.toExponential(1)} apart, accuracy ${back.accuracy}`);
    expect(back).toMatchObject({ parent: id, name: 'trained', handoff: { check: { pictures: 16 } } });
    expect(back.handoff.check.maxProbabilityDifference).toBeLessThan(1e-4);
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
    expect((await run('evaluate', project, '--model', back.model, '--split', 'validation')).models[0]).toMatchObject({ frames: manifest.splits.validation.frames, accuracy: back.accuracy });
  });

  function expectSame(rows: readonly EpochRow[]): void {
    expect(rows).toHaveLength(alone.length);
    rows.forEach((row, index) => {
      expect(Math.abs(row.loss - (alone[index] as EpochRow).loss) / row.loss).toBeLessThan(1e-3);
      expect(Math.abs(row.validationLoss - (alone[index] as EpochRow).validationLoss) / row.validationLoss).toBeLessThan(1e-3);
    });
  }

  test('four devices of one machine give the losses of one', async () => {
    const said = await script(python as string, [...options, '--out', join(holder.folder, 'four.keras')], { XLA_FLAGS: '--xla_force_host_platform_device_count=4' });
    expect(said).toContain('4 devices in 1 processes');
    expectSame(epochsOf(said));
  });

  test('two processes give the losses of one', async () => {
    const coordinator = `127.0.0.1:${await freePort()}`;
    const [said] = await Promise.all([0, 1].map((process) => script(python as string, [...options, '--coordinator', coordinator, '--processes', '2', '--process', String(process), '--out', join(holder.folder, `two-${process}.keras`)])));
    expect(said).toContain('2 devices in 2 processes');
    expectSame(epochsOf(said as string));
    // Only the first process writes.
    expect([existsSync(join(holder.folder, 'two-0.keras')), existsSync(join(holder.folder, 'two-1.keras'))]).toEqual([true, false]);
  });

  test.skipIf(tensorflow === null)('the result becomes a TensorFlow Lite file', async () => {
    await script(tensorflow as string, ['--tflite', 'trained.keras']);
    expect(readFileSync(join(out, 'trained.tflite')).subarray(4, 8).toString()).toBe('TFL3');
  });
});
