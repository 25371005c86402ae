import type { Architecture, Layer } from '../../../electron/core/architecture';
import type { TextParams } from '../../../electron/core/errors';
import { dilationOf, kernelSpan, layerInputs, outputShapes, shapeOfInput, sizeOf, weightSpecs, type Shape } from '../../../electron/core/shapes';
import type { LayerSummary } from '../../../electron/core/summary';

/** Why a network cannot be built, as a sentence of `layers:problem`. */
export interface ShapeProblem {
  readonly layer: string;
  readonly key: 'layers:problem.needsPicture' | 'layers:problem.windowTooLarge' | 'layers:problem.inputsDiffer' | 'layers:problem.readsMissing' | 'layers:problem.nameTwice' | 'layers:problem.dilationAndStrides' | 'layers:problem.doesNotFit';
  readonly params: TextParams;
}

export interface LiveShapes {
  /** Of the layers up to the first that cannot be built, in their order. */
  readonly layers: ReadonlyMap<string, LayerSummary>;
  readonly parameters: number;
  readonly problem: ShapeProblem | null;
}

function works(architecture: Architecture): boolean {
  try {
    outputShapes(architecture);
    return true;
  } catch {
    return false;
  }
}

function pretty(shape: Shape): string {
  return shape.join(' × ');
}

function problemOf(layer: Layer, reads: readonly (Shape | undefined)[], inputs: readonly (string | null)[], twice: boolean): ShapeProblem {
  const say = (key: ShapeProblem['key'], params: TextParams = {}): ShapeProblem => ({ layer: layer.name, key, params: { layer: layer.name, ...params } });
  if (twice) return say('layers:problem.nameTwice');
  const missing = inputs.find((_, index) => reads[index] === undefined);
  if (missing !== undefined) return say('layers:problem.readsMissing', { read: missing ?? '' });
  const [shape = []] = reads;
  if (reads.length > 1) return say('layers:problem.inputsDiffer', { shapes: reads.map((read) => pretty(read ?? [])).join(', ') });
  if (shape.length !== 3 && layer.type !== 'reshape') return say('layers:problem.needsPicture', { shape: pretty(shape) });
  const window = 'kernelSize' in layer ? kernelSpan(layer) : 'poolSize' in layer ? layer.poolSize : null;
  if ('kernelSize' in layer && dilationOf(layer).some((rate) => rate > 1) && layer.strides.some((step) => step > 1)) return say('layers:problem.dilationAndStrides');
  if (window === null || (layer.type === 'conv2d' && layer.groups)) return say('layers:problem.doesNotFit', { shape: pretty(shape) });
  return say('layers:problem.windowTooLarge', { window: pretty(window), shape: pretty(shape.slice(0, 2)) });
}

/** Output shapes and numbers of parameters of every layer while a network is edited, and in words what does not fit. */
export function liveShapes(architecture: Architecture): LiveShapes {
  const inputs = layerInputs(architecture);
  // Up to the first layer that cannot follow what it reads; a network that fits is worked out once.
  let fits = architecture.layers.length;
  if (!works(architecture)) for (fits = 0; fits < architecture.layers.length && works({ ...architecture, layers: architecture.layers.slice(0, fits + 1) }); ) fits += 1;
  const good: Architecture = { ...architecture, layers: architecture.layers.slice(0, fits) };
  const shapes = outputShapes(good);
  const specs = weightSpecs(good);
  const layers = new Map(
    good.layers.map(({ name, type }) => [name, { name, type, outputShape: shapes.get(name) ?? [], parameters: specs.filter(({ layer }) => layer === name).reduce((sum, spec) => sum + sizeOf(spec.shape), 0) }]),
  );
  const broken = architecture.layers[fits];
  const reads = broken ? (inputs.get(broken.name) ?? []) : [];
  return {
    layers,
    parameters: specs.reduce((sum, spec) => sum + sizeOf(spec.shape), 0),
    problem: broken ? problemOf(broken, reads.map((name) => (name === null ? shapeOfInput(architecture.input) : shapes.get(name))), reads, layers.has(broken.name)) : null,
  };
}
