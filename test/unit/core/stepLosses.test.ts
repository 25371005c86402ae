import { noLosses, smoothed, withLoss } from '../../../electron/core/stepLosses';

describe('losses inside the epochs', () => {
  it('go back with the run to its checkpoint', () => {
    const losses = [0.2, 0.6, 1.1, 1.4].reduce((all, at) => withLoss(all, at, 2 - at), noLosses);
    expect(withLoss(losses, 1.05, 5)).toEqual({ at: [0.2, 0.6, 1.05], loss: [1.8, 1.4, 5] });
  });

  it('do not grow without end', () => {
    let losses = noLosses;
    for (let point = 1; point <= 10_000; point += 1) losses = withLoss(losses, point, point);
    expect(losses.at.length).toBeLessThanOrEqual(3000);
    expect(losses.at.at(-1)).toBe(10_000);
    expect(losses.loss).toEqual(losses.at);
  });

  it('are smoothed without a pull towards zero', () => {
    smoothed([3, 3, 3, 3]).forEach((value) => expect(value).toBeCloseTo(3, 12));
    expect(smoothed([0, 1], 0.5)[1]).toBeCloseTo(2 / 3, 12);
  });
});
