import { describe, expect, test } from 'vitest';
import { assignSplits, splitFrames, type SplitClip } from '../../../electron/core/split';

const clip = (id: number, over: Partial<SplitClip> = {}): SplitClip => ({ id, sha256: `hash-${id}`, classId: 1, backgroundId: 1, split: null, ...over });

describe('the split by clip', () => {
  test('one of two clips of a cell is validation', () => {
    expect([...assignSplits([clip(1), clip(2)]).values()].sort()).toEqual(['train', 'validation']);
  });
  test('a fifth of ten clips is validation', () => {
    const splits = [...assignSplits(Array.from({ length: 10 }, (_, index) => clip(index + 1))).values()];
    expect(splits.filter((split) => split === 'validation')).toHaveLength(2);
  });
  test('a lonely clip is split as a block', () => {
    expect(assignSplits([clip(1)]).get(1)).toBe('block');
  });
  test('cells are split each for itself', () => {
    const splits = assignSplits([clip(1), clip(2), clip(3, { classId: 2 }), clip(4, { backgroundId: 2 })]);
    expect(splits.get(3)).toBe('block');
    expect(splits.get(4)).toBe('block');
  });
  test('what an earlier round decided is never moved, whatever is added', () => {
    const first = assignSplits([clip(1), clip(2)]);
    const decided = [clip(1, { split: first.get(1) ?? null }), clip(2, { split: first.get(2) ?? null })];
    const later = assignSplits([...decided, clip(3), clip(4), clip(5), clip(6)]);
    expect(later.get(1)).toBe(first.get(1));
    expect(later.get(2)).toBe(first.get(2));
  });
  test('a clip that was a block stays one when a second clip comes', () => {
    const later = assignSplits([clip(1, { split: 'block' }), clip(2)]);
    expect(later.get(1)).toBe('block');
    expect(later.get(2)).toBe('train');
  });
  test('the order in which clips are given does not matter', () => {
    const clips = Array.from({ length: 7 }, (_, index) => clip(index + 1));
    expect([...assignSplits(clips)].sort()).toEqual([...assignSplits([...clips].reverse())].sort());
  });
});

describe('frames of a block', () => {
  test('the end is validation, with a guard gap before it', () => {
    const parts = splitFrames('block', 40);
    expect(parts.slice(0, 30).every((part) => part === 'train')).toBe(true);
    expect(parts.slice(30, 32)).toEqual([null, null]);
    expect(parts.slice(32).every((part) => part === 'validation')).toBe(true);
  });
  test('single photos need no gap', () => {
    expect(splitFrames('block', 40, 'pictures').filter((part) => part === null)).toHaveLength(0);
  });
  test('too few frames all train', () => {
    expect(splitFrames('block', 4)).toEqual(['train', 'train', 'train', 'train']);
  });
  test('other clips go whole', () => {
    expect(new Set(splitFrames('validation', 9))).toEqual(new Set(['validation']));
  });
});
