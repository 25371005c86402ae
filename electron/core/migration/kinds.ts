import type { Architecture, Conv2DLayer, DenseLayer, Layer, LayerType, SeparableConv2DLayer } from '../architecture';
import type { KindChange, ModelShape } from '../migrations';
import { isPlainKernel, outputShapes, shapeOfInput } from '../shapes';
import { INPUT, doesNothing, inputsByLayer } from './layerGraph';

/** The old model as the new one can follow it: some layers read as layers of another kind that answer the same. */
export interface SameKinds {
  readonly source: ModelShape;
  /** New layer -> layer of `source`. */
  readonly pairs: ReadonlyMap<string, Layer>;
  readonly kinds: readonly KindChange[];
  /** Old layers that `source` has at another place: their numbers are not those of the old model. */
  readonly moved: ReadonlySet<string>;
  /** New layers whose old one cannot be read as one of their kind. */
  readonly impossible: readonly string[];
}

const convertible: readonly (readonly LayerType[])[] = [
  ['conv2d', 'separableConv2d'],
  ['conv2d', 'dense'],
];

/** Whether a layer can take over from an old one: of the same kind, or of one that can be read as it. */
export function mayFollow(layer: Layer, old: Layer): boolean {
  return layer.type === old.type || convertible.some((kinds) => kinds.includes(layer.type) && kinds.includes(old.type));
}

/**
 * Reads old layers as the kinds that the new network has in their place: a convolution as a separable one (exact where
 * its taps or its outputs have a multiple each, else by singular values: Guo et al. 2018, "Network decoupling") and
 * back, a dense layer as a convolution of 1x1 or of the whole map, and back. What cannot be read so loses its pair.
 */
export function sameKinds(next: Architecture, source: ModelShape, pairs: ReadonlyMap<string, Layer>): SameKinds {
  const work: Work = { next, nextShapes: outputShapes(next), layers: [...source.architecture.layers], input: source.architecture, successors: new Map([...pairs].map(([name, { name: old }]) => [old, next.layers.find((layer) => layer.name === name)!])), moved: new Set() };
  const kinds: KindChange[] = [];
  const impossible: string[] = [];
  for (const [name, old] of pairs) {
    const layer = next.layers.find((other) => other.name === name)!;
    if (layer.type === old.type || work.layers.find((other) => other.name === old.name)?.type === layer.type) continue;
    const change = convert(work, layer, old);
    if (change) kinds.push(...change);
    else impossible.push(name);
  }
  const byName = new Map(work.layers.map((layer) => [layer.name, layer]));
  const kept = [...pairs].flatMap(([name, old]) => {
    const now = byName.get(old.name)!;
    return next.layers.find((layer) => layer.name === name)!.type === now.type ? [[name, now] as const] : [];
  });
  return { source: { ...source, architecture: { ...source.architecture, layers: work.layers } }, pairs: new Map(kept), kinds, moved: work.moved, impossible };
}

interface Work {
  readonly next: Architecture;
  readonly nextShapes: ReadonlyMap<string, readonly number[]>;
  readonly input: Architecture;
  /** Old layer -> the new one that follows it. */
  readonly successors: ReadonlyMap<string, Layer>;
  readonly moved: Set<string>;
  layers: Layer[];
}

function convert(work: Work, layer: Layer, old: Layer): readonly KindChange[] | null {
  if ([old, layer].some((either) => either.type === 'conv2d' && !isPlainKernel(either))) return null;
  if (old.type === 'conv2d' && layer.type === 'separableConv2d') return separated(work, layer, old);
  if (old.type === 'separableConv2d' && layer.type === 'conv2d') return joined(work, old);
  if (old.type === 'dense' && layer.type === 'conv2d') return denseAsConv(work, layer, old);
  if (old.type === 'conv2d' && layer.type === 'dense') return convAsDense(work, layer, old);
  return null;
}

function replace(work: Work, layer: Layer): void {
  work.layers = work.layers.map((other) => (other.name === layer.name ? layer : other));
}

function shapeOf(work: Work, name: string): readonly number[] {
  return name === INPUT ? shapeOfInput(work.input.input) : outputShapes({ ...work.input, layers: work.layers }).get(name)!;
}

function readBy(work: Work, name: string): string {
  return inputsByLayer({ ...work.input, layers: work.layers }).get(name)![0]!;
}

function separated(work: Work, layer: SeparableConv2DLayer, old: Conv2DLayer): readonly KindChange[] | null {
  if (old.strides[0] !== old.strides[1]) return null; // TensorFlow's depthwise kernels step alike on both sides
  const channels = shapeOf(work, readBy(work, old.name)).at(-1)!;
  const { filters, ...rest } = old;
  replace(work, { ...rest, type: 'separableConv2d', filters, depthMultiplier: layer.depthMultiplier });
  return [{ layer: old.name, how: 'separated', shape: [...old.kernelSize, channels, filters], multiplier: layer.depthMultiplier }];
}

function joined(work: Work, old: SeparableConv2DLayer): readonly KindChange[] {
  const channels = shapeOf(work, readBy(work, old.name)).at(-1)!;
  const { depthMultiplier, ...rest } = old;
  replace(work, { ...rest, type: 'conv2d' });
  return [{ layer: old.name, how: 'joined', shape: [...old.kernelSize, channels, old.filters], multiplier: depthMultiplier }];
}

function asConv({ units, ...rest }: DenseLayer, kernelSize: Conv2DLayer['kernelSize'], { padding, strides }: Pick<Conv2DLayer, 'padding' | 'strides'>): Conv2DLayer {
  return { ...rest, type: 'conv2d', filters: units, kernelSize, strides, padding };
}

function asDense({ uid, name, inputs, filters, activation, useBias }: Conv2DLayer): DenseLayer {
  return { uid, name, ...(inputs ? { inputs } : {}), type: 'dense', units: filters, activation, useBias };
}

const single = { padding: 'valid', strides: [1, 1] } as const;

function denseAsConv(work: Work, layer: Conv2DLayer, old: DenseLayer): readonly KindChange[] | null {
  const reads = readBy(work, old.name);
  const shape = shapeOf(work, reads);
  if (shape.length === 3) {
    replace(work, asConv(old, [1, 1], { padding: layer.padding, strides: [1, 1] }));
    return [{ layer: old.name, how: 'reshaped', shape: [1, 1, shape[2]!, old.units] }];
  }
  const at = work.layers.findIndex(({ name }) => name === old.name);
  const flat = work.layers[at - 1];
  if (flat?.type !== 'flatten' || !isChain(work, at - 1, at)) return null;
  const map = shapeOf(work, readBy(work, flat.name));
  if (map.length !== 3 || layer.padding !== 'valid' || layer.kernelSize.some((size, axis) => size < map[axis]!)) return null;
  const staysMap = (other: Layer) => {
    const successor = work.successors.get(other.name);
    if (!successor && doesNothing(other)) return true;
    return isEntrywise(other) && successor !== undefined && work.nextShapes.get(successor.name)!.length === 3;
  };
  let last = at;
  while (last + 1 < work.layers.length && isChain(work, last, last + 1) && staysMap(work.layers[last + 1]!)) last += 1;
  const flattens = work.next.layers.slice(work.next.layers.indexOf(layer)).find(isFlattening);
  const moved: Layer = { uid: flat.uid, name: flat.name, type: flattens?.type === 'globalAveragePooling2d' || flattens?.type === 'globalMaxPooling2d' ? flattens.type : 'flatten' };
  const conv = asConv(old, [map[0]!, map[1]!], { ...single, strides: layer.strides });
  moveTo(work, [at - 1, last], [{ ...conv, ...(flat.inputs ? { inputs: flat.inputs } : { inputs: undefined }) }, ...work.layers.slice(at + 1, last + 1), moved]);
  return [{ layer: old.name, how: 'reshaped', shape: [...map, old.units] }];
}

function convAsDense(work: Work, layer: DenseLayer, old: Conv2DLayer): readonly KindChange[] | null {
  const map = shapeOf(work, readBy(work, old.name));
  const isPoint = old.kernelSize.every((size) => size === 1) && old.strides.every((step) => step === 1);
  if (isPoint && (map.length < 3 || work.nextShapes.get(layer.name)!.length === 3)) {
    replace(work, asDense(old));
    return [{ layer: old.name, how: 'reshaped', shape: [map.at(-1)!, old.filters] }];
  }
  const whole = old.padding === 'valid' && old.kernelSize[0] === map[0] && old.kernelSize[1] === map[1];
  if (!whole || work.nextShapes.get(layer.name)!.length !== 1) return null;
  const at = work.layers.findIndex(({ name }) => name === old.name);
  const becomesDense = (other: Layer) => other.type === 'conv2d' && other.kernelSize.every((size) => size === 1) && work.successors.get(other.name)?.type === 'dense';
  let end = at + 1;
  while (end < work.layers.length && isChain(work, end - 1, end) && (isEntrywise(work.layers[end]!) || becomesDense(work.layers[end]!))) end += 1;
  const flat = work.layers[end];
  if (!flat || !isFlattening(flat) || !isChain(work, end - 1, end)) return null;
  const points = work.layers.slice(at + 1, end).filter((other): other is Conv2DLayer => other.type === 'conv2d');
  const between = work.layers.slice(at + 1, end).map((other) => (other.type === 'conv2d' ? asDense(other) : other));
  const front: Layer = { uid: flat.uid, name: flat.name, type: 'flatten', ...(old.inputs ? { inputs: old.inputs } : {}) };
  const shapes = points.map((point) => ({ layer: point.name, how: 'reshaped' as const, shape: [shapeOf(work, readBy(work, point.name)).at(-1)!, point.filters] }));
  moveTo(work, [at, end], [front, { ...asDense(old), inputs: undefined }, ...between]);
  return [{ layer: old.name, how: 'reshaped', shape: [map[0]! * map[1]! * map[2]!, old.filters] }, ...shapes];
}

/** Puts `segment` in the place of the layers `from` to `to`; inside it each layer reads the one before. */
function moveTo(work: Work, [from, to]: readonly [number, number], segment: readonly (Omit<Layer, 'inputs'> & { readonly inputs?: readonly string[] | undefined })[]): void {
  const [before, after] = [work.layers[to]!.name, segment.at(-1)!.name];
  const placed = segment.map(({ inputs, ...layer }, k) => (k === 0 && inputs ? { ...layer, inputs } : layer) as Layer);
  const rest = work.layers.slice(to + 1).map((layer) => (layer.inputs ? { ...layer, inputs: layer.inputs.map((name) => (name === before ? after : name)) } : layer));
  for (const layer of segment) if (isFlattening(layer as Layer)) work.moved.add(layer.name);
  work.layers = [...work.layers.slice(0, from), ...placed, ...rest];
}

/** Whether layer `b` is the only one that reads layer `a`, and reads nothing else. */
function isChain(work: Work, a: number, b: number): boolean {
  const inputs = inputsByLayer({ ...work.input, layers: work.layers });
  const [first, second] = [work.layers[a]!.name, work.layers[b]!.name];
  const readers = work.layers.filter((layer) => inputs.get(layer.name)!.includes(first));
  return readers.length === 1 && readers[0]!.name === second && inputs.get(second)!.length === 1;
}

function isEntrywise({ type }: Layer): boolean {
  return type === 'activation' || type === 'dropout' || type === 'leakyReLU' || type === 'batchNormalization' || type === 'dense';
}

function isFlattening({ type }: Layer): boolean {
  return type === 'flatten' || type === 'globalAveragePooling2d' || type === 'globalMaxPooling2d';
}
