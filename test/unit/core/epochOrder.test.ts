import { describe, expect, test } from 'vitest';
import { epochOrder, type BalancedExample } from '../../../electron/core/epochOrder';
import { Random } from '../../../electron/core/random';

/** 60 + 6 + 3 of three classes; class 0 on two backgrounds (50 + 10), the others on one each; 11 without a label. */
const examples: readonly BalancedExample[] = [
  ...Array.from({ length: 50 }, () => ({ classIndex: 0, background: 'desk' })),
  ...Array.from({ length: 10 }, () => ({ classIndex: 0, background: 'grass' })),
  ...Array.from({ length: 6 }, () => ({ classIndex: 1, background: 'desk' })),
  ...Array.from({ length: 3 }, () => ({ classIndex: 2, background: null })),
  ...Array.from({ length: 11 }, () => ({ classIndex: -1, background: 'grass' })),
];
const train = Int32Array.from(examples.keys());
const count = (order: Int32Array, key: (example: BalancedExample) => string): Record<string, number> => {
  const result: Record<string, number> = {};
  for (const index of order) result[key(examples[index] as BalancedExample)] = (result[key(examples[index] as BalancedExample)] ?? 0) + 1;
  return result;
};

describe('the order of an epoch', () => {
  test('not balanced: the shuffled list, as before', () => {
    const expected = train.slice();
    Random.seeded(3).shuffle(expected);
    expect(epochOrder(train, examples, 'none', Random.seeded(3))).toEqual(expected);
  });

  test.each(['class', 'background', 'both'] as const)('%s: as long as ever, the same for the same state, another in the next epoch', (balance) => {
    const random = Random.seeded(5);
    const first = epochOrder(train, examples, balance, random);
    const saved = random.save();
    const second = epochOrder(train, examples, balance, random);
    expect(first).toHaveLength(train.length);
    expect(epochOrder(train, examples, balance, Random.seeded(5))).toEqual(first);
    expect(epochOrder(train, examples, balance, Random.restored(saved))).toEqual(second);
    expect(second).not.toEqual(first);
    expect(count(first, ({ classIndex }) => String(classIndex < 0))['true']).toBe(11);
  });

  test('by class: 69 labeled places are 23 for each', () => {
    expect(count(epochOrder(train, examples, 'class', Random.seeded(1)), ({ classIndex }) => `${classIndex}`)).toEqual({ 0: 23, 1: 23, 2: 23, '-1': 11 });
  });

  test('within a group each frame comes equally often, give or take one', () => {
    const order = epochOrder(train, examples, 'class', Random.seeded(1));
    const times = [60, 61, 62, 63, 64, 65].map((index) => order.filter((other) => other === index).length);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
    expect(new Set(order.filter((index) => index < 60)).size).toBe(23);
  });

  test('by background: desk, grass and none', () => {
    const places = count(epochOrder(train, examples, 'background', Random.seeded(1)).filter((index) => (examples[index]?.classIndex ?? -1) >= 0), ({ background }) => `${background}`);
    expect(places).toEqual({ desk: 23, grass: 23, null: 23 });
  });

  test('both: the classes, and in each its backgrounds', () => {
    const places = count(epochOrder(train, examples, 'both', Random.seeded(1)), ({ classIndex, background }) => `${classIndex} ${background}`);
    expect([places['1 desk'], places['2 null']]).toEqual([23, 23]);
    expect([places['0 desk'], places['0 grass']].sort()).toEqual([11, 12]);
  });

  test('what does not divide is drawn: over many epochs all get the same', () => {
    const few = Int32Array.of(0, 60, 66, 1);
    const random = Random.seeded(2);
    const sums = { 0: 0, 1: 0, 2: 0 };
    for (let epoch = 0; epoch < 300; epoch += 1) for (const index of epochOrder(few, examples, 'class', random)) sums[examples[index]?.classIndex as 0 | 1 | 2] += 1;
    for (const sum of Object.values(sums)) expect(Math.abs(sum - 400)).toBeLessThan(45);
  });
});
