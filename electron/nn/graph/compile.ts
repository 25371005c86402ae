import type { Activation, Architecture, InputShape, Layer, Preprocessing, WeightSpec } from '../../core/architecture';
import { layerInputs, outputShapes, shapeOfInput, sizeOf, weightSpecs, type Shape } from '../../core/shapes';
import { UserError } from '../../core/errors';
import { activate } from './activations';
import { GraphBuilder, type DataType, type Ref } from './builder';
import { buildLayer, type BuiltLayer } from './layers';
import { crossEntropy, plainLoss, type LossOptions } from './losses';
import { applyGradients, plainAdam, regularize, type OptimizerOptions, type Trained } from './optimizers';

/** What a training adds to a graph beside the network. */
export interface TrainingOptions extends LossOptions, OptimizerOptions {}

export const defaultTrainingOptions: TrainingOptions = { ...plainLoss, ...plainAdam };

interface Variables {
  readonly specs: readonly WeightSpec[];
  readonly value: ReadonlyMap<string, Ref>;
  readonly m: ReadonlyMap<string, Ref>;
  readonly v: ReadonlyMap<string, Ref>;
}

interface Pass {
  /** Before the softmax of the head. */
  readonly logits: Ref;
  readonly probabilities: Ref;
  /** Gradient of the logits -> gradients of all trainable weights, by name. */
  readonly backward: (gradient: Ref) => ReadonlyMap<string, Ref>;
  readonly updates: readonly Ref[];
}

/** The head without its softmax: losses are computed from logits. */
function withoutSoftmax(layer: Layer): Layer {
  if (layer.type === 'dense' && layer.activation === 'softmax') return { ...layer, activation: 'linear' };
  if (layer.type === 'activation' && layer.activation === 'softmax') return { ...layer, activation: 'linear' };
  return layer;
}

/** True when the last layer ends in a softmax. */
export function endsInSoftmax(architecture: Architecture): boolean {
  const last = architecture.layers.at(-1);
  return last !== undefined && withoutSoftmax(last) !== last;
}

const postponable: ReadonlySet<Activation> = new Set(['relu', 'relu6']);

/**
 * Layers as they are computed: a ReLU just before a max pooling happens just after it, on a quarter of the numbers. The
 * maximum of clipped numbers is the clipped maximum, so values and gradients are the same to the last bit.
 */
function rearranged(architecture: Architecture, inputs: ReadonlyMap<string, readonly (string | null)[]>): readonly { readonly layer: Layer; readonly then: Activation }[] {
  const readers = new Map<string, string[]>();
  for (const [name, sources] of inputs) for (const source of sources) if (source !== null) readers.set(source, [...(readers.get(source) ?? []), name]);
  const byName = new Map(architecture.layers.map((layer) => [layer.name, layer]));
  const moved = new Map<string, Activation>();
  const layers = architecture.layers.map((layer): Layer => {
    if (!('activation' in layer) || !postponable.has(layer.activation)) return layer;
    const [reader, ...others] = readers.get(layer.name) ?? [];
    if (reader === undefined || others.length > 0 || byName.get(reader)?.type !== 'maxPooling2d') return layer;
    moved.set(reader, layer.activation);
    return { ...layer, activation: 'linear' };
  });
  return layers.map((layer) => ({ layer, then: moved.get(layer.name) ?? 'linear' }));
}

/** The layers from an input tensor to the output, with the way back through all of them. */
function forward(g: GraphBuilder, architecture: Architecture, variables: Variables, reads: ReadonlyMap<string, Ref>, input: Ref, training: boolean, seed: Ref | null): Pass {
  const shapes = outputShapes(architecture);
  const inputs = layerInputs(architecture);
  const shapeOf = (name: string | null): Shape => (name === null ? shapeOfInput(architecture.input) : (shapes.get(name) as Shape));
  const gradients = new Map<string, Ref>();
  const updates: Ref[] = [];
  const built = new Map<string, BuiltLayer>();
  const valueOf = (name: string | null): Ref => (name === null ? input : (built.get(name) as BuiltLayer).value);
  rearranged(architecture, inputs).forEach(({ layer, then }, index) => {
    const sources = inputs.get(layer.name) ?? [];
    const context = {
      g,
      training,
      weight: (role: string) => reads.get(`${layer.name}/${role}`) as Ref,
      gradient: (role: string, gradient: Ref) => void gradients.set(`${layer.name}/${role}`, gradient),
      update: (operation: Ref) => void updates.push(operation),
      variable: (role: string) => variables.value.get(`${layer.name}/${role}`) as Ref,
      inputShapes: sources.map(shapeOf),
      outputShape: shapeOf(layer.name),
      seed,
      index,
      frozen: layer.trainable === false,
    };
    const own = buildLayer(context, index === architecture.layers.length - 1 ? withoutSoftmax(layer) : layer, sources.map(valueOf));
    const late = activate(g, then, own.value);
    built.set(layer.name, { value: late.value, back: (dy) => own.back(late.back(dy)) });
  });
  const last = architecture.layers.at(-1) as Layer;
  const logits = valueOf(last.name);
  const backward = (gradient: Ref): ReadonlyMap<string, Ref> => {
    const arriving = new Map<string | null, Ref[]>([[last.name, [gradient]]]);
    for (const layer of [...architecture.layers].reverse()) {
      const parts = arriving.get(layer.name);
      if (!parts) continue;
      const sum = parts.length === 1 ? (parts[0] as Ref) : g.op('AddN', parts, { T: { type: 'float' }, N: { int: parts.length } });
      const back = (built.get(layer.name) as BuiltLayer).back(sum);
      (inputs.get(layer.name) ?? []).forEach((source, index) => arriving.set(source, [...(arriving.get(source) ?? []), back[index] as Ref]));
    }
    return gradients;
  };
  return { logits, probabilities: endsInSoftmax(architecture) ? g.unary('Softmax', logits) : logits, backward, updates };
}

/** uint8 RGB bytes -> what the first layer reads, as the model's preprocessing says. */
function preprocess(g: GraphBuilder, architecture: Architecture, preprocessing: Preprocessing, bytes: Ref): Ref {
  const { height, width, channels, vector } = architecture.input;
  if (vector) throw new UserError('training:vectorInput', { count: channels });
  const raw = g.op('DecodeRaw', [bytes], { out_type: { type: 'uint8' }, little_endian: { bool: true } });
  const pixels = g.cast(g.reshape(raw, [-1, height, width, 3], 'uint8'), 'uint8', 'float');
  let colours = pixels;
  if (preprocessing.colour === 'luma') {
    // As a product of matrices: the kernel for it takes a fraction of the time of weighing and summing.
    const flat = g.cast(g.reshape(raw, [-1, 3], 'uint8'), 'uint8', 'float');
    const gray = g.op('MatMul', [flat, g.float([0.299, 0.587, 0.114], [3, 1])], { T: { type: 'float' }, transpose_a: { bool: false }, transpose_b: { bool: false } });
    colours = g.reshape(gray, [-1, height, width, 1]);
  } else if (channels !== 3) throw new UserError('training:channels', { channels });
  const scaled = g.binary('Mul', colours, g.float(preprocessing.scale));
  return preprocessing.offset === 0 ? scaled : g.binary('AddV2', scaled, g.float(preprocessing.offset));
}

function declareVariables(g: GraphBuilder, specs: readonly WeightSpec[]): Variables {
  const trained = specs.filter(({ trainable }) => trainable);
  const declare = (list: readonly WeightSpec[], prefix: string): ReadonlyMap<string, Ref> => new Map(list.map((spec) => [spec.name, g.variable(`${prefix}${spec.name}`, spec.shape)]));
  return { specs, value: declare(specs, ''), m: declare(trained, 'm/'), v: declare(trained, 'v/') };
}

/** Runs operations and gives a scalar, so that a signature that only acts has an output. */
function after(g: GraphBuilder, operations: readonly Ref[]): Ref {
  return g.op('Identity', [g.float(1), ...operations.map((operation) => `^${operation}`)], { T: { type: 'float' } });
}

function addStateSignatures(g: GraphBuilder, variables: Variables): void {
  const go = g.placeholder('float', []);
  for (const [prefix, handles] of [['', variables.value], ['m/', variables.m], ['v/', variables.v]] as const) {
    const name = prefix === '' ? 'Weights' : prefix === 'm/' ? 'FirstMoments' : 'SecondMoments';
    const entries = [...handles];
    if (entries.length === 0) continue;
    const inputs = entries.map(([weight, handle]) => {
      const shape = variables.specs.find((spec) => spec.name === weight)?.shape ?? [];
      const value = g.placeholder('float', shape);
      return { weight, value, assign: g.assign(handle, value) };
    });
    g.signature(`set${name}`, Object.fromEntries(inputs.map(({ weight, value }) => [weight, [value, 'float'] as const])), { done: [after(g, inputs.map(({ assign }) => assign)), 'float'] });
    g.signature(`get${name}`, { go: [go, 'float'] }, Object.fromEntries(entries.map(([weight, handle]) => [weight, [g.read(handle), 'float'] as const])));
  }
}

function addTraining(g: GraphBuilder, architecture: Architecture, preprocessing: Preprocessing, variables: Variables, options: TrainingOptions): void {
  const bytes = g.placeholder('string', []);
  const labels = g.placeholder('int32', [-1]);
  const rate = g.placeholder('float', []);
  const seed = g.placeholder('int32', [2]);
  const plainRate = options.weightDecay > 0 ? g.placeholder('float', []) : null;
  const teacher = options.distillation ? { logits: g.placeholder('float', [-1, options.distillation.classes.length]), share: g.placeholder('float', [-1]) } : null;
  const reads = new Map([...variables.value].map(([name, handle]) => [name, g.read(handle)]));
  const pass = forward(g, architecture, variables, reads, preprocess(g, architecture, preprocessing, bytes), true, seed);
  const plain = crossEntropy(g, pass.logits, labels, classCount(architecture), options, teacher);
  const gradients = pass.backward(plain.gradient);
  const weights = variables.specs.flatMap((spec): Trained[] => {
    const gradient = gradients.get(spec.name);
    if (!spec.trainable || !gradient) return [];
    const [handle, first, second] = [variables.value, variables.m, variables.v].map((map) => map.get(spec.name) as Ref) as [Ref, Ref, Ref];
    return [{ spec, handle, first, second, value: reads.get(spec.name) as Ref, gradient }];
  });
  const { trained, loss } = regularize(g, weights, plain.loss, options);
  const steps = applyGradients(g, trained, rate, plainRate, options);
  const done = [...steps, ...pass.updates].map((operation) => `^${operation}`);
  const shown = g.op('Identity', [loss, ...done], { T: { type: 'float' } });
  const batch: Record<string, readonly [Ref, DataType]> = {
    bytes: [bytes, 'string'], labels: [labels, 'int32'], seed: [seed, 'int32'],
    ...(teacher ? { teacher: [teacher.logits, 'float'] as const, share: [teacher.share, 'float'] as const } : {}),
  };
  g.signature('train', { ...batch, rate: [rate, 'float'], ...(plainRate ? { plainRate: [plainRate, 'float'] as const } : {}) }, { loss: [shown, 'float'], correct: [plain.correct, 'float'] });
  // The gradients themselves, without a step: what tests compare with automatic differentiation.
  const all = new Map([...gradients, ...trained.map(({ spec, gradient }) => [spec.name, gradient] as const)]);
  g.signature('gradients', batch, { loss: [loss, 'float'], ...Object.fromEntries([...all].map(([name, ref]) => [name, [ref, 'float'] as const])) });
}

function addInference(g: GraphBuilder, architecture: Architecture, preprocessing: Preprocessing, variables: Variables): void {
  const reads = new Map([...variables.value].map(([name, handle]) => [name, g.read(handle)]));
  const pixels = g.placeholder('float', [-1, ...shapeOfInput(architecture.input)]);
  const float = forward(g, architecture, variables, reads, pixels, false, null);
  g.signature('predictFloat', { pixels: [pixels, 'float'] }, { logits: [float.logits, 'float'], probabilities: [float.probabilities, 'float'] });
  if (!readsPictures(architecture.input)) return;
  const bytes = g.placeholder('string', []);
  const byte = forward(g, architecture, variables, reads, preprocess(g, architecture, preprocessing, bytes), false, null);
  g.signature('predict', { bytes: [bytes, 'string'] }, { logits: [byte.logits, 'float'], probabilities: [byte.probabilities, 'float'] });
  if (!outputsClasses(architecture)) return;
  const labels = g.placeholder('int32', [-1]);
  const { loss, correct } = crossEntropy(g, byte.logits, labels, classCount(architecture));
  g.signature('evaluate', { bytes: [bytes, 'string'], labels: [labels, 'int32'] }, { loss: [loss, 'float'], correct: [correct, 'float'] });
}

/** True when pictures can be made into what a network reads: gray or colour, and not a vector. */
export function readsPictures({ channels, vector }: InputShape): boolean {
  return !vector && (channels === 1 || channels === 3);
}

/** True when a model gives one answer per picture (not one per pixel). */
export function outputsClasses(architecture: Architecture): boolean {
  return (outputShapes(architecture).get(architecture.layers.at(-1)?.name ?? '') ?? []).length === 1;
}

function classCount(architecture: Architecture): number {
  return sizeOf(outputShapes(architecture).get(architecture.layers.at(-1)?.name ?? '') ?? []);
}

/**
 * Writes an architecture as one TensorFlow graph (`saved_model.pb`) with signatures that share their variables:
 * `setWeights`, `getWeights` (and the same for the moments of the optimizer), `predict` (uint8 RGB bytes), `predictFloat` (float
 * [n, height, width, channels] or [n, channels], already preprocessed), `evaluate`, and with `training` also `train` and `gradients`.
 */
export function compileGraph(architecture: Architecture, preprocessing: Preprocessing, training: TrainingOptions | null): Uint8Array {
  const g = new GraphBuilder();
  const variables = declareVariables(g, weightSpecs(architecture));
  addStateSignatures(g, variables);
  addInference(g, architecture, preprocessing, variables);
  if (training) {
    if (!outputsClasses(architecture)) throw new UserError('training:outputPerPixel');
    addTraining(g, architecture, preprocessing, variables, training);
  }
  return g.finish();
}

/** Bytes of one picture as the graph reads it. */
export function bytesPerPicture(architecture: Architecture): number {
  return sizeOf([architecture.input.height, architecture.input.width, 3]);
}
