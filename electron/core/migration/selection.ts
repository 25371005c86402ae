import type { Weights } from '../architecture';
import type { MigrationPlan, ModelShape } from '../migrations';
import { INPUT } from './layerGraph';
import { prepareSide } from './sides';

/** Which old channels stay where there is room for fewer, by the old layer that makes them. */
export type KeptChannels = ReadonlyMap<string, readonly number[]>;

/** Channels of which only some can stay, and who reads them. */
export interface NarrowedChannels {
  /** One of the old layers that make them. */
  readonly layer: string;
  readonly channels: number;
  readonly keep: number;
  readonly readers: readonly { readonly layer: string; readonly reads: string; readonly units: number }[];
}

/** The places of a plan where channels are lost. */
export function narrowedChannels(plan: MigrationPlan): readonly NarrowedChannels[] {
  const side = prepareSide(plan.source);
  const found = new Map<number, NarrowedChannels>();
  const groupOf = (tensor: string): number | null => {
    const dimension = side.groups.of.get(tensor)!;
    const inner = dimension.kind === 'spatial' ? dimension.inner : dimension;
    return inner.kind === 'group' ? inner.id : null;
  };
  for (const row of plan.weights) {
    const out = row.axes.at(-1);
    if (row.from === null || !out || out.newSize >= out.oldSize || (row.weight !== 'kernel' && row.weight !== 'pointwise_kernel')) continue;
    const group = groupOf(row.from);
    if (group === null || group === side.groups.output || found.has(group)) continue;
    const readers = [...side.layers.values()].flatMap((layer) => {
      const reads = side.inputs.get(layer.name)![0]!;
      if ((layer.type !== 'conv2d' && layer.type !== 'dense') || reads === INPUT || groupOf(reads) !== group) return [];
      return [{ layer: layer.name, reads, units: layer.type === 'conv2d' ? layer.filters : layer.units }];
    });
    found.set(group, { layer: row.from, channels: out.oldSize, keep: out.newSize, readers });
  }
  return [...found.values()];
}

/** The plan's groups for the channels that stay, by the number of the group in the old model. */
export function keptGroups(source: ModelShape, kept: KeptChannels): ReadonlyMap<number, readonly number[]> {
  const { groups } = prepareSide(source);
  return new Map([...kept].flatMap(([layer, indices]) => {
    const dimension = groups.of.get(layer);
    return dimension?.kind === 'group' ? [[dimension.id, indices] as const] : [];
  }));
}

/**
 * How much each channel moves what reads it: the spread of its numbers on frames times the norm of the weights that
 * read them. A channel that never changes, or that nobody listens to, is worth nothing.
 * @param spreads per reader: standard deviation of each number on the last axis of what it reads
 */
export function channelWorth({ channels, readers }: NarrowedChannels, weights: Weights, spreads: readonly Float64Array[]): Float64Array {
  const worth = new Float64Array(channels);
  readers.forEach(({ layer, units }, r) => {
    const kernel = weights.get(`${layer}/kernel`)!;
    const spread = spreads[r]!;
    kernel.forEach((value, i) => {
      const entry = Math.floor(i / units) % spread.length;
      worth[entry % channels]! += (value * spread[entry]!) ** 2;
    });
  });
  return worth;
}

/** The `keep` channels of the largest worth, in their old order. */
export function bestChannels(worth: Float64Array, keep: number): number[] {
  const order = Array.from(worth, (_, channel) => channel).sort((a, b) => worth[b]! - worth[a]! || a - b);
  return order.slice(0, keep).sort((a, b) => a - b);
}
