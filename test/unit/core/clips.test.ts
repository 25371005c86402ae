import { describe, expect, test } from 'vitest';
import { formatSampling, labelsFromFolders, parseFromFolders, parseSampling, proposeLabels } from '../../../electron/core/clips';

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

describe('proposals', () => {
  const known = { classes: ['cup', 'кружка'], backgrounds: ['kitchen', 'стол'] };
  test('known names in folders and file names are found', () => {
    expect(proposeLabels(['cup', 'kitchen'], 'IMG_1.mov', known)).toEqual({ class: 'cup', background: 'kitchen' });
    expect(proposeLabels([], 'cup_kitchen.mp4', known)).toEqual({ class: 'cup', background: 'kitchen' });
    expect(proposeLabels([], 'Кружка-стол 2.mp4', known)).toEqual({ class: 'кружка', background: 'стол' });
  });
  test('nothing is guessed', () => {
    expect(proposeLabels(['films'], 'IMG_1.mov', known)).toEqual({ class: null, background: null });
  });
});
