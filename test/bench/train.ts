import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { defaultPreprocessing, type Architecture, type Weights } from '../../electron/core/architecture';
import { buildPreset } from '../../electron/core/presets';
import { Random } from '../../electron/core/random';
import { weightSpecs } from '../../electron/core/shapes';
import { GraphSession } from '../../electron/nn/graph/session';
import { initialWeights } from '../../electron/nn/initialWeights';
import { kerasTopology } from '../../electron/nn/kerasTopology';
import { tensorflow, tensorflowVersions } from '../../electron/nn/tensorflow';
import { kerasPython, KerasProcess, torchPython } from '../helpers/keras';

/**
 * Images a second of a training epoch: the program's graph against Keras `model.fit` on tf.data, against stock
 * tfjs-layers and, with `--pytorch`, against PyTorch, in turn, in one run, each row in a process of its own. Same network, weights, pixels and thread count.
 */
const repeats = 5;
const batchSize = 32;
const classes = 3;
const rowNames = [
  ['plain 64x64x1', 'small', { height: 64, width: 64, channels: 1 }, 1024],
  ['plain 128x128x3', 'small', { height: 128, width: 128, channels: 3 }, 256],
  ['batch normalisation 64x64x1', 'small-bn', { height: 64, width: 64, channels: 1 }, 1024],
  ['separable 96x96x3', 'depthwise', { height: 96, width: 96, channels: 3 }, 384],
] as const;

interface Row {
  readonly network: string;
  readonly batch: number;
  readonly imagesPerSecond: number;
  readonly kerasImagesPerSecond: number | null;
  readonly tfjsImagesPerSecond: number;
  readonly torchImagesPerSecond: number | null;
  readonly ratioToKeras: number | null;
  readonly ratioToTorch: number | null;
  readonly ratioToTfjs: number;
  readonly tensorsBefore: number;
  readonly tensorsAfter: number;
  /** Of the process after two epochs of the graph, before anything else was loaded into it. */
  readonly peakMemoryMiB: number;
}

interface Images {
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
const ratio = (ours: readonly number[], theirs: readonly number[]): number | null => (theirs.length === 0 ? null : Number(median(ours.map((value, index) => value / (theirs[index] as number))).toFixed(2)));

/** An epoch of the program's own graph. */
function graphEpoch(session: GraphSession, { pixels, labels }: Images, random: Random): number {
  const size = pixels.length / labels.length;
  const order = Int32Array.from({ length: labels.length }, (_, index) => index);
  random.shuffle(order);
  const batch = new Uint8Array(batchSize * size);
  const batchLabels = new Int32Array(batchSize);
  const started = performance.now();
  for (let at = 0; at + batchSize <= labels.length; at += batchSize) {
    for (let k = 0; k < batchSize; k += 1) {
      const index = order[at + k] as number;
      batch.set(pixels.subarray(index * size, (index + 1) * size), k * size);
      batchLabels[k] = labels[index] as number;
    }
    session.train(batch, batchLabels, 1e-3, [at, 1]);
  }
  return labels.length / ((performance.now() - started) / 1000);
}

/** Stock tfjs-layers; gives a function that trains one epoch. */
async function tfjsTrainer(architecture: Architecture, weights: Weights, { pixels, labels }: Images): Promise<() => Promise<number>> {
  const tf = tensorflow();
  const { height, width, channels } = architecture.input;
  const specs = weightSpecs(architecture);
  const data = Buffer.concat(specs.map((spec) => Buffer.from((weights.get(spec.name) as Float32Array).slice().buffer)));
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({ modelTopology: kerasTopology(architecture) as never, weightSpecs: specs.map((spec) => ({ name: spec.name, shape: [...spec.shape], dtype: 'float32' as const })), weightData: data.buffer.slice(data.byteOffset, data.byteOffset + data.length) as ArrayBuffer }),
  );
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'sparseCategoricalCrossentropy' });
  const x = tf.tidy(() => {
    const rgb = tf.tensor4d(new Float32Array(pixels), [labels.length, height, width, 3]).mul(tf.scalar(1 / 255));
    return (channels === 1 ? rgb.mul(tf.tensor1d([0.299, 0.587, 0.114])).sum(-1, true) : rgb) as ReturnType<typeof tf.tensor4d>;
  });
  const y = tf.tensor1d(new Float32Array(labels), 'float32');
  return async () => {
    const started = performance.now();
    await model.fit(x, y, { epochs: 1, batchSize, verbose: 0 });
    return labels.length / ((performance.now() - started) / 1000);
  };
}

async function measure(row: (typeof rowNames)[number]): Promise<Row> {
  process.env['TF_NUM_INTRAOP_THREADS'] ??= String(cpus().length);
  const [network, preset, input, count] = row;
  const architecture = buildPreset(preset, input, classes);
  const weights = initialWeights(architecture, 1);
  const random = Random.seeded(1);
  const images: Images = {
    pixels: Uint8Array.from({ length: count * input.height * input.width * 3 }, () => random.below(256)),
    labels: Int32Array.from({ length: count }, () => random.below(classes)),
  };
  const session = await GraphSession.create(architecture, defaultPreprocessing(input.channels), weights, true);
  for (let warmUp = 0; warmUp < 2; warmUp += 1) graphEpoch(session, images, random);
  const peakMemoryMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  const python = process.argv.includes('--no-keras') ? null : kerasPython(true);
  const keras = python === null ? null : KerasProcess.start(python, { kind: 'bench', architecture, weights, ...images, batch: batchSize, learningRate: 1e-3 });
  const kerasEpoch = async (): Promise<number> => Number((await keras?.ask('epoch'))?.['imagesPerSecond']);
  const torch = process.argv.includes('--pytorch') ? torchPython() : null;
  const peer = torch === null ? null : KerasProcess.start(torch, { kind: 'bench', architecture, weights, ...images, batch: batchSize, learningRate: 1e-3 }, 'torch_train.py');
  const torchEpoch = async (): Promise<number> => Number((await peer?.ask('epoch'))?.['imagesPerSecond']);
  const fit = await tfjsTrainer(architecture, weights, images);
  await fit();
  if (keras) for (let warmUp = 0; warmUp < 2; warmUp += 1) await kerasEpoch();
  if (peer) for (let warmUp = 0; warmUp < 2; warmUp += 1) await torchEpoch();
  const tensorsBefore = tensorflow().memory().numTensors;
  const [ours, theirs, stock, torches]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    ours.push(graphEpoch(session, images, random));
    if (keras) theirs.push(await kerasEpoch());
    if (peer) torches.push(await torchEpoch());
    stock.push(await fit());
  }
  const tensorsAfter = tensorflow().memory().numTensors;
  keras?.end();
  peer?.end();
  session.dispose();
  return {
    network, batch: batchSize, imagesPerSecond: Math.round(median(ours)), kerasImagesPerSecond: keras ? Math.round(median(theirs)) : null, tfjsImagesPerSecond: Math.round(median(stock)),
    torchImagesPerSecond: peer ? Math.round(median(torches)) : null, ratioToKeras: ratio(ours, theirs), ratioToTorch: ratio(ours, torches), ratioToTfjs: ratio(ours, stock) as number, tensorsBefore, tensorsAfter, peakMemoryMiB,
  };
}

/** One row in a process of its own: what another row left in memory is not its. */
function inProcess(index: number): Row {
  const { stdout, status } = spawnSync(process.execPath, ['--no-deprecation', ...process.argv.slice(1), '--row', String(index)], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 1 << 24 });
  if (status !== 0) throw new Error(`the row ${rowNames[index]?.[0]} ended with exit code ${status}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Row;
}

const only = process.argv.indexOf('--row');
if (only > 0) {
  const row = rowNames[Number(process.argv[only + 1])];
  if (!row) throw new Error(`--row: 0 to ${rowNames.length - 1}`);
  process.stdout.write(`${JSON.stringify(await measure(row))}\n`);
} else {
  const rows = rowNames.map((_, index) => inProcess(index));
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok: true, machine: { processor: cpus()[0]?.model ?? '?', cores: cpus().length }, versions: tensorflowVersions(), rows })}\n`);
  else console.table(rows);
}
