import { describe, expect, test } from 'vitest';
import { jpegScans, pictureSize, staysAsItIs } from '../../../electron/core/pictureHead';
import { withOrientation } from '../../helpers/exif';
import { jpegBomb, pngBomb, webpBomb } from '../../helpers/hostile';

describe('the head of a picture', () => {
  test('says its format and size, whatever its name is', () => {
    expect(pictureSize(pngBomb(7000))).toEqual({ format: 'png', width: 7000, height: 7000 });
    expect(pictureSize(jpegBomb(640))).toEqual({ format: 'jpeg', width: 640, height: 640 });
  });
  test('of a WebP: the larger of its canvas and the picture in it', () => {
    expect(pictureSize(webpBomb())).toEqual({ format: 'webp', width: 16383, height: 16383 });
  });
  test('is nothing for other files, cut ones and pictures without an area', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(100), Buffer.from('GIF89a'.padEnd(60, ' ')), Buffer.from('PK\x03\x04'.padEnd(60, '\0')), pngBomb(7000).subarray(0, 20), jpegBomb(0), pngBomb(0)]) expect(pictureSize(bytes)).toBeNull();
  });
  test('decides whether a picture becomes a frame as it is', () => {
    const small = jpegBomb(640);
    expect([small, jpegBomb(641), pngBomb(100)].map(staysAsItIs)).toEqual([true, false, false]);
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => staysAsItIs(withOrientation(small, orientation)))).toEqual([true, false, false, false, false, false, false, false]);
  });
  test('counts the scans of a JPEG', () => {
    expect([0, 3, 500].map((scans) => jpegScans(jpegBomb(8, scans)))).toEqual([0, 3, 500]);
  });
});
