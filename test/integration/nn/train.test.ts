import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultPreprocessing, type Architecture } from '../../../electron/core/architecture';
import { buildPreset } from '../../../electron/core/presets';
import { Random } from '../../../electron/core/random';
import { weightSpecs } from '../../../electron/core/shapes';
import { defaultTrainingConfig, type DatasetExample, type TrainingConfig } from '../../../electron/core/training';
import { runFfmpeg } from '../../../electron/media/ffmpeg';
import { freeContext, type NnContext } from '../../../electron/nn/context';
import { evaluate } from '../../../electron/nn/evaluate';
import { initialWeights } from '../../../electron/nn/initialWeights';
import { loadModel, saveModel } from '../../../electron/nn/modelFiles';
import { openPixels } from '../../../electron/nn/pixelCache';
import { decodePicture, pixelsOf, resizeArea, toBytes, turnUpright } from '../../../electron/nn/pixels';
import { Predictor } from '../../../electron/nn/predict';
import { tensorflow } from '../../../electron/nn/tensorflow';
import { train, type TrainOutcome } from '../../../electron/nn/train';
import type { TrainRequest } from '../../../electron/nn/training/run';
import { GraphSession } from '../../../electron/nn/graph/session';
import { drawDataset } from '../../helpers/discs';
import { temporaryFolder } from '../../helpers/projects';

const tf = tensorflow();
let holder: ReturnType<typeof temporaryFolder>;
let datasetFile: string;
const architecture: Architecture = buildPreset('tiny', { height: 16, width: 16, channels: 1 }, 2);

beforeEach(() => {
  holder = temporaryFolder();
  datasetFile = drawDataset(holder.folder);
});
afterEach(() => holder.remove());

function request(run: string, config: Partial<TrainingConfig> = {}, over: Partial<TrainRequest> = {}): TrainRequest {
  const runFolder = join(holder.folder, run);
  mkdirSync(runFolder, { recursive: true });
  return { runFolder, startModelFolder: null, architecture, datasetFile, cacheFolder: join(holder.folder, 'cache'), config: { ...defaultTrainingConfig, epochs: 6, batchSize: 8, learningRate: 3e-3, ...config }, resume: false, ...over };
}
const weightsOf = (run: string): string => createHash('sha256').update(readFileSync(join(holder.folder, run, 'last', 'weights.bin'))).digest('hex');

/** A context that cancels at an epoch. */
function cancelAfter(epochs: number): { readonly context: NnContext; readonly onEpoch: () => void } {
  const abort = new AbortController();
  let seen = 0;
  return { context: { ...freeContext(), signal: abort.signal }, onEpoch: () => ++seen >= epochs && abort.abort() };
}

describe('training', () => {
  test('learns, counts its tensors, keeps best and last', async () => {
    const outcome: TrainOutcome = await train(request('a', { epochs: 25 }), freeContext());
    expect(outcome.epochs.at(-1)?.validationAccuracy).toBeGreaterThan(0.9);
    expect(outcome.tensorsAfter).toBe(outcome.tensorsBefore);
    expect(outcome.versions).toMatchObject({ tensorflow: expect.any(String), threads: expect.any(String) });
    const best = outcome.epochs.reduce((a, b) => ((b.validationLoss ?? 9) < (a.validationLoss ?? 9) ? b : a));
    expect(outcome.bestEpoch).toBe(best.epoch);
    expect(existsSync(join(holder.folder, 'a', 'best', 'model.json'))).toBe(true);
  });

  test('the same request gives the same weights bit for bit; another seed does not', async () => {
    await train(request('a'), freeContext());
    await train(request('b'), freeContext());
    await train(request('c', { seed: 2 }), freeContext());
    expect(weightsOf('a')).toBe(weightsOf('b'));
    expect(weightsOf('a')).not.toBe(weightsOf('c'));
  });

  test.each(['none', 'light', 'strong'] as const)('a resumed run ends as one never interrupted (augmentation %s)', async (augmentation) => {
    await train(request('whole', { augmentation }), freeContext());
    const { context, onEpoch } = cancelAfter(3);
    await expect(train(request('cut', { augmentation }), context, { onEpoch })).rejects.toThrow('cancelled');
    const outcome = await train(request('cut', { augmentation }, { resume: true }), freeContext());
    expect(outcome.epochs).toHaveLength(6);
    expect(weightsOf('cut')).toBe(weightsOf('whole'));
  });

  test('a round starts from the weights of the one before', async () => {
    const first = await train(request('first', { epochs: 20 }), freeContext());
    const second = await train(request('second', { epochs: 1, learningRate: 1e-4 }, { startModelFolder: join(holder.folder, 'first', 'best') }), freeContext());
    expect(second.epochs[0]?.loss).toBeLessThan((first.epochs[0]?.loss ?? 0) / 2);
  });

  test('stops early, and stops on infinite losses with advice', async () => {
    const early = await train(request('early', { epochs: 300, patience: 2, learningRate: 2e-2 }), freeContext());
    expect(early.epochs.length).toBeLessThan(300);
    await expect(train(request('nan', { epochs: 50, learningRate: 1e30 }), freeContext())).rejects.toThrow('notANumber');
  });

  test('no frames and one class are refused; an unreadable picture is left out', async () => {
    const dataset = JSON.parse(readFileSync(datasetFile, 'utf8')) as { examples: DatasetExample[] };
    const write = (examples: readonly DatasetExample[]): void => writeFileSync(datasetFile, JSON.stringify({ ...dataset, examples }));
    write(dataset.examples.filter(({ classIndex }) => classIndex === 0));
    await expect(train(request('one'), freeContext())).rejects.toThrow('oneClass');
    write([]);
    await expect(train(request('none'), freeContext())).rejects.toThrow('noFrames');
    write(dataset.examples);
    writeFileSync(join(holder.folder, '0.png'), 'no picture');
    await expect(train(request('some', { epochs: 1 }), freeContext())).resolves.toMatchObject({ kind: 'train' });
  });

  test('a frozen first layer stays as it was', async () => {
    const frozen: Architecture = { ...architecture, layers: architecture.layers.map((layer) => (layer.name === 'conv1' ? { ...layer, trainable: false } : layer)) };
    await train(request('frozen', { epochs: 2 }, { architecture: frozen }), freeContext());
    expect(loadModel(join(holder.folder, 'frozen', 'last')).weights.get('conv1/kernel')).toEqual(initialWeights(frozen, 1).get('conv1/kernel'));
  });
});

describe('model files', () => {
  test('open in tf.loadLayersModel with the same answers', async () => {
    const folder = join(holder.folder, 'model');
    const small = buildPreset('small-bn', { height: 32, width: 32, channels: 3 }, 4);
    const weights = initialWeights(small, 7);
    saveModel(folder, { architecture: small, weights, classNames: ['a', 'b', 'c', 'd'], preprocessing: defaultPreprocessing(3) });
    const session = await GraphSession.create(small, defaultPreprocessing(3), weights, false);
    const pixels = Float32Array.from({ length: 2 * 32 * 32 * 3 }, (_, index) => (index % 97) / 97);
    const ours = session.predictFloat(pixels, 2).probabilities;
    session.dispose();
    const model = await tf.loadLayersModel(`file://${folder}/model.json`);
    const theirs = (model.predict(tf.tensor4d(pixels, [2, 32, 32, 3])) as ReturnType<typeof tf.tensor>).dataSync();
    ours.forEach((value, index) => expect(value).toBeCloseTo(theirs[index] as number, 5));
    tf.disposeVariables();
  });

  test('a damaged file is refused with a sentence', () => {
    const folder = join(holder.folder, 'model');
    saveModel(folder, { architecture, weights: initialWeights(architecture, 1), classNames: ['a', 'b'], preprocessing: defaultPreprocessing(1) });
    expect(loadModel(folder).weights.size).toBe(weightSpecs(architecture).length);
    truncateSync(join(folder, 'weights.bin'), 100);
    expect(() => loadModel(folder)).toThrow('unreadable');
    expect(() => loadModel(join(holder.folder, 'nowhere'))).toThrow('unreadable');
  });
});

describe('pixels', () => {
  test('means nest: half of the double size is the size', () => {
    const random = Random.seeded(1);
    const picture = { width: 37, height: 53, data: Uint8Array.from({ length: 37 * 53 * 3 }, () => random.below(256)) };
    const double = resizeArea(picture, 32, 24);
    const single = resizeArea(picture, 16, 12);
    const halved = resizeArea({ width: 24, height: 32, data: double }, 16, 12);
    single.forEach((value, index) => expect(halved[index]).toBeCloseTo(value, 9));
    expect(toBytes(Float64Array.of(0.5, 254.4, 300, -3))).toEqual(Uint8Array.of(1, 254, 255, 0));
  });

  test('all eight orientations come out upright', () => {
    // A 2 x 3 picture, stored as each orientation says, must come back as it was.
    const upright = { width: 2, height: 3, data: Uint8Array.from([1, 2, 3, 4, 5, 6].flatMap((value) => [value, value, value])) };
    const stored: Record<number, [number, number, number[]]> = {
      1: [2, 3, [1, 2, 3, 4, 5, 6]], 2: [2, 3, [2, 1, 4, 3, 6, 5]], 3: [2, 3, [6, 5, 4, 3, 2, 1]], 4: [2, 3, [5, 6, 3, 4, 1, 2]],
      5: [3, 2, [1, 3, 5, 2, 4, 6]], 6: [3, 2, [2, 4, 6, 1, 3, 5]], 7: [3, 2, [6, 4, 2, 5, 3, 1]], 8: [3, 2, [5, 3, 1, 6, 4, 2]],
    };
    for (const [orientation, [width, height, values]] of Object.entries(stored)) {
      expect({ orientation, picture: turnUpright({ width, height, data: Uint8Array.from(values.flatMap((value) => [value, value, value])) }, Number(orientation)) }).toEqual({ orientation, picture: upright });
    }
  });

  test('a picture bomb and other bytes are refused', () => {
    const bomb = Buffer.from(readFileSync(join(holder.folder, '1.png')));
    bomb.writeUInt32BE(60000, 16);
    bomb.writeUInt32BE(60000, 20);
    expect(() => decodePicture(bomb, 'bomb.png')).toThrow('tooLarge');
    expect(() => decodePicture(Buffer.from('text'), 'text.jpg')).toThrow('unreadablePicture');
    expect(() => pixelsOf(bomb.subarray(0, 40), 'cut.png', 8, 8)).toThrow();
  });

  test('the cache survives a crash in the middle of a record', async () => {
    const dataset = JSON.parse(readFileSync(datasetFile, 'utf8')) as { folder: string; classNames: string[]; examples: DatasetExample[] };
    const cache = join(holder.folder, 'cache');
    const read = async (): Promise<Uint8Array> => {
      const source = await openPixels(dataset, cache, 8, 8, freeContext());
      const all = new Uint8Array(dataset.examples.length * source.bytesPerExample);
      dataset.examples.forEach((_, index) => source.copy(index, all, index * source.bytesPerExample));
      source.close();
      return all;
    };
    const first = await read();
    const files = readdirSync(cache).map((name) => join(cache, name));
    truncateSync(files.find((name) => name.endsWith('.bin')) as string, 1000);
    expect(await read()).toEqual(first);
    appendFileSync(files.find((name) => name.endsWith('.idx')) as string, 'half');
    expect(await read()).toEqual(first);
  });
});

describe('answers', () => {
  test('evaluate and predict come along the same road', async () => {
    await train(request('a', { epochs: 15 }), freeContext());
    const modelFolder = join(holder.folder, 'a', 'best');
    const tensors = tf.memory().numTensors;
    const evaluation = await evaluate({ modelFolder, datasetFile, cacheFolder: join(holder.folder, 'cache') }, freeContext());
    const predictor = new Predictor();
    const { predictions } = await predictor.predict({ modelFolder, files: [join(holder.folder, '30.png'), join(holder.folder, 'nothing.png')] }, freeContext());
    predictor.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
    const first = predictions[0];
    expect(first && 'scores' in first ? Math.max(...first.scores) : 0).toBeCloseTo(evaluation.scores[30] as number, 5);
    expect(predictions[1]).toMatchObject({ error: { key: 'predictions:missingPicture' } });
  });

  test('a JPEG that ffmpeg made is read', async () => {
    const file = join(holder.folder, 'a.jpg');
    await runFfmpeg(['-y', '-f', 'lavfi', '-i', 'color=red:size=40x30', '-frames:v', '1', file]);
    const pixels = pixelsOf(readFileSync(file), file, 3, 4);
    expect(pixels.length).toBe(36);
    expect(pixels[0]).toBeGreaterThan(240);
    expect(pixels[1]).toBeLessThan(15);
  });
});
