import { exifOrientation, readJpegInfo } from './jpeg';

/** EXIF orientation (1 to 8) of a PNG: its eXIf chunk. */
function pngOrientation(view: DataView): number {
  for (let at = 8; at + 12 <= view.byteLength; ) {
    const length = view.getUint32(at);
    if (view.getUint32(at + 4) === 0x65584966) return at + 8 + length <= view.byteLength ? exifOrientation(view, at + 8, length) : 1;
    at += 12 + length;
  }
  return 1;
}

/** EXIF orientation (1 to 8) of a WebP: the chunk EXIF of its RIFF file. */
function webpOrientation(view: DataView): number {
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const length = view.getUint32(at + 4, true);
    if (view.getUint32(at) === 0x45584946) return at + 8 + length <= view.byteLength ? exifOrientation(view, at + 8, length) : 1;
    at += 8 + length + (length % 2);
  }
  return 1;
}

/**
 * How a picture has to be turned, as its EXIF data say (1 to 8), for JPEG, PNG and WebP; null for other formats, whose
 * decoder turns them itself (AVIF and HEIC say it in their container). `bytes`: the file, or its first 256 KiB.
 */
export function pictureOrientation(bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 16) return null;
  if (view.getUint16(0) === 0xffd8) return readJpegInfo(bytes)?.orientation ?? 1;
  if (view.getUint32(0) === 0x89504e47) return pngOrientation(view);
  if (view.getUint32(0) === 0x52494646 && view.getUint32(8) === 0x57454250) return webpOrientation(view);
  return null;
}

/** Frames are stored no larger than this on their longer side: networks here see 256 pixels at most. */
export const longestSide = 640;

/** Whether a picture becomes a frame as it is, byte by byte: a JPEG that is upright and small. Others are turned, reduced and encoded once. `bytes`: as for `pictureOrientation`. */
export function staysAsItIs(bytes: Uint8Array): boolean {
  const info = readJpegInfo(bytes);
  return info !== null && info.orientation === 1 && info.components !== 4 && Math.max(info.width, info.height) <= longestSide;
}

export interface PictureSize {
  readonly format: 'jpeg' | 'png' | 'webp';
  /** As stored, before turning upright. */
  readonly width: number;
  readonly height: number;
}

/** Size of one chunk of a WebP; null where it says none (or is animated: then there is not one picture). */
function webpChunkSize(view: DataView, at: number): { readonly width: number; readonly height: number } | null | 'animated' {
  const uint24 = (from: number): number => view.getUint16(from, true) | (view.getUint8(from + 2) << 16);
  const kind = view.getUint32(at);
  const body = at + 8;
  if (body + 10 > view.byteLength) return null;
  if (kind === 0x56503858) return (view.getUint8(body) & 2) !== 0 ? 'animated' : { width: uint24(body + 4) + 1, height: uint24(body + 7) + 1 };
  if (kind === 0x56503820) return { width: view.getUint16(body + 6, true) & 0x3fff, height: view.getUint16(body + 8, true) & 0x3fff };
  if (kind === 0x5650384c) {
    const bits = view.getUint32(body + 1, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  return null;
}

/** The largest size that a WebP names: its canvas, or the picture in it, which may claim to be larger. */
function webpSize(view: DataView): PictureSize | null {
  let [width, height] = [0, 0];
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const size = webpChunkSize(view, at);
    if (size === 'animated') return null;
    if (size) [width, height] = [Math.max(width, size.width), Math.max(height, size.height)];
    const length = view.getUint32(at + 4, true);
    at += 8 + length + (length % 2);
  }
  return width > 0 && height > 0 ? { format: 'webp', width, height } : null;
}

/** Format and size of a JPEG, PNG or still WebP, from what its bytes say (not its name); null for anything else. */
export function pictureSize(bytes: Uint8Array): PictureSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 30) return null;
  const jpeg = readJpegInfo(bytes);
  if (jpeg) return jpeg.width > 0 && jpeg.height > 0 ? { format: 'jpeg', width: jpeg.width, height: jpeg.height } : null;
  if (view.getUint32(0) === 0x89504e47 && view.getUint32(4) === 0x0d0a1a0a && view.getUint32(12) === 0x49484452) {
    const [width, height] = [view.getUint32(16), view.getUint32(20)];
    return width > 0 && height > 0 ? { format: 'png', width, height } : null;
  }
  if (view.getUint32(0) === 0x52494646 && view.getUint32(8) === 0x57454250) return webpSize(view);
  return null;
}

/** How many scans a JPEG has: a small file with thousands of them takes minutes to decode. */
export function jpegScans(bytes: Uint8Array): number {
  let scans = 0;
  for (let at = 0; at + 1 < bytes.length; at += 1) if (bytes[at] === 0xff && bytes[at + 1] === 0xda) scans += 1;
  return scans;
}
