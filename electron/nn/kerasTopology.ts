import type { Architecture, Layer } from '../core/architecture';
import { assertNever } from '../core/errors';
import { dilationOf, layerInputs, outputShapes, shapeOfInput, type Shape } from '../core/shapes';

type Config = Record<string, unknown>;

const activationNames: Readonly<Record<string, string>> = { hardSigmoid: 'hardSigmoid' };
const activation = (name: string): string => activationNames[name] ?? name;

/** Class name and arguments of a layer as Keras 2 and tfjs-layers write them. */
function describe(layer: Layer, shape: Shape): { readonly className: string; readonly config: Config } {
  const common = { name: layer.name, trainable: layer.trainable !== false, dtype: 'float32' };
  const windowed = (value: { readonly strides: readonly number[]; readonly padding: string }): Config => ({ strides: value.strides, padding: value.padding, data_format: 'channels_last' });
  switch (layer.type) {
    case 'conv2d':
      return { className: 'Conv2D', config: { ...common, filters: layer.filters, kernel_size: layer.kernelSize, ...windowed(layer), dilation_rate: dilationOf(layer), ...(layer.groups ? { groups: layer.groups } : {}), activation: activation(layer.activation), use_bias: layer.useBias } };
    case 'depthwiseConv2d':
      return { className: 'DepthwiseConv2D', config: { ...common, kernel_size: layer.kernelSize, depth_multiplier: layer.depthMultiplier, ...windowed(layer), dilation_rate: dilationOf(layer), activation: activation(layer.activation), use_bias: layer.useBias } };
    case 'separableConv2d':
      return { className: 'SeparableConv2D', config: { ...common, filters: layer.filters, kernel_size: layer.kernelSize, depth_multiplier: layer.depthMultiplier, ...windowed(layer), dilation_rate: dilationOf(layer), activation: activation(layer.activation), use_bias: layer.useBias } };
    case 'dense':
      return { className: 'Dense', config: { ...common, units: layer.units, activation: activation(layer.activation), use_bias: layer.useBias } };
    case 'batchNormalization':
      return { className: 'BatchNormalization', config: { ...common, axis: -1, momentum: layer.momentum, epsilon: layer.epsilon, center: layer.center !== false, scale: layer.scale !== false } };
    case 'activation':
      return { className: 'Activation', config: { ...common, activation: activation(layer.activation) } };
    case 'leakyReLU':
      return { className: 'LeakyReLU', config: { ...common, alpha: layer.alpha } };
    case 'reLU':
      // tfjs knows the upper bound only, and would leave the rest out without a word: under this name it says so.
      return { className: layer.negativeSlope === 0 && layer.threshold === 0 ? 'ReLU' : 'GeneralReLU', config: { ...common, max_value: layer.maxValue, negative_slope: layer.negativeSlope, threshold: layer.threshold } };
    case 'prelu':
      return { className: 'PReLU', config: { ...common, shared_axes: [1, 2] } };
    case 'maxPooling2d':
    case 'averagePooling2d':
      return { className: layer.type === 'maxPooling2d' ? 'MaxPooling2D' : 'AveragePooling2D', config: { ...common, pool_size: layer.poolSize, ...windowed(layer) } };
    case 'globalAveragePooling2d':
    case 'globalMaxPooling2d':
      return { className: layer.type === 'globalMaxPooling2d' ? 'GlobalMaxPooling2D' : 'GlobalAveragePooling2D', config: { ...common, data_format: 'channels_last' } };
    case 'flatten':
      return { className: 'Flatten', config: { ...common, data_format: 'channels_last' } };
    case 'dropout':
      return { className: 'Dropout', config: { ...common, rate: layer.rate, noise_shape: null, seed: null } };
    case 'spatialDropout2d':
      return { className: 'Dropout', config: { ...common, rate: layer.rate, noise_shape: [null, 1, 1, shape.at(-1)], seed: null } };
    case 'reshape':
      return { className: 'Reshape', config: { ...common, target_shape: layer.shape } };
    case 'cropping2d':
      return { className: 'Cropping2D', config: { ...common, cropping: layer.cropping, data_format: 'channels_last' } };
    case 'zeroPadding2d':
      return { className: 'ZeroPadding2D', config: { ...common, padding: layer.padding, data_format: 'channels_last' } };
    case 'upSampling2d':
      return { className: 'UpSampling2D', config: { ...common, size: layer.size, data_format: 'channels_last' } };
    case 'rescaling':
      return { className: 'Rescaling', config: { ...common, scale: layer.scale, offset: layer.offset } };
    case 'add':
      return { className: 'Add', config: common };
    case 'multiply':
      return { className: 'Multiply', config: common };
    case 'concatenate':
      return { className: 'Concatenate', config: { ...common, axis: -1 } };
    default:
      return assertNever(layer);
  }
}

/** The `modelTopology` of a tfjs layers model: a functional model in the format of Keras 2. What tfjs cannot do (groups, a ReLU with a slope) it refuses to open. */
export function kerasTopology(architecture: Architecture): object {
  const shapes = outputShapes(architecture);
  const inputs = layerInputs(architecture);
  const input = 'input';
  const layers = [
    { class_name: 'InputLayer', name: input, config: { batch_input_shape: [null, ...shapeOfInput(architecture.input)], dtype: 'float32', sparse: false, name: input }, inbound_nodes: [] as unknown[] },
    ...architecture.layers.map((layer) => {
      const { className, config } = describe(layer, shapes.get(layer.name) as Shape);
      return { class_name: className, name: layer.name, config, inbound_nodes: [(inputs.get(layer.name) ?? []).map((source) => [source ?? input, 0, 0, {}])] };
    }),
  ];
  return {
    class_name: 'Functional',
    keras_version: '2.15.0',
    backend: 'tensorflow',
    config: { name: 'graft', layers, input_layers: [[input, 0, 0]], output_layers: [[architecture.layers.at(-1)?.name ?? input, 0, 0]] },
  };
}
