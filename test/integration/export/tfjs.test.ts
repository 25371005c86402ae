import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { defaultPreprocessing, type Architecture } from '../../../electron/core/architecture';
import type { ExportedModel } from '../../../electron/nn/export/kerasFiles';
import { tfjsFiles } from '../../../electron/nn/export/tfjsModel';
import { readModelFile } from '../../../electron/nn/files/readModelFile';
import { GraphSession } from '../../../electron/nn/graph/session';
import { tensorflow } from '../../../electron/nn/tensorflow';
import { isLively, livelyWeights, presetNetworks, variedPictures } from '../../helpers/exportNetworks';
import { compare } from '../../helpers/networks';
import { temporaryFolder } from '../../helpers/projects';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const count = 4;

async function answersOf({ architecture, weights }: Pick<ExportedModel, 'architecture' | 'weights'>, pictures: Float32Array): Promise<Float32Array> {
  const session = await GraphSession.create(architecture, defaultPreprocessing(architecture.input.channels), weights, false);
  const { probabilities } = session.predictFloat(pictures, count);
  session.dispose();
  return probabilities;
}

/** What tf.loadLayersModel says; with a folder, it also saves the model there as tfjs itself does. */
async function answersOfTfjs(from: string, { input }: Architecture, pictures: Float32Array, to: string | null): Promise<Float32Array> {
  const tf = tensorflow();
  const tensors = tf.memory().numTensors;
  const model = await tf.loadLayersModel(`file://${join(from, 'model.json')}`);
  const answers = tf.tidy(() => (model.predict(tf.tensor(pictures.slice(), [count, input.height, input.width, input.channels])) as ReturnType<typeof tf.tensor>).dataSync().slice() as Float32Array);
  if (to) await model.save(`file://${to}`);
  model.dispose();
  expect(tf.memory().numTensors).toBe(tensors);
  return answers;
}

test.each(presetNetworks)('%s: opens in tf.loadLayersModel, and comes back as tfjs saves it', async (name, architecture) => {
  const { input } = architecture;
  const model: ExportedModel = {
    architecture,
    weights: livelyWeights(architecture),
    sidecar: { format: 'graft-model', formatVersion: 1, name, classNames: ['a', 'b', 'c'], input, preprocessing: defaultPreprocessing(input.channels), preprocessingInside: false, unknownBelow: null, createdBy: 'Graft 0.1.0' },
  };
  const pictures = variedPictures(count, input.height * input.width * input.channels);
  const own = await answersOf(model, pictures);
  expect(isLively(own, count)).toBe(true);
  const [there, back] = [join(folder, name, 'there'), join(folder, name, 'back')];
  mkdirSync(there, { recursive: true });
  const { json, weights } = tfjsFiles(model);
  writeFileSync(join(there, 'model.json'), json);
  writeFileSync(join(there, 'weights.bin'), weights);
  expect(compare(await answersOfTfjs(there, architecture, pictures, back), own).difference).toBeLessThan(1e-5);
  const returned = await readModelFile(join(back, 'model.json'));
  expect(compare(await answersOf(returned, pictures), own).difference).toBeLessThan(1e-5);
  // Of our own file, the words come back, too.
  expect((await readModelFile(there)).facts).toMatchObject({ source: 'graft', classNames: ['a', 'b', 'c'], preprocessing: defaultPreprocessing(input.channels) });
});
