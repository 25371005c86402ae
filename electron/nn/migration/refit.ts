import type { DenseLayer, Weights } from '../../core/architecture';
import { rowsOf } from '../../core/migration/axisMaps';
import { heldOutRows, ridgeRefit, type Multiply } from '../../core/migration/ridge';
import type { MigrationPlan, MigrationRefit } from '../../core/migrations';
import { layerInputs, outputShapes } from '../../core/shapes';
import { breathe, type NnContext } from '../context';
import type { PixelSource } from '../pixelCache';
import { tensorflow } from '../tensorflow';
import { CutModel, framePair, spreadFrames } from './frames';

/** More frames make the fit little better and much slower. */
const frames = 1000;
const fewest = 20;
const batch = 32;

interface Refitted {
  readonly weights: Weights;
  readonly refits: readonly MigrationRefit[];
}

interface Job {
  readonly layer: DenseLayer;
  /** The layer whose output it reads in the new network. */
  readonly reads: string;
  readonly from: string;
  /** Pairs of new and old unit. */
  readonly units: readonly (readonly [next: number, old: number])[];
}

/**
 * Dense layers that are not exact are corrected by ridge regression on unlabelled frames: their answers (before the
 * activation) are drawn towards those of the old model on the same frames. Kept only where it helps on held out ones.
 */
export async function refitDense(plan: MigrationPlan, old: Weights, next: Weights, newPixels: PixelSource, count: number, context: NnContext): Promise<Refitted> {
  const jobs = plan.grade === 'exact' ? [] : jobsOf(plan);
  const indices = spreadFrames(count, frames, newPixels.unreadable);
  const refits: MigrationRefit[] = [];
  let weights = next;
  if (indices.length < fewest) return { weights, refits };
  for (const job of jobs) {
    context.report({ value: refits.length / jobs.length, title: 'migrations:refitting', params: { layer: job.layer.name } });
    const done = await refitOne(plan, job, old, weights, newPixels, indices, context);
    refits.push(done.refit);
    weights = done.weights;
  }
  return { weights, refits };
}

function jobsOf(plan: MigrationPlan): readonly Job[] {
  const inputs = layerInputs(plan.target.architecture);
  const shapes = outputShapes(plan.target.architecture);
  return plan.target.architecture.layers.flatMap((layer): Job[] => {
    const row = plan.weights.find((other) => other.layer === layer.name && other.weight === 'kernel' && other.action !== 'drop');
    const reads = inputs.get(layer.name)?.[0] ?? null;
    const out = row?.axes.at(-1);
    // A dense layer over the places of a picture would have a row per place: too many to be refitted here.
    if (layer.type !== 'dense' || shapes.get(layer.name)?.length !== 1 || !layer.useBias || reads === null || !row || row.from === null || !out || row.grade === 'exact') return [];
    const units = rowsOf(out).flatMap((entries, unit) => (entries.length === 1 && entries[0]?.[1] === 1 ? [[unit, entries[0][0]] as const] : []));
    return units.length > 0 ? [{ layer, reads, from: row.from, units }] : [];
  });
}

async function refitOne(plan: MigrationPlan, job: Job, old: Weights, next: Weights, newPixels: PixelSource, indices: readonly number[], context: NnContext): Promise<{ readonly weights: Weights; readonly refit: MigrationRefit }> {
  const { layer, units } = job;
  const gathered = await gather(plan, job, old, next, newPixels, indices, context);
  const { features, wanted, given } = gathered;
  const width = features.length / indices.length;
  const residual = wanted.map((value, k) => value - (given[k] as number));
  const rows = indices.length;
  const heldOut = heldOutRows(rows);
  const { kernel, bias, heldOutBefore, heldOutAfter, accepted } = ridgeRefit({ features, width, residual, outputs: units.length, heldOut }, nativeMultiply);
  const spread = deviation(wanted, units.length);
  const refit = { layer: layer.name, frames: rows, heldOutBefore: heldOutBefore / spread, heldOutAfter: heldOutAfter / spread, accepted };
  if (!accepted) return { weights: next, refit };
  const [newKernel, newBias] = [Float32Array.from(next.get(`${layer.name}/kernel`) as Float32Array), Float32Array.from(next.get(`${layer.name}/bias`) as Float32Array)];
  units.forEach(([unit], column) => {
    newBias[unit] = (newBias[unit] as number) + (bias[column] as number);
    for (let k = 0; k < width; k += 1) newKernel[k * layer.units + unit] = (newKernel[k * layer.units + unit] as number) + (kernel[k * units.length + column] as number);
  });
  return { weights: new Map([...next, [`${layer.name}/kernel`, newKernel], [`${layer.name}/bias`, newBias]]), refit };
}

/** What the layer reads, what it gives and what the old one gave, before the activation, frame by frame. */
async function gather(plan: MigrationPlan, job: Job, old: Weights, next: Weights, newPixels: PixelSource, indices: readonly number[], context: NnContext) {
  const { source, target } = plan;
  const models: CutModel[] = [];
  const open = async (side: typeof source, weights: Weights, layer: string, linear: boolean): Promise<CutModel> => {
    const model = await CutModel.open(side.architecture, side.preprocessing, weights, layer, linear);
    models.push(model);
    return model;
  };
  try {
    const reader = await open(target, next, job.reads, false);
    const giver = await open(target, next, job.layer.name, true);
    const teacher = await open(source, old, job.from, true);
    const parts: { features: Float32Array; given: Float64Array; wanted: Float64Array }[] = [];
    for (let at = 0; at < indices.length; at += batch) {
      const { count, pictures, views } = framePair(plan, newPixels, indices.slice(at, at + batch));
      const given = columns(giver.run(pictures, count), count, job.units.map(([unit]) => unit));
      parts.push({ features: reader.run(pictures, count), given, wanted: columns(teacher.run(views, count), count, job.units.map(([, unit]) => unit)) });
      await breathe(context);
    }
    return { features: joined(parts.map(({ features }) => features)), given: joined(parts.map(({ given }) => given)), wanted: joined(parts.map(({ wanted }) => wanted)) };
  } finally {
    for (const model of models) model.dispose();
  }
}

function columns(values: Float32Array, rows: number, chosen: readonly number[]): Float64Array {
  const width = values.length / rows;
  return Float64Array.from({ length: rows * chosen.length }, (_, k) => values[Math.floor(k / chosen.length) * width + (chosen[k % chosen.length] as number)] as number);
}

function joined(parts: readonly (Float32Array | Float64Array)[]): Float64Array {
  const result = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** Root mean square distance of the columns from their means. */
function deviation(values: Float64Array, width: number): number {
  const rows = values.length / width;
  const means = new Float64Array(width);
  values.forEach((value, k) => ((means[k % width] as number) += value / rows));
  return Math.max(Math.sqrt(values.reduce((sum, value, k) => sum + (value - (means[k % width] as number)) ** 2, 0) / values.length), 1e-12);
}

/** Matrices are multiplied by TensorFlow, in float32: enough for a regularised fit, and many times as fast. */
const nativeMultiply: Multiply = (a, b, rows, inner, cols) => {
  const tf = tensorflow();
  return Float64Array.from(tf.tidy(() => tf.matMul(tf.tensor2d(Float32Array.from(a), [rows, inner]), tf.tensor2d(Float32Array.from(b), [inner, cols])).dataSync()));
};
