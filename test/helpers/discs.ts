import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { Random } from '../../electron/core/random';
import type { DatasetExample } from '../../electron/core/training';

/** 40 pictures of 32 x 32 with a dark or a bright disc on noise, 28 to train with, and their list; gives the path of the list. */
export function drawDataset(folder: string): string {
  const random = Random.seeded(9);
  const examples: DatasetExample[] = [];
  for (let index = 0; index < 40; index += 1) {
    const classIndex = index % 2;
    const [cx, cy] = [8 + random.below(16), 8 + random.below(16)];
    const pixels = Buffer.alloc(32 * 32 * 3);
    for (let y = 0; y < 32; y += 1) for (let x = 0; x < 32; x += 1) pixels.fill(Math.hypot(x - cx, y - cy) < 7 ? (classIndex ? 230 : 20) : 90 + random.below(70), (y * 32 + x) * 3, (y * 32 + x) * 3 + 3);
    const file = join(folder, `${index}.png`);
    writeFileSync(file, png(pixels));
    examples.push({ frameId: index, file: `${index}.png`, sha256: createHash('sha256').update(readFileSync(file)).digest('hex'), classIndex, split: index < 28 ? 'train' : 'validation', clipId: 1, background: 'noise' });
  }
  const path = join(folder, 'dataset.json');
  writeFileSync(path, JSON.stringify({ folder, classNames: ['dark', 'bright'], examples }));
  return path;
}

function png(pixels: Buffer): Uint8Array {
  const deflate = (data: Buffer): Buffer => zlib.deflateSync(data);
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(zlib.crc32 ? zlib.crc32(body) : crc32(body));
    return Buffer.concat([head, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(32, 0);
  header.writeUInt32BE(32, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const lines = Buffer.concat(Array.from({ length: 32 }, (_, y) => Buffer.concat([Buffer.from([0]), pixels.subarray(y * 96, (y + 1) * 96)])));
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', header), chunk('IDAT', deflate(lines)), chunk('IEND', Buffer.alloc(0))]);
}
function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
