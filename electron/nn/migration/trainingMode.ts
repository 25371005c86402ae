import type { Architecture, BatchNormalizationLayer, Weights } from '../../core/architecture';
import { sharedClasses, together } from '../../core/migration/classes';
import { lastLayer } from '../../core/migration/layerGraph';
import type { MigrationPlan, ModelShape } from '../../core/migrations';
import { layerInputs } from '../../core/shapes';
import { breathe, type NnContext } from '../context';
import type { PixelSource } from '../pixelCache';
import { calibrationFrames, hasNewNorms } from './calibrate';
import { CutModel, framePair } from './frames';

const batchFrames = 64;
/** Fewer frames say nothing about a batch. */
const fewest = 8;

/**
 * How far both models are apart in the first step of training, when batch normalisation takes mean and variance of the
 * batch itself: on frames that the new normalisations were not set on. Dropout is left out, it is chance on both sides.
 * Only where the plan has new normalisations; null without, or with too few frames.
 * @returns the largest difference of a logit, as a share of the largest old one (at least 1)
 */
export async function trainingModeDifference(plan: MigrationPlan, old: Weights, next: Weights, newPixels: PixelSource, count: number, context: NnContext): Promise<number | null> {
  if (!hasNewNorms(plan)) return null;
  const seen = new Set(calibrationFrames(count, newPixels.unreadable));
  const unseen = Array.from({ length: count }, (_, index) => index).filter((index) => !seen.has(index) && !newPixels.unreadable.has(index));
  const step = Math.max(1, unseen.length / batchFrames);
  const indices = Array.from({ length: Math.min(batchFrames, unseen.length) }, (_, k) => unseen[Math.floor(k * step)] as number);
  if (indices.length < fewest) return null;
  const pair = framePair(plan, newPixels, indices);
  const before = await inTrainingMode(plan.source, old, pair.views, pair.count, context);
  const after = await inTrainingMode(plan.target, next, pair.pictures, pair.count, context);
  let [most, largest] = [0, 1];
  const [oldWidth, newWidth] = [before.length / pair.count, after.length / pair.count];
  for (let row = 0; row < pair.count; row += 1) {
    for (const group of sharedClasses(plan)) {
      const was = together(before.subarray(row * oldWidth, (row + 1) * oldWidth), group.old);
      const is = together(after.subarray(row * newWidth, (row + 1) * newWidth), group.next);
      most = Math.max(most, Math.abs(is - was));
      largest = Math.max(largest, Math.abs(was));
    }
  }
  return most / largest;
}

/** What a model answers when each batch normalisation takes the statistics of these pictures. */
async function inTrainingMode({ architecture, preprocessing }: ModelShape, weights: Weights, pictures: Float32Array, count: number, context: NnContext): Promise<Float32Array> {
  const run = async (layer: string, now: Weights): Promise<Float32Array> => {
    const model = await CutModel.open(architecture, preprocessing, now, layer, false);
    try {
      return model.run(pictures, count);
    } finally {
      model.dispose();
    }
  };
  const now = new Map(weights);
  for (const layer of norms(architecture)) {
    const read = (layerInputs(architecture).get(layer.name) ?? [null])[0] ?? null;
    const { mean, variance } = momentsOf(read === null ? pictures : await run(read, now), (now.get(`${layer.name}/gamma`) as Float32Array).length);
    now.set(`${layer.name}/moving_mean`, mean).set(`${layer.name}/moving_variance`, variance);
    await breathe(context);
  }
  return run(lastLayer(architecture).name, now);
}

function norms({ layers }: Architecture): readonly BatchNormalizationLayer[] {
  return layers.filter((layer): layer is BatchNormalizationLayer => layer.type === 'batchNormalization');
}

function momentsOf(values: Float32Array, channels: number): { readonly mean: Float32Array; readonly variance: Float32Array } {
  const [sums, squares] = [new Float64Array(channels), new Float64Array(channels)];
  values.forEach((value, k) => {
    (sums[k % channels] as number) += value;
    (squares[k % channels] as number) += value * value;
  });
  const rows = values.length / channels;
  const mean = sums.map((sum) => sum / rows);
  return { mean: Float32Array.from(mean), variance: Float32Array.from(squares, (sum, k) => Math.max(0, sum / rows - (mean[k] as number) ** 2)) };
}
