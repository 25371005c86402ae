import { expect, it } from 'vitest';
import type { Layer } from '../../../../electron/core/architecture';
import { bestAssignment } from '../../../../electron/core/migration/assignment';
import { networkParts } from '../../../../electron/core/migration/blocks';
import { matchLayers } from '../../../../electron/core/migration/matching';
import { random } from '../../../helpers/randomNetworks';
import { conv, dense, globalMean, network, picture } from '../../../helpers/smallModels';

const after = (layer: Layer, ...inputs: string[]): Layer => ({ ...layer, inputs });
const join = (name: string, ...inputs: string[]): Layer => ({ uid: name, name, type: 'concatenate', inputs });

it('the best assignment is the one that trying all of them finds', () => {
  const orders = (left: readonly number[]): number[][] => (left.length === 0 ? [[]] : left.flatMap((first) => orders(left.filter((other) => other !== first)).map((rest) => [first, ...rest])));
  for (let seed = 1; seed <= 200; seed++) {
    const next = random(seed);
    const n = 1 + (seed % 5);
    const worth = Array.from({ length: n }, () => Array.from({ length: n }, () => (next() < 0.1 ? -50 : next() * 10 - 3)));
    const sum = (columns: readonly number[]) => columns.reduce((total, column, row) => total + worth[row]![column]!, 0);
    const best = Math.max(...orders(Array.from({ length: n }, (_, i) => i)).map(sum));
    const found = bestAssignment(worth);
    expect(new Set(found).size).toBe(n);
    expect(sum(found)).toBeCloseTo(best, 9);
  }
});

it('a network falls into layers, blocks and blocks within blocks', () => {
  const layers = [conv('stem', 4, 3), after(conv('a1', 4, 1), 'stem'), after(conv('b1', 4, 3), 'stem'), after(conv('b2', 4, 3), 'b1'), after(conv('b3', 4, 1), 'b1'), join('inner', 'b2', 'b3'), join('outer', 'a1', 'inner'), globalMean(), dense('head', 3)];
  const layer = (name: string) => ({ layer: name });
  expect(networkParts(network(picture(8), layers))).toEqual([
    layer('stem'),
    { branches: [[layer('a1')], [layer('b1'), { branches: [[layer('b2')], [layer('b3')]] }, layer('inner')]] },
    layer('outer'),
    layer('mean'),
    layer('head'),
  ]);
});

it('a separable convolution in the place of a convolution finds it', () => {
  const named = (prefix: string, layers: readonly Layer[]): Layer[] => layers.map((layer) => ({ ...layer, uid: `${prefix}${layer.uid}` }));
  const old = network(picture(8), named('o', [conv('conv2d', 8, 3), conv('conv2d_1', 16, 3), globalMean('global_average_pooling2d'), dense('dense', 3)]));
  const separable: Layer = { uid: 's', name: 'separable_conv2d', type: 'separableConv2d', filters: 16, depthMultiplier: 1, kernelSize: [3, 3], strides: [1, 1], padding: 'same', activation: 'linear', useBias: true };
  const next = network(picture(8), named('n', [conv('conv2d_7', 8, 3), separable, globalMean('global_average_pooling2d_3'), dense('dense_9', 3)]));
  expect(matchLayers(next, old).found.map(({ layer, from }) => [layer, from])).toContainEqual(['separable_conv2d', 'conv2d_1']);
});
