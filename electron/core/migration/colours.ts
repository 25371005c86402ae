import type { AxisMap } from '../migrations';
import { columnsOf, identityMap, resizeMap, sparseMap } from './axisMaps';

/** Shares of red, green and blue in the gray that a one-channel model sees (ITU-R BT.601); their sum is 1. */
export const lumaShares = [0.299, 0.587, 0.114] as const;

/** What becomes of the channels of the picture. */
export interface ColourChange {
  readonly rule: 'C2' | 'C3' | 'C4' | 'C5' | null;
  /** Kernel rows: new channel c takes these shares of the old channels' kernels. */
  readonly consume: AxisMap;
  /** Weights that each channel has of its own (normalisation, depthwise kernels); null where none can serve. */
  readonly gather: AxisMap | null;
  /** Same function on the pictures that both models can see. */
  readonly exact: boolean;
}

/** The change from `old` to `next` channels (1, 3 or 4). */
export function colourChange(next: number, old: number): ColourChange {
  if (next === old) return { rule: null, consume: identityMap(old), gather: identityMap(old), exact: true };
  if (old === 1) {
    const rows = Array.from({ length: next }, (_, c) => (c < 3 ? [[0, lumaShares[c]!] as const] : []));
    const copies = sparseMap('replicate', 1, rows.map(() => [[0, 1] as const]));
    return { rule: 'C2', consume: sparseMap('colour', 1, rows), gather: copies, exact: true };
  }
  if (next === 1) {
    const sum = sparseMap('colour', old, [[0, 1, 2].map((c) => [c, 1] as const)]);
    return { rule: 'C3', consume: sum, gather: null, exact: old === 3 };
  }
  const map = resizeMap(next, old);
  return { rule: next > old ? 'C4' : 'C5', consume: map, gather: map, exact: next > old };
}

/** How the old model's channels come from the new picture's, as `FrameMap.channels`. */
export function frameChannels(change: ColourChange): number[][] {
  return columnsOf(change.consume).map((column) => {
    const shares = new Array<number>(change.consume.newSize).fill(0);
    for (const [c, share] of column) shares[c] = share;
    return shares;
  });
}
