import { describe, expect, test } from 'vitest';
import { clipInterval } from '../../../electron/core/intervals';
import { evaluateAnswers, type Answer } from '../../../electron/core/metrics';
import { observeCurves, observeFloor, observeResults } from '../../../electron/core/observations';
import type { EpochMetrics } from '../../../electron/core/training';

const run = (...losses: readonly (readonly [number, number | null, number?])[]): EpochMetrics[] =>
  losses.map(([loss, validationLoss, accuracy = 0.5], index) => ({ epoch: index + 1, loss, accuracy, validationLoss, validationAccuracy: null, seconds: 1 }));
const key = (epochs: EpochMetrics[]): string | undefined => observeCurves(epochs)?.key.split(':')[1];

describe('curves are read in plain words', () => {
  test.each([
    ['nothing after one epoch', run([1, 1]), undefined],
    ['still learning', run([1, 1], [0.9, 0.8]), 'stillLearning'],
    ['learning', run([1, 1], [0.9, 0.8], [0.8, 0.85]), 'learning'],
    ['by heart', run([1, 0.5], [0.9, 0.6], [0.8, 0.7], [0.7, 0.8]), 'byHeart'],
    ['no validation', run([1, null], [0.9, null]), 'noValidation'],
    ['rate too high', run([1, 1], [2, 2], [9, 9]), 'rateTooHigh'],
    ['rate too low', run([1, 1], [1, 1], [0.999, 1], [0.999, 1], [0.998, 1]), 'rateTooLow'],
    ['nothing wrong with a finished one', run([0.001, 0.1, 1], [0.001, 0.1, 1], [0.001, 0.1, 1], [0.001, 0.1, 1], [0.001, 0.1, 1]), 'learning'],
    ['standing', run([1, 0.5], [0.9, 0.6], [0.8, 0.55], [0.7, 0.6], [0.6, 0.55], [0.5, 0.6]), 'standing'],
  ])('%s', (_name, epochs, expected) => expect(key(epochs)).toBe(expected));
});

describe('a run from a migrated model', () => {
  const shares = (...values: readonly (number | null)[]): EpochMetrics[] => values.map((validationAccuracy, index) => ({ epoch: index + 1, loss: 1, accuracy: 0.5, validationLoss: 1, validationAccuracy, seconds: 1 }));
  test.each([
    ['never over the floor, and no longer rising', shares(0.7, 0.75, 0.74, 0.75, 0.73), 0.8, true],
    ['as good as its start, for epochs', shares(0.8, 0.8, 0.79, 0.8), 0.8, true],
    ['below, but it rises', shares(0.5, 0.6, 0.7, 0.75, 0.78), 0.8, false],
    ['once over it', shares(0.7, 0.85, 0.7, 0.7, 0.7, 0.7), 0.8, false],
    ['too early to say', shares(0.7, 0.7, 0.7), 0.8, false],
    ['no better is possible', shares(1, 1, 1, 1, 1), 1, false],
    ['no migrated start', shares(0.1, 0.1, 0.1, 0.1), null, false],
    ['no validation frames', shares(null, null, null, null), 0.8, false],
  ])('%s', (_name, epochs, floor, stuck) => expect(observeFloor(epochs, floor) !== null).toBe(stuck));
  test('the sentence has the figures in percent', () => {
    expect(observeFloor(shares(0.7125, 0.7, 0.71, 0.7), 0.8)).toEqual({ key: 'observations:stuckAtFloor', params: { epochs: 4, best: 71.3, floor: 80 } });
  });
});

describe('results', () => {
  const answers = (count: number, actual: number, predicted: number, background: string): Answer[] => Array.from({ length: count }, () => ({ actual, predicted, background }));
  test('a class that is never answered, and a background that was forgotten', () => {
    const before = evaluateAnswers([...answers(20, 0, 0, 'table'), ...answers(20, 1, 1, 'table')], ['cup', 'car']);
    const after = evaluateAnswers([...answers(20, 0, 0, 'table'), ...answers(20, 1, 0, 'table')], ['cup', 'car']);
    expect(observeResults(after, before, 9)).toEqual([
      { key: 'observations:neverAnswered', params: { class: 'car' } },
      { key: 'observations:forgotten', params: { background: 'table', before: 100, after: 50 } },
    ]);
    expect(observeResults(before, null, 9)).toEqual([]);
  });
  test('too few clips', () => {
    expect(observeResults(evaluateAnswers(answers(20, 0, 0, 'table'), ['cup', 'car']), null, 2)).toEqual([{ key: 'observations:fewClips', params: { count: 2, wanted: 4 } }]);
  });
});

describe('the interval by clips', () => {
  const clip = (clipId: number, frames: number, correct: number): { clipId: number; correct: boolean }[] => Array.from({ length: frames }, (_, index) => ({ clipId, correct: index < correct }));
  test('is wide where clips differ, though frames are many', () => {
    const even = clipInterval([1, 2, 3, 4, 5, 6].flatMap((id) => clip(id, 100, 50)));
    const uneven = clipInterval([1, 2, 3, 4, 5, 6].flatMap((id) => clip(id, 100, id % 2 ? 100 : 0)));
    expect(even).toEqual({ low: 0.5, high: 0.5 });
    expect((uneven?.high ?? 0) - (uneven?.low ?? 0)).toBeGreaterThan(0.6);
  });
  test('covers a known truth about as often as it says', () => {
    let covered = 0;
    for (let trial = 0; trial < 60; trial += 1) {
      const answers = Array.from({ length: 20 }, (_, id) => clip(id, 10, Math.round(10 * Math.min(1, Math.max(0, 0.7 + Math.sin(trial * 31 + id * 17) * 0.2))))).flat();
      const interval = clipInterval(answers);
      if (interval && interval.low <= 0.7 && interval.high >= 0.7) covered += 1;
    }
    expect(covered / 60).toBeGreaterThan(0.85);
  });
  test('is the same each time, and missing with too few clips', () => {
    const answers = [1, 2, 3, 4].flatMap((id) => clip(id, 10, id * 2));
    expect(clipInterval(answers)).toEqual(clipInterval(answers));
    expect(clipInterval(clip(1, 100, 90))).toBeNull();
  });
});
