import type { Weights } from '../../core/architecture';
import { rowsOf } from '../../core/migration/axisMaps';
import type { LayerPair, MigrationPlan, MigrationTrail } from '../../core/migrations';
import { breathe, type NnContext } from '../context';
import type { PixelSource } from '../pixelCache';
import { CutModel, framePair, spreadFrames, type FramePair } from './frames';

const frames = 8;
const tolerance = 1e-5;

/**
 * Compares both models layer by layer on a few frames, from the picture on, until the first layer whose numbers differ:
 * that is where a difference begins. Layers that show other cells of the picture count as different.
 */
export async function findDifference(plan: MigrationPlan, old: Weights, next: Weights, newPixels: PixelSource, count: number, context: NnContext): Promise<MigrationTrail | null> {
  const indices = spreadFrames(count, frames, newPixels.unreadable);
  if (indices.length === 0 || !plan.pairs) return null;
  const pair = framePair(plan, newPixels, indices);
  let equalUpTo: string | null = null;
  for (const layers of plan.pairs) {
    if (!(await areEqual(plan, layers, old, next, pair))) return { equalUpTo, firstDifference: layers.layer };
    equalUpTo = layers.layer;
    await breathe(context);
  }
  return { equalUpTo, firstDifference: null };
}

async function areEqual(plan: MigrationPlan, { layer, old: from, map }: LayerPair, old: Weights, next: Weights, { pictures, views, count }: FramePair): Promise<boolean> {
  if (!map) return false;
  const after = await outputOf(plan.target, next, layer, pictures, count);
  const before = await outputOf(plan.source, old, from, views, count);
  if (after.length / map.newSize !== before.length / map.oldSize) return false;
  const most = before.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  const places = rowsOf(map).flatMap((row, i) => row.map(([j]) => [i, j] as const));
  for (let at = 0; at < after.length / map.newSize; at += 1) {
    for (const [i, j] of places) if (Math.abs((after[at * map.newSize + i] as number) - (before[at * map.oldSize + j] as number)) > tolerance * most) return false;
  }
  return true;
}

async function outputOf(side: MigrationPlan['target'], weights: Weights, layer: string, pictures: Float32Array, count: number): Promise<Float32Array> {
  const model = await CutModel.open(side.architecture, side.preprocessing, weights, layer, false);
  try {
    return model.run(pictures, count);
  } finally {
    model.dispose();
  }
}
