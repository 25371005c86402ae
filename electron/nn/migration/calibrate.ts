import type { BatchNormalizationLayer, Weights } from '../../core/architecture';
import type { MigrationPlan } from '../../core/migrations';
import { layerInputs } from '../../core/shapes';
import { breathe, type NnContext } from '../context';
import type { PixelSource } from '../pixelCache';
import { CutModel, framePair, spreadFrames } from './frames';

const frames = 256;
/** The others show how a batch does that was not seen. */
const shareSeen = 0.75;
const batch = 32;

/** Whether the plan has batch normalisations that are set on frames. */
export function hasNewNorms(plan: MigrationPlan): boolean {
  return plan.weights.some((row) => row.calibrate);
}

/** The frames that new normalisations are set on; some always stay unseen. */
export function calibrationFrames(count: number, unreadable: ReadonlySet<number>): readonly number[] {
  return spreadFrames(count, Math.min(frames, Math.ceil((count - unreadable.size) * shareSeen)), unreadable);
}

/**
 * Sets new batch normalisations to the mean and variance of what reaches them on real frames, and gamma and beta so
 * that they undo both: nothing changes when predicting, and hardly anything in the first step of training.
 */
export async function calibrateNorms(plan: MigrationPlan, weights: Weights, newPixels: PixelSource, count: number, context: NnContext): Promise<Weights> {
  const names = [...new Set(plan.weights.filter((row) => row.calibrate).map((row) => row.layer))];
  const indices = calibrationFrames(count, newPixels.unreadable);
  if (names.length === 0 || indices.length === 0) return weights;
  const result = new Map(weights);
  for (const name of names) {
    const layer = plan.target.architecture.layers.find((other) => other.name === name) as BatchNormalizationLayer;
    const { mean, variance } = await momentsBefore(plan, result, layer, newPixels, indices, context);
    result.set(`${name}/moving_mean`, mean);
    result.set(`${name}/moving_variance`, variance);
    result.set(`${name}/beta`, Float32Array.from(mean));
    result.set(`${name}/gamma`, variance.map((value) => Math.sqrt(value + layer.epsilon)));
  }
  return result;
}

/** Mean and variance of each channel of the tensor that a layer reads. */
async function momentsBefore(plan: MigrationPlan, weights: Weights, layer: BatchNormalizationLayer, newPixels: PixelSource, indices: readonly number[], context: NnContext): Promise<{ mean: Float32Array; variance: Float32Array }> {
  const { architecture, preprocessing } = plan.target;
  const channels = (weights.get(`${layer.name}/gamma`) as Float32Array).length;
  const read = (layerInputs(architecture).get(layer.name) ?? [null])[0] ?? null;
  const model = read === null ? null : await CutModel.open(architecture, preprocessing, weights, read, false);
  const [sums, squares] = [new Float64Array(channels), new Float64Array(channels)];
  let rows = 0;
  try {
    for (let at = 0; at < indices.length; at += batch) {
      const pair = framePair(plan, newPixels, indices.slice(at, at + batch));
      const values = model ? model.run(pair.pictures, pair.count) : pair.pictures;
      values.forEach((value, k) => {
        (sums[k % channels] as number) += value;
        (squares[k % channels] as number) += value * value;
      });
      rows += values.length / channels;
      await breathe(context);
    }
  } finally {
    model?.dispose();
  }
  const mean = Float32Array.from(sums, (sum) => sum / rows);
  return { mean, variance: Float32Array.from(squares, (sum, k) => Math.max(0, sum / rows - (mean[k] as number) ** 2)) };
}
