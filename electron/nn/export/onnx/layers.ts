import type { Activation, Layer, Padding, PoolingLayer, Size2D, WeightRole } from '../../../core/architecture';
import { assertNever } from '../../../core/errors';
import { dilationOf, kernelSpan, outputSize, paddingBefore, type Shape } from '../../../core/shapes';
import type { OnnxBuilder } from './builder';
import type { Attribute } from './proto';

/** What the writing of one layer needs. */
export interface OnnxLayerContext {
  readonly g: OnnxBuilder;
  /** Without the batch axis, as Keras has them: [height, width, channels]. */
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
  readonly weight: (role: WeightRole) => { readonly shape: Shape; readonly values: Float32Array };
}

/** Channels (or units) are axis 1 of pictures and of vectors alike; in between they are the last axis. */
function channelAxis(shape: Shape): number {
  return shape.length === 3 ? 1 : shape.length;
}

/** Moves the axes of a row-major array: axis k of the result is axis `order[k]` of the array. */
export function permute(values: Float32Array, shape: Shape, order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const sizes = order.map((axis) => shape[axis] as number);
  const steps = order.map((axis) => strides[axis] as number);
  const result = new Float32Array(values.length);
  const place = sizes.map(() => 0);
  let from = 0;
  for (let at = 0; at < result.length; at += 1) {
    result[at] = values[from] as number;
    for (let axis = sizes.length - 1; axis >= 0; axis -= 1) {
      place[axis] = (place[axis] as number) + 1;
      from += steps[axis] as number;
      if ((place[axis] as number) < (sizes[axis] as number)) break;
      from -= (sizes[axis] as number) * (steps[axis] as number);
      place[axis] = 0;
    }
  }
  return result;
}

/** [top, left, bottom, right] zeros around a picture, as TensorFlow puts them: the odd one goes to the bottom and the right. */
function pads(shape: Shape, size: Size2D, strides: Size2D, padding: Padding): Attribute {
  if (padding === 'valid') return { ints: [0, 0, 0, 0] };
  const before = [0, 1].map((axis) => paddingBefore(shape[axis] as number, size[axis] as number, strides[axis] as number, padding));
  const all = [0, 1].map((axis) => {
    const [from, kernel, stride] = [shape[axis] as number, size[axis] as number, strides[axis] as number];
    return Math.max((outputSize(from, kernel, stride, padding) - 1) * stride + kernel - from, 0);
  });
  return { ints: [...before, ...all.map((total, axis) => total - (before[axis] as number))] };
}

function activate(g: OnnxBuilder, name: string, activation: Activation, x: string, shape: Shape): string {
  switch (activation) {
    case 'linear':
      return x;
    case 'relu':
      return g.op('Relu', `${name}/relu`, [x]);
    case 'relu6':
      return g.op('Clip', `${name}/relu6`, [x, g.float(`${name}/zero`, 0), g.float(`${name}/six`, 6)]);
    case 'elu':
      return g.op('Elu', `${name}/elu`, [x], { alpha: { float: 1 } });
    case 'selu':
      return g.op('Selu', `${name}/selu`, [x]);
    case 'sigmoid':
      return g.op('Sigmoid', `${name}/sigmoid`, [x]);
    case 'hardSigmoid':
      return g.op('HardSigmoid', `${name}/hardSigmoid`, [x], { alpha: { float: 0.2 }, beta: { float: 0.5 } });
    case 'tanh':
      return g.op('Tanh', `${name}/tanh`, [x]);
    case 'softplus':
      return g.op('Softplus', `${name}/softplus`, [x]);
    case 'softsign':
      return g.op('Softsign', `${name}/softsign`, [x]);
    case 'swish':
      return g.op('Mul', `${name}/swish`, [x, g.op('Sigmoid', `${name}/gate`, [x])]);
    case 'gelu': {
      // x/2 (1 + erf(x / sqrt 2)); the operation Gelu itself came with opset 20 only.
      const erf = g.op('Erf', `${name}/erf`, [g.op('Mul', `${name}/scaled`, [x, g.float(`${name}/invSqrt2`, Math.SQRT1_2)])]);
      const half = g.op('Mul', `${name}/half`, [x, g.float(`${name}/oneHalf`, 0.5)]);
      return g.op('Mul', `${name}/gelu`, [half, g.op('Add', `${name}/phi`, [erf, g.float(`${name}/one`, 1)])]);
    }
    case 'softmax':
      return g.op('Softmax', `${name}/softmax`, [x], { axis: { int: channelAxis(shape) } });
    default:
      return assertNever(activation);
  }
}

type Learnt = Extract<Layer, { readonly kernelSize: Size2D }>;

/** A convolution: kernels [height, width, in, out], or [height, width, in, multiplier] of a depthwise one, become [out, in / groups, height, width]. */
function convolution(context: OnnxLayerContext, name: string, x: string, shape: Shape, layer: Pick<Learnt, 'strides' | 'padding' | 'dilationRate'> & { readonly groups?: number }, role: WeightRole, bias: boolean): string {
  const { g } = context;
  const kernel = context.weight(role);
  const [height, width, incoming, outgoing] = kernel.shape as readonly [number, number, number, number];
  const depthwise = role === 'depthwise_kernel';
  // A depthwise kernel's outputs are ordered by input channel first, as ONNX groups are.
  const values = permute(kernel.values, kernel.shape, depthwise ? [2, 3, 0, 1] : [3, 2, 0, 1]);
  const size = depthwise ? [incoming * outgoing, 1, height, width] : [outgoing, incoming, height, width];
  const inputs = [x, g.floats(`${name}/${role}`, size, values)];
  if (bias) inputs.push(g.floats(`${name}/bias`, context.weight('bias').shape, context.weight('bias').values));
  return g.op('Conv', `${name}/${depthwise ? 'depthwise' : 'conv'}`, inputs, {
    kernel_shape: { ints: [height, width] },
    strides: { ints: layer.strides },
    dilations: { ints: dilationOf(layer) },
    pads: pads(shape, kernelSpan({ kernelSize: [height, width], dilationRate: layer.dilationRate }), layer.strides, layer.padding),
    group: { int: depthwise ? incoming : (layer.groups ?? 1) },
  });
}

function dense(context: OnnxLayerContext, layer: Extract<Layer, { readonly type: 'dense' }>, x: string): string {
  const { g, inputShapes } = context;
  const { name } = layer;
  const kernel = context.weight('kernel');
  const bias = layer.useBias ? [g.floats(`${name}/bias`, context.weight('bias').shape, context.weight('bias').values)] : [];
  const [incoming, outgoing] = kernel.shape as readonly [number, number];
  // A dense layer on a picture is a convolution of single pixels.
  if (inputShapes[0]?.length === 3) return g.op('Conv', `${name}/pixelwise`, [x, g.floats(`${name}/kernel`, [outgoing, incoming, 1, 1], permute(kernel.values, kernel.shape, [1, 0])), ...bias]);
  const product = g.op('MatMul', `${name}/matmul`, [x, g.floats(`${name}/kernel`, kernel.shape, kernel.values)]);
  return bias.length === 0 ? product : g.op('Add', `${name}/add`, [product, ...bias]);
}

function pooling({ g, inputShapes }: OnnxLayerContext, layer: PoolingLayer, x: string): string {
  const attributes: Readonly<Record<string, Attribute>> = { kernel_shape: { ints: layer.poolSize }, strides: { ints: layer.strides }, pads: pads(inputShapes[0] as Shape, layer.poolSize, layer.strides, layer.padding) };
  // As in TensorFlow, the padding is no part of the mean.
  return layer.type === 'maxPooling2d' ? g.op('MaxPool', layer.name, [x], attributes) : g.op('AveragePool', layer.name, [x], { ...attributes, count_include_pad: { int: 0 } });
}

function batchNormalization({ g, inputShapes, weight }: OnnxLayerContext, layer: Extract<Layer, { readonly type: 'batchNormalization' }>, x: string): string {
  const channels = (inputShapes[0] as Shape).at(-1) as number;
  const constant = (name: string, value: number): string => g.floats(`${layer.name}/${name}`, [channels], new Float32Array(channels).fill(value));
  const learnt = (role: WeightRole): string => g.floats(`${layer.name}/${role}`, [channels], weight(role).values);
  const statistics = [layer.scale === false ? constant('gamma', 1) : learnt('gamma'), layer.center === false ? constant('beta', 0) : learnt('beta'), learnt('moving_mean'), learnt('moving_variance')];
  const rank = (inputShapes[0] as Shape).length;
  const normalize = (input: string): string => g.op('BatchNormalization', layer.name, [input, ...statistics], { epsilon: { float: layer.epsilon } });
  if (rank !== 2) return normalize(x);
  // ONNX normalizes axis 1; a sequence has its channels behind.
  return g.op('Transpose', `${layer.name}/back`, [normalize(g.op('Transpose', `${layer.name}/turned`, [x], { perm: { ints: [0, 2, 1] } }))], { perm: { ints: [0, 2, 1] } });
}

/** A layer with another shape on the same numbers, in the order of Keras. */
function reshape({ g, inputShapes, outputShape }: OnnxLayerContext, name: string, x: string): string {
  const rows = g.toKeras(`${name}/rows`, x, inputShapes[0] as Shape);
  return g.toOnnx(`${name}/channelsFirst`, g.op('Reshape', name, [rows, g.ints(`${name}/shape`, [-1, ...outputShape])]), outputShape);
}

/** The ReLU of Keras with a bound, a slope below and a threshold. */
function rectified(g: OnnxBuilder, { name, maxValue, negativeSlope, threshold }: Extract<Layer, { readonly type: 'reLU' }>, x: string): string {
  if (threshold === 0) {
    const low = negativeSlope === 0 ? g.op('Relu', `${name}/relu`, [x]) : g.op('LeakyRelu', `${name}/leaky`, [x], { alpha: { float: negativeSlope } });
    return maxValue === null ? low : g.op('Min', name, [low, g.float(`${name}/max`, maxValue)]);
  }
  const level = g.float(`${name}/threshold`, threshold);
  const bounded = maxValue === null ? x : g.op('Min', `${name}/bounded`, [x, g.float(`${name}/max`, maxValue)]);
  const below = g.op('Mul', `${name}/below`, [g.op('Sub', `${name}/past`, [x, level]), g.float(`${name}/slope`, negativeSlope)]);
  return g.op('Where', name, [g.op('GreaterOrEqual', `${name}/above`, [x, level]), bounded, below]);
}

/** Writes one layer and gives the name of its output. `inputs`: what it reads. */
export function writeLayer(context: OnnxLayerContext, layer: Layer, inputs: readonly string[]): string {
  const { g, inputShapes, outputShape } = context;
  const { name } = layer;
  const x = inputs[0] as string;
  const shape = inputShapes[0] as Shape;
  switch (layer.type) {
    case 'conv2d':
      return activate(g, name, layer.activation, convolution(context, name, x, shape, layer, 'kernel', layer.useBias), outputShape);
    case 'depthwiseConv2d':
      return activate(g, name, layer.activation, convolution(context, name, x, shape, layer, 'depthwise_kernel', layer.useBias), outputShape);
    case 'separableConv2d': {
      const depthwise = convolution(context, name, x, shape, layer, 'depthwise_kernel', false);
      return activate(g, name, layer.activation, convolution(context, name, depthwise, outputShape, { strides: [1, 1], padding: 'valid' }, 'pointwise_kernel', layer.useBias), outputShape);
    }
    case 'dense':
      return activate(g, name, layer.activation, dense(context, layer, x), outputShape);
    case 'batchNormalization':
      return batchNormalization(context, layer, x);
    case 'activation':
      return activate(g, name, layer.activation, x, outputShape);
    case 'leakyReLU':
      return g.op('LeakyRelu', name, [x], { alpha: { float: layer.alpha } });
    case 'reLU':
      return rectified(g, layer, x);
    case 'prelu': {
      const slope = context.weight('alpha');
      return g.op('PRelu', name, [x, g.floats(`${name}/alpha`, shape.length === 3 ? [shape[2] as number, 1, 1] : slope.shape, slope.values)]);
    }
    case 'maxPooling2d':
    case 'averagePooling2d':
      return pooling(context, layer, x);
    case 'globalAveragePooling2d':
    case 'globalMaxPooling2d':
      return g.op('Flatten', name, [g.op(layer.type === 'globalMaxPooling2d' ? 'GlobalMaxPool' : 'GlobalAveragePool', `${name}/pool`, [x])], { axis: { int: 1 } });
    case 'flatten':
    case 'reshape':
      return reshape(context, name, x);
    case 'dropout':
    case 'spatialDropout2d':
      return x;
    case 'zeroPadding2d': {
      const [[top, bottom], [left, right]] = layer.padding;
      return g.op('Pad', name, [x, g.ints(`${name}/pads`, [0, 0, top, left, 0, 0, bottom, right])], { mode: { text: 'constant' } });
    }
    case 'cropping2d': {
      const [[top, bottom], [left, right]] = layer.cropping;
      const [height, width] = shape as readonly [number, number];
      return g.op('Slice', name, [x, g.ints(`${name}/from`, [top, left]), g.ints(`${name}/to`, [height - bottom, width - right]), g.ints(`${name}/axes`, [2, 3])]);
    }
    case 'upSampling2d':
      return g.op('Resize', name, [x, '', g.floats(`${name}/scales`, [4], Float32Array.of(1, 1, ...layer.size))], { mode: { text: 'nearest' }, coordinate_transformation_mode: { text: 'asymmetric' }, nearest_mode: { text: 'floor' } });
    case 'rescaling':
      return g.op('Add', name, [g.op('Mul', `${name}/scaled`, [x, g.float(`${name}/scale`, layer.scale)]), g.float(`${name}/offset`, layer.offset)]);
    case 'add':
      return g.op('Sum', name, inputs);
    case 'multiply':
      return inputs.reduce((product, other) => g.op('Mul', name, [product, other]));
    case 'concatenate':
      return g.op('Concat', name, inputs, { axis: { int: channelAxis(outputShape) } });
    default:
      return assertNever(layer);
  }
}
