import { createHash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, ftruncateSync, mkdirSync, openSync, readFileSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { UserError } from '../core/errors';
import type { DatasetExample, DatasetFile } from '../core/training';
import { breathe, type NnContext } from './context';
import { pixelsOfFile } from './pixels';
import { isRunning } from './processes';

/** Pixels of a dataset at one size: `copy(i, buffer, at)` puts those of example i into a batch. */
export interface PixelSource {
  readonly bytesPerExample: number;
  copy(example: number, batch: Uint8Array, at: number): void;
  /** Examples whose pictures could not be read. */
  readonly unreadable: ReadonlySet<number>;
  close(): void;
}

/** Datasets up to this size are held in memory; larger ones are read from the file picture by picture, which the system keeps at hand. */
const mostInMemory = 256 << 20;
const hashBytes = 32;

interface CacheFiles {
  readonly data: number;
  readonly index: number;
  readonly records: Map<string, number>;
}

/**
 * Opens `pixels-HxW.bin` (records of height * width * 3 bytes) and `pixels-HxW.idx` (one SHA-256 per record). A record
 * counts once its hash is written, which happens after its pixels: what a crash left half done is cut off.
 */
function openCache(folder: string, height: number, width: number): CacheFiles {
  mkdirSync(folder, { recursive: true });
  const size = height * width * 3;
  const open = (name: string): number => {
    const path = join(folder, name);
    return openSync(path, existsSync(path) ? 'r+' : 'w+');
  };
  const data = open(`pixels-${height}x${width}.bin`);
  const index = open(`pixels-${height}x${width}.idx`);
  const count = Math.min(Math.floor(fstatSync(index).size / hashBytes), Math.floor(fstatSync(data).size / size));
  ftruncateSync(index, count * hashBytes);
  ftruncateSync(data, count * size);
  const hashes = Buffer.alloc(count * hashBytes);
  readSync(index, hashes, 0, hashes.length, 0);
  const records = new Map<string, number>();
  for (let record = 0; record < count; record += 1) records.set(hashes.toString('hex', record * hashBytes, (record + 1) * hashBytes), record);
  return { data, index, records };
}

/** Key of an example's pixels: its picture, and the part of it that counts. */
function cacheKey({ sha256, crop }: DatasetExample): string {
  return crop ? createHash('sha256').update(`${sha256} ${crop.x} ${crop.y} ${crop.width} ${crop.height}`).digest('hex') : sha256;
}

function append(files: CacheFiles, sha256: string, pixels: Uint8Array): void {
  const record = files.records.size;
  writeSync(files.data, pixels, 0, pixels.length, record * pixels.length);
  writeSync(files.index, Buffer.from(sha256, 'hex'), 0, hashBytes, record * hashBytes);
  files.records.set(sha256, record);
}

async function fill(files: CacheFiles, dataset: DatasetFile, height: number, width: number, context: NnContext): Promise<ReadonlySet<number>> {
  const unreadable = new Set<number>();
  const missing = dataset.examples.map((example, index) => ({ example, index })).filter(({ example }) => !files.records.has(cacheKey(example)));
  const started = Date.now();
  for (const [done, { example, index }] of missing.entries()) {
    if (done % 4 === 0) await breathe(context);
    if (files.records.has(cacheKey(example))) continue;
    try {
      append(files, cacheKey(example), pixelsOfFile(join(dataset.folder, example.file), height, width, example.crop));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unreadable.add(index);
    }
    const value = (done + 1) / missing.length;
    if (done % 16 === 0) context.report({ value, title: 'training:readingFrames', params: { count: missing.length }, etaSeconds: ((Date.now() - started) / 1000 / value) * (1 - value) });
  }
  return unreadable;
}

/**
 * Two processes may want the same cache at once: only one writes at a time. The lock is a file with the writer's process
 * id; one that a crash left behind is taken over.
 */
async function lockCache(folder: string, height: number, width: number, context: NnContext): Promise<() => void> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `pixels-${height}x${width}.lock`);
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (!isAlive(file)) rmSync(file, { force: true });
    await setTimeout(50);
    await breathe(context);
  }
}

function isAlive(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    // Our own id in a file that we did not write: another process had it before us.
    if (!(pid > 0) || pid === process.pid) return false;
    return isRunning(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Pixels of all examples at a size; what the cache lacks is decoded first, with progress and cancel. */
export async function openPixels(dataset: DatasetFile, cacheFolder: string, height: number, width: number, context: NnContext): Promise<PixelSource> {
  const unlock = await lockCache(cacheFolder, height, width, context);
  let files: CacheFiles;
  try {
    files = openCache(cacheFolder, height, width);
  } catch (error) {
    unlock();
    throw error;
  }
  try {
    const unreadable = await fill(files, dataset, height, width, context);
    const size = height * width * 3;
    const records = Float64Array.from(dataset.examples, (example) => files.records.get(cacheKey(example)) ?? -1);
    files.records.clear();
    const held = dataset.examples.length * size <= mostInMemory ? new Uint8Array(dataset.examples.length * size) : null;
    if (held) {
      dataset.examples.forEach((_, index) => {
        const from = records[index] as number;
        if (from >= 0) readSync(files.data, held, index * size, size, from * size);
      });
      closeCache(files);
    }
    return {
      bytesPerExample: size,
      unreadable,
      copy: (index, batch, at) => {
        if (held) batch.set(held.subarray(index * size, (index + 1) * size), at);
        else readSync(files.data, batch, at, size, (records[index] as number) * size);
      },
      close: () => {
        if (!held) closeCache(files);
      },
    };
  } catch (error) {
    closeCache(files);
    throw error;
  } finally {
    unlock();
  }
}

function closeCache(files: CacheFiles): void {
  closeSync(files.data);
  closeSync(files.index);
}

/** Reads the list of frames that a job names. */
export function readDataset(file: string): DatasetFile {
  return JSON.parse(readFileSync(file, 'utf8')) as DatasetFile;
}
