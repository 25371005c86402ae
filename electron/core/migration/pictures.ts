import { formatInputShape } from '../architecture';
import type { Architecture, InputShape } from '../architecture';
import { UserError } from '../errors';
import type { OldPictures } from '../migrations';
import { cellsByLayer } from './cells';
import type { ResampledSide } from './inputKernels';
import { resampledSide, resamplerTaps, tapsBeyond } from './inputKernels';
import type { PictureRelation } from './sides';
import { otherPicture, samePicture } from './sides';

/**
 * How a new picture relates to the old one of the same frame.
 * @throws UserError where they cannot be related as the user says: `migrations:repeatedNotWhole`, `resampledSize`, `insideOutside`
 */
export function pictureChange(source: InputShape, target: InputShape, view: OldPictures = {}): PictureRelation {
  if (view.inside && (view.pixels ?? 'area') !== 'area') throw new UserError('migrations:insideWithPixels');
  if (view.inside) return insidePicture(source, target, view.inside);
  const [height, width] = [target.height / source.height, target.width / source.width];
  if (height === 1 && width === 1) return samePicture;
  if (view.pixels === 'bilinear' || view.pixels === 'bicubic') return { kind: 'resampled', ...resampledSides(source, target, view.pixels) };
  const finer = Number.isInteger(height) && Number.isInteger(width);
  if (view.pixels === 'repeated') {
    if (!finer) throw new UserError('migrations:repeatedNotWhole', { old: formatInputShape(source), next: formatInputShape(target) });
    return { kind: 'finer', height, width, repeated: true };
  }
  if (finer) return { kind: 'finer', height, width };
  if (Number.isInteger(1 / height) && Number.isInteger(1 / width)) return { kind: 'coarser', height: 1 / height, width: 1 / width };
  return otherPicture;
}

/** The place nearest to the middle at which the old picture lies on the steps of all the network's maps, so that its cells are found again. */
export function centredPlace(architecture: Architecture, target: InputShape): NonNullable<OldPictures['inside']> {
  const first = (side: 'height' | 'width') => {
    const steps = Math.max(1, ...[...cellsByLayer(architecture, side).values()].map(({ jump }) => jump).filter(Number.isInteger));
    const middle = Math.max(0, Math.floor((target[side] - architecture.input[side]) / 2));
    return middle - (middle % steps);
  };
  return { top: first('height'), left: first('width') };
}

function insidePicture(source: InputShape, target: InputShape, { top, left }: NonNullable<OldPictures['inside']>): PictureRelation {
  const fits = top >= 0 && left >= 0 && top + source.height <= target.height && left + source.width <= target.width;
  if (!fits) throw new UserError('migrations:insideOutside', { old: formatInputShape(source), next: formatInputShape(target), top, left });
  return top === 0 && left === 0 && source.height === target.height && source.width === target.width ? samePicture : { kind: 'inside', top, left };
}

/** Both sides of a picture of which the old one was made by a filter. Errors: `migrations:resampledSize`. */
export function resampledSides(source: InputShape, target: InputShape, resampler: 'bilinear' | 'bicubic'): { readonly height: ResampledSide; readonly width: ResampledSide } {
  const height = resampledSide(target.height, source.height, resampler);
  const width = resampledSide(target.width, source.width, resampler);
  if (height && width) return { height, width };
  const side = (size: number, old: number, beyond: boolean) => {
    const factor = Math.max(1, Math.round(size / old));
    const taps = factor === 1 ? [1] : resamplerTaps(resampler, factor);
    return factor * old + (beyond ? 2 * tapsBeyond({ factor, taps }) : 0);
  };
  const shape = (beyond: boolean) => formatInputShape({ ...target, height: side(target.height, source.height, beyond), width: side(target.width, source.width, beyond) });
  throw new UserError('migrations:resampledSize', { old: formatInputShape(source), next: formatInputShape(target), plain: shape(false), exact: shape(true) });
}
