import type { Activation, Layer } from '../architecture';
import type { ModelShape } from '../migrations';
import { INPUT, activationOf, inputsByLayer } from './layerGraph';

/** Between what the numbers of a tensor lie, whatever the picture and the weights. */
export type Range = readonly [lowest: number, highest: number];

const anything: Range = [-Infinity, Infinity];

/** The range of every tensor (by layer, and of the picture), by interval arithmetic from the pixels on. */
export function valueRanges({ architecture, preprocessing }: Pick<ModelShape, 'architecture' | 'preprocessing'>): ReadonlyMap<string, Range> {
  const { scale, offset } = preprocessing;
  const ranges = new Map<string, Range>([[INPUT, sorted(offset, 255 * scale + offset)]]);
  const inputs = inputsByLayer(architecture);
  for (const layer of architecture.layers) ranges.set(layer.name, rangeOf(layer, inputs.get(layer.name)!.map((name) => ranges.get(name)!)));
  return ranges;
}

/** Whether the activation gives every number of the range back as it is. */
export function leavesAlone(activation: Activation, [lowest, highest]: Range): boolean {
  if (activation === 'linear') return true;
  if (activation === 'relu6') return lowest >= 0 && highest <= 6;
  return (activation === 'relu' || activation === 'elu') && lowest >= 0;
}

/** Whether a layer without weights gives every number of its input back as it is. */
export function isIdle(layer: Layer, input: Range): boolean {
  if (layer.type === 'activation') return leavesAlone(layer.activation, input);
  return layer.type === 'leakyReLU' && (input[0] >= 0 || layer.alpha === 1);
}

function rangeOf(layer: Layer, inputs: readonly Range[]): Range {
  const first = inputs[0]!;
  switch (layer.type) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'separableConv2d':
    case 'dense':
      return activated(activationOf(layer), anything);
    case 'activation':
      return activated(layer.activation, first);
    case 'batchNormalization':
      return anything;
    case 'reLU':
      return layer.negativeSlope === 0 ? [0, layer.maxValue ?? Infinity] : anything;
    case 'prelu':
    case 'leakyReLU':
      return first[0] >= 0 ? first : anything;
    case 'zeroPadding2d':
      return [Math.min(first[0], 0), Math.max(first[1], 0)];
    case 'add':
      return [inputs.reduce((sum, [low]) => sum + low, 0), inputs.reduce((sum, [, high]) => sum + high, 0)];
    case 'multiply':
      return inputs.every(([low]) => low >= 0) ? [0, inputs.reduce((product, [, high]) => product * high, 1) || Infinity] : anything;
    case 'concatenate':
      return [Math.min(...inputs.map(([low]) => low)), Math.max(...inputs.map(([, high]) => high))];
    case 'rescaling':
      return layer.scale === 0 ? [layer.offset, layer.offset] : sorted(first[0] * layer.scale + layer.offset, first[1] * layer.scale + layer.offset);
    default:
      return first;
  }
}

function activated(activation: Activation, input: Range): Range {
  const [low, high] = input;
  switch (activation) {
    case 'linear':
      return input;
    case 'relu':
      return [Math.max(low, 0), Math.max(high, 0)];
    case 'relu6':
      return [Math.min(Math.max(low, 0), 6), Math.min(Math.max(high, 0), 6)];
    case 'sigmoid':
    case 'hardSigmoid':
    case 'softmax':
      return [0, 1];
    case 'softplus':
      return [0, Infinity];
    case 'tanh':
    case 'softsign':
      return [low >= 0 ? 0 : -1, 1];
    case 'elu':
      return low >= 0 ? input : [-1, Math.max(high, 0)];
    default:
      return low >= 0 ? [0, Infinity] : anything;
  }
}

function sorted(a: number, b: number): Range {
  return a <= b ? [a, b] : [b, a];
}
