import { expect, it } from 'vitest';
import type { Conv2DLayer } from '../../../electron/core/architecture';
import { commonPlaces, drawPlaces, PatchReader } from '../../../electron/nn/migration/patches';
import { conv, network, picture } from '../../helpers/smallModels';
import { random, randomPicture, randomWeights } from '../../helpers/randomNetworks';
import { referenceLogits } from '../../helpers/referenceNetwork';

it('a patch times the kernel is what the convolution gives at the place, with zeros outside the picture', () => {
  for (const settings of [{ stride: 2 }, { padding: 'valid' as const }, {}]) {
    const layer = conv('conv', 3, 3, settings) as Conv2DLayer;
    const architecture = network(picture(7, 8, 2), [layer]);
    const weights = randomWeights(architecture, random(1));
    const seen = randomPicture([7, 8, 2], random(2));
    const map = referenceLogits(architecture, weights, seen);
    const reader = new PatchReader(architecture, layer);
    for (const place of commonPlaces(architecture, 'conv', architecture, 'conv')) {
      const row = new Float32Array(reader.width);
      reader.read(Float32Array.from(seen.values), 0, place, row, 0);
      for (let f = 0; f < 3; f++) {
        const sum = row.reduce((total, value, k) => total + value * weights.get('conv/kernel')![k * 3 + f]!, weights.get('conv/bias')![f]!);
        expect(sum).toBeCloseTo(map.values[(place.y * map.shape[1]! + place.x) * 3 + f]!, 5);
      }
    }
  }
});

it('places lie over each other: every second one of a finer map, all but the rim of one that lost it', () => {
  const places = (next: number, nextKernel: number, old: number) => commonPlaces(network(picture(next), [conv('c', 1, nextKernel, { padding: 'valid' })]), 'c', network(picture(old), [conv('c', 1, 3, { padding: 'valid' })]), 'c');
  expect(places(6, 5, 6).map(({ y, x, old }) => [y, x, old])).toEqual([[0, 0, 5], [0, 1, 6], [1, 0, 9], [1, 1, 10]]);
  expect(new Set(places(12, 3, 6).map(({ old }) => old)).size).toBe(16);
});

it('draws each place once, the same ones by the same seed', () => {
  const all = Array.from({ length: 30 }, (_, x) => ({ y: 0, x, old: x }));
  const drawn = drawPlaces(all, 10, 4);
  expect(new Set(drawn).size).toBe(10);
  expect(drawPlaces(all, 10, 4)).toEqual(drawn);
  expect(drawPlaces(all, 99, 4)).toHaveLength(30);
});
