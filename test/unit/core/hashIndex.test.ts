import { expect, test } from 'vitest';
import { groupHashes, HashIndex } from '../../../electron/core/hashIndex';
import { Random } from '../../../electron/core/random';

const random = Random.seeded(7);
const hash = (): string => Array.from({ length: 16 }, () => random.below(16).toString(16)).join('');
const flip = (text: string, bits: readonly number[]): string => {
  const digits = [...text].map((digit) => parseInt(digit, 16));
  for (const bit of bits) digits[Math.floor(bit / 4)] = (digits[Math.floor(bit / 4)] as number) ^ (1 << (bit % 4));
  return digits.map((digit) => digit.toString(16)).join('');
};
const distance = (a: string, b: string): number => [...a].reduce((sum, digit, at) => sum + (parseInt(digit, 16) ^ parseInt(b[at] as string, 16)).toString(2).replaceAll('0', '').length, 0);

test('finds exactly what comparing all pairs finds', () => {
  // Few different pieces, so that there are many near pairs.
  const seeds = Array.from({ length: 30 }, hash);
  const all = Array.from({ length: 1500 }, () => flip(seeds[random.below(30)] as string, Array.from({ length: random.below(6) }, () => random.below(64))));
  const index = new HashIndex();
  const filed = all.slice(0, 750);
  for (const text of filed) index.add(text);
  for (const text of all.slice(750)) {
    const nearest = Math.min(...filed.map((other) => distance(text, other)));
    const found = index.find(text);
    if (nearest <= 4) expect(distance(text, [...new Set(filed)][found] as string)).toBe(nearest);
    else expect(found).toBe(-1);
  }
});

test('four different bits anywhere are found, five are not', () => {
  for (let turn = 0; turn < 300; turn += 1) {
    const one = hash();
    const bits = [...Array(64).keys()];
    random.shuffle(bits as unknown as Int32Array);
    const index = new HashIndex();
    index.add(one);
    expect(index.find(flip(one, bits.slice(0, 4)))).toBe(0);
    expect(index.find(flip(one, bits.slice(0, 5)))).toBe(-1);
  }
});

test('groups do not chain: a slow pan stays several groups', () => {
  const start = hash();
  const pan = Array.from({ length: 13 }, (_, step) => flip(start, Array.from({ length: step }, (__, bit) => bit * 4)));
  expect(groupHashes(pan)).toEqual([[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 12]]);
  expect(groupHashes([start, hash()])).toEqual([]);
});
