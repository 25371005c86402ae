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
