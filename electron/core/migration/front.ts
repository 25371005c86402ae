import type { Layer } from '../architecture';
import type { ModelShape } from '../migrations';
import type { ColourChange } from './colours';
import { isOneToOne, isUnmixed } from './dimensionMaps';
import { foldAxis } from './fold';
import { INPUT, activationOf, doesNothing } from './layerGraph';
import type { KernelAxis } from './fold';
import type { ResampledSide } from './inputKernels';
import { resampledAxis } from './inputKernels';
import type { PictureRelation } from './sides';
import { prepareSide } from './sides';
import { isPlainKernel } from '../shapes';

/** How a change of the picture can be taken up by the layers that see it first. */
export interface FrontPlan {
  /** Layers with the kernel, stride, pool or padding that they need at the new size; null: a layer in front must reduce the picture. */
  readonly folded: ReadonlyMap<string, Layer> | null;
  /** Whether the first kernels can take up the colours; otherwise a layer in front must mix them. */
  readonly coloursFit: boolean;
}

/** Finds the layers through which a finer picture, or one of other colours, can be followed exactly. */
export function planFront(source: ModelShape, picture: PictureRelation, colour: ColourChange): FrontPlan {
  const side = prepareSide(source);
  const finer = picture.kind === 'finer' || picture.kind === 'resampled';
  const sizePending = new Set(finer ? [INPUT] : []);
  const coloursPending = new Set(colour.rule ? [INPUT] : []);
  const folded = new Map<string, Layer>();
  let sizeFits = true;
  let coloursFit = true;
  const { layers } = source.architecture;
  layers.forEach((layer, i) => {
    const inputs = side.inputs.get(layer.name)!;
    const isLast = i === layers.length - 1;
    if (inputs.some((name) => sizePending.has(name))) {
      const next = scaledLayer(layer, picture, side.shapes.get(inputs[0]!)!);
      if (!next || (next.passes && isLast)) sizeFits = false;
      else {
        folded.set(layer.name, next.layer);
        if (next.passes) sizePending.add(layer.name);
      }
    }
    if (inputs.some((name) => coloursPending.has(name))) {
      const effect = colourEffect(layer, colour);
      if (effect === 'blocks' || (effect === 'passes' && isLast)) coloursFit = false;
      if (effect === 'passes') coloursPending.add(layer.name);
    }
  });
  return { folded: sizeFits ? folded : null, coloursFit };
}

/** The layer for a picture `factors` times as fine; `passes`: its output is finer, too. null: not the same function. */
function scaledLayer(layer: Layer, picture: PictureRelation, inputShape: readonly number[]): { readonly layer: Layer; readonly passes: boolean } | null {
  if (picture.kind === 'resampled') return resampledLayer(layer, picture, inputShape);
  if (picture.kind !== 'finer') return null;
  const { height, width } = picture;
  const factors = [height, width] as const;
  switch (layer.type) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'separableConv2d': {
      if (!isPlainKernel(layer)) return null;
      const axes = ([0, 1] as const).map((axis) =>
        foldAxis({ size: inputShape[axis]!, kernel: layer.kernelSize[axis], stride: layer.strides[axis], padding: layer.padding }, factors[axis]),
      );
      const uneven = layer.type !== 'conv2d' && axes[0]!.stride !== axes[1]!.stride; // TensorFlow's depthwise kernels step alike on both sides
      if (uneven) return null;
      const both = (key: 'kernel' | 'stride') => [axes[0]![key], axes[1]![key]] as const;
      return { layer: { ...layer, kernelSize: both('kernel'), strides: both('stride') }, passes: false };
    }
    case 'averagePooling2d': {
      if (layer.padding !== 'valid') return null;
      const scaled = (size: readonly [number, number]) => [size[0] * height, size[1] * width] as const;
      return { layer: { ...layer, poolSize: scaled(layer.poolSize), strides: scaled(layer.strides) }, passes: false };
    }
    case 'zeroPadding2d': {
      const [[top, bottom], [left, right]] = layer.padding;
      return { layer: { ...layer, padding: [[top * height, bottom * height], [left * width, right * width]] }, passes: true };
    }
    case 'globalAveragePooling2d':
      return { layer, passes: false };
    case 'batchNormalization':
    case 'rescaling':
      return { layer, passes: true };
    default:
      return doesNothing(layer) ? { layer, passes: true } : null;
  }
}

/** The layer for a picture of which the old one was made by a filter: its kernel takes the filter in. */
function resampledLayer(layer: Layer, { height, width }: PictureRelation & { kind: 'resampled' }, inputShape: readonly number[]): { readonly layer: Layer; readonly passes: boolean } | null {
  if (layer.type === 'batchNormalization' || layer.type === 'rescaling' || doesNothing(layer)) return { layer, passes: true };
  if (layer.type !== 'conv2d' && layer.type !== 'depthwiseConv2d' && layer.type !== 'separableConv2d') return null;
  const axes = [height, width].map((side, axis) => resampledSize({ size: inputShape[axis]!, kernel: layer.kernelSize[axis as 0 | 1], stride: layer.strides[axis as 0 | 1], padding: layer.padding }, side));
  const [rows, columns] = axes;
  if (!rows || !columns || (layer.type !== 'conv2d' && rows.stride !== columns.stride)) return null;
  return { layer: { ...layer, kernelSize: [rows.kernel, columns.kernel], strides: [rows.stride, columns.stride] }, passes: false };
}

/** Taps and steps with which a kernel takes a filter in; null where the edges do not allow it. */
export function resampledSize(old: KernelAxis, side: ResampledSide): { readonly kernel: number; readonly stride: number } | null {
  const stride = side.factor * old.stride;
  const smallest = (old.kernel - 1) * side.factor + side.taps.length;
  for (let kernel = smallest; kernel <= smallest + 2 * side.factor; kernel++) {
    if (resampledAxis(old, { ...old, size: side.factor * old.size + 2 * side.margin, kernel, stride }, side)) return { kernel, stride };
  }
  return null;
}

function colourEffect(layer: Layer, colour: ColourChange): 'absorbs' | 'passes' | 'blocks' {
  const eachFits = colour.gather !== null && isOneToOne(colour.consume);
  const shifted = colour.zeros.some((zero) => zero !== 0);
  const bends = !doesNothing(layer) && activationOf(layer) !== 'linear';
  switch (layer.type) {
    case 'conv2d':
      if ((layer.groups ?? 1) !== 1) return 'blocks';
      // Zeros around the picture are no black in a colour space with another zero.
      return shifted && (!layer.useBias || (layer.padding === 'same' && layer.kernelSize[0] * layer.kernelSize[1] > 1)) ? 'blocks' : 'absorbs';
    case 'dense':
      return shifted && !layer.useBias ? 'blocks' : 'absorbs';
    case 'separableConv2d':
      return eachFits ? 'absorbs' : 'blocks';
    case 'depthwiseConv2d':
      return eachFits && (!bends || isUnmixed(colour.consume)) ? 'passes' : 'blocks';
    case 'batchNormalization':
      return eachFits ? 'passes' : 'blocks';
    case 'zeroPadding2d':
      return shifted ? 'blocks' : 'passes';
    case 'rescaling':
    case 'dropout':
    case 'spatialDropout2d':
    case 'cropping2d':
    case 'averagePooling2d':
    case 'globalAveragePooling2d':
    case 'flatten':
    case 'upSampling2d':
      return 'passes';
    case 'add':
    case 'multiply':
    case 'concatenate':
    case 'prelu':
    case 'reLU':
    case 'reshape':
      return 'blocks';
    case 'activation':
      return layer.activation === 'softmax' ? 'blocks' : !bends || isUnmixed(colour.consume) ? 'passes' : 'blocks';
    case 'maxPooling2d':
    case 'globalMaxPooling2d':
    case 'leakyReLU':
      return isUnmixed(colour.consume) ? 'passes' : 'blocks';
  }
}
