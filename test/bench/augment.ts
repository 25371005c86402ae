import { cpus } from 'node:os';
import { defaultPreprocessing } from '../../electron/core/architecture';
import { augmentationNames, type AugmentationName } from '../../electron/core/augmentation';
import { buildPreset } from '../../electron/core/presets';
import { Random } from '../../electron/core/random';
import { defaultTrainingConfig } from '../../electron/core/training';
import { GraphSession } from '../../electron/nn/graph/session';
import { initialWeights } from '../../electron/nn/initialWeights';
import { openFeeder } from '../../electron/nn/training/feeder';

/**
 * What augmentation costs: images a second of training epochs with each strength, in turn, in one run, against those
 * without. By processor time, too: that says the same on a busy machine. `npm run bench -- augment [--json]`.
 */
const repeats = 5;
const rows = [
  ['small 64x64x1', 'small', { height: 64, width: 64, channels: 1 }, 1024],
  ['small 64x64x3', 'small', { height: 64, width: 64, channels: 3 }, 1024],
  ['small 128x128x3', 'small', { height: 128, width: 128, channels: 3 }, 384],
  ['depthwise 96x96x3', 'depthwise', { height: 96, width: 96, channels: 3 }, 512],
] as const;
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

async function measure([network, preset, input, count]: (typeof rows)[number]): Promise<object> {
  const architecture = buildPreset(preset, input, 3);
  const random = Random.seeded(1);
  const size = input.height * input.width * 3;
  const pixels = Uint8Array.from({ length: count * size }, () => random.next32() & 255);
  const all = Array.from({ length: count }, (_, frameId) => ({ frameId, file: '', sha256: '', classIndex: frameId % 3, split: 'train' as const, clipId: 0, background: null }));
  const labels = Int32Array.from(all, ({ classIndex }) => classIndex);
  const examples = { train: Int32Array.from(all.keys()), validation: new Int32Array(0), labels, all };
  const source = { bytesPerExample: size, unreadable: new Set<number>(), close: () => undefined, copy: (index: number, batch: Uint8Array, at: number) => batch.set(pixels.subarray(index * size, (index + 1) * size), at) };
  const session = await GraphSession.create(architecture, defaultPreprocessing(input.channels), initialWeights(architecture, 1), true);
  const feeders = new Map(augmentationNames.map((name) => [name, openFeeder({ ...defaultTrainingConfig, augmentation: name }, source, examples, input)]));
  const seconds = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const work = new Map<AugmentationName, number>(augmentationNames.map((name) => [name, 0]));
  const speeds = new Map<AugmentationName, number[]>(augmentationNames.map((name) => [name, []]));
  for (let repeat = 0; repeat <= repeats; repeat += 1) {
    for (const [name, feeder] of feeders) {
      const order = examples.train.slice();
      random.shuffle(order);
      const started = performance.now();
      const before = seconds();
      feeder.begin(order, repeat);
      for (let at = 0; at < count; at += 32) {
        session.train(await feeder.next(), order.subarray(at, at + 32).map((index) => labels[index] as number), 1e-3, [at, repeat]);
        await new Promise((resolve) => setImmediate(resolve));
      }
      // The first turn warms everything up.
      if (repeat > 0) work.set(name, (work.get(name) as number) + seconds() - before);
      if (repeat > 0) speeds.get(name)?.push((count / (performance.now() - started)) * 1000);
    }
  }
  for (const feeder of feeders.values()) await feeder.close();
  session.dispose();
  const plain = speeds.get('none') as number[];
  const ratio = (name: AugmentationName): number => Number(median((speeds.get(name) as number[]).map((speed, index) => speed / (plain[index] as number))).toFixed(3));
  return { network, imagesPerSecond: Math.round(median(plain)), light: ratio('light'), strong: ratio('strong'), strongByProcessorTime: Number(((work.get('none') as number) / (work.get('strong') as number)).toFixed(3)) };
}

const results: object[] = [];
for (const row of rows) results.push(await measure(row));
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok: true, machine: { processor: cpus()[0]?.model ?? '?', cores: cpus().length }, rows: results })}\n`);
else console.table(results);
