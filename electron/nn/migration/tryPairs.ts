import type { Weights } from '../../core/architecture';
import { applyPlan } from '../../core/migration/apply';
import { lastLayer } from '../../core/migration/layerGraph';
import { planAgain } from '../../core/migration/plan';
import type { MigrationPlan, Reason } from '../../core/migrations';
import { breathe, type NnContext } from '../context';
import type { PixelSource } from '../pixelCache';
import { CutModel, framePair, spreadFrames } from './frames';

const frames = 64;
/** Each doubtful pair costs a few passes. */
const mostTried = 6;

/**
 * Pairs of layers that are only a good guess are tried on real frames: with the pair, and with the best alignment that
 * does without it. The plan stays whose answers are nearer to those of the old model, and says so.
 */
export async function tryDoubtfulPairs(plan: MigrationPlan, old: Weights, newPixels: PixelSource, count: number, seed: number, context: NnContext): Promise<MigrationPlan> {
  const doubtful = plan.grade === 'exact' ? [] : (plan.matches ?? []).filter((match) => match.doubtful).slice(0, mostTried);
  const indices = spreadFrames(count, frames, newPixels.unreadable);
  if (doubtful.length === 0 || indices.length === 0) return plan;
  let best = plan;
  let distance = await distanceOf(plan, old, newPixels, indices, seed);
  const said: Reason[] = [];
  for (const { layer, from } of doubtful) {
    if (!best.matches?.some((match) => match.layer === layer && match.from === from)) continue; // gone with another pair
    const other = planAgain(best, { forbidden: [...(best.forbidden ?? []), { layer, from }] });
    const otherDistance = await distanceOf(other, old, newPixels, indices, seed);
    const params = { layer, from, frames: indices.length };
    said.push({ key: otherDistance < distance ? 'migrations:pairTriedOther' : 'migrations:pairTried', params });
    if (otherDistance < distance) [best, distance] = [other, otherDistance];
    await breathe(context);
  }
  return { ...best, notes: [...best.notes, ...said] };
}

/** Mean square distance of what both models answer before the softmax, over the classes that both have. */
async function distanceOf(plan: MigrationPlan, old: Weights, newPixels: PixelSource, indices: readonly number[], seed: number): Promise<number> {
  const { source, target } = plan;
  const pair = framePair(plan, newPixels, indices);
  const before = await CutModel.open(source.architecture, source.preprocessing, old, lastLayer(source.architecture).name, false);
  try {
    const after = await CutModel.open(target.architecture, target.preprocessing, applyPlan(plan, old, seed), lastLayer(target.architecture).name, false);
    try {
      const [was, is] = [before.run(pair.views, pair.count), after.run(pair.pictures, pair.count)];
      const [oldClasses, newClasses] = [source.classNames.length, target.classNames.length];
      let sum = 0;
      for (let row = 0; row < pair.count; row += 1) {
        plan.classMap.forEach((from, k) => {
          if (from >= 0) sum += ((is[row * newClasses + k] as number) - (was[row * oldClasses + from] as number)) ** 2;
        });
      }
      return sum / pair.count;
    } finally {
      after.dispose();
    }
  } finally {
    before.dispose();
  }
}
