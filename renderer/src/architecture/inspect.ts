import type { Architecture, Layer } from '../../../electron/core/architecture';
import { UserError, type TextParams } from '../../../electron/core/errors';
import { dilationOf, kernelSpan, outputShapes, shapeOfInput, sizeOf, weightSpecs, type Shape } from '../../../electron/core/shapes';

/** What is wrong, in words of the namespace `builder`. */
export interface Problem {
  readonly key: string;
  readonly params: TextParams;
}

export interface LayerRow {
  readonly layer: Layer;
  /** What it reads by name; null stands for the input. */
  readonly reads: readonly (string | null)[];
  /** null where it cannot be built, or a layer before it. */
  readonly shape: Shape | null;
  readonly parameters: number | null;
  readonly problem: Problem | null;
}

export interface Inspection {
  readonly rows: readonly LayerRow[];
  /** Of the network as a whole. */
  readonly problems: readonly Problem[];
  /** null while something is wrong. */
  readonly parameters: { readonly total: number; readonly trainable: number } | null;
}

const needsPicture: ReadonlySet<Layer['type']> = new Set(['conv2d', 'depthwiseConv2d', 'separableConv2d', 'maxPooling2d', 'averagePooling2d', 'globalAveragePooling2d', 'globalMaxPooling2d', 'zeroPadding2d', 'cropping2d', 'upSampling2d']);
const say = (shape: Shape): string => shape.join(' × ');

function mergeProblem(shapes: readonly Shape[]): Problem {
  if (shapes.length < 2) return { key: 'twoInputs', params: {} };
  return { key: 'differentShapes', params: { first: say(shapes[0] as Shape), second: say(shapes.find((shape) => say(shape) !== say(shapes[0] as Shape)) ?? (shapes[1] as Shape)) } };
}

/** Why a layer cannot follow what it reads. */
function explain(layer: Layer, shapes: readonly Shape[]): Problem {
  const shape = shapes[0] as Shape;
  if (layer.type === 'add' || layer.type === 'multiply' || layer.type === 'concatenate') return mergeProblem(shapes);
  if (needsPicture.has(layer.type) && shape.length !== 3) return { key: 'noPicture', params: { shape: say(shape) } };
  const size = 'kernelSize' in layer ? kernelSpan(layer) : 'poolSize' in layer ? layer.poolSize : null;
  if ('kernelSize' in layer && dilationOf(layer).some((rate) => rate > 1) && layer.strides.some((step) => step > 1)) return { key: 'dilationAndStrides', params: {} };
  if (layer.type === 'conv2d' && ((shape[2] as number) % (layer.groups ?? 1) !== 0 || layer.filters % (layer.groups ?? 1) !== 0)) return { key: 'groupsDoNotDivide', params: { groups: layer.groups ?? 1, channels: shape[2] as number, filters: layer.filters } };
  if (layer.type === 'cropping2d') return { key: 'cutsAll', params: { picture: shape.slice(0, 2).join(' × ') } };
  if (layer.type === 'reshape') return { key: 'otherNumber', params: { shape: say(shape), wanted: say(layer.shape) } };
  if (size) return { key: 'tooLarge', params: { window: size.join(' × '), picture: shape.slice(0, 2).join(' × ') } };
  return { key: 'unknown', params: {} };
}

/** What a layer reads by its place; names may be there twice while they are edited. */
function readsOf({ layers }: Architecture, index: number): readonly (string | null)[] {
  return layers[index]?.inputs ?? [layers[index - 1]?.name ?? null];
}

function withReads(layer: Layer, reads: readonly (string | null)[]): Layer {
  const names = reads.filter((name): name is string => name !== null);
  return names.length > 0 ? { ...layer, inputs: names } : layer;
}

function rowOf(architecture: Architecture, index: number, shapes: Map<string | null, Shape | null>, reads: readonly (string | null)[], taken: ReadonlySet<string>): LayerRow {
  const layer = architecture.layers[index] as Layer;
  const nothing = { layer, reads, shape: null, parameters: null };
  if (!/^[\w.-]{1,100}$/u.test(layer.name)) return { ...nothing, problem: { key: 'badName', params: {} } };
  if (taken.has(layer.name)) return { ...nothing, problem: { key: 'nameTwice', params: { name: layer.name } } };
  const later = reads.find((name) => !shapes.has(name));
  if (later !== undefined) return { ...nothing, problem: { key: 'readsLater', params: { name: later ?? '' } } };
  const read = reads.map((name) => shapes.get(name) ?? null);
  // What it reads cannot be built itself: that is said there.
  if (read.some((shape) => shape === null)) return { ...nothing, problem: null };
  // Without the layers that cannot be built: they are another's problem.
  const known = architecture.layers.slice(0, index + 1).flatMap((one, at) => (one === layer || shapes.get(one.name) ? [withReads(one, readsOf(architecture, at))] : []));
  try {
    const part = { ...architecture, layers: known };
    return { layer, reads, shape: outputShapes(part).get(layer.name) ?? null, parameters: weightSpecs(part).filter((spec) => spec.layer === layer.name).reduce((sum, spec) => sum + sizeOf(spec.shape), 0), problem: null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...nothing, problem: explain(layer, read as readonly Shape[]) };
  }
}

function problemsOf(rows: readonly LayerRow[], classes: number): readonly Problem[] {
  const last = rows.at(-1);
  if (!last) return [{ key: 'empty', params: {} }];
  if (rows.some(({ problem }) => problem !== null)) return [];
  const problems: Problem[] = [];
  const read = new Set(rows.flatMap(({ reads }) => reads));
  const idle = rows.slice(0, -1).find(({ layer }) => !read.has(layer.name));
  if (idle) problems.push({ key: 'notRead', params: { name: idle.layer.name } });
  const { shape, layer } = last;
  if (shape && shape.length !== 1) problems.push({ key: 'answerPerPixel', params: { shape: say(shape) } });
  else if (shape && shape[0] !== classes) problems.push({ key: 'wrongAnswers', params: { units: shape[0] as number, classes } });
  if (!('activation' in layer) || layer.activation !== 'softmax') problems.push({ key: 'noSoftmax', params: { name: layer.name } });
  return problems;
}

/** Every layer with its output and parameters, and what keeps the network from being trained for so many classes. */
export function inspect(architecture: Architecture, classes: number): Inspection {
  const shapes = new Map<string | null, Shape | null>([[null, shapeOfInput(architecture.input)]]);
  const taken = new Set<string>();
  const rows = architecture.layers.map((layer, index) => {
    const row = rowOf(architecture, index, shapes, readsOf(architecture, index), taken);
    taken.add(layer.name);
    shapes.set(layer.name, row.shape);
    return row;
  });
  const whole = rows.length > 0 && rows.every(({ shape }) => shape !== null);
  const total = rows.reduce((sum, { parameters }) => sum + (parameters ?? 0), 0);
  const still = whole ? weightSpecs(architecture).filter(({ trainable }) => !trainable).reduce((sum, { shape }) => sum + sizeOf(shape), 0) : 0;
  return { rows, problems: problemsOf(rows, classes), parameters: whole ? { total, trainable: total - still } : null };
}

/** True where it can be trained as it stands. */
export function isSound({ rows, problems }: Inspection): boolean {
  return problems.length === 0 && rows.every(({ problem, shape }) => problem === null && shape !== null);
}
