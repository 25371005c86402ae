import { describe, expect, it } from 'vitest';
import type { Activation, Layer } from '../../../../electron/core/architecture';
import { placeOf } from '../../../../electron/core/migration/addLayer';
import { applyPlan } from '../../../../electron/core/migration/apply';
import { changeArchitecture } from '../../../../electron/core/migration/change';
import { planMigration } from '../../../../electron/core/migration/plan';
import type { MigrationPlan } from '../../../../electron/core/migrations';
import { oldPicture, random, randomPicture, randomWeights } from '../../../helpers/randomNetworks';
import { referenceLogits } from '../../../helpers/referenceNetwork';
import { conv, dense, flatten, globalMean, maxPool, model, network, picture } from '../../../helpers/smallModels';

type Place = 'front' | 'middle' | 'top';

/** A small network with `layers` put in at a place. */
function drawn(activation: Activation, layers: readonly Layer[] = [], place: Place = 'middle') {
  const at = (here: Place) => (here === place ? layers : []);
  return network(picture(9), [...at('front'), conv('conv1', 4, 3, { activation }), maxPool('pool'), ...at('middle'), conv('conv2', 5, 3, { activation }), globalMean(), ...at('top'), dense('head', 3, 'softmax')]);
}

function planned(activation: Activation, layers: readonly Layer[], place: Place = 'middle', size = 9): MigrationPlan {
  const target = { ...drawn(activation, layers, place), input: picture(size) };
  return planMigration({ source: model(drawn(activation), [...'abc']), target: model(target, [...'abc']), route: 'exact' });
}

/** Largest logit difference on a random picture. */
function difference(plan: MigrationPlan, seed = 1): number {
  const next = random(seed);
  const old = randomWeights(plan.source.architecture, next);
  const { height, width, channels } = plan.target.architecture.input;
  const seen = randomPicture([height, width, channels], next);
  const after = referenceLogits(plan.target.architecture, applyPlan(plan, old, 1), seen).values;
  const before = referenceLogits(plan.source.architecture, old, oldPicture(plan, seen)).values;
  return Math.max(...after.map((value, i) => Math.abs(value - before[i]!)));
}

const reason = (plan: MigrationPlan, layer: string) => plan.weights.find((row) => row.layer === layer)!.reasons[0]!.key.replace('migrations:', '');

describe('new layers that hand on what they get', () => {
  it.each([
    ['D1', 'relu', conv('new', 4, 3, { activation: 'relu' })],
    ['D1', 'relu', conv('new', 4, 4, { activation: 'relu' })],
    ['D1', 'relu', conv('new', 7, 3, { activation: 'elu' })],
    ['D1', 'relu6', conv('new', 4, 3, { activation: 'relu6' })],
    ['D3', 'tanh', conv('new', 4, 5)],
    ['D3', 'gelu', conv('new', 4, 1, { padding: 'valid' })],
  ] as const)('%s after %s: bit by bit', (rule, activation, layer) => {
    const plan = planned(activation, [layer]);
    expect(plan.grade).toBe('exact');
    expect(plan.weights.find((row) => row.layer === 'new')).toMatchObject({ rule, action: 'init', from: null });
    expect(difference(plan)).toBe(0);
  });
  it('on top: dense after ReLU and mean', () => {
    const plan = planned('relu', [dense('new', 5, 'relu'), dense('wider', 9, 'relu')], 'top');
    expect([plan.grade, difference(plan)]).toEqual(['exact', 0]);
  });
  it('dense behind Flatten', () => {
    const old = network(picture(4), [conv('conv', 2, 3, { activation: 'relu' }), flatten(), dense('head', 2)]);
    const next = network(picture(4), [conv('conv', 3, 3, { activation: 'relu' }), flatten(), dense('new', 40, 'relu'), dense('head', 2)]);
    const plan = planMigration({ source: model(old, ['a', 'b']), target: model(next, ['a', 'b']), route: 'exact' });
    expect([plan.grade, difference(plan)]).toEqual(['exact', 0]);
  });
  it('D2: another activation bends them, and the plan says what to do instead', () => {
    const plan = planned('tanh', [conv('new', 4, 3, { activation: 'swish' })]);
    expect([plan.grade, reason(plan, 'new')]).toEqual(['close', 'layerBends']);
    expect(planned('linear', [conv('new', 4, 3, { activation: 'relu' })]).grade).toBe('close');
    expect(planned('relu', [conv('new', 4, 3, { activation: 'softplus' })]).grade).toBe('start');
  });
  it('D3: a PReLU of slope 1 keeps them, whatever reaches it', () => {
    const plan = planned('tanh', [conv('new', 4, 3), { uid: 'slope', name: 'slope', type: 'prelu' }]);
    expect([plan.grade, reason(plan, 'slope'), difference(plan)]).toEqual(['exact', 'slopeOne', 0]);
  });
  it('D7: without padding they lose the rim', () => {
    const plan = planned('relu', [conv('new', 4, 3, { activation: 'relu', padding: 'valid' })]);
    expect([plan.grade, reason(plan, 'new')]).toEqual(['close', 'layerCrops']);
  });
  it('fewer channels than before cannot hand on all of them', () => expect(planned('relu', [conv('new', 3, 3)]).grade).toBe('start'));
});

describe('D4: a new branch that ends with zeros', () => {
  const branch = (activation: Activation): Layer[] => [
    { ...conv('inner', 6, 3, { activation }), inputs: ['pool'] },
    { ...conv('last', 4, 3), inputs: ['inner'] },
    { uid: 'sum', name: 'sum', type: 'add', inputs: ['pool', 'last'] },
  ];
  it.each(['tanh', 'gelu', 'relu', 'sigmoid'] as const)('adds nothing, with %s', (activation) => {
    const plan = planned(activation, branch(activation));
    expect([plan.grade, reason(plan, 'inner'), reason(plan, 'last'), difference(plan)]).toEqual(['exact', 'layerUnheard', 'layerSilent', 0]);
  });
  it('keeps its inner layers random, so that the zeros can learn', () => {
    const plan = planned('tanh', branch('tanh'));
    const weights = applyPlan(plan, randomWeights(plan.source.architecture, random(2)), 1);
    expect(weights.get('inner/kernel')!.some((value) => value !== 0)).toBe(true);
    expect(weights.get('last/kernel')!.every((value) => value === 0)).toBe(true);
  });
});

describe('D8: a layer in front of the first', () => {
  it('hands the pixels on, which are never below zero', () => {
    const plan = planned('tanh', [conv('new', 6, 3, { activation: 'relu' })], 'front');
    expect([plan.grade, reason(plan, 'new'), difference(plan)]).toEqual(['exact', 'layerPassesOn', 0]);
  });
  it('takes the mean of a picture twice as fine', () => {
    const plan = planned('tanh', [conv('new', 3, 2, { stride: 2, activation: 'relu' })], 'front', 18);
    expect([plan.grade, reason(plan, 'new')]).toEqual(['exact', 'layerTakesMean']);
    expect(difference(plan)).toBeLessThan(1e-6);
  });
  it('not where pixels can be below zero', () => {
    const scaled = (architecture: ReturnType<typeof drawn>) => ({ ...model(architecture, [...'abc']), preprocessing: { colour: 'luma', scale: 2 / 255, offset: -1, resampler: 'area' } as const });
    const plan = planMigration({ source: scaled(drawn('tanh')), target: scaled(drawn('tanh', [conv('new', 6, 3, { activation: 'relu' })], 'front')), route: 'exact' });
    expect(plan.grade).toBe('close');
  });
});

describe('B1: batch normalisation put in', () => {
  it('changes nothing when predicting, and asks for real frames', () => {
    const plan = planned('tanh', [{ uid: 'norm', name: 'norm', type: 'batchNormalization', epsilon: 1e-3, momentum: 0.9 }]);
    expect([plan.grade, reason(plan, 'norm')]).toEqual(['exact', 'normCalibrated']);
    expect(plan.weights.filter((row) => row.calibrate).map((row) => row.weight)).toEqual(['gamma', 'beta', 'moving_mean', 'moving_variance']);
    expect(difference(plan)).toBeLessThan(1e-6);
  });
});

describe('one layer more', () => {
  const source = (activation: Activation) => model(drawn(activation), [...'abc']);
  it.each(['front', 'middle', 'top'] as const)('%s: exact together with everything else', (place) => {
    for (const activation of ['relu', 'tanh'] as const) {
      const target = changeArchitecture(source(activation), { input: picture(18, 18, 3), widthFactor: 1.5, addClasses: ['d'], addLayer: placeOf(drawn(activation), place), route: 'exact' });
      const plan = planMigration({ source: source(activation), target, route: 'exact' });
      expect(plan.grade).toBe('exact');
      expect(target.architecture.layers.some((layer) => layer.name.startsWith('added_'))).toBe(true);
      const next = random(7);
      const old = randomWeights(plan.source.architecture, next);
      const seen = randomPicture([18, 18, 3], next);
      const after = referenceLogits(target.architecture, applyPlan(plan, old, 1), seen).values;
      const before = referenceLogits(plan.source.architecture, old, oldPicture(plan, seen)).values;
      before.forEach((value, i) => expect(after[i]).toBeCloseTo(value, 5));
    }
  });
  it.each([
    [{ after: 'head', kind: 'dense' }, 'migrations:addedBehindAnswers'],
    [{ after: 'mean', kind: 'conv' }, 'migrations:noMapThere'],
    [{ after: 'nobody', kind: 'conv' }, 'migrations:layerUnknown'],
  ] as const)('%o is refused with %s', (addLayer, key) => expect(() => changeArchitecture(source('relu'), { addLayer, route: 'exact' })).toThrow(expect.objectContaining({ key })));
  it('is refused where it would be larger than everything else', () => {
    const wide = model(network(picture(64), [flatten(), dense('head', 2)]), ['a', 'b']);
    expect(() => changeArchitecture(wide, { addLayer: { after: 'flatten', kind: 'dense' }, route: 'exact' })).toThrow(expect.objectContaining({ key: 'migrations:addedTooWide' }));
  });
});

describe('B2: batch normalisation taken out', () => {
  const norm: Layer = { uid: 'norm', name: 'norm', type: 'batchNormalization', epsilon: 1e-3, momentum: 0.9 };
  const bend = (activation: Activation): Layer => ({ uid: 'bend', name: 'bend', type: 'activation', activation });
  const rest = [maxPool('pool'), flatten(), dense('head', 3, 'softmax')];
  const plan = (old: readonly Layer[], next: readonly Layer[]) =>
    planMigration({ source: model(network(picture(9), [...old, ...rest]), [...'abc']), target: model(network(picture(9), [...next, ...rest]), [...'abc']), route: 'exact' });
  const depthwise: Layer = { uid: 'conv', name: 'conv', type: 'depthwiseConv2d', depthMultiplier: 3, kernelSize: [3, 3], strides: [1, 1], padding: 'same', activation: 'linear', useBias: true };
  const separable: Layer = { ...depthwise, type: 'separableConv2d', filters: 4 } as Layer;
  it.each([
    ['conv', conv('conv', 4, 3), conv('conv', 4, 3)],
    ['conv, wider', conv('conv', 4, 3), conv('conv', 6, 5)],
    ['conv that had no bias', { ...conv('conv', 4, 3), useBias: false } as Layer, conv('conv', 4, 3)],
    ['depthwise', depthwise, depthwise],
    ['separable', separable, separable],
  ])('%s takes it in', (_, old, next) => {
    const folded = plan([old, norm, bend('tanh')], [next, bend('tanh')]);
    expect(folded.grade).toBe('exact');
    expect(folded.weights.filter((row) => row.layer === 'norm').map((row) => [row.action, row.rule])).toEqual(new Array(4).fill(['drop', 'B2']));
    expect(difference(folded)).toBeLessThan(2e-6);
  });
  it('with the activation, too', () => {
    const folded = plan([conv('conv', 4, 3), norm, bend('tanh')], [conv('conv', 4, 3, { activation: 'tanh' })]);
    expect(folded.grade).toBe('exact');
    expect(difference(folded)).toBeLessThan(2e-6);
  });
  it('not without a bias, nor behind a bend', () => {
    expect(plan([conv('conv', 4, 3), norm], [{ ...conv('conv', 4, 3), useBias: false } as Layer]).grade).toBe('start');
    expect(plan([conv('conv', 4, 3, { activation: 'relu' }), norm], [conv('conv', 4, 3, { activation: 'relu' })]).grade).toBe('start');
  });
});

describe('A1: ReLU becomes PReLU', () => {
  const slope: Layer = { uid: 'slope', name: 'slope', type: 'prelu' };
  const plan = (old: readonly Layer[], next: readonly Layer[]) =>
    planMigration({ source: model(network(picture(9), [...old, globalMean(), dense('head', 3)]), [...'abc']), target: model(network(picture(9), [...next, globalMean(), dense('head', 3)]), [...'abc']), route: 'exact' });
  it.each([
    ['the ReLU of a layer', [conv('conv', 4, 3, { activation: 'relu' })], 0],
    ['a layer ReLU', [conv('conv', 4, 3), { uid: 'bend', name: 'bend', type: 'activation', activation: 'relu' }], 0],
    ['a leaky ReLU', [conv('conv', 4, 3), { uid: 'bend', name: 'bend', type: 'leakyReLU', alpha: 0.25 }], 0.25],
  ] as const)('in place of %s', (_, old, alpha) => {
    const bent = plan(old as readonly Layer[], [conv('conv', 4, 3), slope]);
    expect([bent.grade, reason(bent, 'slope'), difference(bent)]).toEqual(['exact', 'slopeOfBend', 0]);
    expect(applyPlan(bent, randomWeights(bent.source.architecture, random(1)), 1).get('slope/alpha')).toEqual(new Float32Array(4).fill(alpha));
  });
});

it('G1: Flatten in place of a mean shares the weights out over the places', () => {
  const rest = [dense('head', 3, 'softmax')];
  const old = network(picture(6), [conv('conv', 4, 3, { activation: 'tanh' }), globalMean(), ...rest]);
  const next = network(picture(12), [conv('conv', 5, 6, { activation: 'tanh', stride: 2 }), flatten(), ...rest]);
  const plan = planMigration({ source: model(old, [...'abc']), target: model(next, [...'abc']), route: 'exact' });
  expect([plan.grade, plan.weights.find((row) => row.layer === 'head')!.rule]).toEqual(['exact', 'G1+W3']);
  expect(difference(plan)).toBeLessThan(1e-6);
});
