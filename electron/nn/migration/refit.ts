import type { Conv2DLayer, DenseLayer, Weights } from '../../core/architecture';
import { rowsOf } from '../../core/migration/axisMaps';
import { heldOutRows, ridgeRefit, type Multiply } from '../../core/migration/ridge';
import type { MigrationPlan, MigrationRefit } from '../../core/migrations';
import { isPlainKernel, layerInputs, outputShapes } from '../../core/shapes';
import { breathe, type NnContext } from '../context';
import type { PixelSource } from '../pixelCache';
import { unshared } from '../graph/session';
import { tensorflow } from '../tensorflow';
import { CutModel, framePair, spreadFrames, type FramePair } from './frames';
import { commonPlaces, drawPlaces, PatchReader } from './patches';

/** More frames make the fit little better and much slower. */
const frames = 1000;
/** Of a convolution each frame gives many rows. */
const convFrames = 120;
const mostRows = 20_000;
/** Numbers that a fit may hold at once: 48 MB in float64. */
const mostNumbers = 6_000_000;
/** Numbers of pictures that are kept between layers: 64 MB in float32. */
const mostKept = 16_000_000;
/** Kernels that read more numbers than this at a place would take minutes to fit. */
const mostTaps = 1200;
const fewest = 20;
const batch = 32;

interface Refitted {
  readonly weights: Weights;
  readonly refits: readonly MigrationRefit[];
}

interface Job {
  readonly layer: DenseLayer | Conv2DLayer;
  /** The layer whose output it reads in the new network; null: the picture. */
  readonly reads: string | null;
  /** The old layer whose answers (before the activation) are wanted. */
  readonly from: string;
  /** Pairs of new and old unit. */
  readonly units: readonly (readonly [next: number, old: number])[];
}

/** What a layer reads, what it should answer, and which of these rows are only for the test. */
interface Gathered {
  readonly features: Float32Array;
  readonly width: number;
  readonly wanted: Float64Array;
  readonly heldOut: readonly boolean[];
}

/**
 * Dense layers and convolutions that are not exact are corrected by ridge regression on unlabelled frames, from the
 * picture on: their answers (before the activation) are drawn towards those of the old model on the same frames; of a
 * convolution each place that both maps have is a row. Kept only where it helps on held out frames.
 */
export async function refitLayers(plan: MigrationPlan, old: Weights, next: Weights, newPixels: PixelSource, count: number, context: NnContext): Promise<Refitted> {
  const jobs = plan.grade === 'exact' ? [] : jobsOf(plan);
  const refits: MigrationRefit[] = [];
  const pairs = rememberedPairs(plan, newPixels);
  let weights = next;
  if (spreadFrames(count, frames, newPixels.unreadable).length < fewest) return { weights, refits };
  for (const job of jobs) {
    context.report({ value: refits.length / jobs.length, title: 'migrations:refitting', params: { layer: job.layer.name } });
    const indices = spreadFrames(count, job.layer.type === 'dense' ? frames : convFrames, newPixels.unreadable);
    const gathered = await gather(plan, job, old, weights, (at) => pairs(indices, at), indices.length, context);
    const done = refitOne(job, weights, gathered, indices.length);
    refits.push(done.refit);
    weights = done.weights;
  }
  return { weights, refits };
}

/** Frames for both models, batch by batch; kept for the next layer where they are few enough. */
function rememberedPairs(plan: MigrationPlan, newPixels: PixelSource): (indices: readonly number[], at: number) => FramePair {
  const kept = new Map<string, FramePair>();
  let numbers = 0;
  return (indices, at) => {
    const chosen = indices.slice(at, at + batch);
    const key = chosen.join();
    const pair = kept.get(key) ?? framePair(plan, newPixels, chosen);
    if (!kept.has(key) && numbers + pair.pictures.length + pair.views.length <= mostKept) {
      kept.set(key, pair);
      numbers += pair.pictures.length + pair.views.length;
    }
    return pair;
  };
}

function jobsOf(plan: MigrationPlan): readonly Job[] {
  const inputs = layerInputs(plan.target.architecture);
  const shapes = outputShapes(plan.target.architecture);
  return plan.target.architecture.layers.flatMap((layer): Job[] => {
    const own = plan.weights.filter((other) => other.layer === layer.name && other.action !== 'drop');
    const row = own.find(({ weight }) => weight === 'kernel');
    const reads = inputs.get(layer.name)?.[0] ?? null;
    const out = row?.axes.at(-1);
    const fits = (layer.type === 'dense' && shapes.get(layer.name)?.length === 1 && reads !== null) || (layer.type === 'conv2d' && isPlainKernel(layer));
    if (!fits || !layer.useBias || !row || row.from === null || !out || row.grade === 'exact') return [];
    // Under another scale in front of its activation the old answers are not what it should give.
    if (own.some(({ weight, linear }) => weight === 'bias' && linear !== undefined && linear.scale !== 1)) return [];
    // An old layer of another kind gives its numbers in another shape.
    if (plan.kinds?.some((kind) => kind.layer === row.from && kind.how === 'reshaped')) return [];
    if (layer.type === 'conv2d' && new PatchReader(plan.target.architecture, layer).width > mostTaps) return [];
    const units = rowsOf(out).flatMap((entries, unit) => (entries.length === 1 && entries[0]?.[1] === 1 ? [[unit, entries[0][0]] as const] : []));
    const shifted = new Set(own.flatMap(({ shift = [] }) => shift.map(([index]) => index)));
    const fitted = units.filter(([unit]) => !shifted.has(unit));
    return fitted.length > 0 ? [{ layer, reads, from: row.foldNorm?.layer ?? row.from, units: fitted }] : [];
  });
}

function refitOne({ layer, units }: Job, next: Weights, { features, width, wanted, heldOut }: Gathered, count: number): { readonly weights: Weights; readonly refit: MigrationRefit } {
  const outputs = layer.type === 'dense' ? layer.units : layer.filters;
  const [oldKernel, oldBias] = [next.get(`${layer.name}/kernel`) as Float32Array, next.get(`${layer.name}/bias`) as Float32Array];
  const chosen = Float64Array.from({ length: width * units.length }, (_, k) => oldKernel[Math.floor(k / units.length) * outputs + (units[k % units.length] as readonly [number, number])[0]] as number);
  const given = nativeMultiply(features, chosen, heldOut.length, width, units.length);
  const residual = wanted.map((value, k) => value - (given[k] as number) - (oldBias[(units[k % units.length] as readonly [number, number])[0]] as number));
  const { kernel, bias, heldOutBefore, heldOutAfter, accepted } = ridgeRefit({ features, width, residual, outputs: units.length, heldOut }, nativeMultiply);
  const spread = deviation(wanted, units.length);
  const refit = { layer: layer.name, frames: count, heldOutBefore: heldOutBefore / spread, heldOutAfter: heldOutAfter / spread, accepted };
  if (!accepted) return { weights: next, refit };
  const [newKernel, newBias] = [Float32Array.from(oldKernel), Float32Array.from(oldBias)];
  units.forEach(([unit], column) => {
    newBias[unit] = (newBias[unit] as number) + (bias[column] as number);
    for (let k = 0; k < width; k += 1) newKernel[k * outputs + unit] = (newKernel[k * outputs + unit] as number) + (kernel[k * units.length + column] as number);
  });
  return { weights: new Map([...next, [`${layer.name}/kernel`, newKernel], [`${layer.name}/bias`, newBias]]), refit };
}

interface Seen {
  readonly maps: Float32Array;
  readonly wanted: Float32Array;
  readonly count: number;
}

/** Runs both models up to the layer and gathers what it reads and what it should give, batch by batch. */
async function gather(plan: MigrationPlan, job: Job, old: Weights, next: Weights, pairs: (at: number) => FramePair, frameCount: number, context: NnContext): Promise<Gathered> {
  const { source, target } = plan;
  const models: CutModel[] = [];
  const open = async (side: typeof source, weights: Weights, layer: string, linear: boolean): Promise<CutModel> => {
    const model = await CutModel.open(side.architecture, side.preprocessing, weights, layer, linear);
    models.push(model);
    return model;
  };
  try {
    const reader = job.reads === null ? null : await open(target, next, job.reads, false);
    const teacher = await open(source, old, job.from, true);
    const rows = job.layer.type === 'conv2d' ? placeRows(plan, job, job.layer, frameCount) : frameRows(job, frameCount);
    for (let at = 0; at < frameCount; at += batch) {
      const { count, pictures, views } = pairs(at);
      rows.add({ maps: reader ? reader.run(pictures, count) : pictures, wanted: teacher.run(views, count), count });
      await breathe(context);
    }
    return rows.result();
  } finally {
    for (const model of models) model.dispose();
  }
}

interface Rows {
  readonly add: (seen: Seen) => void;
  readonly result: () => Gathered;
}

/** A row per frame. */
function frameRows(job: Job, count: number): Rows {
  const parts: { features: Float32Array; wanted: Float64Array }[] = [];
  return {
    add: ({ maps, wanted, count: n }) =>
      void parts.push({ features: maps, wanted: columns(wanted, n, job.units.map(([, unit]) => unit)) }),
    result: () => {
      const [width, outputs] = [parts.reduce((sum, part) => sum + part.features.length, 0) / count, job.units.length];
      const [features, wanted] = [new Float32Array(count * width), new Float64Array(count * outputs)];
      let row = 0;
      for (const part of parts) {
        features.set(part.features, row * width);
        wanted.set(part.wanted, row * outputs);
        row += part.wanted.length / outputs;
      }
      return { features, width, wanted, heldOut: heldOutRows(count) };
    },
  };
}

/** A row per drawn place of a map; whole frames are held out. */
function placeRows(plan: MigrationPlan, job: Job, layer: Conv2DLayer, count: number): Rows {
  const { architecture } = plan.target;
  const patches = new PatchReader(architecture, layer);
  const places = commonPlaces(architecture, layer.name, plan.source.architecture, job.from, plan.oldPictures?.inside);
  const perFrame = Math.max(1, Math.min(places.length, Math.floor(Math.min(mostRows, mostNumbers / patches.width) / count)));
  const rows = places.length === 0 ? 0 : perFrame * count;
  const outputs = job.units.length;
  const [features, wanted] = [new Float32Array(rows * patches.width), new Float64Array(rows * outputs)];
  const heldOut: boolean[] = [];
  const held = heldOutRows(count);
  let frame = 0;
  return {
    add: (seen) => {
      const oldSize = seen.wanted.length / seen.count;
      const oldFilters = oldSize / oldCellsOf(plan, job.from);
      for (let n = 0; n < seen.count; n += 1, frame += 1) {
        for (const place of drawPlaces(places, perFrame, frame)) {
          const row = heldOut.push(held[frame] as boolean) - 1;
          patches.read(seen.maps, n, place, features, row * patches.width);
          const from = n * oldSize + place.old * oldFilters;
          job.units.forEach(([, oldUnit], column) => (wanted[row * outputs + column] = seen.wanted[from + oldUnit] as number));
        }
      }
    },
    result: () => ({ features, width: patches.width, wanted, heldOut }),
  };
}

/** Places of an old map. */
function oldCellsOf(plan: MigrationPlan, layer: string): number {
  const [height, width] = outputShapes(plan.source.architecture).get(layer) as readonly number[];
  return (height as number) * (width as number);
}

function columns(values: Float32Array, rows: number, chosen: readonly number[]): Float64Array {
  const width = values.length / rows;
  return Float64Array.from({ length: rows * chosen.length }, (_, k) => values[Math.floor(k / chosen.length) * width + (chosen[k % chosen.length] as number)] as number);
}

/** Root mean square distance of the columns from their means. */
function deviation(values: Float64Array, width: number): number {
  const rows = values.length / width;
  const means = new Float64Array(width);
  values.forEach((value, k) => ((means[k % width] as number) += value / rows));
  return Math.max(Math.sqrt(values.reduce((sum, value, k) => sum + (value - (means[k % width] as number)) ** 2, 0) / values.length), 1e-12);
}

/** Matrices are multiplied by TensorFlow, in float32: enough for a regularised fit, and many times as fast. */
const nativeMultiply: Multiply = (a, b, rows, inner, cols, turned) => {
  const tf = tensorflow();
  const [left, right] = [tf.tensor2d(unshared(a), turned === 'a' ? [inner, rows] : [rows, inner]), tf.tensor2d(unshared(b), turned === 'b' ? [cols, inner] : [inner, cols])];
  const product = tf.matMul(left, right, turned === 'a', turned === 'b');
  try {
    // Not by `tidy`: it would look at every number that comes out.
    return new Float64Array(product.dataSync());
  } finally {
    for (const tensor of [left, right, product]) tensor.dispose();
  }
};
