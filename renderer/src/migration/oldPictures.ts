import type { ChannelView, OldPicturesWish } from '../../../electron/core/migrations';
import type { InputShape } from '../../../electron/core/architecture';

/** How a larger picture may have become the old one; `inside`: it shows more at the same zoom. */
export type SizeChoice = 'area' | 'bilinear' | 'bicubic' | 'repeated' | 'inside';

/** What the old channels can be in a picture of so many; nothing where there is no choice. */
export function channelChoices(old: number, next: number): readonly ChannelView[] {
  if (old === 1 && next > 1) return ['luma', 'mean', 'newest'];
  return old === 3 && next === 3 ? ['luma', 'bgr', 'yuv', 'ycbcr'] : [];
}

/** How the old pictures can have come from the new ones; nothing where there is no choice. */
export function sizeChoices(old: InputShape, next: InputShape): readonly SizeChoice[] {
  if (next.height < old.height || next.width < old.width || (next.height === old.height && next.width === old.width)) return [];
  const whole = next.height % old.height === 0 && next.width % old.width === 0;
  return ['area', 'bilinear', 'bicubic', ...(whole ? (['repeated'] as const) : []), 'inside'];
}

/** The choice that a wish stands for. */
export function sizeChoiceOf({ pixels = 'area', inside }: OldPicturesWish): SizeChoice {
  return inside === undefined ? pixels : 'inside';
}

/** What of a wish says something about these two pictures; null where nothing does. */
export function appliedPictures(wish: OldPicturesWish | null, old: InputShape, next: InputShape): OldPicturesWish | null {
  if (!wish) return null;
  const channels = wish.channels && wish.channels !== 'luma' && channelChoices(old.channels, next.channels).includes(wish.channels) ? { channels: wish.channels } : {};
  const choice = sizeChoiceOf(wish);
  const fits = choice !== 'area' && sizeChoices(old, next).includes(choice);
  const size = !fits ? {} : choice === 'inside' ? { inside: wish.inside } : { pixels: choice };
  const applied = { ...channels, ...size };
  return Object.keys(applied).length === 0 ? null : applied;
}
