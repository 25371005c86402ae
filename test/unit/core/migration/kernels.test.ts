import { describe, expect, it } from 'vitest';
import type { Layer } from '../../../../electron/core/architecture';
import { applyPlan } from '../../../../electron/core/migration/apply';
import { changeArchitecture } from '../../../../electron/core/migration/change';
import { planMigration } from '../../../../electron/core/migration/plan';
import { conv, dense, flatten, globalMean, maxPool, model, network, picture, weightsOf } from '../../../helpers/smallModels';
import { pick as draw, random, randomModel } from '../../../helpers/randomNetworks';
import { difference, planBetween, rulesOf } from '../../../helpers/planned';

const zeros = (name: string, around: number): Layer => ({ uid: name, name, type: 'zeroPadding2d', padding: [[around, around], [around, around]] });
const pick = (name: string, every: number): Layer => ({ uid: name, name, type: 'maxPooling2d', poolSize: [1, 1], strides: [every, every], padding: 'valid' });
const rest = [flatten(), dense('head', 3, 'softmax')];

describe('X2: a larger kernel without padding', () => {
  const old = [conv('conv', 3, 3, { padding: 'valid', activation: 'tanh' }), ...rest];
  it('with zeros in front of it: exact', () => {
    const plan = planBetween(9, old, [zeros('around', 1), conv('conv', 3, 5, { padding: 'valid', activation: 'tanh' }), ...rest]);
    expect([plan.grade, rulesOf(plan, 'conv')]).toEqual(['exact', 'X2']);
    expect(difference(plan)).toBeLessThan(1e-12);
  });
  it('without them the rim is lost, and the plan says so', () => {
    const plan = planBetween(9, old, [conv('conv', 3, 5, { padding: 'valid', activation: 'tanh' }), ...rest]);
    expect([plan.grade, rulesOf(plan, 'conv')]).toEqual(['close', 'X2']);
    expect(difference(plan)).toBeGreaterThan(1e-3);
  });
  it('padding by a layer instead of "same", and back: exact', () => {
    const [same, valid] = [conv('conv', 3, 3), conv('conv', 3, 3, { padding: 'valid' })];
    for (const plan of [planBetween(9, [same, ...rest], [zeros('around', 1), valid, ...rest]), planBetween(9, [zeros('around', 1), valid, ...rest], [same, ...rest])]) {
      expect([plan.grade, rulesOf(plan, 'conv')]).toEqual(['exact', 'X2']);
      expect(difference(plan)).toBeLessThan(1e-12);
    }
  });
  it('D7: a new layer without padding hands everything on where zeros lie in front of it', () => {
    const first = conv('conv', 3, 3, { activation: 'relu' });
    const plan = planBetween(9, [first, ...rest], [first, zeros('around', 1), conv('new', 3, 3, { padding: 'valid', activation: 'relu' }), ...rest]);
    expect([plan.grade, difference(plan)]).toEqual(['exact', 0]);
  });
  it('not where something bends the zeros on their way', () => {
    const sigmoid: Layer = { uid: 'bend', name: 'bend', type: 'activation', activation: 'sigmoid' };
    const valid = conv('conv', 3, 3, { padding: 'valid' });
    expect(planBetween(9, [conv('first', 2, 1), sigmoid, conv('conv', 3, 3), ...rest], [conv('first', 2, 1), zeros('around', 1), sigmoid, valid, ...rest]).grade).not.toBe('exact');
  });
});

it('X3: a smaller kernel keeps its middle and is only close', () => {
  const plan = planBetween(9, [conv('conv', 3, 5), ...rest], [conv('conv', 3, 3), ...rest]);
  expect([plan.grade, rulesOf(plan, 'conv'), plan.weights[0]!.newShape]).toEqual(['close', 'X3', [3, 3, 1, 3]]);
});

describe('X4 and X5: another stride', () => {
  const old = (padding: 'same' | 'valid') => [conv('conv', 3, 3, { stride: 2, padding, activation: 'tanh' }), ...rest];
  it.each([[9, 'valid'], [10, 'valid'], [9, 'same']] as const)('2 -> 1 at %d, %s: exact with a pool of 1x1 behind it', (size, padding) => {
    const plan = planBetween(size, old(padding), [conv('conv', 3, 3, { padding, activation: 'tanh' }), pick('every', 2), ...rest]);
    expect([plan.grade, rulesOf(plan, 'conv')]).toEqual(['exact', 'X4']);
    expect(difference(plan)).toBeLessThan(1e-12);
  });
  it('where "same" begins with the other pixel it is not promised, and does not hold', () => {
    const plan = planBetween(8, old('same'), [conv('conv', 3, 3, { activation: 'tanh' }), pick('every', 2), ...rest]);
    expect(plan.grade).not.toBe('exact');
    expect(difference(plan)).toBeGreaterThan(1e-3);
  });
  it('2 -> 1 and 1 -> 2 alone are close', () => {
    const one = [conv('conv', 3, 3, { activation: 'tanh' }), ...rest];
    const plans = [planBetween(9, old('same'), one), planBetween(9, one, old('same')), planBetween(9, [conv('conv', 2, 3, { stride: 2 }), maxPool('pool'), globalMean(), dense('head', 3)], [conv('conv', 2, 3), maxPool('pool'), globalMean(), dense('head', 3)])];
    expect(plans.map((plan) => [plan.grade, rulesOf(plan, 'conv')])).toEqual([['close', 'X4'], ['close', 'X5'], ['close', 'X4']]);
  });
});

describe('smaller pictures', () => {
  const at = (size: number, layers: readonly Layer[]) => model(network(picture(size), layers), [...'abc']);
  it.each([
    [conv('conv', 3, 6, { stride: 2, padding: 'valid', activation: 'tanh' }), conv('conv', 3, 3, { padding: 'valid', activation: 'tanh' }), 'exact'],
    [conv('conv', 3, 6, { stride: 2, activation: 'tanh' }), conv('conv', 3, 3, { activation: 'tanh' }), 'exact'],
    [conv('conv', 3, 4, { stride: 4, padding: 'valid' }), conv('conv', 3, 2, { stride: 2, padding: 'valid' }), 'exact'],
    [conv('conv', 3, 3, { stride: 1 }), conv('conv', 3, 3), 'close'],
  ] as const)('H9: a first kernel that was folded is unfolded', (before, after, grade) => {
    const plan = planMigration({ source: at(16, [before, ...rest]), target: at(8, [after, ...rest]), route: 'exact' });
    expect(plan.grade).toBe(grade);
    if (grade === 'exact') {
      expect(rulesOf(plan, 'conv')).toBe('H9');
      expect(difference(plan)).toBeLessThan(1e-6);
    }
  });
});

it('H6: the folded kernel at stride 1 with a pool that is twice as large is close', () => {
  const at = (size: number, kernel: number, pool: 2 | 4) =>
    model(network(picture(size), [conv('conv', 3, kernel, { padding: 'valid', activation: 'relu' }), { ...maxPool('pool'), poolSize: [pool, pool], strides: [pool, pool] } as Layer, ...rest]), [...'abc']);
  const plan = planMigration({ source: at(8, 3, 2), target: at(16, 6, 4), route: 'exact' });
  expect([plan.grade, rulesOf(plan, 'conv'), plan.notes.map(({ key }) => key)]).toEqual(['close', 'H2+X4', ['migrations:poolOverMore']]);
});

it('W5: a softmax over channels in the middle is never promised with more channels, and the plan says why', () => {
  const bend: Layer = { uid: 'bend', name: 'bend', type: 'activation', activation: 'softmax' };
  const plan = planBetween(6, [conv('conv', 3, 3), bend, conv('last', 2, 3), ...rest], [conv('conv', 5, 3), bend, conv('last', 2, 3), ...rest]);
  expect([plan.grade, plan.notes.map(({ key }) => key)]).toEqual(['start', ['migrations:softmaxOverMore']]);
});

describe('W1: wider by copies', () => {
  it('the vector of Net2Wider: 5 is shared out as 5/3 each, or 5/6, 10/6, 15/6', () => {
    const at = (units: number) => model(network(picture(1), [flatten(), dense('a', units, 'relu'), dense('head', 3)]), [...'abc']);
    for (const [widen, shares] of [['equal', [5 / 3, 5 / 3, 5 / 3]], ['unequal', [5 / 6, 10 / 6, 15 / 6]]] as const) {
      const plan = planMigration({ source: at(1), target: at(3), route: 'exact', widen });
      const weights = applyPlan(plan, weightsOf({ 'a/kernel': [3], 'a/bias': [1], 'head/kernel': [5, 0, 0], 'head/bias': [0, 0, 0] }), 1);
      expect([...weights.get('a/kernel')!]).toEqual([3, 3, 3]);
      shares.forEach((share, i) => expect(weights.get('head/kernel')![i * 3]).toBeCloseTo(share, 6));
      expect([plan.grade, rulesOf(plan, 'head')]).toEqual(['exact', 'W1']);
    }
  });
  it('600 random networks: exact wherever the plan says so', () => {
    let exact = 0;
    for (let seed = 1; seed <= 600; seed++) {
      const next = random(seed + 9_000_000);
      const source = randomModel(next);
      const target = changeArchitecture(source, { widthFactor: draw(next, [1.5, 2, 3]), route: 'exact' });
      const plan = planMigration({ source, target, route: 'exact', widen: next() < 0.5 ? 'equal' : 'unequal' });
      if (plan.grade !== 'exact') continue;
      exact++;
      expect(difference(plan, seed), `seed ${seed}`).toBeLessThan(1e-5);
    }
    expect(exact).toBeGreaterThan(400);
  });
});
