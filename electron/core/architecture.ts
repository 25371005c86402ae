/**
 * The network shape as Graft keeps it: a list of layers in order, each with the layers it reads from.
 * One format for the builder, the migration planner, the graph compiler, model files and `model.summary()`.
 * Layer and argument names are those of Keras; image layout is always height, width, channels.
 */

export type Activation =
  | 'linear'
  | 'relu'
  | 'relu6'
  | 'elu'
  | 'selu'
  | 'sigmoid'
  | 'hardSigmoid'
  | 'tanh'
  | 'softplus'
  | 'softsign'
  | 'swish'
  | 'gelu'
  | 'softmax';

export type Padding = 'same' | 'valid';
export type Size2D = readonly [height: number, width: number];

interface LayerBase {
  /** Lineage id: stays with the layer through rename, move and migration. */
  readonly uid: string;
  /** Unique in the architecture; the prefix of its weights' names. */
  readonly name: string;
  /** Names of the layers it reads; without it: the layer before (the input for the first). */
  readonly inputs?: readonly string[];
  /** `false` freezes its weights. */
  readonly trainable?: boolean;
}

interface ConvBase extends LayerBase {
  readonly kernelSize: Size2D;
  /** Distance of the taps of the kernel; without it 1. More than 1 only where `strides` are 1. */
  readonly dilationRate?: Size2D;
  readonly strides: Size2D;
  readonly padding: Padding;
  readonly activation: Activation;
  readonly useBias: boolean;
}

export interface Conv2DLayer extends ConvBase {
  readonly type: 'conv2d';
  readonly filters: number;
  /** Input channels and filters fall into as many parts, each with kernels of its own; without it 1. Divides both. */
  readonly groups?: number;
}
export interface DepthwiseConv2DLayer extends ConvBase {
  readonly type: 'depthwiseConv2d';
  readonly depthMultiplier: number;
}
export interface SeparableConv2DLayer extends ConvBase {
  readonly type: 'separableConv2d';
  readonly filters: number;
  readonly depthMultiplier: number;
}
export interface DenseLayer extends LayerBase {
  readonly type: 'dense';
  readonly units: number;
  readonly activation: Activation;
  readonly useBias: boolean;
}
export interface BatchNormalizationLayer extends LayerBase {
  readonly type: 'batchNormalization';
  readonly epsilon: number;
  readonly momentum: number;
  /** `false`: without gamma, or without beta. Only models in files have such; see `withFullNorms`. */
  readonly scale?: false;
  readonly center?: false;
}
export interface ActivationLayer extends LayerBase {
  readonly type: 'activation';
  readonly activation: Activation;
}
export interface LeakyReLULayer extends LayerBase {
  readonly type: 'leakyReLU';
  readonly alpha: number;
}
/** x where `threshold` <= x, at most `maxValue`; below the threshold `negativeSlope` (x - threshold). Plain ones are activations. */
export interface ReLULayer extends LayerBase {
  readonly type: 'reLU';
  /** null: no upper bound. */
  readonly maxValue: number | null;
  readonly negativeSlope: number;
  readonly threshold: number;
}
/** Learned slope, one per channel (`sharedAxes [1, 2]`). */
export interface PReLULayer extends LayerBase {
  readonly type: 'prelu';
}
export interface PoolingLayer extends LayerBase {
  readonly type: 'maxPooling2d' | 'averagePooling2d';
  readonly poolSize: Size2D;
  readonly strides: Size2D;
  readonly padding: Padding;
}
export interface GlobalPoolingLayer extends LayerBase {
  readonly type: 'globalAveragePooling2d' | 'globalMaxPooling2d';
}
export interface FlattenLayer extends LayerBase {
  readonly type: 'flatten';
}
/** The same numbers in the same order in another shape: [height, width, channels] or [units]. */
export interface ReshapeLayer extends LayerBase {
  readonly type: 'reshape';
  readonly shape: readonly number[];
}
/** `spatialDropout2d` forgets whole channels. */
export interface DropoutLayer extends LayerBase {
  readonly type: 'dropout' | 'spatialDropout2d';
  readonly rate: number;
}
export interface ZeroPadding2DLayer extends LayerBase {
  readonly type: 'zeroPadding2d';
  /** [[top, bottom], [left, right]] */
  readonly padding: readonly [readonly [number, number], readonly [number, number]];
}
export interface Cropping2DLayer extends LayerBase {
  readonly type: 'cropping2d';
  /** Rows and columns that are cut off: [[top, bottom], [left, right]] */
  readonly cropping: readonly [readonly [number, number], readonly [number, number]];
}
export interface UpSampling2DLayer extends LayerBase {
  readonly type: 'upSampling2d';
  /** Nearest neighbour, whole factors. */
  readonly size: Size2D;
}
export interface MergeLayer extends LayerBase {
  readonly type: 'add' | 'multiply' | 'concatenate';
}
export interface RescalingLayer extends LayerBase {
  readonly type: 'rescaling';
  readonly scale: number;
  readonly offset: number;
}

export type Layer =
  | Conv2DLayer
  | DepthwiseConv2DLayer
  | SeparableConv2DLayer
  | DenseLayer
  | BatchNormalizationLayer
  | ActivationLayer
  | LeakyReLULayer
  | ReLULayer
  | PReLULayer
  | PoolingLayer
  | GlobalPoolingLayer
  | FlattenLayer
  | ReshapeLayer
  | DropoutLayer
  | ZeroPadding2DLayer
  | Cropping2DLayer
  | UpSampling2DLayer
  | MergeLayer
  | RescalingLayer;

export type LayerType = Layer['type'];

export interface InputShape {
  readonly height: number;
  readonly width: number;
  /** 1 = gray (luma of RGB), 3 = RGB. */
  readonly channels: number;
  /** The network reads [channels] numbers, not a picture; `height` and `width` are 1. Only models from files do; they run, but neither train nor migrate. */
  readonly vector?: true;
}

export interface Architecture {
  readonly formatVersion: 1;
  readonly name: string;
  readonly input: InputShape;
  /** In an order in which each layer comes after those it reads; the last one is the output. */
  readonly layers: readonly Layer[];
}

/**
 * What happens to an upright uint8 RGB picture of the input size before the first layer. It belongs to the model:
 * training, validation and every prediction apply the same. `luma`: 0.299 R + 0.587 G + 0.114 B, in float, unrounded.
 */
export interface Preprocessing {
  readonly colour: 'rgb' | 'luma';
  /** x = pixel * scale + offset */
  readonly scale: number;
  readonly offset: number;
  readonly resampler: 'area';
}

/** The preprocessing of every model made in the studio: pixels 0..1, gray by luma for one channel. */
export function defaultPreprocessing(channels: number): Preprocessing {
  return { colour: channels === 1 ? 'luma' : 'rgb', scale: 1 / 255, offset: 0, resampler: 'area' };
}

export type WeightRole =
  | 'kernel'
  | 'bias'
  | 'gamma'
  | 'beta'
  | 'moving_mean'
  | 'moving_variance'
  | 'depthwise_kernel'
  | 'pointwise_kernel'
  | 'alpha';

export interface WeightSpec {
  /** `layer.name/role`, e.g. `conv1/kernel`: unique, and the name in model files. */
  readonly name: string;
  readonly layer: string;
  readonly role: WeightRole;
  readonly shape: readonly number[];
  /** Changed by gradient steps (moving statistics and frozen layers are not). */
  readonly trainable: boolean;
}

/** All weights of a model by name; row-major, shapes by `weightSpecs`. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** `64x64x1` -> input shape; null if it is not of that form (1 to 1024 pixels, 1, 3 or 4 channels). */
export function parseInputShape(text: string): InputShape | null {
  const match = /^(\d{1,4})x(\d{1,4})x([134])$/.exec(text.trim().toLowerCase());
  if (!match) return null;
  const [height, width, channels] = match.slice(1).map(Number) as [number, number, number];
  if (height < 1 || width < 1 || height > 1024 || width > 1024) return null;
  return { height, width, channels };
}

/** input shape -> `64x64x1`; a vector -> its length */
export function formatInputShape(input: InputShape): string {
  if (input.vector) return String(input.channels);
  return `${input.height}x${input.width}x${input.channels}`;
}
