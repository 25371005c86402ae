import { strToU8, zipSync } from 'fflate';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UserError } from '../../../electron/core/errors';
import { withFullNorms } from '../../../electron/core/fullNorms';
import { readModelFile, type ModelFile, type ReadOptions } from '../../../electron/nn/files/readModelFile';
import { kerasBytes, writeH5, type H5Content } from '../../helpers/kerasFiles';
import { noise } from '../../helpers/networks';
import { referenceLogits, softmax } from '../../helpers/referenceNetwork';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'graft-test-flavours-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
async function h5(content: H5Content, options: ReadOptions = {}): Promise<ModelFile> {
  const path = join(folder, `m${(count += 1)}.h5`);
  await writeH5(path, content);
  return readModelFile(path, options);
}

const entry = (className: string, config: object, inbound?: readonly string[]) => ({ class_name: className, config, ...(inbound ? { name: (config as { name: string }).name, inbound_nodes: inbound.length === 0 ? [] : [inbound.map((name) => [name, 0, 0, {}])] } : {}) });
const w = (name: string, shape: readonly number[], seed = 1) => ({ name, shape, values: noise(shape.reduce((a, b) => a * b, 1), seed, 0.5) });
const answers = (model: ModelFile, seed = 4): readonly number[] => {
  const { height, width, channels } = model.architecture.input;
  return [...referenceLogits(model.architecture, model.weights, { shape: [height, width, channels], values: Float64Array.from(noise(height * width * channels, seed)) }).values];
};
async function refusal(work: Promise<unknown>): Promise<UserError> {
  return work.then(() => { throw new Error('it was read'); }, (error: UserError) => error);
}

/** The same small network in the words of the three Keras. */
const conv = { padding: 'same', strides: [1, 1], kernel_size: [3, 3], filters: 2, activation: 'relu', use_bias: true, data_format: 'channels_last' };
const convWeights = [w('c/kernel:0', [3, 3, 1, 2], 5), w('c/bias:0', [2], 6)];
const denseWeights = [w('d/kernel:0', [32, 3], 7), w('d/bias:0', [3], 8)];
const keras2 = (): H5Content => ({
  config: { class_name: 'Sequential', config: [entry('Conv2D', { name: 'c', batch_input_shape: [null, 4, 4, 1], ...conv }), entry('Flatten', { name: 'f' }), entry('Dense', { name: 'd', units: 3, activation: 'softmax', use_bias: true })] },
  kerasVersion: '2.1.6',
  backend: 'tensorflow',
  layers: [{ name: 'c', weights: convWeights }, { name: 'f', weights: [] }, { name: 'd', weights: denseWeights }],
});

describe('the same network in the words of every Keras', () => {
  test('Keras 2: a bare list, and as a functional model', async () => {
    const plain = await h5(keras2());
    expect(plain.facts).toMatchObject({ format: 'h5', kerasVersion: '2.1.6', outputs: 3, trainable: true, parameters: { total: 20 + 99 } });
    const functional = await h5({ ...keras2(), config: { class_name: 'Functional', config: { name: 'm', layers: [entry('InputLayer', { name: 'i', batch_input_shape: [null, 4, 4, 1] }, []), entry('Conv2D', { name: 'c', ...conv }, ['i']), entry('Flatten', { name: 'f' }, ['c']), entry('Dense', { name: 'd', units: 3, activation: 'softmax' }, ['f'])], input_layers: [['i', 0, 0]], output_layers: [['d', 0, 0]] } } });
    expect(answers(functional)).toEqual(answers(plain));
  });

  test('Keras 1: its words; under Theano kernels are turned', async () => {
    const config = { class_name: 'Sequential', config: [entry('Convolution2D', { name: 'c', batch_input_shape: [null, 4, 4, 1], nb_filter: 2, nb_row: 3, nb_col: 3, subsample: [1, 1], border_mode: 'same', bias: true, activation: 'relu', dim_ordering: 'tf' }), entry('Flatten', { name: 'f' }), entry('Dense', { name: 'd', output_dim: 3, activation: 'softmax', bias: true })] };
    const layers = (ending: string) => [{ name: 'c', weights: [{ ...convWeights[0]!, name: `c_W${ending}` }, { ...convWeights[1]!, name: `c_b${ending}` }] }, { name: 'f', weights: [] }, { name: 'd', weights: [{ ...denseWeights[0]!, name: `d_W${ending}` }, { ...denseWeights[1]!, name: `d_b${ending}` }] }];
    const plain = await h5(keras2());
    expect(answers(await h5({ config, kerasVersion: '1.2.2', layers: layers(':0') }))).toEqual(answers(plain));
    const theano = await h5({ config, kerasVersion: '1.2.2', layers: layers('') });
    const kernel = theano.weights.get('c/kernel')!;
    expect([...kernel.subarray(0, 2)]).toEqual([...convWeights[0]!.values.subarray(16, 18)]);
    expect(theano.facts.warnings.map(({ key }) => key)).toContain('models:theano');
    const named = await h5({ ...keras2(), backend: 'theano' });
    expect(answers(named)).toEqual(answers(theano));
  });

  test('Keras 1 with the filters first ("th")', async () => {
    const rearranged = new Float32Array(18);
    for (let o = 0; o < 2; o += 1) for (let place = 0; place < 9; place += 1) rearranged[o * 9 + place] = convWeights[0]!.values[place * 2 + o]!;
    const config = { class_name: 'Sequential', config: [entry('Convolution2D', { name: 'c', batch_input_shape: [null, 1, 4, 4], nb_filter: 2, nb_row: 3, nb_col: 3, border_mode: 'same', activation: 'relu', dim_ordering: 'th' }), entry('GlobalAveragePooling2D', { name: 'g', dim_ordering: 'th' })] };
    const model = await h5({ config, kerasVersion: '1.2.2', layers: [{ name: 'c', weights: [{ name: 'c_W:0', shape: [2, 1, 3, 3], values: rearranged }, { ...convWeights[1]!, name: 'c_b:0' }] }, { name: 'g', weights: [] }] });
    expect([...model.weights.get('c/kernel')!]).toEqual([...convWeights[0]!.values]);
    expect(model.architecture.input).toEqual({ height: 4, width: 4, channels: 1 });
  });

  test('Keras 3: .keras by class and counter, a model inside a model', async () => {
    const plain = await h5(keras2());
    const inner = { module: 'keras', class_name: 'Sequential', config: { name: 'body', layers: [entry('InputLayer', { name: 'i', batch_shape: [null, 4, 4, 1] }), entry('Conv2D', { name: 'c', ...conv })] } };
    const config = { module: 'keras', class_name: 'Sequential', config: { name: 'm', layers: [inner, entry('Flatten', { name: 'f' }), entry('Dense', { name: 'd', units: 3, activation: 'softmax' })] } };
    const path = join(folder, 'nested.keras');
    writeFileSync(path, await kerasBytes(config, { 'layers/sequential/layers/conv2d': convWeights, 'layers/dense': denseWeights }));
    const model = await readModelFile(path);
    expect(model.facts).toMatchObject({ format: 'keras', kerasVersion: '3.15.1' });
    expect(answers(model)).toEqual(answers(plain));
  });

  test('weights alone, with the network beside them or given', async () => {
    const { config, ...rest } = keras2();
    const path = join(folder, 'toys_weights.h5');
    await writeH5(path, { ...rest, config: null });
    expect((await refusal(readModelFile(path))).key).toBe('models:weightsOnly');
    writeFileSync(join(folder, 'given.json'), JSON.stringify(config));
    const plain = answers(await h5(keras2()));
    expect(answers(await readModelFile(path, { architecture: join(folder, 'given.json') }))).toEqual(plain);
    writeFileSync(join(folder, 'toys.json'), JSON.stringify(config));
    expect(answers(await readModelFile(path))).toEqual(plain);
  });
});

test('channels first: the same answers for the same picture', async () => {
  const first = { ...conv, data_format: 'channels_first' };
  const layers = (format: object, shape: readonly (number | null)[], flat: string) => [entry('Conv2D', { name: 'c', batch_input_shape: shape, ...format }), entry('BatchNormalization', { name: 'n', axis: flat === 'channels_last' ? 1 : -1, epsilon: 1e-3 }), entry('Flatten', { name: 'f', data_format: 'channels_last' }), entry('Dense', { name: 'd', units: 3, activation: 'softmax' })];
  const norm = { name: 'n', weights: [w('n/gamma:0', [2], 1), w('n/beta:0', [2], 2), w('n/moving_mean:0', [2], 3), { name: 'n/moving_variance:0', shape: [2], values: Float32Array.of(0.7, 1.2) }] };
  const rest = { ...keras2(), layers: [{ name: 'c', weights: convWeights }, norm, { name: 'f', weights: [] }, { name: 'd', weights: denseWeights }] };
  const last = await h5({ ...rest, config: { class_name: 'Sequential', config: { name: 'm', layers: layers(conv, [null, 4, 4, 1], 'last') } } });
  // Rows of the dense kernel in the order (channel, row, column).
  const rows = new Float32Array(96);
  for (let place = 0; place < 16; place += 1) for (let channel = 0; channel < 2; channel += 1) rows.set(denseWeights[0]!.values.subarray((place * 2 + channel) * 3, (place * 2 + channel + 1) * 3), (channel * 16 + place) * 3);
  const turnedDense = { name: 'd', weights: [{ ...denseWeights[0]!, values: rows }, denseWeights[1]!] };
  const model = await h5({ ...rest, layers: [rest.layers[0]!, norm, { name: 'f', weights: [] }, turnedDense], config: { class_name: 'Sequential', config: { name: 'm', layers: layers(first, [null, 1, 4, 4], 'channels_last') } } });
  expect(answers(model)).toEqual(answers(last));
  expect(model.facts.warnings.map(({ key }) => key)).toContain('models:channelsFirst');
});

test('bends of every kind, and layers that only train', async () => {
  const layers = [
    entry('RandomFlip', { name: 'flip', batch_input_shape: [null, 4, 4, 1], mode: 'horizontal' }),
    entry('Rescaling', { name: 'r', scale: 2, offset: -1 }),
    entry('Conv2D', { name: 'c', ...conv, activation: { class_name: 'LeakyReLU', config: { negative_slope: 0.2 } } }),
    entry('Activation', { name: 'h', activation: 'hard_sigmoid' }),
    entry('GlobalAveragePooling2D', { name: 'g', keepdims: true }),
    entry('Flatten', { name: 'f' }),
  ];
  const path = join(folder, 'bends.keras');
  writeFileSync(path, await kerasBytes({ module: 'keras', class_name: 'Sequential', config: { name: 'm', layers } }, { 'layers/conv2d': convWeights }));
  const model = await readModelFile(path);
  expect(model.facts.preprocessing).toMatchObject({ scale: 1, offset: 0 });
  expect(model.facts.warnings.map(({ key }) => key)).toEqual(['models:onlyForTraining']);
  const x = noise(16, 4);
  const sums = [0, 0];
  for (let y = 0; y < 4; y += 1)
    for (let column = 0; column < 4; column += 1)
      for (let o = 0; o < 2; o += 1) {
        let sum = convWeights[1]!.values[o]!;
        for (let i = 0; i < 3; i += 1)
          for (let j = 0; j < 3; j += 1) {
            const [row, place] = [y + i - 1, column + j - 1];
            if (row >= 0 && place >= 0 && row < 4 && place < 4) sum += (2 * x[row * 4 + place]! - 1) * convWeights[0]!.values[(i * 3 + j) * 2 + o]!;
          }
        const leaky = sum > 0 ? sum : 0.2 * sum;
        sums[o]! += Math.min(Math.max(leaky / 6 + 0.5, 0), 1) / 16;
      }
  answers(model).forEach((value, index) => expect(value).toBeCloseTo(sums[index]!, 6));
});

test('batch normalisation without scale: counted as it is, filled for a project', async () => {
  const layers = [entry('BatchNormalization', { name: 'n', batch_input_shape: [null, 4, 4, 1], scale: false, epsilon: 1e-3 }), entry('Flatten', { name: 'f' })];
  const model = await h5({ config: { class_name: 'Sequential', config: { name: 'm', layers } }, kerasVersion: '2.4.0', backend: 'tensorflow', layers: [{ name: 'n', weights: [w('n/beta:0', [1]), w('n/moving_mean:0', [1], 2), { name: 'n/moving_variance:0', shape: [1], values: Float32Array.of(2) }] }, { name: 'f', weights: [] }] });
  expect(model.facts.parameters.total).toBe(3);
  const full = withFullNorms(model);
  expect(answers({ ...full, facts: model.facts })).toEqual(answers(model));
  expect(full.weights.get('n/gamma')).toEqual(Float32Array.of(1));
});

describe('what is refused', () => {
  test('all layers, each with its reason', async () => {
    const layers = [entry('Conv2D', { name: 'c', batch_input_shape: [null, 4, 4, 1], ...conv }), entry('Lambda', { name: 'code' }), entry('LSTM', { name: 'memory' }), { module: 'my.layers', class_name: 'Fancy', config: { name: 'own' }, registered_name: 'my>Fancy' }, entry('Conv2DTranspose', { name: 'up' }), entry('Dense', { name: 'd', units: 3, activation: 'mish2' })];
    const error = await refusal(h5({ ...keras2(), config: { class_name: 'Sequential', config: { name: 'm', layers } } }));
    expect(error.details.map(({ key, params }) => [key, params['layer']])).toEqual([['models:layerLambda', 'code'], ['models:layerSequence', 'memory'], ['models:layerCustom', 'own'], ['models:layerUnknown', 'up'], ['models:layerActivation', 'd']]);
  });

  test('numbers that do not fit, or are none', async () => {
    const content = keras2();
    const withDense = (weights: H5Content['layers'][number]['weights']) => h5({ ...content, layers: [...content.layers.slice(0, 2), { name: 'd', weights }] });
    expect(await refusal(withDense([w('d/kernel:0', [31, 3]), denseWeights[1]!]))).toMatchObject({ key: 'models:weightShape', params: { layer: 'd', found: '31 x 3', expected: '32 x 3' } });
    expect((await refusal(withDense([denseWeights[0]!]))).key).toBe('models:weightMissing');
    const nan = denseWeights[0]!.values.slice();
    nan[5] = Number.NaN;
    expect((await refusal(withDense([{ ...denseWeights[0]!, values: nan }, denseWeights[1]!]))).key).toBe('models:weightNumbers');
  });

  test('archives that are broken, lead out of themselves, or blow up', async () => {
    const refused = async (bytes: Uint8Array): Promise<string> => {
      const path = join(folder, 'bad.keras');
      writeFileSync(path, bytes);
      return (await refusal(readModelFile(path))).key;
    };
    const config = { module: 'keras', class_name: 'Sequential', config: { name: 'm', layers: [entry('Flatten', { name: 'f', batch_input_shape: [null, 4, 4, 1] })] } };
    const good = await kerasBytes(config, { 'layers/flatten': [] });
    expect(await refused(good.slice(0, good.length - 30))).toBe('models:badZip');
    expect(await refused(zipSync({ '../config.json': strToU8('{}') }))).toBe('models:badZip');
    expect(await refused(zipSync({ 'other.txt': strToU8('x') }))).toBe('models:noModelInside');
    const damaged = good.slice();
    damaged[good.length >> 1]! ^= 0xff;
    expect(await refused(damaged)).toBe('models:badZip');
    // 200 MB of zeros in 200 KB, under the name of the configuration.
    const bomb = zipSync({ 'config.json': new Uint8Array(200_000_000), 'metadata.json': strToU8('{}'), 'model.weights.h5': strToU8('x') }, { level: 9 });
    expect(bomb.length).toBeLessThan(400_000);
    const before = process.memoryUsage().rss;
    expect(await refused(bomb)).toBe('models:badZip');
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  test('networks of any size, until somebody says one', async () => {
    const layers = [entry('Conv2D', { name: 'c', batch_input_shape: [null, null, null, 1], ...conv }), entry('GlobalAveragePooling2D', { name: 'g' })];
    const content = { ...keras2(), config: { class_name: 'Sequential', config: { name: 'm', layers } }, layers: [{ name: 'c', weights: convWeights }, { name: 'g', weights: [] }] };
    expect((await refusal(h5(content))).details[0]?.key).toBe('models:layerOpenSize');
    expect((await h5(content, { input: { height: 8, width: 6, channels: 1 } })).architecture.input).toEqual({ height: 8, width: 6, channels: 1 });
  });
});

test('a vector that is a picture is flattened in front', async () => {
  const content: H5Content = { config: { class_name: 'Sequential', config: [entry('Dense', { name: 'd', batch_input_shape: [null, 16], units: 3, activation: 'softmax' })] }, kerasVersion: '2.1.0', backend: 'tensorflow', layers: [{ name: 'd', weights: [w('d/kernel:0', [16, 3]), w('d/bias:0', [3])] }] };
  const vector = await h5(content);
  expect(vector.facts).toMatchObject({ input: { vector: true, channels: 16 }, trainable: false });
  const picture = await h5(content, { input: { height: 4, width: 4, channels: 1 } });
  expect(picture.facts.trainable).toBe(true);
  const values = Float64Array.from(noise(16, 4));
  const logits = [...referenceLogits(vector.architecture, vector.weights, { shape: [16], values }).values];
  expect(answers(picture)).toEqual(logits);
  expect(softmax(logits)).toHaveLength(3);
  expect((await refusal(h5(content, { input: { height: 4, width: 5, channels: 1 } }))).details[0]?.key).toBe('models:layerOtherSize');
});
