import type { Activation, Architecture, Layer, Size2D } from './architecture';
import { UserError } from './errors';
import { validateArchitecture } from './shapes';

type Config = Readonly<Record<string, unknown>>;

function record(value: unknown): Config {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Config) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function pair(value: unknown, usual: Size2D): Size2D {
  if (typeof value === 'number') return [value, value];
  const [height, width] = list(value);
  return typeof height === 'number' && typeof width === 'number' ? [height, width] : usual;
}

const activations: Readonly<Record<string, Activation>> = {
  linear: 'linear', relu: 'relu', relu6: 'relu6', elu: 'elu', selu: 'selu', sigmoid: 'sigmoid', hard_sigmoid: 'hardSigmoid', hardSigmoid: 'hardSigmoid', tanh: 'tanh',
  softplus: 'softplus', softsign: 'softsign', swish: 'swish', silu: 'swish', gelu: 'gelu', softmax: 'softmax',
};

function refuse(name: string, problem: string): never {
  throw new UserError('models:badArchitectureFile', { file: 'config.json', problem: `${name}: ${problem}` });
}

function activation(name: string, value: unknown): Activation {
  const word = value === null || value === undefined ? 'linear' : text(value) || text(record(value)['class_name']);
  return activations[word] ?? refuse(name, `activation ${word}`);
}

type Base = Pick<Layer, 'uid' | 'name'>;

/** Layers whose arguments are a window or a width. */
function weightedLayer(className: string, base: Base, config: Config): Layer | null {
  const window = { kernelSize: pair(config['kernel_size'], [1, 1]), strides: pair(config['strides'], [1, 1]), padding: config['padding'] === 'same' ? 'same' : 'valid' } as const;
  const learnt = () => ({ activation: activation(base.name, config['activation']), useBias: config['use_bias'] !== false });
  const depthMultiplier = Number(config['depth_multiplier'] ?? 1);
  const dilation = pair(config['dilation_rate'], [1, 1]);
  const spaced = dilation.some((rate) => rate !== 1) ? { dilationRate: dilation } : {};
  const groups = Number(config['groups'] ?? 1) !== 1 ? { groups: Number(config['groups']) } : {};
  switch (className) {
    case 'Conv2D':
      return { type: 'conv2d', ...base, ...window, ...spaced, ...groups, ...learnt(), filters: Number(config['filters']) };
    case 'DepthwiseConv2D':
      return { type: 'depthwiseConv2d', ...base, ...window, ...spaced, ...learnt(), depthMultiplier };
    case 'SeparableConv2D':
      return { type: 'separableConv2d', ...base, ...window, ...spaced, ...learnt(), depthMultiplier, filters: Number(config['filters']) };
    case 'Dense':
      return { type: 'dense', ...base, ...learnt(), units: Number(config['units']) };
    case 'BatchNormalization':
      return { type: 'batchNormalization', ...base, epsilon: Number(config['epsilon'] ?? 1e-3), momentum: Number(config['momentum'] ?? 0.99) };
    case 'PReLU':
      return { type: 'prelu', ...base };
    default:
      return null;
  }
}

const plainTypes = {
  GlobalAveragePooling2D: 'globalAveragePooling2d', GlobalMaxPooling2D: 'globalMaxPooling2d', Flatten: 'flatten', Add: 'add', Multiply: 'multiply', Concatenate: 'concatenate',
} as const;

/** [[top, bottom], [left, right]] from that, from a pair for both sides of each axis, or from one number. */
function sides(value: unknown): readonly [Size2D, Size2D] {
  const [vertical, horizontal] = list(value);
  return [pair(vertical ?? value, [1, 1]), pair(horizontal ?? value, [1, 1])];
}

/** A `ReLU` of any kind: one of the activations where it is one. */
export function reLU(base: Base, config: Config): Layer {
  const maxValue = config['max_value'] === null || config['max_value'] === undefined ? null : Number(config['max_value']);
  const [negativeSlope, threshold] = [Number(config['negative_slope'] ?? 0), Number(config['threshold'] ?? 0)];
  if (negativeSlope === 0 && threshold === 0 && (maxValue === null || maxValue === 6)) return { type: 'activation', ...base, activation: maxValue === 6 ? 'relu6' : 'relu' };
  return { type: 'reLU', ...base, maxValue, negativeSlope, threshold };
}

function layerOf(className: string, base: Base, config: Config): Layer {
  const weighted = weightedLayer(className, base, config);
  if (weighted) return weighted;
  const plain = Object.hasOwn(plainTypes, className) ? plainTypes[className as keyof typeof plainTypes] : null;
  if (plain) return { type: plain, ...base };
  switch (className) {
    case 'Activation':
      return { type: 'activation', ...base, activation: activation(base.name, config['activation']) };
    case 'ReLU':
      return reLU(base, config);
    case 'Softmax':
      return { type: 'activation', ...base, activation: 'softmax' };
    case 'LeakyReLU':
      return { type: 'leakyReLU', ...base, alpha: Number(config['negative_slope'] ?? config['alpha'] ?? 0.3) };
    case 'MaxPooling2D':
    case 'AveragePooling2D': {
      const poolSize = pair(config['pool_size'], [2, 2]);
      return { type: className === 'MaxPooling2D' ? 'maxPooling2d' : 'averagePooling2d', ...base, poolSize, strides: pair(config['strides'], poolSize), padding: config['padding'] === 'same' ? 'same' : 'valid' };
    }
    case 'Dropout':
    case 'SpatialDropout2D':
      return { type: className === 'Dropout' ? 'dropout' : 'spatialDropout2d', ...base, rate: Number(config['rate']) };
    case 'Reshape': {
      const shape = list(config['target_shape']).map(Number);
      return shape.every((size) => size > 0) ? { type: 'reshape', ...base, shape } : refuse(base.name, 'target_shape');
    }
    case 'Cropping2D':
      return { type: 'cropping2d', ...base, cropping: sides(config['cropping']) };
    case 'ZeroPadding2D':
      return { type: 'zeroPadding2d', ...base, padding: sides(config['padding']) };
    case 'UpSampling2D':
      return { type: 'upSampling2d', ...base, size: pair(config['size'], [2, 2]) };
    case 'Rescaling':
      return { type: 'rescaling', ...base, scale: Number(config['scale']), offset: Number(config['offset'] ?? 0) };
    default:
      return refuse(base.name, className);
  }
}

/** Names of the layers that a layer reads, from its `inbound_nodes`: of Keras 2 (nested lists) or Keras 3 (tensors with a history). */
function inboundOf(nodes: unknown): readonly string[] {
  const [first] = list(nodes);
  if (Array.isArray(first)) return (typeof first[0] === 'string' ? [first] : first).map((entry: unknown) => text(list(entry)[0]));
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const entry of value) visit(entry);
    else if (text(record(value)['class_name']) === '__keras_tensor__') found.push(text(list(record(record(value)['config'])['keras_history'])[0]));
  };
  visit(record(first)['args']);
  return found;
}

/** True for what Keras writes about a Sequential or Functional model. */
export function isKerasConfig(json: unknown): boolean {
  return ['Sequential', 'Functional', 'Model'].includes(text(record(json)['class_name']));
}

/**
 * The architecture in a `config.json` of Keras 2 or 3 (Sequential or Functional with one input and one output).
 * Lineage ids are the names. Errors: `models:badArchitectureFile` names the layer or argument that the studio does not know, `models:badLayer…`.
 */
export function architectureFromKeras(json: unknown): Architecture {
  const model = record(record(json)['config']);
  const entries = list(model['layers']).map(record);
  let shape: unknown = record(json)['build_input_shape'] ?? model['build_input_shape'];
  const inputNames = new Set<string>();
  const layers: Layer[] = [];
  for (const entry of entries) {
    const [className, config] = [text(entry['class_name']), record(entry['config'])];
    const name = (text(config['name']) || text(entry['name'])).replaceAll(/[^\w.-]/g, '_');
    const own = config['batch_shape'] ?? config['batch_input_shape'];
    if (layers.length === 0 && own) shape = own;
    if (className === 'InputLayer') {
      inputNames.add(name);
      continue;
    }
    const read = inboundOf(entry['inbound_nodes']).map((input) => input.replaceAll(/[^\w.-]/g, '_'));
    const explicit = read.length > 1 || (read[0] !== undefined && !inputNames.has(read[0]) && read[0] !== layers.at(-1)?.name);
    layers.push({ ...layerOf(className, { uid: `keras/${name}`, name }, config), ...(explicit ? { inputs: read } : {}) });
  }
  const [, height, width, channels] = list(shape);
  if (inputNames.size > 1 || typeof height !== 'number' || typeof width !== 'number' || typeof channels !== 'number') refuse('input', JSON.stringify(shape ?? null));
  const architecture: Architecture = { formatVersion: 1, name: text(model['name']).replaceAll(/[^\w.-]/g, '_') || 'keras', input: { height, width, channels }, layers };
  validateArchitecture(architecture);
  return architecture;
}
