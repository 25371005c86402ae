import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CancelledError } from '../core/errors';
import { shrinkPictures, thumbWidth } from '../media/thumbs';
import { frameFile, framesOfBlock, lastFrameId, type FramePicture } from '../store/frames';
import type { JobContext } from './jobs';
import type { ReadProject } from './projects';

/**
 * Small pictures of frames lie in packs of a hundred, by frame id, in the project's cache: one file to read for a whole
 * screen. They can be deleted at any time. A pack is a line of JSON (id -> first digits of the picture's hash, offset,
 * length) and the JPEGs behind it.
 */
export const blockSize = 100;

type Index = Readonly<Record<string, readonly [hash: string, offset: number, length: number]>>;

interface Pack {
  readonly index: Index;
  readonly pictures: Buffer;
}

const hashLength = 16;
/** Packs that are kept in memory: about 40 MB. */
const mostPacks = 100;
/** The line of JSON is never longer: a hundred entries of at most 60 characters. */
const mostIndexBytes = 16 * 1024;

function packFile(folder: string, block: number): string {
  return join(folder, 'cache', 'thumbs', `${block}.pack`);
}

/** Writes the small pictures of a block; the file is there whole, or not at all. */
function writePack(folder: string, block: number, entries: readonly (FramePicture & { readonly thumb: Buffer })[]): void {
  let offset = 0;
  const index: Record<string, [string, number, number]> = {};
  for (const { id, sha256, thumb } of entries) {
    index[id] = [sha256.slice(0, hashLength), offset, thumb.length];
    offset += thumb.length;
  }
  const file = packFile(folder, block);
  mkdirSync(join(folder, 'cache', 'thumbs'), { recursive: true });
  writeFileSync(`${file}.part`, Buffer.concat([Buffer.from(`${JSON.stringify(index)}\n`), ...entries.map(({ thumb }) => thumb)]));
  renameSync(`${file}.part`, file);
}

function readPack(folder: string, block: number): Pack | null {
  try {
    const bytes = readFileSync(packFile(folder, block));
    const end = bytes.indexOf(10);
    return { index: JSON.parse(bytes.toString('utf8', 0, end)) as Index, pictures: bytes.subarray(end + 1) };
  } catch {
    // Not there, or damaged: it is made again.
    return null;
  }
}

/** What a pack holds, without its pictures; null where there is none, or a damaged one. */
function readIndex(folder: string, block: number): Index | null {
  const path = packFile(folder, block);
  if (!existsSync(path)) return null;
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(mostIndexBytes);
    const length = readSync(file, head, 0, head.length, 0);
    return JSON.parse(head.toString('utf8', 0, head.subarray(0, length).indexOf(10))) as Index;
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

/** The small pictures of one project as they are served: the packs of the last screens are kept in memory. */
export class Thumbs {
  private readonly packs = new Map<number, Pack>();

  constructor(private readonly folder: string) {}

  /** A small JPEG; null as long as there is none. */
  find({ id, sha256 }: Pick<FramePicture, 'id' | 'sha256'>): Buffer | null {
    const block = Math.floor(id / blockSize);
    const pack = this.packs.get(block) ?? readPack(this.folder, block);
    if (!pack) return null;
    const entry = pack.index[id];
    if (entry?.[0] !== sha256.slice(0, hashLength)) {
      // The block has grown since: the next look reads it anew.
      this.packs.delete(block);
      return null;
    }
    this.keep(block, pack);
    return pack.pictures.subarray(entry[1], entry[1] + entry[2]);
  }

  private keep(block: number, pack: Pack): void {
    this.packs.delete(block);
    this.packs.set(block, pack);
    const [oldest] = this.packs.keys();
    if (this.packs.size > mostPacks && oldest !== undefined) this.packs.delete(oldest);
  }
}

/** Blocks whose small pictures are missing, whole or in part. */
export async function missingThumbs(project: ReadProject): Promise<readonly number[]> {
  const blocks: number[] = [];
  const last = Math.floor(lastFrameId(project.db) / blockSize);
  for (let block = 0; block <= last; block += 1) {
    if (block % 10 === 9) await new Promise((done) => setImmediate(done));
    if (!project.db.open) return [];
    const frames = framesOfBlock(project.db, block, blockSize);
    if (frames.length === 0) continue;
    const index = readIndex(project.folder, block);
    if (index === null || frames.some(({ id, sha256 }) => index[id]?.[0] !== sha256.slice(0, hashLength))) blocks.push(block);
  }
  return blocks;
}

async function makeBlock(project: ReadProject, block: number, signal: AbortSignal): Promise<void> {
  const frames = framesOfBlock(project.db, block, blockSize).filter(({ sha256 }) => existsSync(join(project.folder, frameFile(sha256))));
  if (frames.length === 0) return;
  const large = frames.every(({ width, height }) => width >= 2 * thumbWidth && height >= thumbWidth);
  const thumbs = await shrinkPictures(frames.map(({ sha256 }) => join(project.folder, frameFile(sha256))), large, signal).catch((error: unknown) => {
    if (error instanceof CancelledError || signal.aborted) throw error;
    // A picture that cannot be read: the grid shows the large ones of this block.
    return null;
  });
  if (thumbs) writePack(project.folder, block, frames.map((frame, at) => ({ ...frame, thumb: thumbs[at] as Buffer })));
}

/**
 * Makes the small pictures of blocks (`missingThumbs`), a hundred at a time. Only a cache: it may stop at any time.
 * Errors: `CancelledError`.
 */
export async function makeThumbs(project: ReadProject, blocks: readonly number[], { report, signal }: JobContext): Promise<void> {
  for (const [done, block] of blocks.entries()) {
    if (signal.aborted || !project.db.open) throw new CancelledError();
    report({ value: done / blocks.length, title: 'jobs:thumbs' });
    await makeBlock(project, block, signal);
  }
}
