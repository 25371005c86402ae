import { describe, expect, test } from 'vitest';
import type { Architecture, Layer } from '../../../../electron/core/architecture';
import { UserError } from '../../../../electron/core/errors';
import { changeArchitecture } from '../../../../electron/core/migration/change';
import { planMigration } from '../../../../electron/core/migration/plan';
import type { MigrationPlan } from '../../../../electron/core/migrations';
import { difference, expectSentences, planBetween } from '../../../helpers/planned';
import { model, network, picture } from '../../../helpers/smallModels';

const conv = (name: string, over: object = {}): Layer => ({ uid: name, name, type: 'conv2d', filters: 4, kernelSize: [3, 3], strides: [1, 1], padding: 'same', activation: 'relu', useBias: true, ...over });
const of = (layer: Readonly<Record<string, unknown>> & { readonly name: string }): Layer => ({ uid: layer.name, ...layer }) as unknown as Layer;
const end: readonly Layer[] = [of({ type: 'flatten', name: 'flat' }), of({ type: 'dense', name: 'head', units: 3, activation: 'softmax', useBias: true })];

const specials: readonly (readonly [string, readonly Layer[]])[] = [
  ['dilation', [conv('far', { dilationRate: [2, 2] })]],
  ['dilation, depthwise', [of({ type: 'depthwiseConv2d', name: 'far', depthMultiplier: 1, kernelSize: [3, 3], strides: [1, 1], padding: 'same', dilationRate: [2, 2], activation: 'relu', useBias: true })]],
  ['groups', [conv('parts', { groups: 2 })]],
  ['cropping', [of({ type: 'cropping2d', name: 'crop', cropping: [[1, 0], [0, 2]] })]],
  ['reshape', [of({ type: 'reshape', name: 'shape', shape: [8, 4, 8] })]],
  ['channel dropout', [of({ type: 'spatialDropout2d', name: 'drop', rate: 0.3 })]],
  ['a bounded ReLU', [of({ type: 'reLU', name: 'bend', maxValue: 1, negativeSlope: 0.1, threshold: 0 })]],
];

/** The plan; null where the networks cannot be asked for it, with a sentence that says so. */
function attempt(make: () => MigrationPlan): MigrationPlan | null {
  try {
    return make();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return null;
  }
}

describe.each(specials)('%s', (_name, layers) => {
  const all = [conv('first'), ...layers, conv('behind'), ...end];
  test('an unchanged network answers the same', () => {
    const plan = planBetween(8, all, all);
    expect(plan.weights.every(({ grade }) => grade === 'exact')).toBe(true);
    expect(difference(plan)).toBeLessThan(1e-9);
  });
  test('a new head, and dropout in front of it: still the same', () => {
    const plan = planBetween(8, all, [...all.slice(0, -1), of({ type: 'dropout', name: 'forget', rate: 0.5 }), all.at(-1)!]);
    expect(difference(plan)).toBeLessThan(1e-9);
  });
  test('what is called exact is exact, in and out, wider and on a larger picture', () => {
    const without = [conv('first'), conv('behind'), ...end];
    const source = model(network(picture(8, 8, 1), all), [...'abc']);
    const changed = (route: 'exact' | 'native', change: object) => () => planMigration({ source, target: changeArchitecture(source, { route, ...change }), route });
    const plans = [
      () => planBetween(8, all, without),
      () => planBetween(8, without, all),
      () => planBetween(8, all, all.map((layer) => (layer.name === 'first' ? conv('first', { filters: 8 }) : layer))),
      changed('exact', { input: { height: 16, width: 16, channels: 1 } }),
      changed('native', { input: { height: 16, width: 16, channels: 1 } }),
      changed('native', { input: { height: 12, width: 12, channels: 3 } }),
      changed('exact', { widthFactor: 1.5 }),
    ];
    const made = plans.map(attempt).filter((plan) => plan !== null);
    expect(made.length).toBeGreaterThan(2);
    for (const plan of made) {
      expectSentences(plan);
      if (plan.route === 'exact') expect(difference(plan)).toBeLessThan(1e-5);
    }
  });
});

describe('X6: another dilation', () => {
  const far = { kernelSize: [3, 3], dilationRate: [2, 2] };
  test.each([
    [far, { kernelSize: [5, 5] }, 'X6'],
    [far, { kernelSize: [7, 7] }, 'X6'],
    [{ kernelSize: [3, 3], dilationRate: [4, 2] }, { kernelSize: [5, 5], dilationRate: [2, 1] }, 'X6'],
    [{ ...far, padding: 'valid' }, { kernelSize: [5, 5], padding: 'valid' }, 'X6'],
    [far, { kernelSize: [5, 5], dilationRate: [2, 2] }, 'X1'],
    [{ kernelSize: [1, 1] }, { kernelSize: [3, 3], dilationRate: [2, 2] }, 'X6'],
  ] as const)('%o -> %o: every tap has a place', (old, next, rule) => {
    const plan = planBetween(9, [conv('first'), conv('it', old), ...end], [conv('first'), conv('it', next), ...end]);
    expect([plan.grade, plan.weights.find(({ layer, weight }) => layer === 'it' && weight === 'kernel')!.rule]).toEqual(['exact', rule]);
    expect(difference(plan)).toBeLessThan(1e-9);
    expectSentences(plan);
  });

  test('a depthwise one, with zeros by a layer in front', () => {
    const depthwise = (over: object) => of({ type: 'depthwiseConv2d', name: 'it', depthMultiplier: 1, strides: [1, 1], activation: 'relu', useBias: true, ...over });
    const around = of({ type: 'zeroPadding2d', name: 'around', padding: [[2, 2], [2, 2]] });
    const plan = planBetween(9, [conv('first'), depthwise({ ...far, padding: 'same' }), ...end], [conv('first'), around, depthwise({ kernelSize: [5, 5], padding: 'valid' }), ...end]);
    expect(plan.grade).toBe('exact');
    expect(difference(plan)).toBeLessThan(1e-9);
  });
});

test('X7: a dilation that leaves old taps no place, or other groups, promise nothing', () => {
  for (const [old, next] of [[{}, { dilationRate: [2, 2] }], [{ dilationRate: [2, 2] }, {}], [{ dilationRate: [2, 2] }, { kernelSize: [5, 5], dilationRate: [3, 3] }], [{ groups: 2 }, {}], [{}, { groups: 2 }], [{ groups: 2 }, { groups: 4 }]] as const) {
    const plan = planBetween(8, [conv('first'), conv('it', old), ...end], [conv('first'), conv('it', next), ...end]);
    expect(plan.weights.find(({ layer, weight }) => layer === 'it' && weight === 'kernel')).toMatchObject({ grade: 'start' });
    expect(plan.route).not.toBe('exact');
    expectSentences(plan);
  }
});

test('a network that reads a vector is refused with a sentence', () => {
  const architecture: Architecture = { formatVersion: 1, name: 'v', input: { height: 1, width: 1, channels: 4, vector: true }, layers: [end[1]!] };
  const source = { ...model(network(picture(8, 8, 1), [conv('first'), ...end]), [...'abc']), architecture };
  expect(() => planMigration({ source, target: source, route: 'exact' })).toThrow(expect.objectContaining({ key: 'training:vectorInput' }));
});
