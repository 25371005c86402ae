import type { Architecture, InputShape, Layer, WeightRole } from '../../core/architecture';
import { UserError } from '../../core/errors';
import type { FileSentence } from '../../core/modelFile';
import { countParameters, outputShapes, sizeOf, type Shape } from '../../core/shapes';
import { flattenModel, INPUT, type FlatNode } from './flatten';
import type { Json } from './json';
import { saysChannelsFirst, translateLayer, type RuleContext, type Tensor, type Translated, type WeightPlan } from './layerRules';
import { LayerProblem, layerSentence } from './problems';

/** A network that was read, and where its numbers are. */
export interface Translation {
  readonly architecture: Architecture;
  readonly plans: readonly WeightPlan[];
  readonly nodes: readonly FlatNode[];
  readonly warnings: readonly FileSentence[];
  readonly channelsFirst: boolean;
}

export interface TranslationOptions {
  readonly keras: 1 | 2 | 3;
  readonly theano: boolean;
  /** Size of the picture, where the file leaves it open or reads a vector. */
  readonly input?: InputShape | undefined;
}

/** Parameters that a model may have: some 600 MB. */
export const mostParameters = 150_000_000;

/** Numbers that a layer may give for one picture: 200 MB. */
const mostNumbers = 50_000_000;

interface Start {
  readonly input: InputShape;
  readonly tensor: Tensor;
  /** A vector that is a picture, by what the caller says: flattened in front of everything. */
  readonly flattens: boolean;
}

/** What the network reads. Errors: `LayerProblem`. */
function startOf(shape: readonly (number | null)[] | null, channelsFirst: boolean, wished: InputShape | undefined): Start {
  if (!shape) throw new LayerProblem('NoInput');
  const tensor = { rank: shape.length, channelsFirst: channelsFirst && shape.length === 3, flattened: null };
  if (shape.length === 1) {
    const count = shape[0] ?? (wished ? wished.height * wished.width * wished.channels : null);
    if (count === null) throw new LayerProblem('OpenSize');
    if (!wished) return { input: { height: 1, width: 1, channels: count, vector: true }, tensor, flattens: false };
    if (wished.height * wished.width * wished.channels !== count) throw new LayerProblem('OtherSize', { count, wanted: `${wished.height}x${wished.width}x${wished.channels}` });
    return { input: wished, tensor, flattens: true };
  }
  if (shape.length !== 3) throw new LayerProblem(shape.length === 2 ? 'SequenceInput' : 'InputRank', { shape: shape.map((size) => size ?? '?').join(' x ') });
  const [height, width, channels] = channelsFirst ? [shape[1], shape[2], shape[0]] : shape;
  if (typeof channels !== 'number') throw new LayerProblem('OpenSize');
  const size = typeof height === 'number' && typeof width === 'number' ? { height, width } : wished ? { height: wished.height, width: wished.width } : null;
  if (!size) throw new LayerProblem('OpenSize');
  if (Math.max(size.height, size.width) > 16_384 || channels > 65_536) throw new LayerProblem('TooLarge', { most: mostParameters });
  return { input: { ...size, channels }, tensor, flattens: false };
}

/** A shape that leaves one size open, or takes the channels of what it reads. */
function finishReshape(layer: Layer, read: Shape): Layer {
  if (layer.type !== 'reshape') return layer;
  if (layer.shape.at(-1) === 0) return { ...layer, shape: [1, 1, read.at(-1) as number] };
  const open = layer.shape.indexOf(-1);
  if (open < 0) return layer;
  const rest = layer.shape.reduce((product, size, axis) => (axis === open ? product : product * size), 1);
  return { ...layer, shape: layer.shape.map((size, axis) => (axis === open ? Math.round(sizeOf(read) / rest) : size)) };
}

class Translator {
  readonly layers: Layer[] = [];
  readonly plans: WeightPlan[] = [];
  readonly problems: FileSentence[] = [];
  readonly warned = new Set<string>();
  private readonly tensors = new Map<string, Tensor>();
  /** Node -> the layer that makes its output; null for the input. */
  private readonly ends = new Map<string, string | null>();

  constructor(
    private readonly start: Start,
    private readonly options: TranslationOptions,
  ) {
    this.tensors.set(INPUT, start.tensor);
    this.ends.set(INPUT, null);
    if (!start.flattens) return;
    this.layers.push({ type: 'flatten', uid: 'file/pictures', name: 'pictures_flattened' });
    this.ends.set(INPUT, 'pictures_flattened');
  }

  add(node: FlatNode): void {
    const inputs = node.reads.map((name) => this.tensors.get(name) ?? this.start.tensor);
    const context: RuleContext = { keras: this.options.keras, theano: this.options.theano, inputs };
    try {
      const translated = translateLayer(node, { uid: `keras/${node.name}`, name: node.name }, context);
      this.tensors.set(node.name, translated.output);
      if (translated.warning) this.warned.add(translated.warning);
      this.take(node, translated);
    } catch (error) {
      if (!(error instanceof LayerProblem)) throw error;
      this.problems.push(layerSentence(node.original, node.writtenClass, error));
      // Go on as if it were not there: all problems are told, not only the first.
      this.tensors.set(node.name, inputs[0] ?? this.start.tensor);
      this.ends.set(node.name, this.ends.get(node.reads[0] ?? INPUT) ?? null);
    }
  }

  private take(node: FlatNode, { layers, weights }: Translated): void {
    const reads = node.reads.map((name) => this.ends.get(name) ?? null);
    const trainable = node.config['trainable'] === false ? { trainable: false } : {};
    layers.forEach((layer, index) => {
      const names = index === 0 ? reads : [layers[index - 1]?.name ?? null];
      const before = this.layers.at(-1)?.name ?? null;
      const explicit = (names.length > 1 || names[0] !== before) && names.every((name) => name !== null);
      if (!explicit && names[0] === null && before !== null) throw new LayerProblem('ReadsInputAgain');
      this.layers.push({ ...layer, ...(explicit ? { inputs: names as string[] } : {}), ...(weights?.layer === layer.name ? trainable : {}) });
    });
    if (weights) this.plans.push(weights);
    this.ends.set(node.name, layers.at(-1)?.name ?? reads[0] ?? null);
  }

  /** Shapes that a reshape needs can only be known one layer after the other. */
  finish(name: string): Architecture {
    const base = { formatVersion: 1 as const, name, input: this.start.input };
    const finished: Layer[] = [];
    for (const layer of this.layers) {
      if (layer.type !== 'reshape' || layer.shape.every((size) => size > 0)) {
        finished.push(layer);
        continue;
      }
      const shapes = finished.length > 0 ? outputShapes({ ...base, layers: finished }) : new Map<string, Shape>();
      const before = layer.inputs?.[0] ?? finished.at(-1)?.name;
      const read = before === undefined ? [this.start.input.height, this.start.input.width, this.start.input.channels] : (shapes.get(before) as Shape);
      finished.push(finishReshape(layer, read));
    }
    return { ...base, layers: finished };
  }

  outputOf(name: string): Tensor {
    return this.tensors.get(name) ?? this.start.tensor;
  }
}

/** Layers read the input only at the front: a second reader of it gets a layer that hands it on. */
function inputReaders(nodes: readonly FlatNode[]): readonly FlatNode[] {
  const readers = nodes.filter(({ reads }) => reads.includes(INPUT));
  const first = nodes[0];
  if (!first || (readers.length <= 1 && first.reads.length === 1)) return nodes;
  const name = 'picture';
  const entrance: FlatNode = { ...first, name, original: name, writtenClass: 'Activation', className: 'Activation', config: { activation: 'linear' }, module: '', registered: '', reads: [INPUT], constants: {}, outermost: name, folder: '' };
  return [entrance, ...nodes.map((node) => ({ ...node, reads: node.reads.map((read) => (read === INPUT ? name : read)) }))];
}

function fitProblem(error: UserError, nodes: readonly FlatNode[]): FileSentence {
  const layer = String(error.params['layer'] ?? '');
  const node = nodes.find(({ name }) => name === layer);
  return layerSentence(layer, node?.writtenClass ?? '?', new LayerProblem('DoesNotFit', { problem: String(error.params['problem'] ?? error.key) }));
}

/**
 * The network that a configuration of Keras (1, 2, 3) or tfjs describes. `problems` instead of it: one sentence for each
 * layer that has no counterpart here.
 */
export function translateModel(json: Json, options: TranslationOptions): Translation | { readonly problems: readonly FileSentence[] } {
  let flat;
  let start: Start;
  let channelsFirst: boolean;
  try {
    flat = flattenModel(json);
    channelsFirst = flat.nodes.some(saysChannelsFirst);
    start = startOf(flat.inputShape, channelsFirst, options.input);
  } catch (error) {
    if (!(error instanceof LayerProblem)) throw error;
    const known = flat ? unknownLayers(flat.nodes, options) : [];
    return { problems: [layerSentence('input', 'InputLayer', error), ...known] };
  }
  const nodes = inputReaders(flat.nodes);
  const translator = new Translator(start, options);
  for (const node of nodes) translator.add(node);
  const problems = [...flat.problems, ...translator.problems];
  if (problems.length > 0) return { problems };
  if (translator.layers.length === 0) return { problems: [layerSentence('input', 'InputLayer', new LayerProblem('NoLayers'))] };
  const output = translator.outputOf(flat.output);
  if (output.flattened !== null || (output.rank === 3 && output.channelsFirst)) return { problems: [layerSentence(flat.output, nodes.at(-1)?.writtenClass ?? '', new LayerProblem('OutputFirst'))] };
  try {
    const architecture = translator.finish(flat.name.replaceAll(/[^\w.-]/g, '_').slice(0, 80) || 'keras');
    const largest = [...outputShapes(architecture)].find(([, shape]) => sizeOf(shape) > mostNumbers);
    if (largest) return { problems: [layerSentence(largest[0], nodes.find(({ name }) => name === largest[0])?.writtenClass ?? '', new LayerProblem('TensorTooLarge', { shape: largest[1].join(' x ') }))] };
    const { total } = countParameters(architecture);
    if (!(total <= mostParameters)) return { problems: [layerSentence('model', 'Model', new LayerProblem('TooLarge', { most: mostParameters }))] };
    const warnings = [...translator.warned, ...(channelsFirst ? ['channelsFirst'] : []), ...(options.theano ? ['theano'] : [])];
    return { architecture, plans: translator.plans, nodes, warnings: warnings.map((key) => ({ key: `models:${key}`, params: {} })), channelsFirst };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { problems: [fitProblem(error, nodes)] };
  }
}

/** Layers that would be refused whatever the input is: said beside what is wrong with the input. */
function unknownLayers(nodes: readonly FlatNode[], options: TranslationOptions): readonly FileSentence[] {
  const inputs: readonly Tensor[] = [{ rank: 3, channelsFirst: false, flattened: null }];
  const always = new Set(['Sequence', 'Volume', 'Custom', 'Lambda', 'Unknown', 'Activation']);
  return nodes.flatMap((node) => {
    try {
      translateLayer(node, { uid: node.name, name: node.name }, { keras: options.keras, theano: options.theano, inputs });
      return [];
    } catch (error) {
      if (!(error instanceof LayerProblem)) throw error;
      return always.has(error.why) ? [layerSentence(node.original, node.writtenClass, error)] : [];
    }
  });
}

/** Roles whose entries belong to the channels of what a layer reads or gives. */
export const vectorRoles: ReadonlySet<WeightRole> = new Set(['gamma', 'beta', 'moving_mean', 'moving_variance', 'alpha']);
