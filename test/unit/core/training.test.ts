import { describe, expect, test } from 'vitest';
import { defaultTrainingConfig, learningRateAt } from '../../../electron/core/training';

describe('the learning rate over a run', () => {
  const steps = 100;
  const rates = (schedule?: 'constant' | 'cosine' | 'step'): readonly number[] =>
    Array.from({ length: steps }, (_, step) => learningRateAt({ ...defaultTrainingConfig, learningRate: 0.5, ...(schedule ? { schedule } : {}) }, step, steps));

  test('constant, and without a word about it', () => {
    expect(new Set(rates('constant'))).toEqual(new Set([0.5]));
    expect(rates()).toEqual(rates('constant'));
  });

  test('cosine warms up in a line, then falls along half a cosine', () => {
    const cosine = rates('cosine');
    for (let step = 0; step < 5; step += 1) expect(cosine[step]).toBeCloseTo((0.5 * (step + 1)) / 6, 12);
    expect(cosine[5]).toBe(0.5);
    // 47.5 and 48 of the 95 steps of the fall: half way is half the rate.
    expect(((cosine[52] as number) + (cosine[53] as number)) / 2).toBeCloseTo(0.25, 6);
    expect(cosine[99]).toBeGreaterThan(0);
    expect(cosine[99]).toBeLessThan(0.0005);
  });

  test('step: a tenth after a half and after three quarters', () => {
    const stepped = rates('step');
    expect([stepped[0], stepped[49], stepped[50], stepped[74], stepped[75], stepped[99]]).toEqual([0.5, 0.5, 0.05, 0.05, 0.005, 0.005]);
  });

  test('a run of very few steps has a rate at each', () => {
    for (const schedule of ['constant', 'cosine', 'step'] as const) expect(learningRateAt({ ...defaultTrainingConfig, schedule }, 0, 1)).toBe(1e-3);
  });
});
