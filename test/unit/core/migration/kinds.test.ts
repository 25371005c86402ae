import { describe, expect, it } from 'vitest';
import type { Layer } from '../../../../electron/core/architecture';
import { planMigration } from '../../../../electron/core/migration/plan';
import { sayKeptEnergy, separateKernel, symmetricEigen } from '../../../../electron/core/migration/separable';
import { randomWeights, random } from '../../../helpers/randomNetworks';
import { difference, expectSentences, planBetween, rulesOf } from '../../../helpers/planned';
import { conv, dense, flatten, globalMean, maxPool, model, network, picture } from '../../../helpers/smallModels';

const separable = (name: string, filters: number, kernel: number, depthMultiplier: number, more: object = {}): Layer =>
  ({ ...conv(name, filters, kernel), type: 'separableConv2d', depthMultiplier, ...more }) as Layer;
const first = conv('first', 3, 3, { activation: 'relu' });
const rest = [flatten(), dense('head', 3, 'softmax')];
const bend: Layer = { uid: 'bend', name: 'bend', type: 'activation', activation: 'tanh' };

describe('S1 and S2: a convolution as a separable one', () => {
  it.each([
    [9, 12],
    [4, 4],
    [11, 12],
    [12, 4],
  ])('with %i multiples and %i outputs: exact', (multiplier, outputs) => {
    const plan = planBetween(8, [first, conv('conv', outputs, 3, { activation: 'relu' }), ...rest], [first, separable('conv', outputs, 3, multiplier, { activation: 'relu' }), ...rest]);
    expectSentences(plan);
    expect([plan.grade, rulesOf(plan, 'conv')]).toEqual(['exact', 'S1']);
    expect(difference(plan)).toBeLessThan(1e-6);
  });
  it('with few multiples: close, and the more the nearer; the kept energy is said', () => {
    const energies = [1, 2, 4, 8].map((multiplier) => {
      const plan = planBetween(8, [first, conv('conv', 12, 3), ...rest], [first, separable('conv', 12, 3, multiplier), ...rest]);
      expect([plan.grade, rulesOf(plan, 'conv')]).toEqual(['close', 'S2']);
      const weights = randomWeights(plan.source.architecture, random(1));
      const said = sayKeptEnergy(plan, weights);
      expectSentences(said);
      const reason = said.weights.flatMap(({ reasons }) => reasons).find(({ key }) => key === 'migrations:kindSeparatedKept')!;
      return Number(reason.params.kept);
    });
    expect(energies).toEqual([...energies].sort((a, b) => a - b));
    expect(energies[0]).toBeLessThan(60);
    expect(energies[3]).toBeGreaterThan(90);
  });
  it('singular values: what is kept is the energy of the kernel that they make', () => {
    const next = random(3);
    const kernel = Float64Array.from({ length: 9 * 2 * 6 }, () => next() - 0.5);
    const { depthwise, pointwise, energyKept } = separateKernel({ shape: [3, 3, 2, 6], multiplier: 3 }, kernel);
    let [lost, all] = [0, 0];
    kernel.forEach((value, k) => {
      const [row, o] = [Math.floor(k / 6), k % 6];
      const made = [0, 1, 2].reduce((sum, t) => sum + depthwise[row * 3 + t]! * pointwise[((row % 2) * 3 + t) * 6 + o]!, 0);
      lost += (value - made) ** 2;
      all += value ** 2;
    });
    expect(1 - lost / all).toBeCloseTo(energyKept, 6);
    const { values } = symmetricEigen([[2, 1], [1, 2]]);
    expect(values[0]).toBeCloseTo(3, 12);
    expect(values[1]).toBeCloseTo(1, 12);
  });
  it('back to one kernel: exact, whatever the multiples', () => {
    const plan = planBetween(8, [first, separable('conv', 5, 3, 2), ...rest], [first, conv('conv', 5, 3), ...rest]);
    expect([plan.grade, rulesOf(plan, 'conv')]).toEqual(['exact', 'S1']);
    expect(difference(plan)).toBeLessThan(1e-6);
  });
  it('together with a fold, more channels and a larger kernel: exact', () => {
    const source = model(network(picture(8), [conv('conv', 4, 3, { activation: 'relu' }), ...rest]), [...'abc']);
    const wide = { ...source, architecture: network(picture(16), [separable('conv', 6, 6, 4, { activation: 'relu', strides: [2, 2] }), ...rest]) };
    const plan = planMigration({ source, target: wide, route: 'exact' });
    expectSentences(plan);
    expect([plan.grade, rulesOf(plan, 'conv')]).toEqual(['exact', 'S1+H2']);
    expect(difference(plan)).toBeLessThan(1e-6);
  });
});

describe('S3: dense layers and convolutions', () => {
  const mean = globalMean();
  it('of 1x1, both ways: exact', () => {
    const [as, ad] = [[first, conv('mix', 5, 1, { activation: 'relu' }), mean, dense('head', 3)], [first, dense('mix', 5, 'relu'), mean, dense('head', 3)]];
    for (const plan of [planBetween(6, as, ad), planBetween(6, ad, as)]) {
      expectSentences(plan);
      expect([plan.grade, rulesOf(plan, 'mix')]).toEqual(['exact', 'S3']);
      expect(difference(plan)).toBeLessThan(1e-6);
    }
  });
  const dropout: Layer = { uid: 'drop', name: 'drop', type: 'dropout', rate: 0.5 };
  const whole = conv('mix', 5, 3, { padding: 'valid' });
  const flat = [first, maxPool('pool'), flatten(), dense('mix', 5), bend, dropout, dense('head', 3)];
  it.each([
    ['the mean at the end', [first, maxPool('pool'), whole, bend, mean, dense('head', 3)]],
    ['flattened at once', [first, maxPool('pool'), whole, flatten(), bend, dropout, dense('head', 3)]],
    ['flattened at the end', [first, maxPool('pool'), whole, bend, conv('head', 3, 1), flatten()]],
  ])('of the whole map, both ways, %s: exact', (_, asMap) => {
    for (const [old, next] of [[flat, asMap], [asMap, flat]] as const) {
      const plan = planBetween(6, old, next);
      expectSentences(plan);
      expect(plan.grade, JSON.stringify([plan.notes, plan.weights.map(({ layer, reasons }) => [layer, reasons])])).toBe('exact');
      expect(difference(plan)).toBeLessThan(1e-6);
    }
  });
  it('a convolution over part of the map cannot be a dense layer: it starts fresh, and the plan says so', () => {
    const plan = planBetween(6, [first, conv('mix', 5, 3, { padding: 'valid' }), flatten(), dense('head', 3)], [first, flatten(), dense('mix', 5), dense('head', 3)]);
    expect(plan.grade).toBe('start');
    expect(plan.notes.map(({ key }) => key)).toContain('migrations:kindImpossible');
  });
});

it('D10: other names, another order of branches, spelt out inputs: every layer is copied', () => {
  const branch = (name: string, reads: string): Layer => ({ ...conv(name, 3, 3, { activation: 'relu' }), inputs: [reads] });
  const sum = (inputs: readonly string[]): Layer => ({ uid: 'sum', name: 'sum', type: 'add', inputs });
  const old = [first, branch('left', 'first'), branch('right', 'first'), sum(['left', 'right']), ...rest];
  const next = [first, branch('right', 'first'), branch('left', 'first'), sum(['right', 'left']), ...rest];
  const names = new Map([['first', 'entry'], ['left', 'l'], ['right', 'r'], ['sum', 's'], ['flatten', 'f'], ['head', 'answers']]);
  const renamed = next.map((layer): Layer => ({ ...layer, name: names.get(layer.name)!, ...(layer.inputs ? { inputs: layer.inputs.map((name) => names.get(name)!) } : {}) }));
  for (const layers of [next, renamed]) {
    const plan = planBetween(6, old, layers);
    expect(plan.grade, JSON.stringify(plan.notes)).toBe('exact');
    expect(plan.weights.every(({ action }) => action === 'copy')).toBe(true);
    expect(difference(plan)).toBeLessThan(1e-12);
  }
});
