import type { Layer } from '../architecture';
import type { FirstKernels, ModelShape } from '../migrations';
import { stuffedAxis } from './inputKernels';
import type { KernelAxis } from './fold';
import { foldAxis } from './fold';
import { INPUT, doesNothing } from './layerGraph';
import { prepareSide } from './sides';

/**
 * H6: the layers before the first step of the picture, so that they answer at every pixel of a larger one and the first
 * pool takes more of them together; everything behind it stays. `spread`: a first kernel `factor` times as large, each tap
 * shared out over a block; `stuffed`: zeros between the taps (what dilation does). Kernels behind the first one are
 * always stuffed. Layers that cannot follow stay as they are.
 */
export function firstStage(source: ModelShape, factors: readonly [number, number], how: Exclude<FirstKernels, 'copied'>): ReadonlyMap<string, Layer> {
  const side = prepareSide(source);
  const grown = new Map<string, Layer>();
  const dense = new Set([INPUT]);
  for (const layer of source.architecture.layers) {
    const inputs = side.inputs.get(layer.name)!;
    if (!inputs.every((name) => dense.has(name))) continue;
    const next = grownLayer(layer, factors, side.shapes.get(inputs[0]!)!, how === 'spread' && inputs[0] === INPUT);
    if (!next) continue;
    if (next.layer !== layer) grown.set(layer.name, next.layer);
    if (next.stays) dense.add(layer.name);
  }
  return grown;
}

function grownLayer(layer: Layer, factors: readonly [number, number], shape: readonly number[], spread: boolean): { readonly layer: Layer; readonly stays: boolean } | null {
  const scaled = ([height, width]: readonly [number, number]) => [height * factors[0], width * factors[1]] as const;
  switch (layer.type) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'separableConv2d': {
      const steps = layer.strides[0] * layer.strides[1] > 1;
      const strides = steps ? scaled(layer.strides) : layer.strides;
      const sizes = ([0, 1] as const).map((axis) => grownKernel({ size: shape[axis]!, kernel: layer.kernelSize[axis], stride: layer.strides[axis], padding: layer.padding }, factors[axis], strides[axis], spread));
      const uneven = layer.type !== 'conv2d' && strides[0] !== strides[1];
      if (uneven || sizes[0] === null || sizes[1] === null) return null;
      return { layer: { ...layer, kernelSize: [sizes[0]!, sizes[1]!], strides }, stays: !steps };
    }
    case 'maxPooling2d':
    case 'averagePooling2d':
      return { layer: { ...layer, poolSize: scaled(layer.poolSize), strides: scaled(layer.strides) }, stays: false };
    case 'batchNormalization':
    case 'activation':
    case 'leakyReLU':
    case 'prelu':
    case 'rescaling':
    case 'add':
    case 'multiply':
    case 'concatenate':
      return { layer, stays: true };
    default:
      return doesNothing(layer) ? { layer, stays: true } : null;
  }
}

/** The smallest kernel that holds the old taps in the right places; null where none near it does. */
function grownKernel(old: KernelAxis, factor: number, stride: number, spread: boolean): number | null {
  if (spread) return foldAxis(old, factor).kernel;
  const smallest = (old.kernel - 1) * factor + 1;
  for (let kernel = smallest; kernel <= smallest + 2 * factor; kernel++) {
    if (stuffedAxis(old, { ...old, size: factor * old.size, kernel, stride }, factor)) return kernel;
  }
  return null;
}
