/** What the head of a JPEG says about its picture. */
export interface JpegInfo {
  /** Stored size, before turning upright. */
  readonly width: number;
  readonly height: number;
  /** 1 gray, 3 colour, 4 CMYK */
  readonly components: number;
  /** EXIF orientation 1 to 8; 1 without EXIF. */
  readonly orientation: number;
}

/**
 * EXIF orientation (1 to 8) of a block of EXIF data at `start`, with or without "Exif\0\0" before its TIFF header; 1 where
 * it says nothing or is broken.
 */
export function exifOrientation(view: DataView, start: number, length: number): number {
  if (length < 14) return 1;
  // A TIFF header: byte order, 42, offset of the first directory.
  const tiff = view.getUint32(start) === 0x45786966 ? start + 6 : start;
  const end = start + length;
  const little = view.getUint16(tiff) === 0x4949;
  if (!little && view.getUint16(tiff) !== 0x4d4d) return 1;
  const directory = tiff + view.getUint32(tiff + 4, little);
  if (directory + 2 > end) return 1;
  const entries = view.getUint16(directory, little);
  for (let index = 0; index < entries; index += 1) {
    const entry = directory + 2 + index * 12;
    if (entry + 12 > end) return 1;
    if (view.getUint16(entry, little) !== 0x0112) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** Reads size, components and orientation from the head of a JPEG; null if the bytes are not one (or cut before its size). */
export function readJpegInfo(bytes: Uint8Array): JpegInfo | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  let orientation = 1;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xd8 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2;
      continue;
    }
    if (marker === 0xda || marker === 0xd9) return null;
    const length = view.getUint16(at + 2);
    // XMP lies under the same marker.
    if (marker === 0xe1 && at + 2 + length <= bytes.length && length > 8 && view.getUint32(at + 4) === 0x45786966) orientation = exifOrientation(view, at + 4, length - 2);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) {
      if (at + 10 > bytes.length) return null;
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), components: bytes[at + 9] as number, orientation };
    }
    at += 2 + length;
  }
  return null;
}
