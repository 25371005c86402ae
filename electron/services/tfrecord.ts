import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { ProtoWriter } from '../core/protobuf';

/** CRC-32C (Castagnoli), polynomial 0x1EDC6F41, bits reversed. */
const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

/** CRC-32C of bytes. */
export function crc32c(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (let index = 0; index < bytes.length; index += 1) value = (value >>> 8) ^ (table[(value ^ (bytes[index] as number)) & 255] as number);
  return (value ^ 0xffffffff) >>> 0;
}

/** The masked checksum of TFRecord files (tensorflow/core/lib/hash/crc32c.h): turned by 15 bits, plus a constant. */
export function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** One record: length (uint64), its checksum, the bytes, their checksum; little-endian. */
export function tfrecord(bytes: Uint8Array): Uint8Array {
  const record = Buffer.alloc(bytes.length + 16);
  record.writeBigUInt64LE(BigInt(bytes.length), 0);
  record.writeUInt32LE(maskedCrc(record.subarray(0, 8)), 8);
  record.set(bytes, 12);
  record.writeUInt32LE(maskedCrc(bytes), bytes.length + 12);
  return record;
}

export type FeatureValue = Readonly<{ bytes: Uint8Array } | { text: string } | { ints: readonly number[] } | { floats: readonly number[] }>;

const message = (field: number, bytes: Uint8Array): Uint8Array => new ProtoWriter().bytes(field, bytes).finish();

function feature(value: FeatureValue): Uint8Array {
  if ('bytes' in value) return message(1, message(1, value.bytes));
  if ('text' in value) return message(1, message(1, Buffer.from(value.text, 'utf8')));
  if ('floats' in value) return message(2, message(1, new Uint8Array(Float32Array.from(value.floats).buffer)));
  return message(3, new ProtoWriter().ints(1, value.ints).finish());
}

/** A `tf.train.Example` (tensorflow/core/example/example.proto) with these features. */
export function tfExample(features: Readonly<Record<string, FeatureValue>>): Uint8Array {
  // Example.features (1) holds Features.feature (1), a map: entries of key (1) and value (2).
  const map = new ProtoWriter();
  for (const [key, value] of Object.entries(features)) map.bytes(1, new ProtoWriter().bytes(1, Buffer.from(key, 'utf8')).bytes(2, feature(value)).finish());
  return message(1, map.finish());
}

/** Writes records into one file. */
export class RecordFile {
  private readonly handle: number;
  bytes = 0;

  constructor(path: string) {
    this.handle = openSync(path, 'w');
  }

  add(bytes: Uint8Array): void {
    const record = tfrecord(bytes);
    for (let at = 0; at < record.length; ) at += writeSync(this.handle, record, at);
    this.bytes += record.length;
  }

  close(): void {
    fsyncSync(this.handle);
    closeSync(this.handle);
  }
}
