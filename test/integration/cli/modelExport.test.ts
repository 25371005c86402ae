import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawSampleFilms } from '../../../electron/services/sample';
import { plainContext } from '../../../electron/services/jobs';
import { runCli } from '../../helpers/cli';
import { temporaryFolder } from '../../helpers/projects';
import { realData } from '../../helpers/shared';

const holder = temporaryFolder();
const project = join(holder.folder, 'Toys.graft');
const out = join(holder.folder, 'exported');
let frames = 0;
let trained: string;

async function run(...words: string[]): Promise<Awaited<ReturnType<typeof runCli>>['json']> {
  const { code, json, stderr } = await runCli(...words, '--json', '--quiet');
  expect(code, stderr).toBe(0);
  return json;
}

async function refused(...words: string[]): Promise<{ readonly kind: string; readonly message: string }> {
  const { code, json } = await runCli(...words, '--json', '--quiet');
  expect(code).toBe(1);
  return json.error;
}

beforeAll(async () => {
  const films = await drawSampleFilms(plainContext(), ['paper']);
  await run('new', project, '--classes', 'mug,duck,car');
  for (const object of ['mug', 'duck', 'car']) frames += (await run('import', project, join(films, object, 'paper'), '--from-folders', 'class/background')).frames;
  await run('train', project, '--input', '32x32x1', '--epochs', '2', '--architecture', 'small-bn');
  trained = (await run('models', project)).models[0].id;
  await run('migrate', project, '--model', 'last', '--input', '64x64x3', '--name', 'grown');
});
afterAll(() => holder.remove());

test.each([
  ['keras', 'toys.keras', 'toys.keras'],
  ['h5', 'toys', 'toys.h5'],
  ['onnx', 'toys.onnx', 'toys.onnx'],
  ['tfjs', 'web', 'web/model.json'],
])('%s: trained and migrated models are written, read back and compared on the frames', async (format, name, file) => {
  for (const [model, folder] of [[trained, out], ['grown', join(out, 'grown')]] as const) {
    const result = await run('model', 'export', project, '--model', model, '--format', format, '--out', join(folder, name));
    expect(result.file).toBe(join(folder, file));
    expect(existsSync(result.file)).toBe(true);
    expect(result.parity).toMatchObject({ frames, pictures: 'frames' });
    expect(result.parity.maxProbabilityDifference).toBeLessThan(1e-5);
  }
  // Nothing half-finished is left.
  expect(readdirSync(out).filter((entry) => entry.includes('new'))).toEqual([]);
});

test('the words beside a file say what its numbers mean', async () => {
  expect(JSON.parse(readFileSync(join(out, 'toys.graft.json'), 'utf8'))).toMatchObject({ classNames: ['mug', 'duck', 'car'], input: { height: 32, width: 32, channels: 1 }, preprocessing: { colour: 'luma', resampler: 'area' } });
});

test('what is there is not overwritten; places and names that do not fit get a sentence, and leave nothing', async () => {
  const before = readFileSync(join(out, 'toys.keras'));
  const words = ['model', 'export', project, '--model', trained];
  expect(await refused(...words, '--format', 'keras', '--out', join(out, 'toys.keras'))).toMatchObject({ kind: 'exports.exists' });
  expect(readFileSync(join(out, 'toys.keras')).equals(before)).toBe(true);
  expect(await refused(...words, '--format', 'keras', '--out', join(out, 'toys.onnx'))).toMatchObject({ kind: 'exports.wrongEnding' });
  expect(await refused(...words, '--format', 'tfjs', '--out', join(out, 'toys.keras'))).toMatchObject({ kind: 'exports.wrongFolder' });
  writeFileSync(join(holder.folder, 'file'), '');
  expect((await refused(...words, '--format', 'onnx', '--out', join(holder.folder, 'file', 'toys.onnx'))).kind).toBe('exports.notWritable');
  expect((await runCli(...words, '--format', 'pickle', '--out', 'x')).code).toBe(2);
  expect(await refused('model', 'export', project, '--model', 'nobody', '--format', 'onnx', '--out', join(out, 'x.onnx'))).toMatchObject({ kind: 'models.unknown' });
  expect(existsSync(join(out, 'x.onnx'))).toBe(false);
});

test.skipIf(process.getuid?.() === 0)('a folder without the right to write gets a sentence', async () => {
  const closed = join(holder.folder, 'closed');
  mkdirSync(closed);
  chmodSync(closed, 0o500);
  expect((await refused('model', 'export', project, '--model', trained, '--format', 'onnx', '--out', join(closed, 'toys.onnx'))).kind).toBe('exports.notWritable');
});

test('convert: from one format to the next, all the way round, and the answers stay', async () => {
  const files = [join(out, 'toys.keras'), join(out, 'a.h5'), join(out, 'b'), join(out, 'c.keras'), join(out, 'd.onnx')];
  for (const [index, file] of files.slice(1).entries()) {
    const result = await run('convert', files[index] as string, file);
    expect(result.parity).toMatchObject({ frames: 64, pictures: 'random' });
    expect(result.parity.maxProbabilityDifference).toBeLessThan(1e-5);
  }
  expect(JSON.parse(readFileSync(join(out, 'd.graft.json'), 'utf8'))).toMatchObject({ classNames: ['mug', 'duck', 'car'], preprocessing: { colour: 'luma' }, preprocessingInside: true });
  expect((await refused('convert', join(out, 'toys.keras'), join(out, 'x.pkl'))).kind).toBe('exports.unknownFormat');
  expect((await refused('convert', join(out, 'nothing.h5'), join(out, 'x.onnx'))).kind).toBe('clips.missing');
});

const published = realData('models/keras');
test.skipIf(published === null)('convert: published files of Keras become ONNX and Keras 3 files that answer alike', async () => {
  for (const name of ['keras2.1.3_leakyrelu_bn_zeropad_28x28.h5', 'keras2.4.0_mobilenetv1_025_vww96.h5', 'keras2.0.5_tiny_xception_64gray.hdf5', 'keras3.1.1_mnist_flatten_dense.keras']) {
    for (const ending of ['onnx', 'keras', 'h5']) {
      const { parity } = await run('convert', join(published as string, name), join(out, 'published', `${name}.${ending}`));
      expect({ name, ending, close: parity.maxProbabilityDifference < 1e-5 }).toEqual({ name, ending, close: true });
    }
  }
});
