import { expect, test } from 'vitest';
import { buildPreset } from '../../../electron/core/presets';
import { defaultTrainingConfig } from '../../../electron/core/training';
import { freeContext } from '../../../electron/nn/context';
import { estimate } from '../../../electron/nn/estimate';
import { tensorflow } from '../../../electron/nn/tensorflow';

test('a trial takes some two seconds, leaves nothing behind, and finds the smaller network faster', async () => {
  const before = tensorflow().memory().numTensors;
  const of = (name: string) => estimate({ architecture: buildPreset(name, { height: 32, width: 32, channels: 1 }, 2), config: defaultTrainingConfig, classNames: ['a', 'b'] }, freeContext());
  const started = performance.now();
  const tiny = await of('tiny');
  const seconds = (performance.now() - started) / 1000;
  const deeper = await of('deeper');
  console.info(`tiny: ${Math.round(tiny.imagesPerSecond)} images a second, deeper: ${Math.round(deeper.imagesPerSecond)}; the trial took ${seconds.toFixed(1)} s`);
  expect(tiny.imagesPerSecond).toBeGreaterThan(deeper.imagesPerSecond);
  expect(tiny.judgedPerSecond).toBeGreaterThan(tiny.imagesPerSecond);
  expect(seconds).toBeGreaterThan(1.9);
  expect(seconds).toBeLessThan(6);
  expect(tensorflow().memory().numTensors).toBe(before);
});
