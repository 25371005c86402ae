import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPreprocessing, type Architecture, type Layer } from '../../electron/core/architecture';
import { changeArchitecture } from '../../electron/core/migration/change';
import { planMigration } from '../../electron/core/migration/plan';
import type { ModelShape } from '../../electron/core/migrations';
import { buildPreset } from '../../electron/core/presets';
import { runFfmpeg } from '../../electron/media/ffmpeg';
import { freeContext } from '../../electron/nn/context';
import { initialWeights } from '../../electron/nn/initialWeights';
import { runMigration } from '../../electron/nn/migrate';
import { saveModel } from '../../electron/nn/modelFiles';
import { writeDatasetFile } from '../../electron/services/datasets';

/** How long a migration takes: planning for 60 layers, with lineage and without; planning and checking 200 frames, 64x64 -> 128x128. */
const goals = { planMs: 50, checkMs: 3000 } as const;
const classNames = ['one', 'two', 'three'];

function chain(convolutions: number, prefix: string): Architecture {
  const layers: Layer[] = [];
  for (let k = 0; k < convolutions; k += 1) {
    const name = `conv2d_${k}`;
    layers.push({ uid: `${prefix}${name}`, name, type: 'conv2d', filters: 16 + 8 * Math.floor(k / 8), kernelSize: [3, 3], strides: [1, 1], padding: 'same', activation: 'relu', useBias: true });
    layers.push({ uid: `${prefix}bn${k}`, name: `batch_normalization_${k}`, type: 'batchNormalization', epsilon: 1e-3, momentum: 0.99 });
  }
  layers.push({ uid: `${prefix}mean`, name: 'global_average_pooling2d', type: 'globalAveragePooling2d' }, { uid: `${prefix}head`, name: 'dense', type: 'dense', units: classNames.length, activation: 'softmax', useBias: true });
  return { formatVersion: 1, name: 'chain', input: { height: 64, width: 64, channels: 1 }, layers };
}

const model = (architecture: Architecture): ModelShape => ({ architecture, classNames, preprocessing: defaultPreprocessing(architecture.input.channels) });
const now = (): number => performance.now();
const median = (values: readonly number[]): number => Math.round(([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number) * 10) / 10;

function timed(repeats: number, work: () => void): number {
  work();
  return median(
    Array.from({ length: repeats }, () => {
      const start = now();
      work();
      return now() - start;
    }),
  );
}

function planning(): object {
  const source = model(chain(29, 'a'));
  const change = { input: { height: 128, width: 128, channels: 3 }, widthFactor: 1.5, route: 'exact' } as const;
  const lineage = timed(20, () => void planMigration({ source, target: changeArchitecture(source, change), route: 'exact' }));
  const stranger = model(chain(29, 'b'));
  const aligned = timed(20, () => void planMigration({ source, target: stranger, route: 'exact' }));
  return { layers: source.architecture.layers.length, lineageMs: lineage, alignedMs: aligned, goalMs: goals.planMs };
}

async function checking(folder: string): Promise<object> {
  const pictures = join(folder, 'pictures');
  mkdirSync(pictures);
  await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=size=128x128:rate=25', '-frames:v', '200', '-q:v', '3', join(pictures, '%04d.jpg')]);
  const examples = readdirSync(pictures).map((name, k) => ({
    frameId: k + 1,
    file: join('pictures', name),
    sha256: createHash('sha256').update(readFileSync(join(pictures, name))).digest('hex'),
    classIndex: k % 3,
    split: 'train' as const,
    clipId: 1,
    background: null,
  }));
  const datasetFile = join(folder, 'dataset.json');
  writeDatasetFile(datasetFile, { folder, classNames, examples });
  const source = model(buildPreset('small', { height: 64, width: 64, channels: 1 }, classNames.length));
  saveModel(join(folder, 'model'), { ...source, weights: initialWeights(source.architecture, 1) });
  const run = async (route: 'exact' | 'native', frames: string): Promise<object> => {
    const start = now();
    const plan = planMigration({ source, target: changeArchitecture(source, { input: { height: 128, width: 128, channels: 3 }, route }), route });
    const { check } = await runMigration({ sourceFolder: join(folder, 'model'), targetFolder: null, plan, datasetFile, cacheFolder: join(folder, 'cache') }, freeContext());
    return { route, frames, milliseconds: Math.round(now() - start), grade: check.grade, checked: check.frames };
  };
  return [await run('exact', 'read from disk'), await run('exact', 'cached'), await run('native', 'cached'), { goalMs: goals.checkMs }];
}

const folder = mkdtempSync(join(tmpdir(), 'graft-bench-migrate-'));
try {
  const result = { processors: cpus().length, planning: planning(), checking: await checking(folder) };
  console.log(JSON.stringify(result, null, 2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
