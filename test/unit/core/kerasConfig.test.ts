import type { Architecture } from '../../../electron/core/architecture';
import { UserError } from '../../../electron/core/errors';
import { architectureFromKeras, isKerasConfig } from '../../../electron/core/kerasConfig';
import { buildPreset, presetNames } from '../../../electron/core/presets';
import { outputShapes } from '../../../electron/core/shapes';
import { kerasTopology } from '../../../electron/nn/kerasTopology';

/** Without lineage, what Keras does not write, and inputs that only say what is so anyway: the layer before. */
function plain({ input, layers }: Architecture): object {
  return {
    input,
    layers: layers.map(({ uid: _, ...layer }, index) => (layer.inputs?.length === 1 && layer.inputs[0] === layers[index - 1]?.name ? { ...layer, inputs: undefined } : layer)),
  };
}

describe('architectures from Keras', () => {
  it.each(presetNames)('reads back what is written of the preset %s', (name) => {
    const preset = buildPreset(name, { height: 48, width: 64, channels: 3 }, 5);
    const topology: unknown = JSON.parse(JSON.stringify(kerasTopology(preset)));
    expect(isKerasConfig(topology)).toBe(true);
    expect(plain(architectureFromKeras(topology))).toEqual(plain(preset));
  });

  it('reads Keras 3: a Sequential, and a Functional with a branch', () => {
    const tensor = (name: string) => ({ class_name: '__keras_tensor__', config: { shape: [null, 8, 8, 4], dtype: 'float32', keras_history: [name, 0, 0] } });
    const conv = (name: string, args: unknown) => ({ class_name: 'Conv2D', config: { name, filters: 4, kernel_size: [3, 3], strides: [1, 1], padding: 'same', activation: 'silu', use_bias: true }, inbound_nodes: [{ args, kwargs: {} }] });
    const input = { class_name: 'InputLayer', config: { name: 'in', batch_shape: [null, 8, 8, 4] }, inbound_nodes: [] };
    const functional = {
      class_name: 'Functional',
      config: {
        name: 'skip net',
        layers: [input, conv('a', [tensor('in')]), conv('b', [tensor('a')]), { class_name: 'Add', config: { name: 'sum' }, inbound_nodes: [{ args: [[tensor('a'), tensor('b')]], kwargs: {} }] }],
      },
    };
    const read = architectureFromKeras(functional);
    expect(read).toMatchObject({ name: 'skip_net', input: { height: 8, width: 8, channels: 4 } });
    expect(read.layers.at(-1)).toMatchObject({ type: 'add', inputs: ['a', 'b'] });
    expect(read.layers[0]).toMatchObject({ activation: 'swish', padding: 'same' });
    const sequential = { class_name: 'Sequential', config: { name: 's', layers: [input, conv('a', []), { class_name: 'Flatten', config: { name: 'flat' } }, { class_name: 'Dense', config: { name: 'head', units: 3, activation: 'softmax' } }] } };
    expect(outputShapes(architectureFromKeras(sequential)).get('head')).toEqual([3]);
  });

  it('reads dilation, groups, crops, shapes and bounded ReLUs', () => {
    const entry = (className: string, config: object) => ({ class_name: className, config });
    const layers = [
      entry('Conv2D', { name: 'wide', filters: 4, kernel_size: [3, 3], dilation_rate: [2, 2], padding: 'same' }),
      entry('Conv2D', { name: 'parts', filters: 4, kernel_size: [1, 1], dilation_rate: 1, groups: 2, padding: 'valid' }),
      entry('SpatialDropout2D', { name: 'drop', rate: 0.25 }),
      entry('Cropping2D', { name: 'crop', cropping: [[1, 1], [0, 2]] }),
      entry('ReLU', { name: 'six', max_value: 6, negative_slope: 0, threshold: 0 }),
      entry('ReLU', { name: 'one', max_value: 1, negative_slope: 0.1, threshold: 0 }),
      entry('Reshape', { name: 'row', target_shape: [144] }),
    ];
    const architecture = architectureFromKeras({ class_name: 'Sequential', config: { name: 's', build_input_shape: [null, 8, 8, 1], layers } });
    expect(architecture.layers).toMatchObject([
      { dilationRate: [2, 2] }, { groups: 2 }, { type: 'spatialDropout2d', rate: 0.25 }, { type: 'cropping2d', cropping: [[1, 1], [0, 2]] },
      { type: 'activation', activation: 'relu6' }, { type: 'reLU', maxValue: 1, negativeSlope: 0.1 }, { type: 'reshape', shape: [144] },
    ]);
    expect(architecture.layers[1]).not.toHaveProperty('dilationRate');
  });

  it('names what it does not know', () => {
    const config = (layer: object) => ({ class_name: 'Sequential', config: { name: 's', build_input_shape: [null, 8, 8, 1], layers: [layer] } });
    for (const layer of [{ class_name: 'LSTM', config: { name: 'memory' } }, { class_name: 'Conv2D', config: { name: 'bent', filters: 2, kernel_size: 3, activation: 'softer' } }]) {
      expect(() => architectureFromKeras(config(layer))).toThrow(UserError);
    }
  });
});
