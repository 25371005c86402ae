import { expect, test } from 'vitest';
import { readJpegInfo } from '../../../electron/core/jpeg';

function exif(orientation: number, little: boolean): number[] {
  const u16 = (v: number): number[] => (little ? [v & 255, v >> 8] : [v >> 8, v & 255]);
  const u32 = (v: number): number[] => (little ? [v & 255, v >> 8, 0, 0] : [0, 0, v >> 8, v & 255]);
  const tiff = [...(little ? [0x49, 0x49] : [0x4d, 0x4d]), ...u16(42), ...u32(8), ...u16(1), ...u16(0x0112), ...u16(3), ...u32(1), ...u16(orientation), 0, 0];
  const body = [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];
  return [0xff, 0xe1, 0, body.length + 2, ...body];
}
const size = [0xff, 0xc0, 0, 17, 8, 0, 20, 0, 40, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1];

test.each([1, 2, 3, 4, 5, 6, 7, 8])('orientation %i in both byte orders', (orientation) => {
  for (const little of [true, false]) {
    expect(readJpegInfo(new Uint8Array([0xff, 0xd8, ...exif(orientation, little), ...size]))).toEqual({ width: 40, height: 20, components: 3, orientation });
  }
});

test('no EXIF is upright; a nonsense value too', () => {
  expect(readJpegInfo(new Uint8Array([0xff, 0xd8, ...size]))?.orientation).toBe(1);
  expect(readJpegInfo(new Uint8Array([0xff, 0xd8, ...exif(9, true), ...size]))?.orientation).toBe(1);
});

test('other bytes are no JPEG', () => {
  expect(readJpegInfo(new Uint8Array([0x89, 0x50, 0x4e, 0x47]))).toBeNull();
  expect(readJpegInfo(new Uint8Array([0xff, 0xd8, 0xff]))).toBeNull();
  expect(readJpegInfo(new Uint8Array(0))).toBeNull();
});
