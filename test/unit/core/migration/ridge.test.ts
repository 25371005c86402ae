import { describe, expect, it } from 'vitest';
import { normal, seededRandom } from '../../../../electron/core/migration/initial';
import { choleskySolve, heldOutRows, ridgeRefit } from '../../../../electron/core/migration/ridge';

const numbers = (count: number, seed: number) => {
  const random = seededRandom(seed, 'ridge');
  return Float64Array.from({ length: count }, () => normal(random));
};

/** Features with a slope and a constant behind what is lacking, and noise. */
function problem(rows: number, width: number, noise: number) {
  const features = numbers(rows * width, 1);
  const slopes = numbers(width * 2, 2);
  const errors = numbers(rows * 2, 3);
  const residual = Float64Array.from({ length: rows * 2 }, (_, i) => {
    const [row, o] = [Math.floor(i / 2), i % 2];
    let sum = 5 + noise * errors[i]!;
    for (let k = 0; k < width; k += 1) sum += features[row * width + k]! * slopes[k * 2 + o]!;
    return sum;
  });
  return { features, width, residual, outputs: 2, heldOut: heldOutRows(rows), slopes };
}

it('solves by Cholesky', () => {
  const solved = choleskySolve(Float64Array.of(4, 2, 2, 3), 2, Float64Array.of(2, 1), 1);
  expect(solved[0]).toBeCloseTo(0.5, 12);
  expect(solved[1]).toBeCloseTo(0, 12);
});

describe('the refit', () => {
  it('finds slope and constant', () => {
    const drawn = problem(400, 5, 0.01);
    const refit = ridgeRefit({ ...drawn, lambda: 1e-6 });
    refit.kernel.forEach((value, i) => expect(value).toBeCloseTo(drawn.slopes[i]!, 2));
    refit.bias.forEach((value) => expect(value).toBeCloseTo(5, 1));
    expect(refit.accepted).toBe(true);
    expect(refit.heldOutAfter).toBeLessThan(0.02);
  });
  it.each([90, 25])('solves the normal equations with 60 rows and %d features: F^T (F D + b - R) + mu D = 0', (count) => {
    const { features, width, residual, outputs } = problem(60, count, 1);
    const lambda = 0.1;
    const { kernel, bias } = ridgeRefit({ features, width, residual, outputs, heldOut: new Array<boolean>(60).fill(false), lambda });
    const means = Array.from({ length: width }, (_, k) => features.filter((_, i) => i % width === k).reduce((a, b) => a + b, 0) / 60);
    const centred = features.map((value, i) => value - means[i % width]!);
    const mu = (lambda * centred.reduce((sum, value) => sum + value * value, 0)) / 60;
    for (let k = 0; k < width; k += 17) {
      for (let o = 0; o < outputs; o += 1) {
        let gradient = mu * kernel[k * outputs + o]!;
        for (let row = 0; row < 60; row += 1) {
          let lack = bias[o]! - residual[row * outputs + o]!;
          for (let j = 0; j < width; j += 1) lack += features[row * width + j]! * kernel[j * outputs + o]!;
          gradient += centred[row * width + k]! * lack;
        }
        expect(gradient).toBeCloseTo(0, 6);
      }
    }
  });
  it('is refused where it does not help on frames it has not seen', () => {
    const { features, width, heldOut } = problem(200, 150, 0);
    const { accepted } = ridgeRefit({ features, width, residual: numbers(400, 9), outputs: 2, heldOut, lambda: 1e-3 });
    expect(accepted).toBe(false);
  });
  it('holds out a fifth, in runs', () => {
    expect(heldOutRows(200).filter(Boolean)).toHaveLength(40);
    expect(heldOutRows(200).slice(38, 52)).toEqual([...new Array<boolean>(2).fill(false), ...new Array<boolean>(10).fill(true), false, false]);
    expect(heldOutRows(20).filter(Boolean)).toHaveLength(4);
  });
});
