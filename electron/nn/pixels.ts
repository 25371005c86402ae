import { readFileSync } from 'node:fs';
import type { Crop } from '../core/clips';
import { UserError } from '../core/errors';
import { readJpegInfo } from '../core/jpeg';
import { tensorflow } from './tensorflow';

/** An upright picture: `height * width * 3` bytes, RGB. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const mostPixels = 100_000_000;

/** Size from the head of a PNG, GIF or BMP; null for anything else. */
function headSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 30) return null;
  if (view.getUint32(0) === 0x89504e47) return { width: view.getUint32(16), height: view.getUint32(20) };
  if (view.getUint32(0) === 0x47494638) return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (view.getUint16(0) === 0x424d) return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
  return null;
}

/** Where a pixel of the upright picture comes from, for EXIF orientations 2 to 8. */
function sourceOf(orientation: number, x: number, y: number, width: number, height: number): number {
  const [right, bottom] = [width - 1, height - 1];
  switch (orientation) {
    case 2:
      return y * width + right - x;
    case 3:
      return (bottom - y) * width + right - x;
    case 4:
      return (bottom - y) * width + x;
    case 5:
      return x * width + y;
    case 6:
      return (bottom - x) * width + y;
    case 7:
      return (bottom - x) * width + right - y;
    case 8:
      return x * width + right - y;
    default:
      return y * width + x;
  }
}

/** Turns a stored picture upright. */
export function turnUpright(picture: Picture, orientation: number): Picture {
  if (orientation < 2 || orientation > 8) return picture;
  const { width, height, data } = picture;
  const turned = orientation >= 5;
  const [newWidth, newHeight] = turned ? [height, width] : [width, height];
  const result = new Uint8Array(data.length);
  for (let y = 0; y < newHeight; y += 1) {
    for (let x = 0; x < newWidth; x += 1) {
      const from = sourceOf(orientation, x, y, width, height) * 3;
      const to = (y * newWidth + x) * 3;
      result[to] = data[from] as number;
      result[to + 1] = data[from + 1] as number;
      result[to + 2] = data[from + 2] as number;
    }
  }
  return { width: newWidth, height: newHeight, data: result };
}

/** Decodes a JPEG, PNG, BMP or GIF (its first picture), upright. Errors: `predictions:unreadablePicture`, `predictions:tooLarge`. */
export function decodePicture(bytes: Uint8Array, name: string): Picture {
  const jpeg = readJpegInfo(bytes);
  const size = jpeg ?? headSize(bytes);
  if (!size || size.width < 1 || size.height < 1) throw new UserError('predictions:unreadablePicture', { file: name });
  // A decompression bomb is refused before it is unpacked.
  if (size.width * size.height > mostPixels) throw new UserError('predictions:tooLarge', { file: name, width: size.width, height: size.height });
  const tf = tensorflow();
  let picture: Picture;
  try {
    const decoded = tf.node.decodeImage(bytes, 3, 'int32', false);
    try {
      const [height, width] = decoded.shape as unknown as [number, number];
      // Not through tidy: it would look for tensors in every byte of the result.
      picture = { width, height, data: new Uint8Array(decoded.dataSync()) };
    } finally {
      decoded.dispose();
    }
  } catch (error) {
    throw new UserError('predictions:unreadablePicture', { file: name }, { cause: error });
  }
  return turnUpright(picture, jpeg?.orientation ?? 1);
}

/** For each new cell of an axis: first old cell, and the share of each old cell in it (they sum to 1). */
function areaShares(from: number, to: number): readonly { readonly start: number; readonly shares: Float64Array }[] {
  const scale = from / to;
  return Array.from({ length: to }, (_, index) => {
    const begin = index * scale;
    const end = begin + scale;
    const start = Math.min(from - 1, Math.floor(begin + 1e-9));
    const stop = Math.max(start + 1, Math.min(from, Math.ceil(end - 1e-9)));
    const shares = new Float64Array(stop - start);
    for (let cell = start; cell < stop; cell += 1) shares[cell - start] = Math.max(0, Math.min(end, cell + 1) - Math.max(begin, cell)) / scale;
    return { start, shares };
  });
}

interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

/**
 * Area mean with fractional edges, in float64: each new pixel is the mean of the part of the old picture that it covers
 * (enlarging by whole factors repeats pixels). Means nest: the 2 x 2 mean of the result at twice the size is the result
 * at this size. Data is row-major [height, width, channels].
 */
export function resizeArea(picture: Plane, height: number, width: number, channels = 3): Float64Array {
  const rows = areaShares(picture.height, height);
  const columns = areaShares(picture.width, width);
  const { data } = picture;
  const line = width * channels;
  const narrow = new Float64Array(picture.height * line);
  for (let y = 0; y < picture.height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const { start, shares } = columns[x] as { start: number; shares: Float64Array };
      const to = y * line + x * channels;
      for (let k = 0; k < shares.length; k += 1) {
        const at = (y * picture.width + start + k) * channels;
        const share = shares[k] as number;
        for (let c = 0; c < channels; c += 1) narrow[to + c] = (narrow[to + c] as number) + share * (data[at + c] as number);
      }
    }
  }
  const result = new Float64Array(height * line);
  rows.forEach(({ start, shares }, y) => {
    shares.forEach((share, k) => {
      const from = (start + k) * line;
      for (let x = 0; x < line; x += 1) result[y * line + x] = (result[y * line + x] as number) + share * (narrow[from + x] as number);
    });
  });
  return result;
}

/** Rounds half up to bytes. */
export function toBytes(values: Float64Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let index = 0; index < values.length; index += 1) bytes[index] = Math.min(255, Math.max(0, Math.floor((values[index] as number) + 0.5)));
  return bytes;
}

/** The part of an upright picture that counts, cut at whole pixels (at least one). */
export function cropPicture(picture: Picture, crop: Crop): Picture {
  const { width, height, data } = picture;
  const left = Math.min(width - 1, Math.max(0, Math.round(crop.x * width)));
  const top = Math.min(height - 1, Math.max(0, Math.round(crop.y * height)));
  const right = Math.min(width, Math.max(left + 1, Math.round((crop.x + crop.width) * width)));
  const bottom = Math.min(height, Math.max(top + 1, Math.round((crop.y + crop.height) * height)));
  const result = new Uint8Array((right - left) * (bottom - top) * 3);
  for (let y = top; y < bottom; y += 1) result.set(data.subarray((y * width + left) * 3, (y * width + right) * 3), (y - top) * (right - left) * 3);
  return { width: right - left, height: bottom - top, data: result };
}

/**
 * The one road for a pixel: bytes of a picture file -> upright -> the part that counts -> area mean -> uint8 RGB of the input size.
 * Training, validation and every prediction come along here; gray and scaling belong to the model.
 */
export function pixelsOf(bytes: Uint8Array, name: string, height: number, width: number, crop: Crop | null = null): Uint8Array {
  const picture = decodePicture(bytes, name);
  return toBytes(resizeArea(crop ? cropPicture(picture, crop) : picture, height, width));
}

/** `pixelsOf` a file. */
export function pixelsOfFile(file: string, height: number, width: number, crop: Crop | null = null): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new UserError('predictions:missingPicture', { file }, { cause: error });
  }
  return pixelsOf(bytes, file, height, width, crop);
}
