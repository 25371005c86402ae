import type { BatchNormalizationLayer, DenseLayer, Layer, PoolingLayer, ReLULayer } from '../../core/architecture';
import { assertNever } from '../../core/errors';
import { dilationOf, type Shape } from '../../core/shapes';
import { activate } from './activations';
import { output, type GraphBuilder, type Ref } from './builder';
import { convolution } from './convolution';

/** What a layer gets while the graph is written. */
export interface LayerContext {
  readonly g: GraphBuilder;
  readonly training: boolean;
  /** Value of a weight of this layer, by its role. */
  weight(role: string): Ref;
  /** Remembers the gradient of a weight. */
  gradient(role: string, gradient: Ref): void;
  /** Remembers an operation that must run in each training step (moving statistics). */
  update(operation: Ref): void;
  /** Handle of a weight's variable. */
  variable(role: string): Ref;
  /** Shapes without the batch axis, of each input. */
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
  /** int32 [2]: seed of this step; the layer's own number is added. */
  readonly seed: Ref | null;
  readonly index: number;
  /** Frozen batch normalisation uses its moving statistics and leaves them alone. */
  readonly frozen: boolean;
}

/** Value of a layer, and the way back: gradient of its output -> gradients of its inputs. */
export interface BuiltLayer {
  readonly value: Ref;
  readonly back: (gradient: Ref) => readonly Ref[];
}

const nhwc = { data_format: { text: 'NHWC' } } as const;
const float = { T: { type: 'float' } } as const;

function strides(size: readonly [number, number]): { readonly ints: readonly number[] } {
  return { ints: [1, size[0], size[1], 1] };
}

function chain(first: BuiltLayer, second: { readonly value: Ref; readonly back: (gradient: Ref) => Ref }): BuiltLayer {
  return { value: second.value, back: (dy) => first.back(second.back(dy)) };
}

/** Adds the bias of a layer (if it has one) and its activation. */
function finish(context: LayerContext, linear: BuiltLayer, layer: { readonly useBias: boolean; readonly activation: Parameters<typeof activate>[1] }): BuiltLayer {
  const { g } = context;
  const biased: BuiltLayer = layer.useBias
    ? {
        value: g.op('BiasAdd', [linear.value, context.weight('bias')], { ...float, ...nhwc }),
        back: (dy) => {
          context.gradient('bias', g.op('BiasAddGrad', [dy], { ...float, ...nhwc }));
          return linear.back(dy);
        },
      }
    : linear;
  return chain(biased, activate(g, layer.activation, biased.value));
}

function dense(context: LayerContext, x: Ref, layer: DenseLayer): BuiltLayer {
  const { g } = context;
  const inputShape = context.inputShapes[0] as Shape;
  const deep = inputShape.length > 1;
  const flat = deep ? g.reshape(x, [-1, inputShape.at(-1) as number]) : x;
  const kernel = context.weight('kernel');
  const product = (a: Ref, b: Ref, transposeA: boolean, transposeB: boolean): Ref => g.op('MatMul', [a, b], { ...float, transpose_a: { bool: transposeA }, transpose_b: { bool: transposeB } });
  const linear: BuiltLayer = {
    value: product(flat, kernel, false, false),
    back: (dy) => {
      context.gradient('kernel', product(flat, dy, true, false));
      const dx = product(dy, kernel, false, true);
      return [deep ? g.reshape(dx, [-1, ...inputShape]) : dx];
    },
  };
  const built = finish(context, linear, layer);
  if (!deep) return built;
  return { value: g.reshape(built.value, [-1, ...context.outputShape]), back: (dy) => built.back(g.reshape(dy, [-1, layer.units])) };
}

function batchNormalization(context: LayerContext, x: Ref, layer: BatchNormalizationLayer): BuiltLayer {
  const { g } = context;
  const shape = context.inputShapes[0] as Shape;
  const picture = shape.length === 3;
  const input = picture ? x : g.reshape(x, [-1, 1, 1, shape[0] as number]);
  const live = context.training && !context.frozen;
  const channels = shape.at(-1) as number;
  const constant = (value: number): Ref => g.float(Array.from({ length: channels }, () => value));
  const [gamma, beta] = [layer.scale === false ? constant(1) : context.weight('gamma'), layer.center === false ? constant(0) : context.weight('beta')];
  const [mean, variance] = ['moving_mean', 'moving_variance'].map((role) => context.weight(role)) as [Ref, Ref];
  const common = { T: { type: 'float' }, U: { type: 'float' }, epsilon: { float: layer.epsilon }, is_training: { bool: live }, ...nhwc } as const;
  const node = g.op('FusedBatchNormV3', [input, gamma, beta, live ? g.float([], [0]) : mean, live ? g.float([], [0]) : variance], { ...common, exponential_avg_factor: { float: 1 } });
  if (live) {
    // The kernel gives the unbiased variance; Keras keeps the biased one: times (n - 1) / n.
    const rows = g.binary('RealDiv', g.cast(g.op('Size', [input], { T: { type: 'float' }, out_type: { type: 'int32' } }), 'int32', 'float'), g.float(channels));
    const biased = g.binary('Mul', output(node, 2), g.binary('RealDiv', g.binary('Sub', rows, g.float(1)), rows));
    for (const [role, old, batch] of [['moving_mean', mean, output(node, 1)], ['moving_variance', variance, biased]] as const) {
      const step = g.binary('Mul', g.binary('Sub', old, batch), g.float(1 - layer.momentum));
      context.update(g.op('AssignSubVariableOp', [context.variable(role), step], { dtype: { type: 'float' } }));
    }
  }
  return {
    value: picture ? node : g.reshape(node, [-1, ...shape]),
    back: (dy) => {
      const gradient = picture ? dy : g.reshape(dy, [-1, 1, 1, shape[0] as number]);
      const saved = live ? [output(node, 3), output(node, 4)] : [mean, variance];
      const back = g.op('FusedBatchNormGradV3', [gradient, input, gamma, ...saved, output(node, 5)], common);
      if (layer.scale !== false) context.gradient('gamma', output(back, 1));
      if (layer.center !== false) context.gradient('beta', output(back, 2));
      return [picture ? back : g.reshape(back, [-1, ...shape])];
    },
  };
}

function prelu(context: LayerContext, x: Ref): BuiltLayer {
  const { g } = context;
  const alpha = context.weight('alpha');
  const negative = g.binary('Minimum', x, g.float(0));
  const positive = g.cast(g.op('Greater', [x, g.float(0)], float), 'bool', 'float');
  return {
    value: g.binary('AddV2', g.unary('Relu', x), g.binary('Mul', alpha, negative)),
    back: (dy) => {
      const rank = (context.inputShapes[0] as Shape).length;
      context.gradient('alpha', rank === 3 ? g.reshape(g.reduce('Sum', g.binary('Mul', dy, negative), [0, 1, 2]), [1, 1, -1]) : g.reduce('Sum', g.binary('Mul', dy, negative), [0]));
      const slope = g.binary('AddV2', positive, g.binary('Mul', alpha, g.binary('Sub', g.float(1), positive)));
      return [g.binary('Mul', dy, slope)];
    },
  };
}

function pooling(context: LayerContext, x: Ref, layer: PoolingLayer): BuiltLayer {
  const { g } = context;
  const attributes = { ...float, ...nhwc, ksize: strides(layer.poolSize), strides: strides(layer.strides), padding: { text: layer.padding.toUpperCase() } };
  if (layer.type === 'averagePooling2d') {
    return { value: g.op('AvgPool', [x], attributes), back: (dy) => [g.op('AvgPoolGrad', [g.shapeOf(x), dy], attributes)] };
  }
  const more = { ...attributes, explicit_paddings: { ints: [] } };
  const value = g.op('MaxPool', [x], more);
  return { value, back: (dy) => [g.op('MaxPoolGrad', [x, value, dy], more)] };
}

function globalPooling(context: LayerContext, x: Ref, maximum: boolean): BuiltLayer {
  const { g } = context;
  const [height, width, channels] = context.inputShapes[0] as readonly [number, number, number];
  const wide = (dy: Ref): Ref => g.reshape(dy, [-1, 1, 1, channels]);
  if (!maximum) {
    return {
      value: g.reduce('Mean', x, [1, 2]),
      back: (dy) => [g.binary('Mul', g.op('OnesLike', [x], float), wide(g.binary('Mul', dy, g.float(1 / (height * width)))))],
    };
  }
  const value = g.reduce('Max', x, [1, 2]);
  return {
    value,
    back: (dy) => {
      // Equal maxima share the gradient, as in TensorFlow.
      const hit = g.cast(g.op('Equal', [x, wide(value)], { T: { type: 'float' }, incompatible_shape_error: { bool: true } }), 'bool', 'float');
      return [g.binary('Mul', hit, g.binary('RealDiv', wide(dy), wide(g.reduce('Sum', hit, [1, 2]))))];
    },
  };
}

/** Numbers are forgotten one by one, or, `whole`, channel by channel. */
function dropout(context: LayerContext, x: Ref, rate: number, whole: boolean): BuiltLayer {
  const { g, seed } = context;
  if (!context.training || rate <= 0 || seed === null) return { value: x, back: (dy) => [dy] };
  const own = g.op('AddV2', [seed, g.int([0, context.index])], { T: { type: 'int32' } });
  const shape = g.shapeOf(x);
  const drawn = whole ? g.op('Mul', [shape, g.int([1, 0, 0, 1])], { T: { type: 'int32' } }) : shape;
  const size = whole ? g.op('Maximum', [drawn, g.int([1, 1, 1, 1])], { T: { type: 'int32' } }) : shape;
  const noise = g.op('StatelessRandomUniform', [size, own], { dtype: { type: 'float' }, T: { type: 'int32' }, Tseed: { type: 'int32' } });
  const keep = g.cast(g.op('GreaterEqual', [noise, g.float(rate)], float), 'bool', 'float');
  const mask = g.binary('Mul', keep, g.float(1 / (1 - rate)));
  return { value: g.binary('Mul', x, mask), back: (dy) => [g.binary('Mul', dy, mask)] };
}

function slice(g: GraphBuilder, x: Ref, begin: readonly number[], size: readonly number[]): Ref {
  return g.op('Slice', [x, g.int(begin), g.int(size)], { T: { type: 'float' }, Index: { type: 'int32' } });
}

function merge(context: LayerContext, inputs: readonly Ref[], type: 'add' | 'multiply' | 'concatenate'): BuiltLayer {
  const { g } = context;
  if (type === 'add') return { value: g.op('AddN', inputs, { ...float, N: { int: inputs.length } }), back: (dy) => inputs.map(() => dy) };
  if (type === 'multiply') {
    const product = (refs: readonly Ref[]): Ref => refs.reduce((a, b) => g.binary('Mul', a, b));
    return { value: product(inputs), back: (dy) => inputs.map((_, index) => product([dy, ...inputs.filter((_other, at) => at !== index)])) };
  }
  const axis = (context.outputShape as Shape).length;
  const value = g.op('ConcatV2', [...inputs, g.int(axis)], { T: { type: 'float' }, N: { int: inputs.length }, Tidx: { type: 'int32' } });
  return {
    value,
    back: (dy) => {
      let start = 0;
      return context.inputShapes.map((shape) => {
        const width = shape.at(-1) as number;
        const part = slice(g, dy, [...Array.from({ length: axis }, () => 0), start], [...Array.from({ length: axis }, () => -1), width]);
        start += width;
        return part;
      });
    },
  };
}

/** Between the threshold and the most the number itself, above it the most, below it a share of what is missing. */
function rectified(context: LayerContext, x: Ref, { maxValue, negativeSlope, threshold }: ReLULayer): BuiltLayer {
  const { g } = context;
  const from = g.float(threshold);
  const mask = (type: string, other: Ref): Ref => g.cast(g.op(type, [x, other], float), 'bool', 'float');
  const passes = maxValue === null ? mask('GreaterEqual', from) : g.binary('Mul', mask('GreaterEqual', from), mask('Less', g.float(maxValue)));
  const below = g.binary('Mul', mask('Less', from), g.float(negativeSlope));
  const kept = g.binary('AddV2', g.binary('Mul', passes, x), g.binary('Mul', below, g.binary('Sub', x, from)));
  // A maximum below the threshold leaves nothing between them.
  const cut = maxValue === null ? kept : g.binary('AddV2', kept, g.binary('Mul', g.binary('Mul', mask('GreaterEqual', g.float(maxValue)), mask('GreaterEqual', from)), g.float(maxValue)));
  return { value: cut, back: (dy) => [g.binary('Mul', dy, g.binary('AddV2', passes, below))] };
}

/** Writes one layer: its forward operations now, its backward ones when `back` is called. */
export function buildLayer(context: LayerContext, layer: Layer, inputs: readonly Ref[]): BuiltLayer {
  const { g } = context;
  const x = inputs[0] as Ref;
  switch (layer.type) {
    case 'conv2d':
      return finish(context, convolution(context, x, 'kernel', { ...layer, dilation: dilationOf(layer) }, layer.kernelSize, context.inputShapes[0] as Shape, layer.groups), layer);
    case 'depthwiseConv2d':
      return finish(context, convolution(context, x, 'depthwise_kernel', { ...layer, dilation: dilationOf(layer) }, layer.kernelSize, context.inputShapes[0] as Shape), layer);
    case 'separableConv2d': {
      const depthwise = convolution(context, x, 'depthwise_kernel', { ...layer, dilation: dilationOf(layer) }, layer.kernelSize, context.inputShapes[0] as Shape);
      const pointwise = convolution(context, depthwise.value, 'pointwise_kernel', { strides: [1, 1], padding: 'valid', dilation: [1, 1] }, [1, 1], context.outputShape);
      return finish(context, { value: pointwise.value, back: (dy) => depthwise.back(pointwise.back(dy)[0] as Ref) }, layer);
    }
    case 'dense':
      return dense(context, x, layer);
    case 'batchNormalization':
      return batchNormalization(context, x, layer);
    case 'activation': {
      const { value, back } = activate(g, layer.activation, x);
      return { value, back: (dy) => [back(dy)] };
    }
    case 'leakyReLU': {
      const attributes = { ...float, alpha: { float: layer.alpha } };
      return { value: g.op('LeakyRelu', [x], attributes), back: (dy) => [g.op('LeakyReluGrad', [dy, x], attributes)] };
    }
    case 'reLU':
      return rectified(context, x, layer);
    case 'prelu':
      return prelu(context, x);
    case 'maxPooling2d':
    case 'averagePooling2d':
      return pooling(context, x, layer);
    case 'globalAveragePooling2d':
    case 'globalMaxPooling2d':
      return globalPooling(context, x, layer.type === 'globalMaxPooling2d');
    case 'flatten':
    case 'reshape':
      return { value: g.reshape(x, [-1, ...context.outputShape]), back: (dy) => [g.reshape(dy, [-1, ...(context.inputShapes[0] as Shape)])] };
    case 'dropout':
    case 'spatialDropout2d':
      return dropout(context, x, layer.rate, layer.type === 'spatialDropout2d');
    case 'cropping2d': {
      const [[top, bottom], [left, right]] = layer.cropping;
      const [height, width, channels] = context.outputShape as readonly [number, number, number];
      const sides = g.reshape(g.int([0, 0, top, bottom, left, right, 0, 0]), [4, 2], 'int32');
      return {
        value: slice(g, x, [0, top, left, 0], [-1, height, width, channels]),
        back: (dy) => [g.op('Pad', [dy, sides], { T: { type: 'float' }, Tpaddings: { type: 'int32' } })],
      };
    }
    case 'zeroPadding2d': {
      const [[top, bottom], [left, right]] = layer.padding;
      const [height, width, channels] = context.inputShapes[0] as readonly [number, number, number];
      const sides = g.reshape(g.int([0, 0, top, bottom, left, right, 0, 0]), [4, 2], 'int32');
      return {
        value: g.op('Pad', [x, sides], { T: { type: 'float' }, Tpaddings: { type: 'int32' } }),
        back: (dy) => [slice(g, dy, [0, top, left, 0], [-1, height, width, channels])],
      };
    }
    case 'upSampling2d': {
      const [height, width] = context.inputShapes[0] as readonly [number, number];
      const attributes = { T: { type: 'float' }, align_corners: { bool: false }, half_pixel_centers: { bool: false } } as const;
      return {
        value: g.op('ResizeNearestNeighbor', [x, g.int([height * layer.size[0], width * layer.size[1]])], attributes),
        back: (dy) => [g.op('ResizeNearestNeighborGrad', [dy, g.int([height, width])], attributes)],
      };
    }
    case 'rescaling':
      return { value: g.binary('AddV2', g.binary('Mul', x, g.float(layer.scale)), g.float(layer.offset)), back: (dy) => [g.binary('Mul', dy, g.float(layer.scale))] };
    case 'add':
    case 'multiply':
    case 'concatenate':
      return merge(context, inputs, layer.type);
    default:
      return assertNever(layer);
  }
}
