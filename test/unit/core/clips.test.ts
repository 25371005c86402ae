import { describe, expect, test } from 'vitest';
import { formatSampling, labelsFromFolders, parseFromFolders, parseSampling } from '../../../electron/core/clips';

describe('sampling rules', () => {
  test.each(['every:200ms', 'count:40', 'different:40', 'all'])('%s is read and written alike', (text) => {
    const sampling = parseSampling(text);
    expect(sampling && formatSampling(sampling)).toBe(text);
  });
  test.each(['every:0ms', 'every:5', 'count:0', 'count:-1', '', 'most', 'every:200ms '])('%s is refused', (text) => {
    expect(parseSampling(text)).toBeNull();
  });
});

describe('folders', () => {
  test('the last parts are named by the pattern', () => {
    expect(labelsFromFolders(['home', 'cup', 'kitchen'], ['class', 'background'])).toEqual({ class: 'cup', background: 'kitchen' });
    expect(labelsFromFolders(['cup', 'day1', 'kitchen'], ['class', '-', 'background'])).toEqual({ class: 'cup', background: 'kitchen' });
    expect(labelsFromFolders([], ['class'])).toEqual({ class: null, background: null });
  });
  test('a pattern of other words is refused', () => {
    expect(parseFromFolders('class/-/background')).toEqual(['class', '-', 'background']);
    expect(parseFromFolders('class/room')).toBeNull();
    expect(parseFromFolders('')).toBeNull();
  });
});
