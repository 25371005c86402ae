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

/** What the old model sees of a new picture: a part of it, or its blocks (whole factors), or what a filter makes of it. */
export function oldPicture(plan: MigrationPlan, picture: Tensor): Tensor {
  const { height, width, channels } = plan.source.architecture.input;
  const [newHeight, newWidth, newChannels] = picture.shape as [number, number, number];
  const values = new Float64Array(height * width * channels);
  const { channels: shares, values: { scale, shift } = { scale: 1, shift: 0 }, shifts } = plan.frameMap;
  const [rows, columns] = [sharesAlong(plan, height, newHeight, plan.oldPictures?.inside?.top), sharesAlong(plan, width, newWidth, plan.oldPictures?.inside?.left)];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (const [i, a] of rows[y]!)
          for (const [j, b] of columns[x]!)
            for (let k = 0; k < newChannels; k++) sum += a * b * shares[c]![k]! * picture.values[(i * newWidth + j) * newChannels + k]!;
        values[(y * width + x) * channels + c] = scale * sum + shift + (shifts?.[c] ?? 0);
      }
  return { shape: [height, width, channels], values };
}

/** Per old pixel the new ones that it is made of along one side. */
function sharesAlong(plan: MigrationPlan, size: number, newSize: number, first: number | undefined): (readonly [number, number])[][] {
  const pixels = plan.oldPictures?.pixels ?? 'area';
  return Array.from({ length: size }, (_, y) => {
    if (first !== undefined) return [[first + y, 1] as const];
    const filtered = (pixels === 'bilinear' || pixels === 'bicubic') && newSize % size !== 0;
    const factor = filtered ? Math.floor(newSize / size) : newSize / size;
    if (factor === newSize / size && (pixels === 'area' || pixels === 'repeated' || factor === 1)) {
      const from = Math.floor(y * factor);
      const count = Math.max(1, Math.ceil((y + 1) * factor) - from);
      return Array.from({ length: count }, (_unused, a) => [from + a, 1 / count] as const);
    }
    // The middle of the old pixel, and every new one within the filter's reach of it.
    const margin = (newSize - factor * size) / 2;
    const middle = margin + (y + 0.5) * factor;
    const near = Array.from({ length: newSize }, (_unused, i) => [i, filterAt(pixels, Math.abs(i + 0.5 - middle) / factor)] as const).filter(([, share]) => share !== 0);
    const sum = near.reduce((total, [, share]) => total + share, 0);
    return near.map(([i, share]) => [i, share / sum] as const);
  });
}

function filterAt(pixels: string, x: number): number {
  if (pixels === 'bilinear') return Math.max(0, 1 - x);
  return x < 1 ? 1.5 * x ** 3 - 2.5 * x ** 2 + 1 : x < 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0;
}

/** The picture with the blocks of its old pixels made even, where the plan says that pixels are repeated. */
export function promisedPicture(plan: MigrationPlan, picture: Tensor): Tensor {
  if (plan.oldPictures?.pixels !== 'repeated') return picture;
  const { height, width } = plan.source.architecture.input;
  const [newHeight, newWidth, channels] = picture.shape as [number, number, number];
  const [fh, fw] = [newHeight / height, newWidth / width];
  const values = picture.values.map((_, k) => {
    const [y, x, c] = [Math.floor(k / channels / newWidth), Math.floor(k / channels) % newWidth, k % channels];
    return picture.values[(Math.floor(y / fh) * fh * newWidth + Math.floor(x / fw) * fw) * channels + c]!;
  });
  return { shape: picture.shape, values };
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
