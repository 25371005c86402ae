import { expect, test } from 'vitest';
import { compareAnswers, mcnemar } from '../../../electron/core/comparison';
import { calibrate, proposeThreshold, thresholdCost, type SureAnswer } from '../../../electron/core/confidence';

const answers = (right: readonly number[], wrong: readonly number[]): SureAnswer[] => [...right.map((score) => ({ score, correct: true })), ...wrong.map((score) => ({ score, correct: false }))];

test('a model that is right as often as it is sure has no calibration error', () => {
  const sure = [...Array<number>(8).fill(0.8)];
  expect(calibrate(answers(sure, [0.8, 0.8])).error).toBeCloseTo(0, 12);
  // Always sure, right half of the time.
  const { bins, error } = calibrate(answers([1, 1], [1, 1]));
  expect(error).toBe(0.5);
  expect(bins[9]).toEqual({ from: 0.9, to: 1, frames: 4, meanScore: 1, accuracy: 0.5 });
  expect(calibrate([]).error).toBeNull();
});

test('the proposed threshold loses at most a twentieth of the right answers and catches wrong ones', () => {
  const many = answers(Array.from({ length: 100 }, (_, index) => 0.5 + index / 200), [0.3, 0.45, 0.52, 0.9]);
  const threshold = proposeThreshold(many);
  expect(threshold).toBeCloseTo(0.52, 10);
  expect(thresholdCost(many, threshold ?? 0)).toMatchObject({ rightLost: 4, right: 100, wrongCaught: 2, wrong: 4 });
  expect(proposeThreshold(answers(Array<number>(50).fill(0.99), []))).toBeNull();
  expect(proposeThreshold(answers([0.9], [0.1]))).toBeNull();
});

test('two models side by side, and whether chance explains the difference', () => {
  const row = (actual: string, first: string, second: string) => ({ actual, first, second });
  expect(compareAnswers([row('a', 'a', 'a'), row('a', 'a', 'b'), row('b', 'a', 'b'), row('b', 'a', 'a'), row('c', 'a', 'b')])).toEqual({
    frames: 5, bothRight: 1, onlyFirst: 1, onlySecond: 1, bothWrong: 2, sameAnswer: 2, chance: 1,
  });
  // Ten to nothing: 2 / 2^10.
  expect(mcnemar(10, 0)).toBeCloseTo(2 / 1024, 12);
  expect(mcnemar(5, 5)).toBe(1);
  expect(mcnemar(0, 0)).toBeNull();
  expect(mcnemar(3000, 2800)).toBeLessThan(0.05);
});
