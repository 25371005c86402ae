/** A small zip reader: the set-up runs before any package is installed. */
import { chmodSync, createReadStream, createWriteStream, mkdirSync, symlinkSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { createInflateRaw } from 'node:zlib';
import { SetupError } from './log.mjs';

/** @typedef {{name: string, method: number, packed: number, size: number, mode: number, offset: number}} Entry */

/**
 * Unpacks the chosen entries below a folder, with their permissions and symbolic links.
 * @param {string} zip
 * @param {string} folder
 * @param {(name: string) => string | null} place gives the path below `folder`, or null to leave an entry out
 * @param {(done: number, total: number) => void} [onProgress] in unpacked bytes
 */
export async function unzip(zip, folder, place, onProgress = () => {}) {
  const entries = (await readEntries(zip)).flatMap((entry) => {
    const path = entry.name.endsWith('/') ? null : place(entry.name);
    return path ? [{ entry, target: safeJoin(folder, path) }] : [];
  });
  const total = entries.reduce((sum, { entry }) => sum + entry.size, 0);
  let done = 0;
  for (const { entry, target } of entries) {
    mkdirSync(dirname(target), { recursive: true });
    await extract(zip, entry, target);
    done += entry.size;
    onProgress(done, total);
  }
  return entries.length;
}

/** Joins and refuses a path that would leave the folder. */
export function safeJoin(/** @type {string} */ folder, /** @type {string} */ path) {
  const clean = normalize(path);
  if (isAbsolute(clean) || clean === '..' || clean.startsWith(`..${sep}`)) {
    throw new SetupError(`the archive holds a path outside its folder: ${path}`);
  }
  return join(folder, clean);
}

/**
 * The central directory of a zip file.
 * @param {string} zip
 * @returns {Promise<Entry[]>}
 */
export async function readEntries(zip) {
  const file = await open(zip, 'r');
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, 65_557));
    await file.read(tail, 0, tail.length, size - tail.length);
    const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
    if (end < 0) throw new SetupError(`${zip} is not a zip file`);
    const directory = Buffer.alloc(tail.readUInt32LE(end + 12));
    const start = tail.readUInt32LE(end + 16);
    if (start === 0xffffffff) throw new SetupError(`${zip} is larger than this reader can handle`);
    await file.read(directory, 0, directory.length, start);
    return parseDirectory(directory);
  } finally {
    await file.close();
  }
}

/** @returns {Entry[]} */
function parseDirectory(/** @type {Buffer} */ directory) {
  const entries = [];
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50; ) {
    const nameLength = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      packed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      mode: directory.readUInt32LE(at + 38) >>> 16,
      offset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/**
 * @param {string} zip
 * @param {Entry} entry
 * @param {string} target
 */
async function extract(zip, entry, target) {
  const start = await dataStart(zip, entry);
  const raw = entry.packed === 0 ? [Buffer.alloc(0)] : createReadStream(zip, { start, end: start + entry.packed - 1 });
  const isLink = (entry.mode & 0o170000) === 0o120000;
  if (isLink) {
    const inflated = entry.method === 8 ? /** @type {any} */ (raw).pipe(createInflateRaw()) : raw;
    symlinkSync(await text(inflated), target);
    return;
  }
  const sink = createWriteStream(target);
  if (entry.method === 8) await pipeline(raw, createInflateRaw(), sink);
  else if (entry.method === 0) await pipeline(raw, sink);
  else throw new SetupError(`${zip}: ${entry.name} is packed in a way this reader does not know (${entry.method})`);
  if (sink.bytesWritten !== entry.size) throw new SetupError(`${zip}: ${entry.name} is damaged`);
  if (process.platform !== 'win32' && entry.mode & 0o111) chmodSync(target, 0o755);
}

async function dataStart(/** @type {string} */ zip, /** @type {Entry} */ entry) {
  const file = await open(zip, 'r');
  try {
    const header = Buffer.alloc(30);
    await file.read(header, 0, 30, entry.offset);
    return entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  } finally {
    await file.close();
  }
}
