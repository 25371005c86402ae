import { describe, expect, test } from 'vitest';
import { defaultTrainingConfig, learningRateAt, phaseAt, phaseRateAt } from '../../../electron/core/training';

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

describe('phases', () => {
  const config = { ...defaultTrainingConfig, epochs: 5, learningRate: 1, frozen: ['a'], thawAfter: 2, schedule: 'cosine' as const, warmUp: 2 };

  test('without frozen layers, without a thaw, or with a thaw behind the end there is one', () => {
    expect(phaseAt(defaultTrainingConfig, 3)).toEqual({ from: 0, to: 20, frozen: [] });
    expect(phaseAt({ ...config, thawAfter: 0 }, 3)).toEqual({ from: 0, to: 5, frozen: ['a'] });
    expect(phaseAt({ ...config, thawAfter: 5 }, 4)).toEqual({ from: 0, to: 5, frozen: ['a'] });
    expect(phaseAt({ ...config, frozen: [] }, 4)).toEqual({ from: 0, to: 5, frozen: [] });
  });

  test('the thaw begins another one, with a warm-up and a schedule of its own', () => {
    expect([phaseAt(config, 1), phaseAt(config, 2)]).toEqual([{ from: 0, to: 2, frozen: ['a'] }, { from: 2, to: 5, frozen: [] }]);
    const rates = [0, 1, 2, 3, 4].flatMap((epoch) => [0, 1, 2, 3].map((step) => phaseRateAt(config, epoch, step, 4)));
    expect(rates.slice(0, 8)).toEqual([1 / 3, 2 / 3, 1, 1, 1, 1, 1, 1]);
    expect(rates.slice(8, 11)).toEqual([1 / 3, 2 / 3, 1]);
    expect(rates[15]).toBeCloseTo(0.5, 9);
    expect(rates[19]).toBeLessThan(0.03);
  });
});
