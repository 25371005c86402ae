import { describe, expect, test } from 'vitest';
import { crc32c, maskedCrc, tfExample, tfrecord } from '../../../electron/services/tfrecord';

describe('TFRecord', () => {
  test('CRC-32C gives the values of RFC 3720, B.4', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  });
  test('a record is length, checksum, bytes, checksum', () => {
    const record = Buffer.from(tfrecord(Buffer.from('abc')));
    expect(record.length).toBe(19);
    expect(record.readBigUInt64LE(0)).toBe(3n);
    expect(record.subarray(12, 15).toString()).toBe('abc');
    expect(record.readUInt32LE(15)).toBe(maskedCrc(Buffer.from('abc')));
  });
  test('an example has its features by name', () => {
    // Example { features { feature { key: "n" value { int64_list { value: 300 } } } } }
    expect(Buffer.from(tfExample({ n: { ints: [300] } })).toString('hex')).toBe('0a0d0a0b0a016e12061a040a02ac02');
  });
});
