import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { defaultPreprocessing, type Architecture } from '../../../electron/core/architecture';
import { h5File, kerasArchive, type ExportedModel } from '../../../electron/nn/export/kerasFiles';
import { readModelFile } from '../../../electron/nn/files/readModelFile';
import { GraphSession } from '../../../electron/nn/graph/session';
import { kerasPython } from '../../helpers/keras';
import { compare } from '../../helpers/networks';
import { isLively, livelyWeights, oddNetworks, presetNetworks, variedPictures } from '../../helpers/exportNetworks';
import { temporaryFolder } from '../../helpers/projects';
import { askKeras, tfKerasFolder } from '../../helpers/pythons';

const python = kerasPython(process.env['GRAFT_KERAS'] === '1');
const olderKeras = python === null ? null : tfKerasFolder(python);
const { folder, remove } = temporaryFolder();
afterAll(remove);

const networks = [...presetNetworks, ...oddNetworks];
const count = 4;

function exported(architecture: Architecture): ExportedModel {
  const { input } = architecture;
  return {
    architecture,
    weights: livelyWeights(architecture),
    sidecar: { format: 'graft-model', formatVersion: 1, name: 'test', classNames: ['a', 'b', 'c'], input, preprocessing: defaultPreprocessing(input.channels), preprocessingInside: false, unknownBelow: null, createdBy: 'Graft 0.1.0' },
  };
}

function pictures({ input }: Architecture): Float32Array {
  return variedPictures(count, input.height * input.width * input.channels);
}

async function ours({ architecture, weights }: ExportedModel): Promise<Float32Array> {
  const session = await GraphSession.create(architecture, defaultPreprocessing(architecture.input.channels), weights, false);
  const { probabilities } = session.predictFloat(pictures(architecture), count);
  session.dispose();
  return probabilities;
}

/** Writes all networks, lets Keras answer, and gives the largest difference by network. */
async function differences(ending: string, write: (model: ExportedModel) => Promise<Uint8Array>, env: Readonly<Record<string, string>> = {}): Promise<ReadonlyMap<string, number>> {
  const models = networks.map(([, architecture]) => exported(architecture));
  const files = await Promise.all(models.map(async (model, index) => {
    const file = join(folder, `${env['GRAFT_TF_KERAS'] ?? ''}${index}.${ending}`);
    writeFileSync(file, await write(model));
    return file;
  }));
  const answers = askKeras(python as string, models.map(({ architecture: { input } }, index) => ({ file: files[index] as string, input: pictures(models[index]!.architecture), shape: [count, input.height, input.width, input.channels] })), env);
  const result = new Map<string, number>();
  for (const [index, [name]] of networks.entries()) {
    const own = await ours(models[index]!);
    expect({ name, lively: isLively(own, count) }).toEqual({ name, lively: true });
    result.set(name, compare(answers[index]!.output, own).difference);
  }
  console.info(`${ending}, Keras ${answers[0]?.keras}: at most ${Math.max(...result.values()).toExponential(1)} apart`);
  return result;
}

describe.skipIf(python === null)('files for Keras', () => {
  test('a .keras file opens in Keras 3 and answers as here', async () => {
    for (const [name, difference] of await differences('keras', kerasArchive)) expect({ name, difference: difference < 1e-5 }).toEqual({ name, difference: true });
  });
  test('an .h5 file opens in Keras 3 and answers as here', async () => {
    for (const [name, difference] of await differences('h5', h5File)) expect({ name, difference: difference < 1e-5 }).toEqual({ name, difference: true });
  });
  test.skipIf(olderKeras === null)('an .h5 file opens in Keras 2 and answers as here', async () => {
    for (const [name, difference] of await differences('h5', h5File, { GRAFT_TF_KERAS: '1', PYTHONPATH: olderKeras as string })) expect({ name, difference: difference < 1e-5 }).toEqual({ name, difference: true });
  });

  test.each(['keras', 'h5'])('%s: there, one more step of training in Keras, and back: Keras and this program give the same answers', async (ending) => {
    const models = networks.map(([, architecture]) => exported(architecture));
    const jobs = await Promise.all(models.map(async (model, index) => {
      const file = join(folder, `there${index}.${ending}`);
      writeFileSync(file, await (ending === 'keras' ? kerasArchive : h5File)(model));
      const { input } = model.architecture;
      return { file, input: pictures(model.architecture), shape: [count, input.height, input.width, input.channels], labels: [0, 1, 2, 0], saved: join(folder, `back${index}.${ending}`) };
    }));
    const answers = askKeras(python as string, jobs);
    let most = 0;
    for (const [index, [name, architecture]] of networks.entries()) {
      const back = await readModelFile(jobs[index]!.saved);
      const session = await GraphSession.create(back.architecture, back.preprocessing, back.weights, false);
      const { probabilities } = session.predictFloat(pictures(architecture), count);
      session.dispose();
      const { trainedOutput, output } = answers[index]!;
      const { difference } = compare(probabilities, trainedOutput as Float32Array);
      expect({ name, same: difference < 1e-5, learnt: compare(trainedOutput as Float32Array, output).difference > 1e-6 }).toEqual({ name, same: true, learnt: true });
      most = Math.max(most, difference);
    }
    console.info(`${ending}, there and back: at most ${most.toExponential(1)} apart`);
  });
});
