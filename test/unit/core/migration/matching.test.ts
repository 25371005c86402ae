import { describe, expect, it } from 'vitest';
import type { Architecture, Layer } from '../../../../electron/core/architecture';
import { isChosenName, matchLayers } from '../../../../electron/core/migration/matching';
import { planAgain, planMigration } from '../../../../electron/core/migration/plan';
import type { LayerOverride } from '../../../../electron/core/migrations';
import { conv, dense, flatten, maxPool, model, network, picture } from '../../../helpers/smallModels';

const withUids = (architecture: Architecture, prefix: string): Architecture => ({ ...architecture, layers: architecture.layers.map((layer, i) => ({ ...layer, uid: `${prefix}${i}` }) as Layer) });
const names = (next: Architecture, old: Architecture) => Object.fromEntries([...matchLayers(next, old).pairs].map(([name, layer]) => [name, layer.name]));

it('tells chosen names from those of a counter', () => {
  const automatic = ['conv2d', 'conv2d_1', 'conv1', 'dense_12', 'batch_normalization_3', 'max_pooling2d', 'p_re_lu', 'add_1', 'dropout'];
  expect(automatic.filter(isChosenName)).toEqual([]);
  expect(['a1', 'stem', 'head', 'conv2d_edges', 'my_dense'].filter((name) => !isChosenName(name))).toEqual([]);
});

describe('20. layers follow', () => {
  it('their lineage, through renaming and moving', () => {
    const old = network(picture(8), [conv('a', 8, 3), conv('b', 8, 3), flatten(), dense('head', 2)]);
    const [a, b, flat, head] = old.layers as [Layer, Layer, Layer, Layer];
    const next = network(picture(8), [{ ...b, name: 'first' }, { ...a, name: 'b' }, flat, head]);
    expect(names(next, old)).toMatchObject({ first: 'b', b: 'a', head: 'head' });
  });
  it('chosen names', () => {
    const old = network(picture(8), [conv('a1', 8, 3), conv('a2', 8, 3), conv('a3', 8, 3), flatten(), dense('head', 2)]);
    const next = network(picture(8), [conv('new', 8, 3), ...old.layers]);
    expect(names(withUids(next, 'n'), withUids(old, 'o'))).toMatchObject({ a1: 'a1', a2: 'a2', a3: 'a3', head: 'head' });
    expect(names(withUids(next, 'n'), withUids(old, 'o'))).not.toHaveProperty('new');
  });
  it('place and shape where nothing else is known, and say so', () => {
    const end = [flatten(), dense('dense', 32, 'relu'), dense('dense_1', 4, 'softmax')];
    const old = withUids(network(picture(8), [conv('conv2d', 16, 3), maxPool('pool'), conv('conv2d_1', 32, 3), ...end]), 'o');
    const next = withUids(network(picture(8), [conv('conv2d', 16, 3), conv('conv2d_1', 16, 3), maxPool('pool'), conv('conv2d_2', 32, 3), ...end]), 'n');
    expect(names(next, old)).toEqual({ conv2d: 'conv2d', conv2d_2: 'conv2d_1', dense: 'dense', dense_1: 'dense_1' });
    const plan = planMigration({ source: model(old, [...'abcd']), target: model(next, [...'abcd']), route: 'exact' });
    expect(plan.notes.map((note) => note.key)).toContain('migrations:matchedByPlace');
    expect(plan.grade).toBe('exact'); // the new layer hands on what it gets
  });
  it('exactly, when the same network is described twice', () => {
    const layers = [conv('conv2d', 4, 3, { activation: 'relu' }), maxPool('max_pooling2d'), conv('conv2d_1', 4, 3, { activation: 'relu' }), flatten(), dense('dense', 4, 'softmax')];
    const [old, next] = ['o', 'n'].map((prefix) => withUids(network(picture(8), layers), prefix)) as [Architecture, Architecture];
    expect(planMigration({ source: model(old, [...'abcd']), target: model(next, [...'abcd']), route: 'exact' }).grade).toBe('exact');
  });
});

describe('what the user decides', () => {
  const chain = [conv('a', 8, 3, { activation: 'relu' }), conv('b', 8, 3, { activation: 'relu' }), flatten(), dense('head', 2)];
  const old = model(network(picture(8), chain), ['x', 'y']);
  const plan = (overrides: readonly LayerOverride[]) => planMigration({ source: old, target: old, route: 'exact', overrides });
  const said = (overrides: readonly LayerOverride[], layer: string) => {
    const row = plan(overrides).weights.find((item) => item.layer === layer && item.action !== 'drop')!;
    return [row.from, row.grade, row.reasons.at(-1)!.key];
  };
  it('goes before lineage, changes reasons and grades, and is said', () => {
    expect(said([], 'b')).toEqual(['b', 'exact', 'migrations:copied']);
    expect(said([{ layer: 'b', from: null, locked: true }], 'b')).toEqual([null, 'exact', 'migrations:layerPassesOn']);
    expect(said([{ layer: 'b', from: 'a', locked: true }, { layer: 'a', from: 'b', locked: true }], 'b')).toEqual(['a', 'start', 'migrations:inputDiffers']);
    const swapped = plan([{ layer: 'b', from: 'a', locked: true }, { layer: 'a', from: 'b', locked: false }]);
    expect(swapped.grade).toBe('start');
    expect(swapped.notes.map(({ key }) => key)).toEqual(['migrations:pairByUser', 'migrations:pairByUser']);
    expect(swapped.matches!.map(({ layer, from, by, locked }) => [layer, from, by, locked])).toEqual([['a', 'b', 'user', false], ['b', 'a', 'user', true], ['head', 'head', 'lineage', false]]);
  });
  it('is kept when the plan is made again', () => {
    const first = plan([{ layer: 'b', from: null, locked: true }]);
    expect(planAgain(first, {}).weights).toEqual(first.weights);
  });
  it.each([
    [{ layer: 'b', from: 'head' }, 'migrations:pairImpossible'],
    [{ layer: 'b', from: 'gone' }, 'migrations:layerUnknown'],
    [{ layer: 'gone', from: 'a' }, 'migrations:layerUnknown'],
  ])('%j is refused: %s', (pair, key) => {
    expect(() => plan([{ ...pair, locked: true }])).toThrow(expect.objectContaining({ key }));
    expect(() => plan([{ layer: 'a', from: 'a', locked: true }, { layer: 'b', from: 'a', locked: true }])).toThrow(expect.objectContaining({ key: 'migrations:pairTwice' }));
  });
  it('a doubtful pair is named as such', () => {
    const three = (names: readonly string[]) => network(picture(8), [...names.map((name) => conv(name, 8, 3)), flatten(), dense('dense', 2)]);
    const { found } = matchLayers(withUids(three(['conv2d', 'conv2d_1']), 'n'), withUids(three(['conv2d', 'conv2d_1', 'conv2d_2']), 'o'));
    expect(found.filter(({ doubtful }) => doubtful).map(({ layer }) => layer)).toContain('conv2d_1');
    expect(found.find(({ layer }) => layer === 'dense')).toMatchObject({ by: 'place', doubtful: false });
  });
});
