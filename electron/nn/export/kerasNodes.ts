import type { Activation, Architecture, Layer, Weights } from '../../core/architecture';
import { assertNever } from '../../core/errors';
import { dilationOf, layerInputs, outputShapes, shapeOfInput, weightSpecs, type Shape } from '../../core/shapes';

/** `keras3`: the words of Keras 3. `keras2`: words that Keras 2 and Keras 3 both read, in an `.h5`. */
export type KerasDialect = 'keras2' | 'keras3';

export interface KerasWeight {
  /** Role of the weight, as in `conv1/kernel`. */
  readonly role: string;
  readonly shape: Shape;
  readonly values: Float32Array;
}

/** One layer of a Keras model; the input layer is one, too. */
export interface KerasNode {
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the layers it reads. */
  readonly reads: readonly string[];
  /** Without the batch axis. */
  readonly outputShape: Shape;
  readonly weights: readonly KerasWeight[];
}

/** Name of the input layer in files. */
export const inputName = 'input';

interface Described {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const plain: Readonly<Partial<Record<Activation, string>>> = { swish: 'silu' };
const olderWords: Readonly<Partial<Record<Activation, string>>> = { swish: 'swish' };

/** The word of a Keras for an activation; null where no word means the same to all that read the file. */
function activationWord(activation: Activation, dialect: KerasDialect): string | null {
  // Keras 3 changed hard_sigmoid from clip(x / 5 + 1/2) to clip(x / 6 + 1/2); ours is the older one.
  if (activation === 'hardSigmoid') return null;
  // Keras 2 has it as a layer only.
  if (activation === 'relu6' && dialect === 'keras2') return null;
  return (dialect === 'keras2' ? olderWords : plain)[activation] ?? activation;
}

/** Layers that compute an activation which has no word. */
function activationLayers(activation: Activation): readonly (Described & { readonly ending: string })[] {
  if (activation === 'relu6') return [{ ending: 'relu6', className: 'ReLU', config: { max_value: 6, negative_slope: 0, threshold: 0 } }];
  return [
    { ending: 'line', className: 'Rescaling', config: { scale: 0.2, offset: 0.5 } },
    { ending: 'clip', className: 'ReLU', config: { max_value: 1, negative_slope: 0, threshold: 0 } },
  ];
}

const channelsLast = { data_format: 'channels_last' };

function windowed(layer: { readonly strides: readonly number[]; readonly padding: string }): Readonly<Record<string, unknown>> {
  return { strides: layer.strides, padding: layer.padding, ...channelsLast };
}

function describe(layer: Layer, dialect: KerasDialect, inputShape: Shape): Described {
  const learnt = 'activation' in layer && 'useBias' in layer ? { activation: activationWord(layer.activation, dialect) ?? 'linear', use_bias: layer.useBias } : {};
  switch (layer.type) {
    case 'conv2d':
      return { className: 'Conv2D', config: { filters: layer.filters, kernel_size: layer.kernelSize, ...windowed(layer), dilation_rate: dilationOf(layer), ...(layer.groups ? { groups: layer.groups } : {}), ...learnt } };
    case 'depthwiseConv2d':
      return { className: 'DepthwiseConv2D', config: { kernel_size: layer.kernelSize, depth_multiplier: layer.depthMultiplier, ...windowed(layer), dilation_rate: dilationOf(layer), ...learnt } };
    case 'separableConv2d':
      return { className: 'SeparableConv2D', config: { filters: layer.filters, kernel_size: layer.kernelSize, depth_multiplier: layer.depthMultiplier, ...windowed(layer), dilation_rate: dilationOf(layer), ...learnt } };
    case 'dense':
      return { className: 'Dense', config: { units: layer.units, ...learnt } };
    case 'batchNormalization':
      return { className: 'BatchNormalization', config: { axis: -1, momentum: layer.momentum, epsilon: layer.epsilon, center: layer.center !== false, scale: layer.scale !== false } };
    case 'activation':
      return { className: 'Activation', config: { activation: activationWord(layer.activation, dialect) ?? 'linear' } };
    case 'leakyReLU':
      return { className: 'LeakyReLU', config: dialect === 'keras2' ? { alpha: layer.alpha } : { negative_slope: layer.alpha } };
    case 'reLU':
      return { className: 'ReLU', config: { max_value: layer.maxValue, negative_slope: layer.negativeSlope, threshold: layer.threshold } };
    case 'prelu':
      return { className: 'PReLU', config: { shared_axes: inputShape.length === 3 ? [1, 2] : null } };
    case 'maxPooling2d':
      return { className: 'MaxPooling2D', config: { pool_size: layer.poolSize, ...windowed(layer) } };
    case 'averagePooling2d':
      return { className: 'AveragePooling2D', config: { pool_size: layer.poolSize, ...windowed(layer) } };
    case 'globalAveragePooling2d':
      return { className: 'GlobalAveragePooling2D', config: { ...channelsLast, keepdims: false } };
    case 'globalMaxPooling2d':
      return { className: 'GlobalMaxPooling2D', config: { ...channelsLast, keepdims: false } };
    case 'flatten':
      return { className: 'Flatten', config: channelsLast };
    case 'dropout':
      return { className: 'Dropout', config: { rate: layer.rate, noise_shape: null, seed: null } };
    case 'spatialDropout2d':
      return { className: 'SpatialDropout2D', config: { rate: layer.rate, ...channelsLast } };
    case 'reshape':
      return { className: 'Reshape', config: { target_shape: layer.shape } };
    case 'cropping2d':
      return { className: 'Cropping2D', config: { cropping: layer.cropping, ...channelsLast } };
    case 'zeroPadding2d':
      return { className: 'ZeroPadding2D', config: { padding: layer.padding, ...channelsLast } };
    case 'upSampling2d':
      return { className: 'UpSampling2D', config: { size: layer.size, ...channelsLast, interpolation: 'nearest' } };
    case 'rescaling':
      return { className: 'Rescaling', config: { scale: layer.scale, offset: layer.offset } };
    case 'add':
      return { className: 'Add', config: {} };
    case 'multiply':
      return { className: 'Multiply', config: {} };
    case 'concatenate':
      return { className: 'Concatenate', config: { axis: -1 } };
    default:
      return assertNever(layer);
  }
}

/** The layers of an architecture as Keras has them, in our order: an activation without a word becomes layers of its own. */
function listNodes(architecture: Architecture, weights: Weights, dialect: KerasDialect): readonly KerasNode[] {
  const inputShape = shapeOfInput(architecture.input);
  const shapes = outputShapes(architecture);
  const inputs = layerInputs(architecture);
  const specs = weightSpecs(architecture);
  /** The layer of the file that holds what a layer of ours gives. */
  const standsFor = new Map<string | null, string>([[null, inputName]]);
  const nodes: KerasNode[] = [
    { name: inputName, className: 'InputLayer', config: { [dialect === 'keras2' ? 'batch_input_shape' : 'batch_shape']: [null, ...inputShape], dtype: 'float32', sparse: false, name: inputName }, reads: [], outputShape: inputShape, weights: [] },
  ];
  for (const layer of architecture.layers) {
    const read = inputs.get(layer.name) ?? [];
    const before = read[0] ?? null;
    const { className, config } = describe(layer, dialect, before === null ? inputShape : (shapes.get(before) as Shape));
    const outputShape = shapes.get(layer.name) as Shape;
    // SpatialDropout2D of Keras 3 refuses the word.
    const common = { ...(layer.type === 'spatialDropout2d' ? {} : { trainable: layer.trainable !== false }), dtype: 'float32' };
    nodes.push({
      name: layer.name,
      className,
      config: { name: layer.name, ...common, ...config },
      reads: read.map((name) => standsFor.get(name) as string),
      outputShape,
      weights: specs.filter((spec) => spec.layer === layer.name).map(({ name, role, shape }) => ({ role, shape, values: weights.get(name) as Float32Array })),
    });
    let last = layer.name;
    if ('activation' in layer && activationWord(layer.activation, dialect) === null) {
      for (const { ending, ...extra } of activationLayers(layer.activation)) {
        const name = `${layer.name}_${ending}`;
        nodes.push({ name, className: extra.className, config: { name, ...common, ...extra.config }, reads: [last], outputShape, weights: [] });
        last = name;
      }
    }
    standsFor.set(layer.name, last);
  }
  return nodes;
}

/**
 * The order of `model.layers` in Keras (`map_graph` in keras/src/ops/function.py): by the distance from the output, the
 * farthest first, then as a walk from the output meets them. Weights in a file are found by it. What the output does not need is left out.
 */
export function kerasOrder(nodes: readonly KerasNode[]): readonly KerasNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const met = new Map<string, number>();
  const finished: KerasNode[] = [];
  const walk = (name: string): void => {
    if (met.has(name)) return;
    met.set(name, met.size);
    const node = byName.get(name) as KerasNode;
    node.reads.forEach(walk);
    finished.push(node);
  };
  walk((nodes.at(-1) as KerasNode).name);
  const depths = new Map<string, number>();
  for (const node of finished.toReversed()) {
    const depth = depths.get(node.name) ?? 0;
    depths.set(node.name, depth);
    for (const name of node.reads) depths.set(name, Math.max(depth + 1, depths.get(name) ?? 0));
  }
  const order = (node: KerasNode): readonly [number, number] => [-(depths.get(node.name) as number), met.get(node.name) as number];
  return finished.toSorted((a, b) => order(a)[0] - order(b)[0] || order(a)[1] - order(b)[1]);
}

/** The layers of a model in the order of `model.layers` of Keras. */
export function kerasNodes(architecture: Architecture, weights: Weights, dialect: KerasDialect): readonly KerasNode[] {
  return kerasOrder(listNodes(architecture, weights, dialect));
}
