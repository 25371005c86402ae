import { describe, expect, it } from 'vitest';
import type { Activation, Layer, Padding } from '../../../../electron/core/architecture';
import { composeKernels } from '../../../../electron/core/migration/compose';
import { conv, dense, flatten, globalMean, maxPool } from '../../../helpers/smallModels';
import { difference, planBetween, rulesOf } from '../../../helpers/planned';

const bend = (activation: Activation, name = 'bend'): Layer => ({ uid: name, name, type: 'activation', activation });
const meanPool = (name = 'mean2'): Layer => ({ uid: name, name, type: 'averagePooling2d', poolSize: [2, 2], strides: [2, 2], padding: 'valid' });
const head = [flatten(), dense('head', 3, 'softmax')];
const notes = (plan: ReturnType<typeof planBetween>) => plan.notes.map(({ key }) => key.replace('migrations:', ''));

describe('A2: sigmoid and tanh', () => {
  const chain = (activation: Activation, padding: Padding) => [conv('conv1', 3, 3, { activation }), maxPool('pool'), conv('conv2', 4, 3, { padding, activation: 'relu' }), ...head];
  it.each([['sigmoid', 'tanh'], ['tanh', 'sigmoid']] as const)('%s -> %s in front of a layer without padding: exact', (from, to) => {
    const plan = planBetween(10, chain(from, 'valid'), chain(to, 'valid'));
    expect([plan.grade, rulesOf(plan, 'conv1'), rulesOf(plan, 'conv2')]).toEqual(['exact', 'A2', 'A2']);
    expect(difference(plan)).toBeLessThan(1e-6);
  });
  it('with padding the zeros around mean something else: close', () => {
    const plan = planBetween(10, chain('sigmoid', 'same'), chain('tanh', 'same'));
    expect(plan.grade).toBe('close');
    expect(difference(plan)).toBeGreaterThan(1e-4);
  });
  it('dense, through batch normalisation, too', () => {
    const norm: Layer = { uid: 'norm', name: 'norm', type: 'batchNormalization', epsilon: 1e-3, momentum: 0.9 };
    for (const between of [[], [norm]]) {
      const layers = (activation: Activation) => [flatten(), dense('dense', 5, activation), ...between, dense('head', 3, 'softmax')];
      const plan = planBetween(4, layers('sigmoid'), layers('tanh'));
      expect(plan.grade).toBe('exact');
      expect(difference(plan)).toBeLessThan(1e-6);
    }
  });
});

describe('A3, A4: another activation', () => {
  it.each([['relu', 'relu6', 'close', 'A3'], ['relu6', 'relu', 'close', 'A3'], ['relu', 'swish', 'close', 'A4'], ['relu', 'tanh', 'start', 'A4']] as const)('%s -> %s: %s', (from, to, grade, rule) => {
    const layers = (activation: Activation) => [conv('conv', 3, 3, { activation }), ...head];
    const plan = planBetween(6, layers(from), layers(to));
    expect([plan.grade, rulesOf(plan, 'conv')]).toEqual([grade, rule]);
  });
});

describe('P2: a bend and a maximum in the other order', () => {
  const layer = (activation: Activation) => conv('conv', 3, 3, { activation });
  it.each([
    ['fused', [layer('relu'), maxPool('pool')], [layer('linear'), maxPool('pool'), bend('relu')]],
    ['a layer of its own', [layer('linear'), bend('tanh'), maxPool('pool')], [layer('linear'), maxPool('pool'), bend('tanh')]],
    ['back', [layer('linear'), maxPool('pool'), bend('sigmoid')], [layer('linear'), bend('sigmoid'), maxPool('pool')]],
    ['back into the layer', [layer('linear'), maxPool('pool'), bend('relu')], [layer('relu'), maxPool('pool')]],
  ] as const)('%s: exact, bit by bit', (_, old, next) => {
    const plan = planBetween(8, [...old, ...head], [...next, ...head]);
    expect([plan.grade, difference(plan)]).toEqual(['exact', 0]);
  });
  it('not for a bend that falls, nor for a mean', () => {
    expect(planBetween(8, [layer('gelu'), maxPool('pool'), ...head], [layer('linear'), maxPool('pool'), bend('gelu'), ...head]).grade).not.toBe('exact');
    expect(planBetween(8, [layer('relu'), meanPool(), ...head], [layer('linear'), meanPool(), bend('relu'), ...head]).grade).not.toBe('exact');
  });
});

describe('P3: a kernel in place of a pool', () => {
  const first = conv('conv', 3, 3, { activation: 'relu' });
  const strided = (kernel: number, padding: Padding) => conv('new', 3, kernel, { stride: 2, padding });
  it.each([[2, 'valid', 8], [2, 'same', 8], [3, 'valid', 9]] as const)('a mean becomes a strided %dx kernel, %s: exact', (kernel, padding, size) => {
    const plan = planBetween(size, [first, meanPool(), ...head], [first, strided(kernel, padding), ...head]);
    expect([plan.grade, rulesOf(plan, 'new')]).toEqual(['exact', 'P3']);
    expect(difference(plan)).toBeLessThan(1e-6);
  });
  it('a maximum only comes close', () => {
    const plan = planBetween(8, [first, maxPool('pool'), ...head], [first, strided(2, 'valid'), ...head]);
    expect([plan.grade, rulesOf(plan, 'new')]).toEqual(['close', 'P3']);
  });
});

it('P4: a pool that comes or goes is close, and the dense layer is spread over the new places', () => {
  const first = conv('conv', 3, 3, { activation: 'relu' });
  const [gone, come] = [planBetween(8, [first, maxPool('pool'), ...head], [first, ...head]), planBetween(8, [first, ...head], [first, maxPool('pool'), ...head])];
  expect([gone.grade, come.grade, notes(gone), notes(come), rulesOf(gone, 'head'), rulesOf(come, 'head')]).toEqual(['close', 'close', ['poolGone'], ['poolAdded'], 'H4', 'H8']);
});

it('D5: a layer with tanh hands a small part on, and the next layer makes it large again', () => {
  const [first, last] = [conv('conv', 3, 3, { activation: 'tanh' }), conv('last', 3, 3, { padding: 'valid' })];
  for (const activation of ['tanh', 'sigmoid'] as const) {
    const plan = planBetween(8, [first, last, globalMean(), dense('head', 3)], [first, conv('new', 3, 3, { activation }), last, globalMean(), dense('head', 3)]);
    expect([plan.grade, rulesOf(plan, 'new')]).toEqual(['close', 'D5']);
    expect(difference(plan)).toBeLessThan(1e-3);
  }
});

describe('D9: a linear layer that is gone goes into the next kernel', () => {
  it('1-D: [1, 2] then [3, 4] is [3, 10, 8]', () => {
    expect([...composeKernels([1, 2], [2, 1, 1, 1], [3, 4], [2, 1, 1, 1], [1, 1])]).toEqual([3, 10, 8]);
  });
  it.each([
    ['valid 3x3 and 3x3 become 5x5', conv('a', 4, 3, { padding: 'valid' }), conv('b', 3, 3, { padding: 'valid', activation: 'relu' }), conv('b', 3, 5, { padding: 'valid', activation: 'relu' })],
    ['stride 2 then 1', conv('a', 4, 3, { padding: 'valid', stride: 2 }), conv('b', 3, 2, { padding: 'valid' }), conv('b', 3, 5, { padding: 'valid', stride: 2 })],
    ['1x1 without bias in front of padding', { ...conv('a', 4, 1), useBias: false } as Layer, conv('b', 3, 3), conv('b', 3, 3)],
    ['wider, too', conv('a', 4, 3, { padding: 'valid' }), conv('b', 3, 3, { padding: 'valid', activation: 'tanh' }), conv('b', 5, 6, { padding: 'valid', activation: 'tanh' })],
  ])('%s', (label, first, second, both) => {
    const plan = planBetween(11, [first, second, globalMean(), dense('head', 3)], [both, globalMean(), dense('head', 3)]);
    if (label === 'wider, too') expect(plan.grade).toBe('close'); // 6 taps do not fit without padding
    else {
      expect([plan.grade, rulesOf(plan, 'b')]).toEqual(['exact', 'D9']);
      expect(difference(plan)).toBeLessThan(1e-6);
    }
  });
  it('dense layers', () => {
    const plan = planBetween(4, [flatten(), dense('a', 7), dense('b', 5, 'relu'), dense('head', 3)], [flatten(), dense('b', 6, 'relu'), dense('head', 3)]);
    expect([plan.grade, rulesOf(plan, 'b')]).toEqual(['exact', 'W2+D9']);
    expect(difference(plan)).toBeLessThan(1e-6);
  });
  it('not with zeros or a bend between them', () => {
    const b = (padding: Padding, kernel: number) => conv('b', 3, kernel, { padding });
    expect(planBetween(11, [conv('a', 4, 3), b('same', 3), ...head], [b('same', 5), ...head]).grade).toBe('start');
    expect(planBetween(11, [conv('a', 4, 3, { padding: 'valid', activation: 'relu' }), b('valid', 3), ...head], [b('valid', 5), ...head]).grade).toBe('start');
  });
});

it('G2, G3: mean for places, maximum for mean: close', () => {
  const globalMaximum: Layer = { uid: 'max', name: 'max', type: 'globalMaxPooling2d' };
  const layers = (middle: Layer) => [conv('conv', 3, 3, { activation: 'relu' }), middle, dense('head', 3, 'softmax')];
  const plans = [planBetween(4, layers(flatten()), layers(globalMean())), planBetween(4, layers(globalMean()), layers(globalMaximum))];
  expect(plans.map((plan) => [plan.grade, notes(plan)[0]])).toEqual([['close', 'meanForPlaces'], ['close', 'maximumForMean']]);
  expect(rulesOf(plans[0]!, 'head')).toBe('G2');
});
