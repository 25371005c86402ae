import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { defaultPreprocessing } from '../../../electron/core/architecture';
import type { ModelFormat } from '../../../electron/core/exports';
import { buildPreset } from '../../../electron/core/presets';
import { snippet } from '../../../electron/core/snippets';
import { freeContext } from '../../../electron/nn/context';
import { exportedModel, randomPictures } from '../../../electron/nn/export/exportModel';
import { keepModel } from '../../../electron/nn/export/keepModel';
import { GraphSession } from '../../../electron/nn/graph/session';
import { pixelsOfFile } from '../../../electron/nn/pixels';
import { tensorflow } from '../../../electron/nn/tensorflow';
import { livelyWeights, variedPictures } from '../../helpers/exportNetworks';
import { temporaryFolder } from '../../helpers/projects';
import { jaxPython } from '../../helpers/pythons';

const python = jaxPython();
// Inside the checkout, where Node finds the packages.
const holder = temporaryFolder();
const scripts = resolve('out/test-snippets');
mkdirSync(scripts, { recursive: true });
afterAll(() => holder.remove());

const classNames = ['кружка', 'duck "x"', 'car'];

describe.each([1, 3])('the program for a model of %i channels gives the scores of the studio', (channels) => {
  const architecture = buildPreset('small-bn', { height: 20, width: 28, channels }, 3);
  const preprocessing = defaultPreprocessing(channels);
  const weights = livelyWeights(architecture);

  test.each(['keras', 'h5', 'onnx', 'tfjs'] as const)('%s', async (format: ModelFormat) => {
    if (format !== 'tfjs' && python === null) return console.warn('SKIPPED: no Python');
    const tf = tensorflow();
    const picture = join(holder.folder, 'photo.png');
    const pixels = tf.tensor3d(Array.from(variedPictures(3, 47 * 61), (value) => Math.round(value * 255)), [47, 61, 3], 'int32');
    writeFileSync(picture, await tf.node.encodePng(pixels as never));
    pixels.dispose();
    const file = format === 'tfjs' ? `web${channels}` : `toys${channels}.${format}`;
    const model = exportedModel({ architecture, weights, classNames, preprocessing }, 'toys', null);
    await keepModel(model, format, join(holder.folder, file), false, randomPictures(model), freeContext());
    const session = await GraphSession.create(architecture, preprocessing, weights, false);
    const { probabilities } = session.predict(pixelsOfFile(picture, 20, 28), 1);
    session.dispose();
    const code = snippet({ format, file, input: architecture.input, preprocessing, classNames });
    const name = join(format === 'tfjs' ? scripts : holder.folder, `snippet-${format}${channels}.${format === 'tfjs' ? 'cjs' : 'py'}`);
    // tfjs-node of today calls what Node 23 took away; a stranger's project has its own.
    writeFileSync(name, code);
    const said = execFileSync(format === 'tfjs' ? process.execPath : (python as string), [name, picture], { cwd: holder.folder, env: { ...process.env, KERAS_BACKEND: 'jax', PYTHONUTF8: '1', TF_CPP_MIN_LOG_LEVEL: '3' }, stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' });
    const scores = new Map(said.trim().split('\n').map((line) => [line.slice(7), Number(line.slice(0, 6))]));
    classNames.forEach((each, index) => expect(Math.abs((scores.get(each) as number) - (probabilities[index] as number))).toBeLessThan(6e-5));
  });
});
