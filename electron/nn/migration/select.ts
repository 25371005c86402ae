import type { Weights } from '../../core/architecture';
import { planAgain } from '../../core/migration/plan';
import { bestChannels, channelWorth, narrowedChannels } from '../../core/migration/selection';
import type { MigrationPlan } from '../../core/migrations';
import { breathe, type NnContext } from '../context';
import type { PixelSource } from '../pixelCache';
import { CutModel, framePair, spreadFrames } from './frames';

const frames = 200;
const batch = 32;

/** Where the new network has room for fewer channels: the plan that keeps those which matter most on real frames. */
export async function chooseChannels(plan: MigrationPlan, old: Weights, newPixels: PixelSource, count: number, context: NnContext): Promise<MigrationPlan> {
  const narrowed = narrowedChannels(plan).filter(({ readers }) => readers.length > 0);
  const indices = spreadFrames(count, frames, newPixels.unreadable);
  if (narrowed.length === 0 || indices.length === 0) return plan;
  const kept = new Map<string, readonly number[]>();
  for (const place of narrowed) {
    const spreads: Float64Array[] = [];
    for (const { reads, layer } of place.readers) {
      const width = entries(old, layer, plan);
      spreads.push(await spreadOf(plan, old, reads, width, newPixels, indices, context));
    }
    kept.set(place.layer, bestChannels(channelWorth(place, old, spreads), place.keep));
  }
  return planAgain(plan, { kept });
}

/** Numbers on the axis that a layer reads. */
function entries(old: Weights, name: string, plan: MigrationPlan): number {
  const layer = plan.source.architecture.layers.find((other) => other.name === name);
  const kernel = (old.get(`${name}/kernel`) as Float32Array).length;
  if (layer?.type === 'conv2d') return kernel / (layer.filters * layer.kernelSize[0] * layer.kernelSize[1]);
  return layer?.type === 'dense' ? kernel / layer.units : kernel;
}

/** Standard deviation of each number on the last axis of an old tensor. */
async function spreadOf(plan: MigrationPlan, old: Weights, tensor: string, width: number, newPixels: PixelSource, indices: readonly number[], context: NnContext): Promise<Float64Array> {
  const model = await CutModel.open(plan.source.architecture, plan.source.preprocessing, old, tensor, false);
  const [sums, squares] = [new Float64Array(width), new Float64Array(width)];
  let rows = 0;
  try {
    for (let at = 0; at < indices.length; at += batch) {
      const { views, count } = framePair(plan, newPixels, indices.slice(at, at + batch));
      const values = model.run(views, count);
      values.forEach((value, k) => {
        (sums[k % width] as number) += value;
        (squares[k % width] as number) += value * value;
      });
      rows += values.length / width;
      await breathe(context);
    }
  } finally {
    model.dispose();
  }
  return sums.map((sum, k) => Math.sqrt(Math.max(0, (squares[k] as number) / rows - (sum / rows) ** 2)));
}
