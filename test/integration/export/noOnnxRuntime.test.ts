import type * as NodeModule from 'node:module';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { convertModel } from '../../../electron/nn/export/convertModel';
import { saveModel } from '../../../electron/nn/modelFiles';
import { defaultPreprocessing } from '../../../electron/core/architecture';
import { buildPreset } from '../../../electron/core/presets';
import { livelyWeights } from '../../helpers/exportNetworks';
import { temporaryFolder } from '../../helpers/projects';

// What happens where there is no build of it, such as on an Intel Mac.
vi.mock('node:module', async (original) => {
  const real = await original<typeof NodeModule>();
  const createRequire: typeof real.createRequire = (from) => {
    const own = real.createRequire(from);
    return Object.assign((name: string): unknown => {
      if (name === 'onnxruntime-node') throw new Error('Cannot find the binary for darwin/x64');
      return own(name);
    }, own);
  };
  return { ...real, createRequire, default: { ...real, createRequire } };
});

const { folder, remove } = temporaryFolder();
afterAll(remove);

test('without ONNX Runtime the file is written, and it is said that nothing was compared', async () => {
  const architecture = buildPreset('small-bn', { height: 32, width: 32, channels: 3 }, 3);
  const source = join(folder, 'model');
  saveModel(source, { architecture, weights: livelyWeights(architecture), classNames: ['a', 'b', 'c'], preprocessing: defaultPreprocessing(3) });
  const context = { report: () => undefined, signal: new AbortController().signal, unpaused: () => Promise.resolve() };
  const onnx = await convertModel({ source, format: 'onnx', target: join(folder, 'toys.onnx') }, context);
  expect(onnx).toMatchObject({ parity: null, notCompared: { key: 'exports:noOnnxRuntime', params: { reason: 'Cannot find the binary for darwin/x64' } } });
  expect(onnx.bytes).toBeGreaterThan(10_000);
  expect([existsSync(onnx.file), existsSync(join(folder, 'toys.graft.json'))]).toEqual([true, true]);
  // tfjs, too, in a folder with a space and Cyrillic letters.
  expect((await convertModel({ source, format: 'tfjs', target: join(folder, 'мои модели') }, context)).parity).toMatchObject({ frames: 64 });
  // Formats that can be read here are compared as ever.
  const keras = await convertModel({ source, format: 'keras', target: join(folder, 'toys.keras') }, context);
  expect(keras).toMatchObject({ parity: { frames: 64 }, notCompared: null });
  expect(readdirSync(folder).filter((name) => name.includes('.new'))).toEqual([]);
});
