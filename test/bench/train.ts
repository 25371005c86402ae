import { cpus } from 'node:os';
import { defaultPreprocessing, type Architecture } from '../../electron/core/architecture';
import { buildPreset } from '../../electron/core/presets';
import { Random } from '../../electron/core/random';
import { weightSpecs } from '../../electron/core/shapes';
import { GraphSession } from '../../electron/nn/graph/session';
import { initialWeights } from '../../electron/nn/initialWeights';
import { kerasTopology } from '../../electron/nn/kerasTopology';
import { tensorflow } from '../../electron/nn/tensorflow';

/** Images a second of a training epoch: the program's graph against `model.fit` of stock tfjs-layers, in turn, in one run. */
const tf = tensorflow();
const repeats = 3;
const batchSize = 32;
const classes = 3;

interface Row {
  readonly network: string;
  readonly batch: number;
  readonly imagesPerSecond: number;
  readonly tfjsImagesPerSecond: number;
  readonly ratioToTfjs: number;
  readonly tensorsBefore: number;
  readonly tensorsAfter: number;
  readonly peakMemoryMiB: number;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

async function measure(name: string, architecture: Architecture, images: number): Promise<Row> {
  const { height, width, channels } = architecture.input;
  const size = height * width * 3;
  const random = Random.seeded(1);
  const pixels = Uint8Array.from({ length: images * size }, () => random.below(256));
  const labels = Int32Array.from({ length: images }, () => random.below(classes));
  const session = await GraphSession.create(architecture, defaultPreprocessing(channels), initialWeights(architecture, 1), true);
  const specs = weightSpecs(architecture);
  const weights = initialWeights(architecture, 1);
  const data = Buffer.concat(specs.map((spec) => Buffer.from((weights.get(spec.name) as Float32Array).buffer)));
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({ modelTopology: kerasTopology(architecture) as never, weightSpecs: specs.map((spec) => ({ name: spec.name, shape: [...spec.shape], dtype: 'float32' as const })), weightData: data.buffer.slice(data.byteOffset, data.byteOffset + data.length) as ArrayBuffer }),
  );
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'sparseCategoricalCrossentropy' });
  const x = tf.tidy(() => {
    const rgb = tf.tensor4d(new Float32Array(pixels), [images, height, width, 3]).mul(tf.scalar(1 / 255));
    return (channels === 1 ? rgb.mul(tf.tensor1d([0.299, 0.587, 0.114])).sum(-1, true) : rgb) as ReturnType<typeof tf.tensor4d>;
  });
  const y = tf.tensor1d(new Float32Array(labels), 'float32');
  const graphEpoch = (): number => {
    const order = Int32Array.from({ length: images }, (_, index) => index);
    random.shuffle(order);
    const batch = new Uint8Array(batchSize * size);
    const batchLabels = new Int32Array(batchSize);
    const started = performance.now();
    for (let at = 0; at + batchSize <= images; at += batchSize) {
      for (let k = 0; k < batchSize; k += 1) {
        const index = order[at + k] as number;
        batch.set(pixels.subarray(index * size, (index + 1) * size), k * size);
        batchLabels[k] = labels[index] as number;
      }
      session.train(batch, batchLabels, 1e-3, [at, 1]);
    }
    return images / ((performance.now() - started) / 1000);
  };
  const fitEpoch = async (): Promise<number> => {
    const started = performance.now();
    await model.fit(x, y, { epochs: 1, batchSize, verbose: 0 });
    return images / ((performance.now() - started) / 1000);
  };
  graphEpoch();
  await fitEpoch();
  const tensorsBefore = tf.memory().numTensors;
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    ours.push(graphEpoch());
    theirs.push(await fitEpoch());
  }
  const tensorsAfter = tf.memory().numTensors;
  session.dispose();
  tf.disposeVariables();
  const ratios = ours.map((value, index) => value / (theirs[index] as number));
  return { network: name, batch: batchSize, imagesPerSecond: Math.round(median(ours)), tfjsImagesPerSecond: Math.round(median(theirs)), ratioToTfjs: Number(median(ratios).toFixed(2)), tensorsBefore, tensorsAfter, peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1024) };
}

const rows = [
  await measure('small 64x64x1', buildPreset('small', { height: 64, width: 64, channels: 1 }, classes), 512),
  await measure('small 128x128x3', buildPreset('small', { height: 128, width: 128, channels: 3 }, classes), 256),
  await measure('small-bn 64x64x1', buildPreset('small-bn', { height: 64, width: 64, channels: 1 }, classes), 512),
  await measure('depthwise 96x96x3', buildPreset('depthwise', { height: 96, width: 96, channels: 3 }, classes), 256),
];
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok: true, machine: { processor: cpus()[0]?.model ?? '?', cores: cpus().length }, rows })}\n`);
else console.table(rows);
