import { UserError } from '../errors';
import type { AxisMap, ChannelView } from '../migrations';
import { columnsOf, identityMap, resizeMap, selectMap, sparseMap } from './axisMaps';
import { stackedFramesMap } from './inputKernels';

/** Shares of red, green and blue in the gray that a one-channel model sees (ITU-R BT.601); their sum is 1. */
export const lumaShares = [0.299, 0.587, 0.114] as const;

/** Red, green and blue -> Y, U, V (ITU-R BT.601), and -> Y, Cb, Cr as JPEG has them, where no chroma is 128. */
const colourSpaces = {
  yuv: { shares: [lumaShares, [-0.14713, -0.28886, 0.436], [0.615, -0.51499, -0.10001]], zeros: [0, 0, 0] },
  ycbcr: { shares: [lumaShares, [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]], zeros: [0, 128, 128] },
} as const;

/** What becomes of the channels of the picture. */
export interface ColourChange {
  readonly rule: 'C1' | 'C2' | 'C3' | 'C4' | 'C5' | 'C6' | 'C7' | 'C8' | null;
  /** Kernel rows: new channel c takes these shares of the old channels' kernels. */
  readonly consume: AxisMap;
  /** Weights that each channel has of its own (normalisation, depthwise kernels); null where none can serve. */
  readonly gather: AxisMap | null;
  /** Where each old channel has its zero, in steps of a byte; nothing but zeros for most. */
  readonly zeros: readonly number[];
  /** Same function on the pictures that both models can see. */
  readonly exact: boolean;
}

/**
 * The change from `old` to `next` channels (1, 3 or 4), where the old channels are `view` in the new picture.
 * @throws UserError `migrations:channelViewImpossible` where that says nothing about so many channels
 */
export function colourChange(next: number, old: number, view: ChannelView = 'luma'): ColourChange {
  if (view === 'luma') return usualChange(next, old);
  const times = next / old;
  const zeros = new Array<number>(old).fill(0);
  if ((view === 'mean' || view === 'newest') && Number.isInteger(times) && times > 1) {
    const rule = view === 'mean' && old === 1 ? 'C1' : 'C8';
    const copies = sparseMap('replicate', old, Array.from({ length: next }, (_, c) => [[c % old, 1] as const]));
    return { rule, consume: stackedFramesMap(old, times, view), gather: copies, zeros, exact: true };
  }
  if (view === 'bgr' && next === old && old >= 3) {
    const order = selectMap('select', old, [2, 1, 0, 3].slice(0, old));
    return { rule: 'C6', consume: order, gather: order, zeros, exact: true };
  }
  if ((view === 'yuv' || view === 'ycbcr') && next === 3 && old === 3) {
    const { shares, zeros: middle } = colourSpaces[view];
    const consume = sparseMap('colour', 3, [0, 1, 2].map((z) => [0, 1, 2].map((c) => [c, shares[c]![z]!] as const)));
    return { rule: 'C7', consume, gather: null, zeros: middle, exact: true };
  }
  throw new UserError('migrations:channelViewImpossible', { view, old, next });
}

function usualChange(next: number, old: number): ColourChange {
  const zeros = new Array<number>(old).fill(0);
  if (next === old) return { rule: null, consume: identityMap(old), gather: identityMap(old), zeros, exact: true };
  if (old === 1) {
    const rows = Array.from({ length: next }, (_, c) => (c < 3 ? [[0, lumaShares[c]!] as const] : []));
    const copies = sparseMap('replicate', 1, rows.map(() => [[0, 1] as const]));
    return { rule: 'C2', consume: sparseMap('colour', 1, rows), gather: copies, zeros, exact: true };
  }
  if (next === 1) {
    const sum = sparseMap('colour', old, [[0, 1, 2].map((c) => [c, 1] as const)]);
    return { rule: 'C3', consume: sum, gather: null, zeros, exact: old === 3 };
  }
  const map = resizeMap(next, old);
  return { rule: next > old ? 'C4' : 'C5', consume: map, gather: map, zeros, exact: next > old };
}

/** How the old model's channels come from the new picture's, as `FrameMap.channels`. */
export function frameChannels(change: ColourChange): number[][] {
  return columnsOf(change.consume).map((column) => {
    const shares = new Array<number>(change.consume.newSize).fill(0);
    for (const [c, share] of column) shares[c] = share;
    return shares;
  });
}
