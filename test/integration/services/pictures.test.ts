import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runFfmpeg } from '../../../electron/media/ffmpeg';
import { importClips } from '../../../electron/services/clips';
import { plainContext } from '../../../electron/services/jobs';
import { frameFile, listFrames } from '../../../electron/store/frames';
import { temporaryProject } from '../../helpers/projects';

let holder: ReturnType<typeof temporaryProject>;
let work: string;
beforeEach(() => {
  holder = temporaryProject();
  work = join(holder.project.folder, '..', 'pictures');
  mkdirSync(work);
});
afterEach(() => holder.remove());

/** How an upright picture is stored by a camera that was held as the orientation says. */
const storedAs: Readonly<Record<number, string>> = { 1: 'null', 2: 'hflip', 3: 'hflip,vflip', 4: 'vflip', 5: 'transpose=0', 6: 'transpose=2', 7: 'transpose=3', 8: 'transpose=1' };

function tiff(orientation: number): Buffer {
  const bytes = Buffer.alloc(26);
  bytes.write('MM\0*', 0, 'latin1');
  bytes.writeUInt32BE(8, 4);
  bytes.writeUInt16BE(1, 8);
  bytes.writeUInt16BE(0x0112, 10);
  bytes.writeUInt16BE(3, 12);
  bytes.writeUInt32BE(1, 14);
  bytes.writeUInt16BE(orientation, 18);
  return bytes;
}

function withExif(file: Buffer, kind: string, orientation: number): Buffer {
  const data = tiff(orientation);
  if (kind === 'jpg') {
    const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), data]);
    const head = Buffer.from([0xff, 0xe1, 0, body.length + 2]);
    return Buffer.concat([file.subarray(0, 2), head, body, file.subarray(2)]);
  }
  if (kind === 'png') {
    const body = Buffer.concat([Buffer.from('eXIf', 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    // Behind the header, which is 8 + 25 bytes.
    return Buffer.concat([file.subarray(0, 33), length, body, sum, file.subarray(33)]);
  }
  const chunk = Buffer.alloc(8);
  chunk.write('EXIF', 0, 'latin1');
  chunk.writeUInt32LE(data.length, 4);
  const whole = Buffer.concat([file, chunk, data]);
  whole.writeUInt32LE(whole.length - 8, 4);
  return whole;
}

/** Four squares: red, green over blue, white. */
async function drawPicture(kind: string, orientation: number, more: readonly string[] = []): Promise<string> {
  const file = join(work, `${kind}${orientation}.${kind}`);
  const half = (left: string, right: string, name: string): string => `color=${left}:s=32x24[${name}l];color=${right}:s=32x24[${name}r];[${name}l][${name}r]hstack[${name}]`;
  const graph = `${half('red', 'lime', 'a')};${half('blue', 'white', 'b')};[a][b]vstack,${storedAs[orientation]}`;
  const { exitCode, stderr } = await runFfmpeg(['-hide_banner', '-loglevel', 'error', '-y', '-filter_complex', graph, '-frames:v', '1', ...more, file]);
  if (exitCode !== 0) throw new Error(stderr);
  return file;
}

/** The colours of the four quarters, each as r, g, b, w. */
async function quarters(file: string): Promise<string> {
  const { stdout } = await runFfmpeg(['-loglevel', 'error', '-i', file, '-vf', 'format=gbrp,scale=2:2:flags=area', '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1']);
  return Array.from({ length: 4 }, (_, index) => {
    const [red = 0, green = 0, blue = 0] = stdout.subarray(index * 3);
    if (Math.min(red, green, blue) > 150) return 'w';
    return ['r', 'g', 'b'][[red, green, blue].indexOf(Math.max(red, green, blue))];
  }).join('');
}

async function imported(): Promise<{ readonly status: string; readonly stored: readonly string[]; readonly sizes: readonly string[]; readonly reason: string | null }> {
  const [report] = await importClips(holder.project, { paths: [work] }, plainContext());
  const frames = listFrames(holder.project.db);
  return {
    status: report?.status ?? '',
    reason: report?.reason?.key ?? null,
    stored: await Promise.all(frames.map(({ sha256 }) => quarters(join(holder.project.folder, frameFile(sha256))))),
    sizes: frames.map(({ width, height }) => `${width}x${height}`),
  };
}

test.each([
  ['jpg', ['-q:v', '2']],
  ['png', []],
  ['webp', ['-lossless', '1']],
] as const)('a %s is upright for all eight orientations', async (kind, more) => {
  for (let orientation = 1; orientation <= 8; orientation += 1) {
    const file = await drawPicture(kind, orientation, more);
    writeFileSync(file, withExif(readFileSync(file), kind, orientation));
  }
  const { status, stored, sizes } = await imported();
  expect(status).toBe('complete');
  expect(stored).toEqual(Array.from({ length: 8 }, () => 'rgbw'));
  expect(new Set(sizes)).toEqual(new Set(['64x48']));
});

test('an AVIF is read where ffmpeg can write one', async () => {
  const { stdout } = await runFfmpeg(['-hide_banner', '-muxers']);
  const { stdout: encoders } = await runFfmpeg(['-hide_banner', '-encoders']);
  if (!/ avif /.test(stdout.toString()) || !/libaom-av1/.test(encoders.toString())) {
    console.warn('SKIPPED: this ffmpeg writes no AVIF, so there is none to read');
    return;
  }
  await drawPicture('avif', 1, ['-c:v', 'libaom-av1', '-still-picture', '1', '-crf', '10', '-pix_fmt', 'yuv444p']);
  expect((await imported()).stored).toEqual(['rgbw']);
});

test('a folder of HEIC that cannot be read says what to do', async () => {
  writeFileSync(join(work, 'IMG_1.HEIC'), Buffer.from('0000001866747970686569630000000068656963', 'hex'));
  const { status, reason } = await imported();
  expect([status, reason]).toEqual(['refused', 'clips:noHeicDecoder']);
});
