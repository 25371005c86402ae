import type { Architecture, Layer, LayerType } from '../../../electron/core/architecture';
import { layerInputs } from '../../../electron/core/shapes';

/** Names of layers as Keras writes them; the same in every language. In the order in which they are offered. */
export const layerTitles: Readonly<Record<LayerType, string>> = {
  conv2d: 'Conv2D',
  depthwiseConv2d: 'DepthwiseConv2D',
  separableConv2d: 'SeparableConv2D',
  batchNormalization: 'BatchNormalization',
  activation: 'Activation',
  leakyReLU: 'LeakyReLU',
  reLU: 'ReLU',
  prelu: 'PReLU',
  maxPooling2d: 'MaxPooling2D',
  averagePooling2d: 'AveragePooling2D',
  globalAveragePooling2d: 'GlobalAveragePooling2D',
  globalMaxPooling2d: 'GlobalMaxPooling2D',
  flatten: 'Flatten',
  reshape: 'Reshape',
  dropout: 'Dropout',
  spatialDropout2d: 'SpatialDropout2D',
  dense: 'Dense',
  add: 'Add',
  multiply: 'Multiply',
  concatenate: 'Concatenate',
  zeroPadding2d: 'ZeroPadding2D',
  cropping2d: 'Cropping2D',
  upSampling2d: 'UpSampling2D',
  rescaling: 'Rescaling',
};
export const layerTypes = Object.keys(layerTitles) as readonly LayerType[];

const stems: Readonly<Record<LayerType, string>> = {
  conv2d: 'conv', depthwiseConv2d: 'depthwise', separableConv2d: 'separable', batchNormalization: 'norm', activation: 'relu', leakyReLU: 'leaky', reLU: 'relu', prelu: 'prelu',
  maxPooling2d: 'pool', averagePooling2d: 'average', globalAveragePooling2d: 'global', globalMaxPooling2d: 'globalmax', flatten: 'flatten', reshape: 'reshape', dropout: 'dropout', spatialDropout2d: 'spatial', dense: 'dense',
  add: 'add', multiply: 'multiply', concatenate: 'concat', zeroPadding2d: 'padding', cropping2d: 'crop', upSampling2d: 'up', rescaling: 'rescaling',
};

/** `conv4` where `conv1` to `conv3` are taken. */
function freeName({ layers }: Architecture, type: LayerType): string {
  const taken = new Set(layers.map(({ name }) => name));
  for (let number = 1; ; number += 1) if (!taken.has(`${stems[type]}${number}`)) return `${stems[type]}${number}`;
}

/** A layer with usual numbers. */
function freshLayer(type: LayerType, name: string, uid: string): Layer {
  const base = { uid, name };
  const window = { kernelSize: [3, 3], strides: [1, 1], padding: 'same', activation: 'relu', useBias: true } as const;
  switch (type) {
    case 'conv2d':
      return { ...base, type, filters: 32, ...window };
    case 'depthwiseConv2d':
      return { ...base, type, depthMultiplier: 1, ...window };
    case 'separableConv2d':
      return { ...base, type, filters: 32, depthMultiplier: 1, ...window };
    case 'dense':
      return { ...base, type, units: 64, activation: 'relu', useBias: true };
    case 'batchNormalization':
      return { ...base, type, epsilon: 1e-3, momentum: 0.9 };
    case 'activation':
      return { ...base, type, activation: 'relu' };
    case 'leakyReLU':
      return { ...base, type, alpha: 0.3 };
    case 'maxPooling2d':
    case 'averagePooling2d':
      return { ...base, type, poolSize: [2, 2], strides: [2, 2], padding: 'valid' };
    case 'reLU':
      return { ...base, type, maxValue: 6, negativeSlope: 0.1, threshold: 0 };
    case 'reshape':
      return { ...base, type, shape: [64] };
    case 'dropout':
    case 'spatialDropout2d':
      return { ...base, type, rate: 0.3 };
    case 'zeroPadding2d':
      return { ...base, type, padding: [[1, 1], [1, 1]] };
    case 'cropping2d':
      return { ...base, type, cropping: [[1, 1], [1, 1]] };
    case 'upSampling2d':
      return { ...base, type, size: [2, 2] };
    case 'rescaling':
      return { ...base, type, scale: 2, offset: -1 };
    default:
      return { ...base, type };
  }
}

export function isMerge(layer: Layer): boolean {
  return layer.type === 'add' || layer.type === 'multiply' || layer.type === 'concatenate';
}

/** The layers with every input named, so that they can be put in another order; the network's own input stays unnamed. */
function named(architecture: Architecture): readonly Layer[] {
  const inputs = layerInputs(architecture);
  return architecture.layers.map((layer) => {
    const read = (inputs.get(layer.name) ?? []).filter((name): name is string => name !== null);
    return read.length > 0 ? { ...layer, inputs: read } : withoutInputs(layer);
  });
}

function withoutInputs(layer: Layer): Layer {
  return Object.fromEntries(Object.entries(layer).filter(([key]) => key !== 'inputs')) as unknown as Layer;
}

/** Inputs that are the layer before anyway are not written down. */
function unnamed(architecture: Architecture, layers: readonly Layer[]): Architecture {
  return { ...architecture, layers: layers.map((layer, index) => (layer.inputs?.length === 1 && layer.inputs[0] === layers[index - 1]?.name ? withoutInputs(layer) : layer)) };
}

/** Puts a layer behind the one at `after` (-1: in front of all); the layer that came next reads it now. */
function inserted(layers: readonly Layer[], layer: Layer, after: number): readonly Layer[] {
  const before = layers[after];
  const next = layers[after + 1];
  const read = isMerge(layer) ? (layer.inputs ?? (before ? [before.name] : [])) : before ? [before.name] : [];
  const placed = read.length > 0 ? { ...layer, inputs: read } : withoutInputs(layer);
  const rewired = (reader: Layer): Layer => {
    if (reader !== next) return reader;
    if (!before) return { ...reader, inputs: [layer.name] };
    return reader.inputs?.includes(before.name) ? { ...reader, inputs: reader.inputs.map((name) => (name === before.name ? layer.name : name)) } : reader;
  };
  return [...layers.slice(0, after + 1), placed, ...layers.slice(after + 1).map(rewired)];
}

/** Takes a layer out; those that read it read what it read. */
function without(layers: readonly Layer[], uid: string): readonly Layer[] {
  const gone = layers.find((layer) => layer.uid === uid);
  if (!gone) return layers;
  const source = gone.inputs?.[0];
  return layers
    .filter((layer) => layer !== gone)
    .map((layer) => {
      if (!layer.inputs?.includes(gone.name)) return layer;
      const read = layer.inputs.flatMap((name) => (name === gone.name ? (source === undefined ? [] : [source]) : [name]));
      return read.length > 0 ? { ...layer, inputs: read } : withoutInputs(layer);
    });
}

/** A new layer of a type behind the one at `after` (-1: in front of all). */
export function addLayer(architecture: Architecture, after: number, type: LayerType, uid: string): Architecture {
  return unnamed(architecture, inserted(named(architecture), freshLayer(type, freeName(architecture, type), uid), after));
}

/** Without a layer: what came behind it reads what came before. */
export function removeLayer(architecture: Architecture, uid: string): Architecture {
  return unnamed(architecture, without(named(architecture), uid));
}

/** A layer at another index among the rest; the same architecture where it is there already. */
export function moveLayer(architecture: Architecture, uid: string, to: number): Architecture {
  const layers = named(architecture);
  const from = layers.findIndex((layer) => layer.uid === uid);
  const layer = layers[from];
  if (!layer || to < 0 || to >= layers.length || to === from) return architecture;
  return unnamed(architecture, inserted(without(layers, uid), layer, to - 1));
}

/** Other numbers for a layer; a new name goes along to those that read it. */
export function changeLayer(architecture: Architecture, uid: string, part: Partial<Layer>): Architecture {
  const before = architecture.layers.find((layer) => layer.uid === uid);
  if (!before) return architecture;
  const renamed = (name: string): string => (part.name !== undefined && name === before.name ? part.name : name);
  const layers = architecture.layers.map((layer): Layer => {
    // An argument that is left out again is not there at all.
    if (layer.uid === uid) return Object.fromEntries(Object.entries({ ...layer, ...part }).filter(([, value]) => value !== undefined)) as unknown as Layer;
    return layer.inputs ? { ...layer, inputs: layer.inputs.map(renamed) } : layer;
  });
  return { ...architecture, layers };
}
