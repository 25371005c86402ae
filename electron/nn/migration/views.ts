import { pictureChange } from '../../core/migration/pictures';
import type { ResampledSide } from '../../core/migration/inputKernels';
import { tapsBeyond } from '../../core/migration/inputKernels';
import type { MigrationPlan } from '../../core/migrations';
import { resizeArea } from '../pixels';

interface Values {
  readonly width: number;
  readonly height: number;
  /** Row-major, [height, width, channels]. */
  readonly data: Float64Array;
}

/** The picture that the old model would have seen: channels mixed, then the size changed, as the plan says. */
export function oldView(picture: Float64Array, plan: MigrationPlan): Float32Array {
  const from = plan.target.architecture.input;
  const to = plan.source.architecture.input;
  const { values: { scale, shift } = { scale: 1, shift: 0 }, shifts } = plan.frameMap;
  const mixed = new Float64Array(from.height * from.width * to.channels);
  plan.frameMap.channels.forEach((shares, channel) => {
    const zero = shift + (shifts?.[channel] ?? 0);
    const count = from.height * from.width;
    for (let index = 0; index < count; index += 1) {
      let sum = 0;
      for (let k = 0; k < shares.length; k += 1) sum += (shares[k] as number) * (picture[index * from.channels + k] as number);
      mixed[index * to.channels + channel] = scale * sum + zero;
    }
  });
  return new Float32Array(oldSize({ width: from.width, height: from.height, data: mixed }, plan));
}

function oldSize(picture: Values, plan: MigrationPlan): Float64Array {
  const { height, width, channels } = plan.source.architecture.input;
  const relation = pictureChange(plan.source.architecture.input, plan.target.architecture.input, plan.oldPictures);
  if (relation.kind === 'inside') return cut(picture, relation.top, relation.left, height, width, channels);
  if (relation.kind === 'resampled') return filtered(picture, relation.height, relation.width, height, width, channels);
  return resizeArea(picture, height, width, channels);
}

/**
 * A new picture as the plan takes it to be: where new pictures are said to be old ones with repeated pixels, its blocks
 * are made even; otherwise as it is.
 */
export function asPromised(picture: Float64Array, plan: MigrationPlan): Float64Array {
  const { height, width, channels } = plan.target.architecture.input;
  const small = plan.source.architecture.input;
  if (plan.oldPictures?.pixels !== 'repeated' || (height === small.height && width === small.width)) return picture;
  const means = resizeArea({ width, height, data: picture }, small.height, small.width, channels);
  const result = new Float64Array(picture.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = (Math.floor((y * small.height) / height) * small.width + Math.floor((x * small.width) / width)) * channels;
      for (let c = 0; c < channels; c += 1) result[(y * width + x) * channels + c] = means[from + c] as number;
    }
  }
  return result;
}

function cut(picture: Values, top: number, left: number, height: number, width: number, channels: number): Float64Array {
  const result = new Float64Array(height * width * channels);
  for (let y = 0; y < height; y += 1) {
    const from = ((y + top) * picture.width + left) * channels;
    result.set(picture.data.subarray(from, from + width * channels), y * width * channels);
  }
  return result;
}

/** By a filter along rows and columns; taps that leave the picture are left out, and the others make up for them, as imaging programs do. */
function filtered(picture: Values, rows: ResampledSide, columns: ResampledSide, height: number, width: number, channels: number): Float64Array {
  const narrow = new Float64Array(picture.height * width * channels);
  const across = tapsOf(columns, width, picture.width);
  for (let y = 0; y < picture.height; y += 1) {
    across.forEach((taps, x) => {
      for (const [from, share] of taps) for (let c = 0; c < channels; c += 1) (narrow[(y * width + x) * channels + c] as number) += share * (picture.data[(y * picture.width + from) * channels + c] as number);
    });
  }
  const result = new Float64Array(height * width * channels);
  tapsOf(rows, height, picture.height).forEach((taps, y) => {
    for (const [from, share] of taps) for (let k = 0; k < width * channels; k += 1) (result[y * width * channels + k] as number) += share * (narrow[from * width * channels + k] as number);
  });
  return result;
}

/** Per old pixel the new ones that it is made of, with their shares (together 1). */
function tapsOf(side: ResampledSide, oldSize: number, size: number): readonly (readonly (readonly [number, number])[])[] {
  const first = side.margin - tapsBeyond(side);
  return Array.from({ length: oldSize }, (_, i) => {
    const inside = side.taps.map((tap, a) => [i * side.factor + a + first, tap] as const).filter(([place]) => place >= 0 && place < size);
    const sum = inside.reduce((total, [, tap]) => total + tap, 0);
    return inside.map(([place, tap]) => [place, tap / sum] as const);
  });
}
