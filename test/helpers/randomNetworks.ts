import type { Activation, Architecture, Layer, Padding, Weights } from '../../electron/core/architecture';
import { defaultPreprocessing } from '../../electron/core/architecture';
import { seededRandom } from '../../electron/core/migration/initial';
import type { MigrationPlan, ModelShape } from '../../electron/core/migrations';
import { outputShapes, weightSpecs } from '../../electron/core/shapes';
import type { Tensor } from './referenceNetwork';

export type Random = () => number;
export const random = (seed: number): Random => seededRandom(seed, 'test');
export const pick = <T>(next: Random, from: readonly T[]): T => from[Math.floor(next() * from.length)]!;

/** Random weights of every role, with variances above zero. */
export function randomWeights(architecture: Architecture, next: Random): Weights {
  return new Map(
    weightSpecs(architecture).map((spec) => {
      const size = spec.shape.reduce((a, b) => a * b, 1);
      const fan = Math.max(1, spec.shape.slice(0, -1).reduce((a, b) => a * b, 1));
      const scale = spec.role.includes('kernel') ? Math.sqrt(3 / fan) : 0.5;
      const offset = spec.role === 'moving_variance' || spec.role === 'gamma' ? 1 : 0;
      return [spec.name, Float32Array.from({ length: size }, () => offset + (2 * next() - 1) * scale)] as const;
    }),
  ) as Weights;
}

export function randomPicture(shape: readonly number[], next: Random): Tensor {
  return { shape, values: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, next) };
}

/** What the old model sees of a new picture (whole factors only). */
export function oldPicture(plan: MigrationPlan, picture: Tensor): Tensor {
  const { height, width, channels } = plan.source.architecture.input;
  const [, newWidth, newChannels] = picture.shape as [number, number, number];
  const values = new Float64Array(height * width * channels);
  const { heightFactor: fh, widthFactor: fw, channels: shares } = plan.frameMap;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        let count = 0;
        for (let i = Math.floor(y * fh); i < (y + 1) * fh; i++)
          for (let j = Math.floor(x * fw); j < (x + 1) * fw; j++, count++)
            for (let k = 0; k < newChannels; k++) sum += shares[c]![k]! * picture.values[(i * newWidth + j) * newChannels + k]!;
        values[(y * width + x) * channels + c] = (plan.frameMap.values?.scale ?? 1) * (sum / count) + (plan.frameMap.values?.shift ?? 0);
      }
  return { shape: [height, width, channels], values };
}

const activations: readonly Activation[] = ['relu', 'tanh', 'linear', 'gelu', 'elu', 'sigmoid', 'swish'];

/** A random network of the given input: rescaling, convolutions of every kind, pools, residual and joined branches, a head. */
export function randomModel(next: Random): ModelShape {
  const size = pick(next, [6, 7, 8, 9]);
  const channels = pick(next, [1, 1, 3, 3, 4]);
  const classes = 2 + Math.floor(next() * 3);
  const layers: Layer[] = [];
  const add = (layer: Record<string, unknown> & { type: Layer['type'] }) => {
    const name = `${String(layer.type).toLowerCase()}_${layers.length}`;
    layers.push({ uid: `u${layers.length}`, name, ...layer } as unknown as Layer);
    return name;
  };
  const input = { height: size, width: pick(next, [size, size, size + 1]), channels };
  const base = (): Architecture => ({ formatVersion: 1, name: 'random', input, layers });
  const shape = () => (layers.length === 0 ? [input.height, input.width, channels] : outputShapes(base()).get(layers.at(-1)!.name)!) as [number, number, number];
  const blocks = 1 + Math.floor(next() * 3);
  if (next() < 0.3) addFront(next, add);
  for (let i = 0; i < blocks; i++) addBlock(next, add, shape());
  if (next() < 0.5) add({ type: pick(next, ['globalAveragePooling2d', 'globalMaxPooling2d'] as const) });
  else add({ type: 'flatten' });
  if (next() < 0.5) add({ type: 'dense', units: 1 + Math.floor(next() * 4), activation: pick(next, activations), useBias: true });
  if (next() < 0.3) add({ type: 'dropout', rate: 0.3 });
  if (next() < 0.5) add({ type: 'dense', units: classes, activation: 'softmax', useBias: next() < 0.9 });
  else {
    add({ type: 'dense', units: classes, activation: 'linear', useBias: true });
    add({ type: 'activation', activation: 'softmax' });
  }
  return { architecture: base(), classNames: ['cat', 'dog', 'fox', 'owl', 'bee'].slice(0, classes), preprocessing: defaultPreprocessing(channels) };
}

type Add = (layer: Record<string, unknown> & { type: Layer['type'] }) => string;

function addFront(next: Random, add: Add): void {
  const kind = next();
  if (kind < 0.3) add({ type: 'rescaling', scale: 2, offset: -1 });
  else if (kind < 0.6) add({ type: 'batchNormalization', epsilon: 1e-3, momentum: 0.99 });
  else if (kind < 0.8) add({ type: 'zeroPadding2d', padding: [[1, 0], [2, 1]] });
  else add({ type: pick(next, ['maxPooling2d', 'averagePooling2d'] as const), poolSize: [2, 2], strides: [2, 2], padding: pick(next, ['same', 'valid'] as const) });
}

function addBlock(next: Random, add: Add, [h, w]: readonly [number, number, number]): void {
  const kind = next();
  const kernel = () => Math.min(1 + Math.floor(next() * 4), h, w);
  const padding: Padding = pick(next, ['same', 'same', 'valid'] as const);
  const window = () => ({ kernelSize: [kernel(), kernel()], strides: kind < 0.5 ? [pick(next, [1, 1, 2]), pick(next, [1, 1, 2])] : new Array(2).fill(pick(next, [1, 1, 2])), padding });
  const rest = { activation: pick(next, activations), useBias: next() < 0.8 };
  const filters = 1 + Math.floor(next() * 4);
  let last: string;
  if (kind < 0.5) last = add({ type: 'conv2d', filters, ...window(), ...rest });
  else if (kind < 0.65) last = add({ type: 'depthwiseConv2d', depthMultiplier: 1 + Math.floor(next() * 2), ...window(), ...rest });
  else last = add({ type: 'separableConv2d', filters, depthMultiplier: 1 + Math.floor(next() * 2), ...window(), ...rest });
  if (next() < 0.3) last = add({ type: 'batchNormalization', epsilon: 1e-3, momentum: 0.99 });
  if (next() < 0.2) last = add(next() < 0.5 ? { type: 'prelu' } : { type: 'leakyReLU', alpha: 0.2 });
  if (next() < 0.25) {
    const branch = add({ type: 'conv2d', filters: 3, kernelSize: [1, 1], strides: [1, 1], padding: 'same', ...rest });
    const other = add({ type: 'conv2d', filters: 3, kernelSize: [3, 3], strides: [1, 1], padding: 'same', ...rest, inputs: [next() < 0.5 ? last : branch] });
    const merged = add({ type: pick(next, ['add', 'multiply', 'concatenate'] as const), inputs: [branch, other] });
    if (next() < 0.3) {
      const third = add({ type: 'conv2d', filters: 2, kernelSize: [1, 1], strides: [1, 1], padding: 'same', ...rest, inputs: [merged] });
      add({ type: 'concatenate', inputs: [merged, third] });
    }
  }
  if (next() < 0.3) add({ type: pick(next, ['maxPooling2d', 'averagePooling2d'] as const), poolSize: [2, 2], strides: [2, 2], padding: 'same' });
}
