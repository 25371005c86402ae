import { crc32, inflateRawSync } from 'node:zlib';
import { badFile } from './problems';

interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

const mostEntries = 10_000;
/** Deflate cannot do better than 1,032 to 1. */
const largestRatio = 1100;

/** A `.keras` archive that was looked through: sizes and names are sane. */
export interface Archive {
  readonly names: readonly string[];
  /** The content of an entry, at most `most` bytes; null where there is none. Errors: `models:badZip`. */
  read(name: string, most: number): Uint8Array | null;
}

function findEnd(bytes: Buffer): number {
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 22 - 65_535); at -= 1) if (bytes.readUInt32LE(at) === 0x06054b50) return at;
  return -1;
}

function parseEntries(bytes: Buffer, bad: (problem: string) => Error): readonly ZipEntry[] {
  const end = findEnd(bytes);
  if (end < 0) throw bad('cut off');
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  if (count > mostEntries) throw bad('too many entries');
  const entries: ZipEntry[] = [];
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) throw bad('damaged directory');
    const [nameLength, extra, comment] = [bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32)];
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    if (bytes.readUInt16LE(at + 8) & 1) throw bad('encrypted');
    entries.push({ name, method: bytes.readUInt16LE(at + 10), crc: bytes.readUInt32LE(at + 16), packed: bytes.readUInt32LE(at + 20), size: bytes.readUInt32LE(at + 24), offset: bytes.readUInt32LE(at + 42) });
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}

function content(bytes: Buffer, entry: ZipEntry, most: number, bad: (problem: string) => Error): Uint8Array {
  const { offset, packed, size, method } = entry;
  if (size > most) throw bad(`${entry.name}: ${size} bytes`);
  if (size > packed * largestRatio + 1024) throw bad(`${entry.name}: ${size} bytes out of ${packed}`);
  if (offset + 30 > bytes.length || bytes.readUInt32LE(offset) !== 0x04034b50) throw bad('damaged directory');
  const start = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  if (start + packed > bytes.length) throw bad('cut off');
  const raw = bytes.subarray(start, start + packed);
  let result: Uint8Array;
  try {
    result = method === 0 ? raw : method === 8 ? inflateRawSync(raw, { maxOutputLength: Math.max(1, size) }) : new Uint8Array(0);
  } catch {
    throw bad(`${entry.name} cannot be unpacked`);
  }
  if (method !== 0 && method !== 8) throw bad(`${entry.name}: compression ${method}`);
  if (result.length !== size || crc32(result) !== entry.crc) throw bad(`${entry.name} is damaged (checksum)`);
  return result;
}

/** Looks through a zip archive without unpacking anything. Errors: `models:badZip` with what is wrong. */
export function openArchive(content_: Uint8Array, file: string): Archive {
  const bytes = Buffer.from(content_.buffer, content_.byteOffset, content_.byteLength);
  const bad = (problem: string): Error => badFile(file, 'badZip', { problem });
  const entries = parseEntries(bytes, bad);
  const names = entries.map(({ name }) => name);
  if (names.some((name) => name.includes('..') || name.startsWith('/') || name.includes('\\') || name.includes('\0'))) throw bad('paths that lead out of it');
  if (new Set(names).size !== names.length) throw bad('two entries of one name');
  return {
    names,
    read: (name, most) => {
      const entry = entries.find((one) => one.name === name);
      return entry ? content(bytes, entry, most, bad) : null;
    },
  };
}
