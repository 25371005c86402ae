import { describe, expect, it } from 'vitest';
import type { Layer } from '../../../../electron/core/architecture';
import { UserError } from '../../../../electron/core/errors';
import { applyPlan } from '../../../../electron/core/migration/apply';
import { changeArchitecture } from '../../../../electron/core/migration/change';
import { sharedClasses, together } from '../../../../electron/core/migration/classes';
import { planMigration } from '../../../../electron/core/migration/plan';
import type { ArchitectureChange, MigrationPlan, ModelShape } from '../../../../electron/core/migrations';
import { outputShapes } from '../../../../electron/core/shapes';
import { difference, expectSentences, rulesOf } from '../../../helpers/planned';
import { pick, random, randomModel, randomPicture, randomWeights } from '../../../helpers/randomNetworks';
import { referenceLogits, softmax } from '../../../helpers/referenceNetwork';
import { conv, dense, flatten, model, network, picture } from '../../../helpers/smallModels';

const layers = (head: readonly Layer[]) => [conv('conv', 3, 3, { activation: 'relu' }), flatten(), ...head];
const source = model(network(picture(5), layers([dense('head', 3, 'softmax')])), ['cup', 'car', 'fox']);

function planned(change: Partial<ArchitectureChange>, from = source): MigrationPlan {
  const wish = { route: 'exact' as const, ...change };
  const plan = planMigration({ source: from, target: changeArchitecture(from, wish), route: 'exact', splitClasses: change.splitClasses, mergeClasses: change.mergeClasses });
  expectSentences(plan);
  return plan;
}

/** Probabilities before and after, of one random picture. */
function answers(plan: MigrationPlan, seed: number, bias?: readonly number[]): readonly [before: number[], after: number[]] {
  const next = random(seed);
  const old = new Map([...randomWeights(plan.source.architecture, next), ...(bias ? [['head/bias', Float32Array.from(bias)] as const] : [])]);
  const seen = randomPicture([5, 5, 1], next);
  return [softmax(referenceLogits(plan.source.architecture, old, seen).values), softmax(referenceLogits(plan.target.architecture, applyPlan(plan, old, 1), seen).values)];
}

describe('K4: a class becomes several', () => {
  it('that have its probability together, exactly', () => {
    const plan = planned({ splitClasses: [{ name: 'cup', into: ['mug', 'glass', 'bowl'] }] });
    expect([plan.grade, rulesOf(plan, 'head'), plan.target.classNames]).toEqual(['exact', 'K4', ['mug', 'glass', 'bowl', 'car', 'fox']]);
    expect(sharedClasses(plan)).toEqual([{ next: [0, 1, 2], old: [0] }, { next: [3], old: [1] }, { next: [4], old: [2] }]);
    const [before, after] = answers(plan, 4);
    expect(after[0]! + after[1]! + after[2]!).toBeCloseTo(before[0]!, 6);
    expect(after[1]).toBeCloseTo(before[0]! / 3, 6);
    expect([after[3], after[4]]).toEqual([expect.closeTo(before[1]!, 6), expect.closeTo(before[2]!, 6)]);
  });
  it('one of which may keep the name', () => {
    const plan = planned({ splitClasses: [{ name: 'cup', into: ['cup', 'glass'] }], removeClasses: ['fox'] });
    expect([plan.grade, plan.target.classNames]).toEqual(['exact', ['cup', 'glass', 'car']]);
  });
  it('only close where no bias can be lowered', () => {
    const bare = { ...source, architecture: network(picture(5), layers([{ ...dense('head', 3, 'softmax'), useBias: false } as Layer])) };
    expect(planned({ splitClasses: [{ name: 'cup', into: ['mug', 'glass'] }] }, bare).grade).toBe('close');
  });
});

describe('K5: several classes become one', () => {
  it('with their mean, raised by what they weigh together: equal where they were equally sure', () => {
    const plan = planned({ mergeClasses: [{ into: 'thing', from: ['fox', 'cup'] }] });
    expect([plan.grade, rulesOf(plan, 'head'), plan.target.classNames]).toEqual(['close', 'K5', ['thing', 'car']]);
    expect(plan.classMap).toEqual([0, 1]);
    const [before, after] = answers(plan, 5);
    expect(after[0]).toBeLessThanOrEqual(before[0]! + before[2]! + 1e-9);
    const equal = new Map(randomWeights(source.architecture, random(6)));
    const drawn = equal.get('head/kernel')!;
    const kernel = Float32Array.from(drawn, (value, k) => (k % 3 === 2 ? drawn[k - 2]! : value));
    equal.set('head/kernel', kernel).set('head/bias', Float32Array.from([0.5, 0.2, 0.5]));
    const seen = randomPicture([5, 5, 1], random(7));
    const [p, q] = [softmax(referenceLogits(source.architecture, equal, seen).values), softmax(referenceLogits(plan.target.architecture, applyPlan(plan, equal, 1), seen).values)];
    expect(q[0]).toBeCloseTo(p[0]! + p[2]!, 6);
  });
  it.each([
    [{ mergeClasses: [{ into: 'car', from: ['cup', 'fox'] }] }, 'migrations:classExists'],
    [{ mergeClasses: [{ into: 'x', from: ['cup', 'owl'] }] }, 'migrations:classUnknown'],
    [{ splitClasses: [{ name: 'cup', into: ['a', 'a'] }] }, 'migrations:classTwice'],
    [{ splitClasses: [{ name: 'cup', into: ['a', 'b'] }], mergeClasses: [{ into: 'x', from: ['cup', 'fox'] }] }, 'migrations:classTwice'],
  ])('%j is refused with %s', (change, key) => {
    expect(() => planned(change)).toThrow(expect.objectContaining({ key }));
  });
});

it('300 networks with classes split and merged: never promised more than holds', () => {
  let exact = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const next = random(seed + 9_000_000);
    const drawn = randomModel(next);
    const names = drawn.classNames;
    const change: Partial<ArchitectureChange> = next() < 0.5 || names.length < 3 ? { splitClasses: [{ name: pick(next, names), into: ['one', 'two', 'three'].slice(0, 2 + Math.floor(next() * 2)) }] } : { mergeClasses: [{ into: 'all', from: names.slice(0, 2) }] };
    let plan: MigrationPlan;
    try {
      plan = planned({ ...change, widthFactor: pick(next, [1, 1.5]), addClasses: next() < 0.3 ? ['more'] : [] }, drawn);
    } catch (error) {
      expect(error, `seed ${seed}`).toBeInstanceOf(UserError);
      continue;
    }
    if (plan.grade !== 'exact') continue;
    exact++;
    const { architecture } = drawn;
    const old = randomWeights(architecture, next);
    const seen = randomPicture([architecture.input.height, architecture.input.width, architecture.input.channels], next);
    const [before, after] = [referenceLogits(architecture, old, seen).values, referenceLogits(plan.target.architecture, applyPlan(plan, old, 1), seen).values];
    for (const { next: ours, old: theirs } of sharedClasses(plan)) expect(together(after, ours), `seed ${seed}`).toBeCloseTo(together(before, theirs), 4);
  }
  expect(exact).toBeGreaterThan(30);
});

describe('K6: two classes of a softmax and one sigmoid', () => {
  const two = (apart: boolean): ModelShape => model(network(picture(5), [flatten(), dense('hidden', 4, 'relu'), ...(apart ? [dense('head', 2), { type: 'activation', uid: 'soft', name: 'soft', activation: 'softmax' } as const] : [dense('head', 2, 'softmax')])]), ['a', 'b']);
  /** Probability of class b by both models on a random picture. */
  const probabilities = (plan: MigrationPlan): readonly [number, number] => {
    const next = random(9);
    const old = randomWeights(plan.source.architecture, next);
    const seen = randomPicture([5, 5, 1], next);
    return ([[plan.source, old], [plan.target, applyPlan(plan, old, 1)]] as const).map(([side, weights]) => {
      const values = [...referenceLogits(side.architecture, weights, seen).values];
      // The reference drops a softmax, not a sigmoid.
      const wanted = side.classNames.indexOf('b');
      return values.length === 1 ? (wanted === 1 ? values[0]! : 1 - values[0]!) : softmax(values)[wanted]!;
    }) as unknown as readonly [number, number];
  };

  it.each([false, true])('there and back: the same probabilities (activation apart: %s)', (apart) => {
    const source = two(apart);
    const single = changeArchitecture(source, { head: 'sigmoid', route: 'exact' });
    expect(outputShapes(single.architecture).get(single.architecture.layers.at(-1)!.name)).toEqual([1]);
    const there = planMigration({ source, target: single, route: 'exact' });
    const back = planMigration({ source: single, target: changeArchitecture(single, { head: 'softmax', route: 'exact' }), route: 'exact' });
    const turned = planMigration({ source, target: { ...single, classNames: ['b', 'a'] }, route: 'exact' });
    for (const plan of [there, back, turned]) {
      expectSentences(plan);
      expect(plan.grade).toBe('exact');
      const [before, after] = probabilities(plan);
      expect(after).toBeCloseTo(before, 6);
    }
    expect(rulesOf(there, 'head')).toContain('K6');
  });

  it('one more class makes a softmax of it; three classes have no single sigmoid', () => {
    const single = changeArchitecture(two(false), { head: 'sigmoid', route: 'exact' });
    const plan = planMigration({ source: single, target: changeArchitecture(single, { addClasses: ['c'], route: 'exact' }), route: 'exact' });
    expect([plan.grade, plan.target.architecture.layers.at(-1)]).toEqual(['exact', expect.objectContaining({ units: 3, activation: 'softmax' })]);
    expect(() => changeArchitecture(two(false), { addClasses: ['c'], head: 'sigmoid', route: 'exact' })).toThrow(expect.objectContaining({ key: 'migrations:sigmoidNotTwo' }));
  });
});

it('K7: columns of a sigmoid head are independent: old answers stay whatever comes and goes', () => {
  const labels = { ...source, architecture: network(picture(5), layers([dense('head', 3, 'sigmoid')])) };
  const plan = planned({ addClasses: ['owl'], removeClasses: ['car'] }, labels);
  expect([plan.grade, plan.target.classNames]).toEqual(['exact', ['cup', 'fox', 'owl']]);
  expect(difference(plan, 9)).toBeLessThan(1e-6);
  expect(planned({ splitClasses: [{ name: 'cup', into: ['a', 'b'] }] }, labels).grade).toBe('close');
});
