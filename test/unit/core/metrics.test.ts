import { expect, test } from 'vitest';
import { evaluateAnswers, roundByBackground } from '../../../electron/core/metrics';
import { cutRatio } from '../../../electron/core/numbers';

const answer = (actual: number, predicted: number, background: string | null = 'table'): { actual: number; predicted: number; background: string | null } => ({ actual, predicted, background });

test('confusion, recall, precision and backgrounds add up', () => {
  const result = evaluateAnswers([answer(0, 0), answer(0, 1), answer(1, 1, 'grass'), answer(1, 1, 'grass')], ['cup', 'car', 'duck']);
  expect(result.confusion).toEqual([[1, 1, 0], [0, 2, 0], [0, 0, 0]]);
  expect(result.accuracy).toBe(0.75);
  expect(result.perClass[0]).toMatchObject({ frames: 2, correct: 1, recall: 0.5, precision: 1 });
  expect(result.perClass[1]).toMatchObject({ recall: 1, precision: 2 / 3 });
  expect(result.perClass[2]).toMatchObject({ frames: 0, recall: null, precision: null });
  expect(result.perBackground).toEqual([{ background: 'table', frames: 2, accuracy: 0.5 }, { background: 'grass', frames: 2, accuracy: 1 }]);
});

test('no frames give no figure', () => {
  expect(evaluateAnswers([], ['cup']).accuracy).toBeNull();
});

test('the matrix has a dash where a background has no frames', () => {
  const evaluation = evaluateAnswers([answer(0, 0)], ['cup', 'car']);
  const matrix = roundByBackground([{ round: 1, evaluation }], ['table', 'grass']);
  expect(matrix.accuracy).toEqual([[1, null]]);
  expect(matrix.frames).toEqual([[1, 0]]);
});

test('a figure is 100 % only when it is', () => {
  expect(cutRatio(1)).toBe('100.0 %');
  expect(cutRatio(0.99999)).toBe('99.9 %');
  expect(cutRatio(null)).toBe('–');
});

test('of a round that was extended the matrix shows the last model', () => {
  const [worse, better] = [evaluateAnswers([answer(0, 1)], ['cup', 'car']), evaluateAnswers([answer(0, 0)], ['cup', 'car'])];
  const matrix = roundByBackground([{ round: 1, evaluation: worse }, { round: 2, evaluation: worse }, { round: 1, evaluation: better }], ['table']);
  expect(matrix.rounds).toEqual([1, 2]);
  expect(matrix.accuracy).toEqual([[1], [0]]);
});
