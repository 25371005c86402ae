import type { PercentCrop } from 'react-image-crop';
import type { Crop } from '../../../electron/core/clips';

const everything: PercentCrop = { unit: '%', x: 0, y: 0, width: 100, height: 100 };

/** A crop (in shares) as the picture shows it (in per cent); null: the whole picture. */
export function percentOf(crop: Crop | null): PercentCrop {
  return crop === null ? everything : { unit: '%', x: crop.x * 100, y: crop.y * 100, width: crop.width * 100, height: crop.height * 100 };
}

/** The inverse; a frame around (nearly) the whole picture is no crop, and one that is drawn too small is none either. */
export function cropOf({ x, y, width, height }: PercentCrop): Crop | null {
  if (width < 1 || height < 1) return null;
  const left = Math.max(0, x) / 100;
  const top = Math.max(0, y) / 100;
  const crop = { x: left, y: top, width: Math.min(width / 100, 1 - left), height: Math.min(height / 100, 1 - top) };
  return crop.width > 0.995 && crop.height > 0.995 ? null : crop;
}
