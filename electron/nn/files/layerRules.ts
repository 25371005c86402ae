import type { Layer, Padding, Size2D, WeightRole } from '../../core/architecture';
import { bendLayer, bendOf, type Bend } from './activationWords';
import type { FlatNode } from './flatten';
import { list, number, pair, record, sides, text, type Json } from './json';
import { LayerProblem } from './problems';

/** What is known of a tensor while layers are read: [height, width, channels] or [n], and how the file lays it out. */
export interface Tensor {
  readonly rank: number;
  /** Channels come first in the file, here last. */
  readonly channelsFirst: boolean;
  /** A flattened picture with the channels first: name of the layer that flattened it. */
  readonly flattened: string | null;
}

/** How the numbers of a layer are found in the file: in the order in which Keras keeps them. */
export interface WeightPlan {
  /** Layer that gets them. */
  readonly layer: string;
  readonly node: FlatNode;
  readonly roles: readonly WeightRole[];
  /** Rows of a kernel, or entries of a vector, in the order of a flattened picture with channels first. */
  readonly flattened: string | null;
  /** Keras 1 kept kernels as [filters, channels, rows, columns] there. */
  readonly filtersFirst: boolean;
  /** A convolution, whose kernel Theano mirrors. */
  readonly mirrored: boolean;
}

export interface Translated {
  readonly layers: readonly Layer[];
  readonly weights: WeightPlan | null;
  readonly output: Tensor;
  /** Said once for the file. */
  readonly warning?: string;
}

export interface RuleContext {
  readonly keras: 1 | 2 | 3;
  readonly theano: boolean;
  /** The tensors that the layer reads. */
  readonly inputs: readonly Tensor[];
}

type Base = Pick<Layer, 'uid' | 'name'>;

const sequenceLayers = /^(Conv1D|SeparableConv1D|DepthwiseConv1D|Conv1DTranspose|.*Pooling1D|ZeroPadding1D|Cropping1D|UpSampling1D|SpatialDropout1D|LSTM|GRU|SimpleRNN|RNN|Bidirectional|TimeDistributed|.*LSTM\dD?|CuDNN.*|Embedding|TextVectorization|StringLookup|.*Attention|Masking|RepeatVector|.*LSTMCell|.*GRUCell)$/;
const volumeLayers = /3D(Transpose)?$/;
const knownElsewhere = /^(Conv2DTranspose|LayerNormalization|GroupNormalization|UnitNormalization|SpectralNormalization|Normalization|Permute|Average|Maximum|Minimum|Subtract|Dot|Lambda|LocallyConnected2D|MaxoutDense|Highway|Resizing|CenterCrop|CategoryEncoding|Discretization|Hashing|IntegerLookup|EinsumDense|Cropping3D|TFOpLambda|SlicingOpLambda)$/;
/** Layers that do nothing when a model answers: they only help in training. */
const trainingOnly = /^(Random[A-Z]\w*|GaussianNoise|GaussianDropout|AlphaDropout|ActivityRegularization|RandAugment|MixUp|CutMix|AutoContrast)$/;

function padding(config: Json): Padding {
  const word = text(config['padding']) || 'valid';
  if (word !== 'same' && word !== 'valid') throw new LayerProblem('Argument', { argument: `padding = ${word.slice(0, 40)}` });
  return word;
}

function count(config: Json, key: string, usual?: number): number {
  const value = config[key] ?? usual;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 65_536) throw new LayerProblem('Argument', { argument: `${key} = ${String(value).slice(0, 40)}` });
  return value;
}

function size(config: Json, key: string, usual: Size2D): Size2D {
  const value = pair(config[key], usual);
  if (value.some((one) => !Number.isInteger(one) || one < 1 || one > 65_536)) throw new LayerProblem('Argument', { argument: `${key} = ${value.join(', ')}` });
  return value;
}

/** Refuses layers that are nobody's here, with the reason that fits best. */
function unknownLayer({ writtenClass, className, module, registered }: FlatNode): never {
  const foreign = (module !== '' && !/^(keras|tensorflow|tf_keras|builtins)/.test(module)) || (registered.includes('>') && !/^(keras|Keras|tensorflow)/.test(registered));
  if (foreign) throw new LayerProblem('Custom', { module: module || registered });
  if (className === 'Lambda') throw new LayerProblem('Lambda');
  if (sequenceLayers.test(className)) throw new LayerProblem('Sequence');
  if (volumeLayers.test(className)) throw new LayerProblem('Volume');
  if (knownElsewhere.test(className) || module.startsWith('keras')) throw new LayerProblem('Unknown');
  throw new LayerProblem('Custom', { module: writtenClass });
}

type Bendable = Extract<Layer, { readonly useBias: boolean }>;
type WithoutBend = Bendable extends infer L ? (L extends Bendable ? Omit<L, 'activation'> : never) : never;

/** The layer with its bend built in, or the bend behind it. */
function bent(layer: WithoutBend, bend: Bend): readonly Layer[] {
  if ('activation' in bend) return [{ ...layer, activation: bend.activation } as Layer];
  const { name, uid } = layer;
  return [{ ...layer, name: `${name}_sum`, uid: `${uid}_sum`, activation: 'linear' } as Layer, ...bend.layers({ name, uid })];
}

function needPicture({ inputs }: RuleContext): void {
  const rank = inputs[0]?.rank ?? 0;
  if (rank === 2) throw new LayerProblem('Sequence');
  if (rank !== 3) throw new LayerProblem('NoPicture');
}

function checkFormat(config: Json, { inputs }: RuleContext): void {
  const format = config['data_format'];
  if (typeof format !== 'string' || inputs[0]?.rank !== 3) return;
  if ((format === 'channels_first') !== inputs[0].channelsFirst) throw new LayerProblem('MixedFormats');
}

function convolution(node: FlatNode, base: Base, context: RuleContext): Translated {
  const { className, config } = node;
  needPicture(context);
  checkFormat(config, context);
  const strides = size(config, 'strides', [1, 1]);
  const kernelSize = size(config, 'kernel_size', [1, 1]);
  const dilation = size(config, 'dilation_rate', [1, 1]);
  const groups = number(config['groups'], 1);
  const window = { kernelSize, strides, padding: padding(config), ...(dilation.some((rate) => rate > 1) ? { dilationRate: dilation } : {}) };
  if (context.theano && window.padding === 'same' && (strides.some((step) => step > 1) || kernelSize.some((taps) => taps % 2 === 0))) throw new LayerProblem('TheanoEdges');
  if (context.theano && className !== 'Conv2D') throw new LayerProblem('TheanoKernel');
  const useBias = config['use_bias'] !== false;
  const bend = bendOf(config['activation'], context.keras === 3);
  const bias: readonly WeightRole[] = useBias ? ['bias'] : [];
  const output = { ...(context.inputs[0] as Tensor), flattened: null };
  const plan = (roles: readonly WeightRole[], layers: readonly Layer[]): Translated => ({
    layers,
    weights: { layer: (layers[0] as Layer).name, node, roles: [...roles, ...bias], flattened: null, filtersFirst: context.keras === 1 && config['data_format'] === 'channels_first', mirrored: context.theano },
    output,
  });
  if (className === 'Conv2D') {
    return plan(['kernel'], bent({ type: 'conv2d', ...base, ...window, filters: count(config, 'filters'), ...(groups > 1 ? { groups } : {}), useBias }, bend));
  }
  const depthMultiplier = count(config, 'depth_multiplier', 1);
  if (className === 'DepthwiseConv2D') {
    // TensorFlow cannot step differently along height and width here.
    if (strides[0] !== strides[1]) throw new LayerProblem('UnequalStrides');
    return plan(['depthwise_kernel'], bent({ type: 'depthwiseConv2d', ...base, ...window, depthMultiplier, useBias }, bend));
  }
  if (strides[0] !== strides[1]) throw new LayerProblem('UnequalStrides');
  return plan(['depthwise_kernel', 'pointwise_kernel'], bent({ type: 'separableConv2d', ...base, ...window, depthMultiplier, filters: count(config, 'filters'), useBias }, bend));
}

function dense(node: FlatNode, base: Base, context: RuleContext): Translated {
  const [input] = context.inputs as readonly [Tensor];
  if (input.rank === 2) throw new LayerProblem('Sequence');
  if (input.rank === 3 && input.channelsFirst) throw new LayerProblem('LastAxisFirst');
  const useBias = node.config['use_bias'] !== false;
  const layers = bent({ type: 'dense', ...base, units: count(node.config, 'units'), useBias }, bendOf(node.config['activation'], context.keras === 3));
  const roles: readonly WeightRole[] = useBias ? ['kernel', 'bias'] : ['kernel'];
  return { layers, weights: { layer: (layers[0] as Layer).name, node, roles, flattened: input.flattened, filtersFirst: false, mirrored: false }, output: { ...input, flattened: null } };
}

function batchNormalization(node: FlatNode, base: Base, { inputs }: RuleContext): Translated {
  const { config } = node;
  const [input] = inputs as readonly [Tensor];
  const axes = Array.isArray(config['axis']) ? (config['axis'] as unknown[]) : [config['axis'] ?? -1];
  const wanted = input.rank === 3 && input.channelsFirst ? [1, -3] : [-1, input.rank];
  if (axes.length !== 1 || !wanted.includes(axes[0] as number)) throw new LayerProblem('Argument', { argument: `axis = ${axes.join(', ')}` });
  if (number(config['mode'], 0) === 1) throw new LayerProblem('Argument', { argument: 'mode = 1' });
  if (config['renorm'] === true) throw new LayerProblem('Argument', { argument: 'renorm' });
  const [scale, center] = [config['scale'] !== false && config['scale'] !== 0, config['center'] !== false && config['center'] !== 0];
  const layer: Layer = { type: 'batchNormalization', ...base, epsilon: number(config['epsilon'], 1e-3), momentum: number(config['momentum'], 0.99), ...(scale ? {} : { scale: false }), ...(center ? {} : { center: false }) };
  const roles: readonly WeightRole[] = [...(scale ? (['gamma'] as const) : []), ...(center ? (['beta'] as const) : []), 'moving_mean', 'moving_variance'];
  return { layers: [layer], weights: { layer: base.name, node, roles, flattened: input.flattened, filtersFirst: false, mirrored: false }, output: input };
}

function prelu(node: FlatNode, base: Base, { inputs }: RuleContext): Translated {
  const [input] = inputs as readonly [Tensor];
  const shared = list(node.config['shared_axes']);
  const wanted = input.rank !== 3 ? '' : input.channelsFirst ? '2,3' : '1,2';
  if (shared.join() !== wanted) throw new LayerProblem('Argument', { argument: `shared_axes = ${shared.join(', ') || 'none'}` });
  return { layers: [{ type: 'prelu', ...base }], weights: { layer: base.name, node, roles: ['alpha'], flattened: input.flattened, filtersFirst: false, mirrored: false }, output: input };
}

function pooling(node: FlatNode, base: Base, context: RuleContext): Layer {
  needPicture(context);
  checkFormat(node.config, context);
  const poolSize = size(node.config, 'pool_size', [2, 2]);
  const strides = node.config['strides'] ? size(node.config, 'strides', poolSize) : poolSize;
  if (context.theano && padding(node.config) === 'same') throw new LayerProblem('TheanoEdges');
  return { type: node.className === 'MaxPooling2D' ? 'maxPooling2d' : 'averagePooling2d', ...base, poolSize, strides, padding: padding(node.config) };
}

function globalPooling(node: FlatNode, base: Base, context: RuleContext): readonly Layer[] {
  needPicture(context);
  checkFormat(node.config, context);
  const type = node.className === 'GlobalMaxPooling2D' ? 'globalMaxPooling2d' : 'globalAveragePooling2d';
  if (node.config['keepdims'] !== true) return [{ type, ...base }];
  // The shape is filled in when the number of channels is known.
  return [{ type, uid: `${base.uid}_pool`, name: `${base.name}_pool` }, { type: 'reshape', ...base, shape: [1, 1, 0] }];
}

function reshape(node: FlatNode, base: Base, { inputs }: RuleContext): Translated {
  const [input] = inputs as readonly [Tensor];
  const shape = list(node.config['target_shape']).map((one) => (typeof one === 'number' ? one : 0));
  if (input.flattened !== null || (input.rank === 3 && input.channelsFirst)) throw new LayerProblem('ReshapeFirst');
  if ((shape.length !== 1 && shape.length !== 3) || shape.some((one) => !Number.isInteger(one) || one === 0 || one < -1) || shape.filter((one) => one === -1).length > 1) throw new LayerProblem('Argument', { argument: `target_shape = ${shape.join(', ')}` });
  return { layers: [{ type: 'reshape', ...base, shape }], weights: null, output: { rank: shape.length, channelsFirst: false, flattened: null } };
}

function merge(node: FlatNode, base: Base, { inputs }: RuleContext): Translated {
  const [input] = inputs as readonly [Tensor];
  if (inputs.length < 2) throw new LayerProblem('OneInput');
  if (inputs.some((other) => other.flattened !== null)) throw new LayerProblem('ReshapeFirst');
  if (node.className === 'Concatenate') {
    const axis = number(node.config['axis'], -1);
    if (!(input.rank === 3 && input.channelsFirst ? [1, -3] : [-1, input.rank]).includes(axis)) throw new LayerProblem('Argument', { argument: `axis = ${axis}` });
    return { layers: [{ type: 'concatenate', ...base }], weights: null, output: input };
  }
  if (node.className === 'Average') {
    const sum: Layer = { type: 'add', uid: `${base.uid}_sum`, name: `${base.name}_sum` };
    return { layers: [sum, { type: 'rescaling', ...base, scale: 1 / inputs.length, offset: 0 }], weights: null, output: input };
  }
  return { layers: [{ type: node.className === 'Add' ? 'add' : 'multiply', ...base }], weights: null, output: input };
}

/** Arithmetic with one number that stands in a graph by itself: `x / 127.5`, `x - 1`. */
function arithmetic({ config, className, constants }: FlatNode, base: Base): Layer | null {
  const name = (className === 'TFOpLambda' ? text(config['function']) : className).replace(/^.*\./, '').replaceAll('_', '').toLowerCase();
  const value = constants['y'];
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  const numbers = { truediv: [1 / value, 0], divide: [1 / value, 0], truedivide: [1 / value, 0], multiply: [value, 0], mul: [value, 0], subtract: [1, -value], sub: [1, -value], add: [1, value] } as const;
  const found = Object.hasOwn(numbers, name) ? numbers[name as keyof typeof numbers] : null;
  return found && Number.isFinite(found[0]) ? { type: 'rescaling', ...base, scale: found[0], offset: found[1] } : null;
}

const merges: ReadonlySet<string> = new Set(['Add', 'Multiply', 'Concatenate', 'Average']);

/**
 * One layer of Keras as layers of the studio that do the same when a model answers. Errors: `LayerProblem` says why there are none.
 */
export function translateLayer(node: FlatNode, base: Base, context: RuleContext): Translated {
  const { className, config } = node;
  const input = context.inputs[0] ?? { rank: 3, channelsFirst: false, flattened: null };
  if (context.keras > 1 && node.module !== '' && !/^(keras|tensorflow|tf_keras|builtins)/.test(node.module)) unknownLayer(node);
  const one = (layer: Layer): Translated => ({ layers: [layer], weights: null, output: input });
  const computed = merges.has(className) || className === 'Subtract' || className === 'TFOpLambda' || /^(True)?Divide$/.test(className) ? arithmetic(node, base) : null;
  if (computed) return one(computed);
  if (merges.has(className)) return merge(node, base, context);
  if (trainingOnly.test(className)) return { ...one({ type: 'activation', ...base, activation: 'linear' }), warning: 'onlyForTraining' };
  const bend = className === 'Activation' ? bendOf(config['activation'], context.keras === 3) : bendLayer(className, config, input.rank);
  if (bend) {
    if ('activation' in bend && bend.activation === 'softmax' && input.rank === 3 && input.channelsFirst) throw new LayerProblem('LastAxisFirst');
    return { layers: 'activation' in bend ? [{ type: 'activation', ...base, activation: bend.activation }] : bend.layers(base), weights: null, output: input };
  }
  switch (className) {
    case 'Conv2D':
    case 'DepthwiseConv2D':
    case 'SeparableConv2D':
      return convolution(node, base, context);
    case 'Dense':
      return dense(node, base, context);
    case 'BatchNormalization':
      return batchNormalization(node, base, context);
    case 'PReLU':
      return prelu(node, base, context);
    case 'MaxPooling2D':
    case 'AveragePooling2D':
      return one(pooling(node, base, context));
    case 'GlobalAveragePooling2D':
    case 'GlobalMaxPooling2D': {
      const layers = globalPooling(node, base, context);
      return { layers, weights: null, output: layers.length > 1 ? input : { rank: 1, channelsFirst: false, flattened: null } };
    }
    case 'Flatten':
      return { layers: [{ type: 'flatten', ...base }], weights: null, output: { rank: 1, channelsFirst: false, flattened: input.rank === 3 && input.channelsFirst && config['data_format'] !== 'channels_first' ? base.name : input.flattened } };
    case 'Reshape':
      return reshape(node, base, context);
    case 'Dropout':
    case 'SpatialDropout2D':
      return one({ type: className === 'Dropout' ? 'dropout' : 'spatialDropout2d', ...base, rate: Math.min(Math.max(number(config['rate'], 0), 0), 0.99) });
    case 'ZeroPadding2D':
    case 'Cropping2D':
      needPicture(context);
      checkFormat(config, context);
      return one(className === 'ZeroPadding2D' ? { type: 'zeroPadding2d', ...base, padding: sides(config['padding']) } : { type: 'cropping2d', ...base, cropping: sides(config['cropping']) });
    case 'UpSampling2D':
      needPicture(context);
      checkFormat(config, context);
      if (text(config['interpolation']) && config['interpolation'] !== 'nearest') throw new LayerProblem('Argument', { argument: `interpolation = ${text(config['interpolation']).slice(0, 40)}` });
      return one({ type: 'upSampling2d', ...base, size: size(config, 'size', [2, 2]) });
    case 'Rescaling': {
      const [scale, offset] = [config['scale'], config['offset'] ?? 0];
      if (typeof scale !== 'number' || typeof offset !== 'number') throw new LayerProblem('Argument', { argument: `scale = ${JSON.stringify(scale)?.slice(0, 40)}` });
      return one({ type: 'rescaling', ...base, scale, offset });
    }
    default:
      return unknownLayer(node);
  }
}

/** Whether a layer says that its pictures have the channels first. */
export function saysChannelsFirst({ className, config }: FlatNode): boolean {
  return className !== 'Flatten' && config['data_format'] === 'channels_first' && record(config) === config;
}
