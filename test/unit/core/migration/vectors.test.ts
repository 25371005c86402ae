import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../electron/core/errors';
import { applyAxisMaps, blocksMap, composeMaps, identityMap, mapAxes, productMap, resizeMap, rowsOf, sparseMap } from '../../../../electron/core/migration/axisMaps';
import { applyPlan, naiveWeights } from '../../../../electron/core/migration/apply';
import { cellInterval, cellsByLayer, overlapMap } from '../../../../electron/core/migration/cells';
import { changeArchitecture } from '../../../../electron/core/migration/change';
import { foldAxis, foldedKernelMap } from '../../../../electron/core/migration/fold';
import { planMigration } from '../../../../electron/core/migration/plan';
import type { Layer } from '../../../../electron/core/architecture';
import type { ArchitectureChange, MigrationPlan, ModelShape } from '../../../../electron/core/migrations';
import { countParameters, outputShapes } from '../../../../electron/core/shapes';
import { conv, dense, flatten, globalMean, maxPool, model, network, picture, weightsOf } from '../../../helpers/smallModels';
import { oldPicture, random, randomPicture, randomWeights } from '../../../helpers/randomNetworks';
import { referenceLogits, softmax } from '../../../helpers/referenceNetwork';

function migrate(source: ModelShape, change: Omit<ArchitectureChange, 'route'> & { route?: 'exact' | 'native' }): MigrationPlan {
  const wish = { route: 'exact' as const, ...change };
  return planMigration({ source, target: changeArchitecture(source, wish), route: wish.route });
}

function grid(height: number, width: number, channels: number, values: readonly number[]) {
  return { shape: [height, width, channels], values: Float64Array.from(values) };
}

/** Largest logit difference of both models on a random picture, over the classes that both have. */
function difference(plan: MigrationPlan, seed: number): number {
  const next = random(seed);
  const old = randomWeights(plan.source.architecture, next);
  const { height, width, channels } = plan.target.architecture.input;
  const seen = randomPicture([height, width, channels], next);
  const after = referenceLogits(plan.target.architecture, applyPlan(plan, old, 1), seen).values;
  const before = referenceLogits(plan.source.architecture, old, oldPicture(plan, seen)).values;
  return Math.max(...plan.classMap.map((oldClass, i) => (oldClass < 0 ? 0 : Math.abs(after[i]! - before[oldClass]!))));
}

const row = (plan: MigrationPlan, layer: string, weight: string) => plan.weights.find((item) => item.layer === layer && item.weight === weight)!;
const keys = (plan: MigrationPlan, layer: string, weight: string) => row(plan, layer, weight).reasons.map((reason) => reason.key.replace('migrations:', ''));

describe('1. parameter counts', () => {
  const drawn = (input: ReturnType<typeof picture>, flat = false) =>
    network(input, [conv('conv', 3, 3, { padding: 'valid' }), ...(flat ? [flatten()] : []), dense('dense', 512, 'relu'), dense('head', 10, 'softmax')]);
  it('follow the input as in Keras', () => {
    const counts = [drawn(picture(64)), drawn(picture(64, 64, 3)), drawn(picture(128)), drawn(picture(64), true), drawn(picture(128), true)];
    expect(counts.map((architecture) => countParameters(architecture).total)).toEqual([7208, 7262, 7208, 5910056, 24391208]);
  });
  it('of the folded networks', () => {
    const source = model(drawn(picture(64)), [...'abcdefghij']);
    const gray = migrate(source, { input: picture(128) });
    const colour = migrate(source, { input: picture(128, 128, 3) });
    expect([gray.parameters, colour.parameters]).toEqual([{ before: 7208, after: 7289 }, { before: 7208, after: 7505 }]);
    expect(row(gray, 'conv', 'kernel').newShape).toEqual([6, 6, 1, 3]);
    expect(outputShapes(colour.target.architecture).get('head')).toEqual([62, 62, 10]);
    expect(colour.grade).toBe('exact');
    expect(colour.notes.map((note) => note.key)).toEqual(['migrations:answerPerPlace']);
  });
});

describe('2. gray to colour', () => {
  const source = model(network(picture(2), [conv('conv', 1, 2, { padding: 'valid' }), globalMean()]), ['a']);
  const old = weightsOf({ 'conv/kernel': [1, 2, 3, 4], 'conv/bias': [0] });
  const plan = migrate(source, { input: picture(2, 2, 3) });
  const answer = (red: number, green: number, blue: number) =>
    referenceLogits(plan.target.architecture, applyPlan(plan, old, 1), grid(2, 2, 3, Array.from({ length: 4 }, () => [red, green, blue]).flat())).values[0]!;
  it('gives each colour its share of luma', () => {
    expect(answer(1, 0, 0)).toBeCloseTo(2.99, 6);
    expect(answer(0, 1, 0)).toBeCloseTo(5.87, 6);
    expect(answer(1, 1, 1)).toBeCloseTo(10, 6);
    expect(row(plan, 'conv', 'kernel')).toMatchObject({ action: 'adapt', rule: 'C2', grade: 'exact' });
    expect(plan.frameMap).toEqual({ heightFactor: 1, widthFactor: 1, channels: [[0.299, 0.587, 0.114]] });
    expect([plan.source.preprocessing.colour, plan.target.preprocessing.colour]).toEqual(['luma', 'rgb']);
  });
});

it('3. colour to gray adds the kernels up', () => {
  const source = model(network(picture(1, 1, 3), [conv('conv', 1, 1), globalMean()]), ['a']);
  const plan = migrate(source, { input: picture(1) });
  const weights = applyPlan(plan, weightsOf({ 'conv/kernel': [1, 2, 3], 'conv/bias': [0] }), 1);
  expect(weights.get('conv/kernel')).toEqual(Float32Array.of(6));
  expect(referenceLogits(plan.target.architecture, weights, grid(1, 1, 1, [0.5])).values[0]).toBe(3);
  expect(row(plan, 'conv', 'kernel')).toMatchObject({ rule: 'C3', grade: 'exact' });
});

it('4. a fourth channel changes nothing, whatever it shows', () => {
  const source = model(network(picture(4, 4, 3), [conv('conv', 2, 3, { activation: 'relu' }), globalMean()]), ['a', 'b']);
  const plan = migrate(source, { input: picture(4, 4, 4) });
  const old = randomWeights(source.architecture, random(4));
  const weights = applyPlan(plan, old, 1);
  const seen = randomPicture([4, 4, 4], random(5));
  const answers = [0, 1, 1e3].map((fourth) => referenceLogits(plan.target.architecture, weights, { ...seen, values: seen.values.map((v, i) => (i % 4 === 3 ? fourth : v)) }).values);
  const before = referenceLogits(source.architecture, old, oldPicture(plan, seen)).values;
  for (const answer of answers) expect(answer).toEqual(before);
});

describe('5. other scaling of pixels', () => {
  const scaled = (layers: readonly Layer[], scale: number, offset: number): ModelShape => ({ ...model(network(picture(5), layers), ['a']), preprocessing: { colour: 'luma', scale, offset, resampler: 'area' } });
  it('z = (x - 0.5) / 0.25 under k = 2, b = 1 becomes k = 0.5, b = 2 the other way round', () => {
    const plan = planMigration({ source: scaled([conv('conv', 1, 1), globalMean()], 1, 0), target: scaled([conv('conv', 1, 1), globalMean()], 4, -2), route: 'exact' });
    const weights = applyPlan(plan, weightsOf({ 'conv/kernel': [2], 'conv/bias': [1] }), 1);
    expect([plan.grade, [...weights.get('conv/kernel')!], [...weights.get('conv/bias')!], row(plan, 'conv', 'kernel').rule]).toEqual(['exact', [0.5], [2], 'N2']);
  });
  it('N1: another factor alone is exact with padding, too', () => {
    const layers = [conv('conv', 2, 3), globalMean(), dense('head', 1)];
    const plan = planMigration({ source: scaled(layers, 1 / 255, 0), target: scaled(layers, 2 / 255, 0), route: 'exact' });
    expect([plan.grade, row(plan, 'conv', 'kernel').rule]).toEqual(['exact', 'N1']);
    expect(difference(plan, 3)).toBeLessThan(1e-6);
  });
  it('N2: another zero is exact without padding; with it only behind a 1x1 depthwise layer', () => {
    const front: Layer = { uid: 'front', name: 'front', type: 'depthwiseConv2d', depthMultiplier: 1, kernelSize: [1, 1], strides: [1, 1], padding: 'same', activation: 'linear', useBias: true };
    const rest = (padding: 'same' | 'valid') => [conv('conv', 2, 3, { padding }), globalMean(), dense('head', 1)];
    const plan = (padding: 'same' | 'valid', layers: readonly Layer[] = []) => planMigration({ source: scaled(rest(padding), 1 / 255, 0), target: scaled([...layers, ...rest(padding)], 2 / 255, -1), route: 'exact' });
    expect([plan('valid').grade, plan('same').grade, plan('same', [front]).grade]).toEqual(['exact', 'close', 'exact']);
    expect(difference(plan('valid'), 3)).toBeLessThan(1e-6);
    expect(difference(plan('same'), 3)).toBeGreaterThan(1e-2);
    expect(difference(plan('same', [front]), 3)).toBeLessThan(1e-6);
    expect(keys(plan('same'), 'conv', 'kernel')).toContain('affineRim');
  });
  it('border: under ones 3x3 with padding a pixel of 0.75 is 0.75 before and 4.75 after: never called exact', () => {
    const layers = [conv('conv', 1, 3), globalMean()];
    const single = (scale: number, offset: number): ModelShape => ({ ...scaled(layers, scale, offset), architecture: network(picture(1), layers) });
    expect(planMigration({ source: single(1, 0), target: single(4, -2), route: 'exact' }).grade).toBe('close');
  });
  it('a rescaling layer that comes or goes is taken up by the next kernel', () => {
    const rescaling: Layer = { uid: 'r', name: 'r', type: 'rescaling', scale: 3, offset: -0.5 };
    const layers = [conv('conv', 2, 3, { padding: 'valid' }), globalMean(), dense('head', 1)];
    for (const [before, after] of [[layers, [rescaling, ...layers]], [[rescaling, ...layers], layers], [[rescaling, ...layers], [{ ...rescaling, scale: 0.5 }, ...layers]]] as const) {
      const plan = planMigration({ source: scaled(before, 1 / 255, 0), target: scaled(after, 1 / 255, 0), route: 'exact' });
      expect(plan.grade).toBe('exact');
      expect(difference(plan, 3)).toBeLessThan(2e-6);
    }
  });
  it('a model that sees nothing is refused', () => {
    const source = scaled([conv('conv', 1, 1), globalMean()], 1, 0);
    expect(() => planMigration({ source, target: scaled(source.architecture.layers, 0, 0), route: 'exact' })).toThrow(UserError);
  });
});

describe('6. dense layers over other cells', () => {
  const cells = (count: number) => ({ count, jump: 12 / count, start: 12 / count / 2 - 0.5, pixels: 12 });
  it('share the weights out by overlap', () => {
    expect([...mapAxes([1, 3], [2], [overlapMap(cells(4), cells(2))])]).toEqual([0.5, 0.5, 1.5, 1.5]);
    const three = mapAxes([1, 3], [2], [overlapMap(cells(3), cells(2))]);
    [2 / 3, 4 / 3, 2].forEach((value, i) => expect(three[i]).toBeCloseTo(value, 12));
    const four = productMap([overlapMap(cells(2), cells(1)), overlapMap(cells(2), cells(1)), identityMap(1)]);
    expect([...mapAxes([6], [1], [four])]).toEqual([1.5, 1.5, 1.5, 1.5]);
  });
  it('add blocks up on smaller pictures', () => {
    expect([...mapAxes([1, 2, 3, 4], [4], [overlapMap(cells(2), cells(4))])]).toEqual([3, 7]);
  });
});

it('7. new channels in front of Flatten come in between, cell by cell', () => {
  const source = model(network(picture(2), [conv('conv', 1, 1), flatten(), dense('head', 1)]), ['a']);
  const plan = migrate(source, { widthFactor: 2 });
  const old = weightsOf({ 'conv/kernel': [1], 'conv/bias': [0], 'head/kernel': [1, 2, 3, 4], 'head/bias': [0] });
  expect([...applyPlan(plan, old, 1).get('head/kernel')!]).toEqual([1, 0, 2, 0, 3, 0, 4, 0]);
  expect(row(plan, 'head', 'kernel')).toMatchObject({ rule: 'W3', grade: 'exact' });
});

describe('8. fold', () => {
  it('spreads each tap over a block', () => {
    const source = model(network(picture(1), [conv('conv', 1, 1), globalMean()]), ['a']);
    const plan = migrate(source, { input: picture(2) });
    const weights = applyPlan(plan, weightsOf({ 'conv/kernel': [8], 'conv/bias': [0] }), 1);
    expect([...weights.get('conv/kernel')!]).toEqual([2, 2, 2, 2]);
    expect(referenceLogits(plan.target.architecture, weights, grid(2, 2, 1, [1, 2, 3, 6])).values[0]).toBe(24);
  });
  it('of 3x3 "same" at 16 equals the old layer behind a mean at 32', () => {
    const source = model(network(picture(16), [conv('conv', 4, 3), maxPool('pool'), globalMean()]), [...'abcd']);
    const plan = migrate(source, { input: picture(32) });
    expect(row(plan, 'conv', 'kernel')).toMatchObject({ rule: 'H2', newShape: [6, 6, 1, 4] });
    expect(keys(plan, 'conv', 'kernel')).toEqual(['foldedFirstKernel']);
    expect(difference(plan, 8)).toBeLessThan(1e-6);
  });
});

it('9. fold keeps the zeros of "same" in their place', () => {
  const folded = (size: number, kernel: number, stride: number) => foldAxis({ size, kernel, stride, padding: 'same' }, 2);
  expect(folded(14, 3, 2)).toEqual({ kernel: 7, stride: 4, offset: 1 });
  expect(folded(15, 3, 2)).toEqual({ kernel: 6, stride: 4, offset: 0 });
  expect(folded(14, 4, 1)).toEqual({ kernel: 9, stride: 2, offset: 1 });
  const axis = (size: number, kernel: number, stride: number) => ({ size, kernel, stride, padding: 'same' as const });
  expect(foldedKernelMap(axis(14, 3, 2), axis(28, 6, 4), 2)).toBeNull();
  expect(rowsOf(foldedKernelMap(axis(14, 3, 2), axis(28, 8, 4), 2)!).map((taps) => taps.length)).toEqual([0, 0, 1, 1, 1, 1, 1, 1]);
  const source = model(network(picture(14), [conv('conv', 2, 3, { stride: 2 }), globalMean()]), ['a', 'b']);
  const plan = migrate(source, { input: picture(28) });
  expect(keys(plan, 'conv', 'kernel')).toEqual(['foldedFirstKernel', 'foldedWithZeros']);
  expect(difference(plan, 9)).toBeLessThan(1e-6);
});

it('11. new units are silent: outgoing weights zero, incoming random', () => {
  const source = model(network(picture(1), [flatten(), dense('hidden', 1, 'relu'), dense('head', 1)]), ['a']);
  const plan = migrate(source, { widthFactor: 3 });
  const old = weightsOf({ 'hidden/kernel': [3], 'hidden/bias': [1], 'head/kernel': [5], 'head/bias': [0] });
  const weights = applyPlan(plan, old, 1);
  expect([...weights.get('head/kernel')!]).toEqual([5, 0, 0]);
  expect(weights.get('hidden/kernel')![0]).toBe(3);
  expect(new Set(weights.get('hidden/kernel')).size).toBe(3);
  expect(referenceLogits(plan.target.architecture, weights, grid(1, 1, 1, [2])).values[0]).toBe(35);
});

describe('14. larger kernels', () => {
  it.each([16, 17])('3 to 5 with "same" at %i keep every bit', (size) => {
    for (const stride of [1, 2]) {
      const source = model(network(picture(size), [conv('conv', 2, 3, { stride }), globalMean()]), ['a', 'b']);
      const target = { ...source, architecture: network(picture(size), [conv('conv', 2, 5, { stride }), globalMean()]) };
      const plan = planMigration({ source, target, route: 'exact' });
      expect(plan.grade).toBe('exact');
      expect(row(plan, 'conv', 'kernel').rule).toBe('X1');
      expect(difference(plan, 14)).toBe(0);
    }
  });
  it('3 to 4 puts the zeros at the end', () => {
    const source = model(network(picture(16), [conv('conv', 1, 3), globalMean()]), ['a']);
    const target = { ...source, architecture: network(picture(16), [conv('conv', 1, 4), globalMean()]) };
    const plan = planMigration({ source, target, route: 'exact' });
    expect(rowsOf(row(plan, 'conv', 'kernel').axes[0]!)).toEqual([[[0, 1]], [[1, 1]], [[2, 1]], []]);
    expect(difference(plan, 14)).toBe(0);
  });
});

describe('16. classes by name', () => {
  const source = model(network(picture(1), [flatten(), dense('head', 3, 'softmax')]), ['cat', 'dog', 'fox']);
  const old = weightsOf({ 'head/kernel': [0, 0, 0], 'head/bias': [1, 2, 3] });
  const logits = (plan: MigrationPlan) => referenceLogits(plan.target.architecture, applyPlan(plan, old, 1), grid(1, 1, 1, [1])).values;
  it('a new one among the old', () => {
    const plan = migrate(source, { addClasses: ['bird'], classNames: ['dog', 'bird', 'cat', 'fox'] });
    expect(plan.classMap).toEqual([1, -1, 0, 2]);
    expect([...logits(plan)]).toEqual([2, -9, 1, 3]);
    const shared = softmax([1, 2, 3]);
    [0.090031, 0.244728, 0.665241].forEach((value, i) => expect(shared[i]).toBeCloseTo(value, 6));
    expect(softmax([2, -20, 1, 3])[1]! * 1e11).toBeCloseTo(6.83, 2);
    expect(row(plan, 'head', 'bias')).toMatchObject({ rule: 'K1+K3', grade: 'exact' });
  });
  it('one less', () => {
    const probabilities = softmax(logits(migrate(source, { removeClasses: ['dog'] })));
    expect(probabilities[0]).toBeCloseTo(0.119203, 6);
    expect(probabilities[1]).toBeCloseTo(0.880797, 6);
  });
  it.each([
    [{ addClasses: ['cat'] }, 'migrations:classExists'],
    [{ addClasses: ['owl', 'owl'] }, 'migrations:classTwice'],
    [{ removeClasses: ['owl'] }, 'migrations:classUnknown'],
    [{ removeClasses: ['cat', 'dog', 'fox'], addClasses: ['owl'] }, 'migrations:noSharedClass'],
    [{ classNames: ['cat', 'dog'] }, 'migrations:classOrder'],
    [{ widthFactor: 0.5 }, 'migrations:narrower'],
  ])('%o is refused with %s', (change, key) => {
    expect(() => migrate(source, change)).toThrow(expect.objectContaining({ name: 'UserError', key }));
  });
});

describe('17. map algebra', () => {
  it('a mean over cells as a dense layer: four rows of a quarter', () => {
    const mean = sparseMap('resample', 1, [[[0, 0.5]], [[0, 0.5]]]);
    expect([...mapAxes([8], [1], [productMap([mean, mean, identityMap(1)])])]).toEqual([2, 2, 2, 2]);
  });
  it('composes as the maps one after another', () => {
    const first = sparseMap('colour', 1, [[[0, 0.25]], [[0, 0.75]]]);
    const both = composeMaps(resizeMap(3, 2), first);
    expect([...mapAxes([4], [1], [both])]).toEqual([1, 3, 0]);
    expect([...applyAxisMaps([1, 2, 3], [3], [blocksMap([resizeMap(2, 1), identityMap(2)])])]).toEqual([1, 0, 2, 3]);
    expect(() => composeMaps(identityMap(2), identityMap(3))).toThrow();
  });
  it('refuses weights of another shape', () => {
    expect(() => applyAxisMaps([1, 2], [3], [identityMap(3)])).toThrow();
    expect(() => applyAxisMaps([1, 2], [2], [identityMap(3)])).toThrow();
    expect(() => applyAxisMaps([1, 2], [2], [])).toThrow();
  });
});

it('19. cells know their place in the picture', () => {
  const layers = [conv('c1', 1, 3, { padding: 'valid' }), maxPool('p1'), conv('c2', 1, 3, { padding: 'valid' }), maxPool('p2')];
  const cells = (size: number) => cellsByLayer(network(picture(size), layers), 'height').get('p2')!;
  const [small, large] = [cells(32), cells(64)];
  expect([small.count, large.count]).toEqual([6, 14]);
  expect([cellInterval(small, 0)[0], cellInterval(small, 5)[1]]).toEqual([0.09375, 0.84375]);
  expect([cellInterval(large, 0)[0], cellInterval(large, 13)[1]]).toEqual([0.046875, 0.921875]);
  const mass = rowsOf(overlapMap(large, small)).flat().reduce((sum, [, share]) => sum + share, 0);
  expect(mass).toBeCloseTo(6, 12);
});

describe('21. everything at once: 64x64x1 to 128x128x3, 1.5 times as wide, one more class', () => {
  const layers = [conv('conv1', 8, 3, { activation: 'relu' }), maxPool('pool1'), conv('conv2', 16, 3, { activation: 'relu' }), maxPool('pool2'), conv('conv3', 32, 3, { activation: 'relu' }), maxPool('pool3'), flatten(), dense('dense1', 64, 'relu'), dense('head', 10, 'softmax')];
  const source = model(network(picture(64), layers), [...'abcdefghij']);
  const plan = migrate(source, { input: picture(128, 128, 3), widthFactor: 1.5, addClasses: ['k'] });
  it('counts the parameters and says what it does', () => {
    expect(plan.parameters).toEqual({ before: 137_674, after: 310_415 });
    expect(plan.grade).toBe('exact');
    expect(row(plan, 'conv1', 'kernel')).toMatchObject({ action: 'adapt', rule: 'H2+C2+W2', oldShape: [3, 3, 1, 8], newShape: [6, 6, 3, 12] });
    expect(keys(plan, 'conv1', 'kernel')).toEqual(['foldedFirstKernel', 'lumaShares', 'channelsAdded']);
    expect(keys(plan, 'dense1', 'kernel')).toEqual(['silentCells', 'channelsAdded']);
    expect(keys(plan, 'head', 'bias')).toEqual(['newClassBias']);
  });
  it('gives the same logits', () => expect(difference(plan, 21)).toBeLessThan(1e-5));
  it('22. leaves the old weights alone and is the same every time', () => {
    const old = randomWeights(source.architecture, random(22));
    const copy = new Map([...old].map(([name, values]) => [name, Float32Array.from(values)]));
    const [first, second] = [applyPlan(plan, old, 7), applyPlan(plan, old, 7)];
    expect(old).toEqual(copy);
    expect(first).toEqual(second);
    for (const [name, values] of first) expect(values.buffer, name).not.toBe(old.get(name)?.buffer);
  }, 30_000);
  it('the naive way starts the changed layers anew', () => {
    const old = randomWeights(source.architecture, random(22));
    const naive = naiveWeights(plan, old, 7);
    expect(naive.get('conv1/kernel')).toHaveLength(6 * 6 * 3 * 12);
    expect(naive.get('conv1/bias')).toEqual(new Float32Array(12));
    const same = migrate(source, { input: picture(128) });
    expect(naiveWeights(same, old, 7).get('dense1/kernel')).toEqual(old.get('dense1/kernel'));
  });
});

describe('sizes', () => {
  const source = model(network(picture(64), [conv('conv', 2, 3), maxPool('pool'), flatten(), dense('head', 2, 'softmax')]), ['a', 'b']);
  it.each([
    [picture(96), 'migrations:sizeNotWhole', '128x128x1'],
    [picture(100, 128), 'migrations:sizeNotWhole', '128x128x1'],
    [picture(48), 'migrations:sizeNotWhole', '64x64x1'],
    [picture(20), 'migrations:sizeNotWhole', '32x32x1'],
    [picture(32, 128), 'migrations:mixedDirections', '32x128x1'],
  ])('%o is refused with another choice', (input, key, suggestion) => {
    expect(() => migrate(source, { input })).toThrow(expect.objectContaining({ key, params: expect.objectContaining({ suggestion }) }));
  });
  it('that are not whole have a native route that comes close', () => {
    const plan = migrate(source, { input: picture(96), route: 'native' });
    expect(plan).toMatchObject({ grade: 'close', route: 'native' });
    expect(row(plan, 'conv', 'kernel')).toMatchObject({ action: 'copy', rule: 'H4', grade: 'close' });
    expect(row(plan, 'head', 'kernel')).toMatchObject({ action: 'adapt', rule: 'H4', oldShape: [2048, 2], newShape: [4608, 2] });
  });
  it('with another shape follow each side by itself', () => expect(difference(migrate(source, { input: picture(64, 192) }), 3)).toBeLessThan(1e-6));
  it('that are smaller repeat the pixels in front', () => {
    const plan = migrate(source, { input: picture(32) });
    expect(plan.target.architecture.layers[0]).toMatchObject({ type: 'upSampling2d', size: [2, 2] });
    expect(difference(plan, 4)).toBe(0);
  });
  it('put a mean in front where no convolution comes first', () => {
    const pooled = model(network(picture(8), [maxPool('pool'), flatten(), dense('head', 2, 'softmax')]), ['a', 'b']);
    const plan = migrate(pooled, { input: picture(16, 16, 3) });
    expect(plan.target.architecture.layers.map((layer) => layer.name)).toEqual(['front_mean', 'front_colours', 'pool', 'flatten', 'head']);
    expect(plan.grade).toBe('exact');
    expect(row(plan, 'front_colours', 'kernel')).toMatchObject({ action: 'init', rule: 'C2', values: [0.299, 0.587, 0.114] });
    expect(difference(plan, 5)).toBeLessThan(1e-6);
    expect(difference(planMigration({ source: plan.target, target: changeArchitecture(plan.target, { input: picture(32, 32, 3), route: 'exact' }), route: 'exact' }), 6)).toBeLessThan(1e-6);
  });
});
