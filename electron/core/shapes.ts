import type { Architecture, InputShape, Layer, Padding, Size2D, WeightRole, WeightSpec } from './architecture';
import type { TextParams } from './errors';
import { assertNever, UserError } from './errors';

/** Output of a layer without the batch axis: [height, width, channels], or [units]. */
export type Shape = readonly number[];

/** Output size along one axis as TensorFlow computes it. */
export function outputSize(size: number, kernel: number, stride: number, padding: Padding): number {
  return padding === 'same' ? Math.ceil(size / stride) : Math.floor((size - kernel) / stride) + 1;
}

/** Zeros that `same` padding puts before the first pixel of an axis (TensorFlow: the smaller half). */
export function paddingBefore(size: number, kernel: number, stride: number, padding: Padding): number {
  if (padding === 'valid') return 0;
  return Math.floor(Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0) / 2);
}

/** Shape of what the network reads, without the batch axis: [height, width, channels], or [channels] of a vector. */
export function shapeOfInput({ height, width, channels, vector }: InputShape): Shape {
  return vector ? [channels] : [height, width, channels];
}

/** Distance of the taps of a convolution's kernel. */
export function dilationOf(layer: { readonly dilationRate?: Size2D }): Size2D {
  return layer.dilationRate ?? [1, 1];
}

/** How many pixels a kernel spans along height and width, the gaps between its taps included. */
export function kernelSpan(layer: { readonly kernelSize: Size2D; readonly dilationRate?: Size2D }): Size2D {
  const [height, width] = dilationOf(layer);
  return [(layer.kernelSize[0] - 1) * height + 1, (layer.kernelSize[1] - 1) * width + 1];
}

/** Whether a convolution's taps lie side by side and each filter sees all channels. */
export function isPlainKernel(layer: { readonly dilationRate?: Size2D; readonly groups?: number }): boolean {
  return dilationOf(layer).every((rate) => rate === 1) && (layer.groups ?? 1) === 1;
}

/** Names of the layers that each layer reads; `null` stands for the input. */
export function layerInputs(architecture: Architecture): ReadonlyMap<string, readonly (string | null)[]> {
  return new Map(architecture.layers.map((layer, index) => [layer.name, layer.inputs ?? [index === 0 ? null : (architecture.layers[index - 1] as Layer).name]]));
}

/** Why a layer cannot be built: sentences of `texts/models`. */
type LayerProblem = 'badLayerPicture' | 'badLayerWindow' | 'badLayerDilation' | 'badLayerGroups' | 'badLayerCropping' | 'badLayerReshape' | 'badLayerSingle' | 'badLayerShapes' | 'badLayerOrder' | 'badLayerTwice';

function refuse(layer: Layer, problem: LayerProblem, params: TextParams = {}): never {
  throw new UserError(`models:${problem}`, { layer: layer.name, ...params });
}

function image(layer: Layer, shape: Shape): readonly [number, number, number] {
  if (shape.length !== 3) refuse(layer, 'badLayerPicture', { shape: shape.join(', ') });
  return shape as unknown as readonly [number, number, number];
}

function window(layer: Layer, shape: Shape, size: readonly [number, number], strides: readonly [number, number], padding: Padding): readonly [number, number] {
  const [height, width] = image(layer, shape);
  const result = [outputSize(height, size[0], strides[0], padding), outputSize(width, size[1], strides[1], padding)] as const;
  if (result[0] < 1 || result[1] < 1) refuse(layer, 'badLayerWindow', { window: size.join('x'), picture: `${height}x${width}` });
  return result;
}

function convolved(layer: Extract<Layer, { kernelSize: Size2D }>, shape: Shape): readonly [number, number] {
  if (dilationOf(layer).some((rate) => rate > 1) && layer.strides.some((step) => step > 1)) refuse(layer, 'badLayerDilation');
  return window(layer, shape, kernelSpan(layer), layer.strides, layer.padding);
}

function grouped(layer: Layer & { type: 'conv2d' }, [, , channels]: Shape): number {
  const groups = layer.groups ?? 1;
  if ((channels as number) % groups !== 0 || layer.filters % groups !== 0) refuse(layer, 'badLayerGroups', { groups, channels: channels as number, filters: layer.filters });
  return layer.filters;
}

function cropped(layer: Layer & { type: 'cropping2d' }, shape: Shape): Shape {
  const [height, width, channels] = image(layer, shape);
  const [[top, bottom], [left, right]] = layer.cropping;
  const size = [height - top - bottom, width - left - right] as const;
  if (size[0] < 1 || size[1] < 1) refuse(layer, 'badLayerCropping', { picture: `${height}x${width}` });
  return [...size, channels];
}

function reshaped(layer: Layer & { type: 'reshape' }, shape: Shape): Shape {
  const fits = (layer.shape.length === 1 || layer.shape.length === 3) && sizeOf(layer.shape) === sizeOf(shape);
  return fits ? layer.shape : refuse(layer, 'badLayerReshape', { from: shape.join(', '), to: layer.shape.join(', ') });
}

function merged(layer: Layer, shapes: readonly Shape[]): Shape {
  const first = shapes[0] as Shape;
  if (shapes.length < 2) refuse(layer, 'badLayerSingle');
  const rest = layer.type === 'concatenate' ? first.length - 1 : first.length;
  if (shapes.some((shape) => shape.length !== first.length || shape.slice(0, rest).join() !== first.slice(0, rest).join())) {
    refuse(layer, 'badLayerShapes', { shapes: shapes.map((shape) => `[${shape.join(', ')}]`).join(', ') });
  }
  return layer.type === 'concatenate' ? [...first.slice(0, -1), shapes.reduce((sum, shape) => sum + (shape.at(-1) as number), 0)] : first;
}

function outputOf(layer: Layer, shapes: readonly Shape[]): Shape {
  const shape = shapes[0] as Shape;
  switch (layer.type) {
    case 'conv2d':
      return [...convolved(layer, shape), grouped(layer, shape)];
    case 'separableConv2d':
      return [...convolved(layer, shape), layer.filters];
    case 'depthwiseConv2d':
      return [...convolved(layer, shape), (shape[2] as number) * layer.depthMultiplier];
    case 'maxPooling2d':
    case 'averagePooling2d':
      return [...window(layer, shape, layer.poolSize, layer.strides, layer.padding), shape[2] as number];
    case 'globalAveragePooling2d':
    case 'globalMaxPooling2d':
      return [image(layer, shape)[2]];
    case 'dense':
      return [...shape.slice(0, -1), layer.units];
    case 'flatten':
      return [shape.reduce((product, size) => product * size, 1)];
    case 'zeroPadding2d': {
      const [height, width, channels] = image(layer, shape);
      return [height + layer.padding[0][0] + layer.padding[0][1], width + layer.padding[1][0] + layer.padding[1][1], channels];
    }
    case 'cropping2d':
      return cropped(layer, shape);
    case 'reshape':
      return reshaped(layer, shape);
    case 'upSampling2d': {
      const [height, width, channels] = image(layer, shape);
      return [height * layer.size[0], width * layer.size[1], channels];
    }
    case 'add':
    case 'multiply':
    case 'concatenate':
      return merged(layer, shapes);
    case 'batchNormalization':
    case 'activation':
    case 'leakyReLU':
    case 'reLU':
    case 'prelu':
    case 'dropout':
    case 'spatialDropout2d':
    case 'rescaling':
      return shape;
    default:
      return assertNever(layer);
  }
}

/** Output shape of every layer by its name. Errors: `models:badLayer…` where a layer cannot follow what it reads. */
export function outputShapes(architecture: Architecture): ReadonlyMap<string, Shape> {
  const shapes = new Map<string | null, Shape>([[null, shapeOfInput(architecture.input)]]);
  const inputs = layerInputs(architecture);
  for (const layer of architecture.layers) {
    const read = (inputs.get(layer.name) ?? []).map((name) => shapes.get(name) ?? refuse(layer, 'badLayerOrder', { read: name ?? '' }));
    if (shapes.has(layer.name)) refuse(layer, 'badLayerTwice');
    shapes.set(layer.name, outputOf(layer, read));
  }
  shapes.delete(null);
  return shapes as ReadonlyMap<string, Shape>;
}

/** Shape that a layer reads (of its first input). */
export function inputShapeOf(architecture: Architecture, name: string): Shape {
  const before = layerInputs(architecture).get(name)?.[0] ?? null;
  return before === null ? shapeOfInput(architecture.input) : (outputShapes(architecture).get(before) as Shape);
}

function layerWeights(layer: Layer, shape: Shape): readonly (readonly [WeightRole, Shape, boolean?])[] {
  const channels = shape.at(-1) as number;
  switch (layer.type) {
    case 'conv2d':
      return [['kernel', [...layer.kernelSize, channels / (layer.groups ?? 1), layer.filters]], ...(layer.useBias ? [['bias', [layer.filters]] as const] : [])];
    case 'depthwiseConv2d':
      return [['depthwise_kernel', [...layer.kernelSize, channels, layer.depthMultiplier]], ...(layer.useBias ? [['bias', [channels * layer.depthMultiplier]] as const] : [])];
    case 'separableConv2d':
      return [
        ['depthwise_kernel', [...layer.kernelSize, channels, layer.depthMultiplier]],
        ['pointwise_kernel', [1, 1, channels * layer.depthMultiplier, layer.filters]],
        ...(layer.useBias ? [['bias', [layer.filters]] as const] : []),
      ];
    case 'dense':
      return [['kernel', [channels, layer.units]], ...(layer.useBias ? [['bias', [layer.units]] as const] : [])];
    case 'batchNormalization':
      return [...(layer.scale === false ? [] : [['gamma', [channels]] as const]), ...(layer.center === false ? [] : [['beta', [channels]] as const]), ['moving_mean', [channels], false], ['moving_variance', [channels], false]];
    case 'prelu':
      return [['alpha', shape.length === 3 ? [1, 1, channels] : [channels]]];
    default:
      return [];
  }
}

/** All weights of an architecture, layer by layer, in the order of Keras. */
export function weightSpecs(architecture: Architecture): readonly WeightSpec[] {
  const shapes = outputShapes(architecture);
  const inputs = layerInputs(architecture);
  return architecture.layers.flatMap((layer) => {
    const before = inputs.get(layer.name)?.[0] ?? null;
    const shape = before === null ? shapeOfInput(architecture.input) : (shapes.get(before) as Shape);
    return layerWeights(layer, shape).map(([role, size, trainable = true]) => ({
      name: `${layer.name}/${role}`,
      layer: layer.name,
      role,
      shape: size,
      trainable: trainable && layer.trainable !== false,
    }));
  });
}

/** Number of values of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Parameters as `model.summary()` counts them. */
export function countParameters(architecture: Architecture): { readonly total: number; readonly trainable: number } {
  const specs = weightSpecs(architecture);
  const sum = (chosen: readonly WeightSpec[]): number => chosen.reduce((total, { shape }) => total + sizeOf(shape), 0);
  return { total: sum(specs), trainable: sum(specs.filter(({ trainable }) => trainable)) };
}

/** Refuses what cannot be built. Errors: `models:badLayer…`, `models:noLayers`. */
export function validateArchitecture(architecture: Architecture): void {
  if (architecture.layers.length === 0) throw new UserError('models:noLayers');
  outputShapes(architecture);
}
