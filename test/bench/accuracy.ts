import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPreset } from '../../electron/core/presets';
import type { DatasetExample, DatasetFile } from '../../electron/core/training';
import { initialWeights } from '../../electron/nn/initialWeights';
import { pixelsOfFile } from '../../electron/nn/pixels';
import { plainContext } from '../../electron/services/jobs';
import { drawSampleFilms } from '../../electron/services/sample';
import { runCli } from '../helpers/cli';
import { kerasPython, KerasProcess } from '../helpers/keras';

/**
 * Whether speed was bought with another mathematics: the same frozen frames, network, first weights, optimizer and number of
 * epochs, trained by the program and by Keras `fit`, three seeds each; accuracy on the frames held out, after the epoch with
 * the lowest loss on them. `npm run bench -- accuracy [--data FOLDER] [--epochs 20] [--input 64x64x3] [--json]`; FOLDER holds
 * class/background/*.jpg or class/background.mp4, without it the sample films are drawn. Needs a built command line.
 */
const option = (name: string): string | null => (process.argv.includes(name) ? (process.argv[process.argv.indexOf(name) + 1] ?? null) : null);
const epochs = Number(option('--epochs') ?? 20);
const input = option('--input') ?? '64x64x3';
const [height, width, channels] = input.split('x').map(Number) as [number, number, number];
const seeds = [1, 2, 3];

async function graft(...words: string[]): Promise<Awaited<ReturnType<typeof runCli>>['json']> {
  const { code, json, stderr } = await runCli(...words, '--json', '--quiet');
  if (code !== 0) throw new Error(`graft ${words.join(' ')}: ${stderr}`);
  return json;
}

function pixelsOf(folder: string, examples: readonly DatasetExample[]): { readonly pixels: Uint8Array; readonly labels: Int32Array } {
  return {
    pixels: Buffer.concat(examples.map(({ file, crop }) => pixelsOfFile(join(folder, file), height, width, crop ?? null))),
    labels: Int32Array.from(examples, ({ classIndex }) => classIndex),
  };
}

async function main(python: string, work: string): Promise<object> {
  const project = join(work, 'Accuracy.graft');
  await graft('new', project);
  await graft('import', project, option('--data') ?? (await drawSampleFilms(plainContext(), ['paper', 'desk', 'toys'])), '--from-folders', 'class/background');
  const ours: number[] = [];
  const theirs: number[] = [];
  for (const seed of seeds) {
    const trained = await graft('train', project, '--from', 'none', '--architecture', 'small', '--input', input, '--epochs', String(epochs), '--batch', '32', '--learning-rate', '0.001', '--augment', 'none', '--schedule', 'constant', '--seed', String(seed));
    const best = trained.epochs[trained.bestEpoch - 1] as { validationAccuracy: number };
    ours.push(best.validationAccuracy);
    const { folder, classNames, examples } = JSON.parse(readFileSync(join(project, 'runs', trained.run, 'dataset.json'), 'utf8')) as DatasetFile;
    const [train, held] = (['train', 'validation'] as const).map((split) => pixelsOf(folder, examples.filter((example) => example.split === split && example.classIndex >= 0))) as [ReturnType<typeof pixelsOf>, ReturnType<typeof pixelsOf>];
    const files = { heldPixels: join(work, 'held.bin'), heldLabels: join(work, 'held-labels.bin') };
    writeFileSync(files.heldPixels, held.pixels);
    writeFileSync(files.heldLabels, Buffer.from(held.labels.slice().buffer));
    const architecture = buildPreset('small', { height, width, channels }, classNames.length);
    const keras = KerasProcess.start(python, { kind: 'fit', architecture, weights: initialWeights(architecture, seed), ...train, batch: 32, learningRate: 1e-3, epochs, seed, ...files });
    theirs.push(Number((await keras.ask(null))['accuracy']));
    keras.end();
    console.error(`seed ${seed}: ${ours.at(-1)?.toFixed(3)} here, ${theirs.at(-1)?.toFixed(3)} in Keras, ${train.labels.length} + ${held.labels.length} frames`);
  }
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.max(...[ours, theirs].map((values) => Math.max(...values) - Math.min(...values)));
  return { epochs, accuracy: ours, kerasAccuracy: theirs, difference: mean(ours) - mean(theirs), spread, within: Math.abs(mean(ours) - mean(theirs)) <= spread };
}

const python = kerasPython(true);
if (!python) process.exit(1);
const work = mkdtempSync(join(tmpdir(), 'graft-accuracy-'));
try {
  const result = await main(python, work);
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok: true, ...result })}\n`);
  else console.log(result);
} finally {
  rmSync(work, { recursive: true, force: true });
}
