import { describe, expect, it } from 'vitest';
import { applyPlan } from '../../../../electron/core/migration/apply';
import { changeArchitecture } from '../../../../electron/core/migration/change';
import { planMigration } from '../../../../electron/core/migration/plan';
import { bestChannels, channelWorth, narrowedChannels } from '../../../../electron/core/migration/selection';
import { random, randomPicture, randomWeights } from '../../../helpers/randomNetworks';
import { referenceLogits } from '../../../helpers/referenceNetwork';
import { conv, dense, flatten, maxPool, model, network, picture } from '../../../helpers/smallModels';

const source = model(network(picture(8), [conv('conv', 4, 3, { activation: 'relu' }), maxPool('pool'), flatten(), dense('hidden', 6, 'relu'), dense('head', 2, 'softmax')]), ['a', 'b']);
const target = changeArchitecture(source, { widthFactor: 0.5, route: 'native' });

describe('W6: narrower', () => {
  it('finds the places where channels are lost, and who reads them', () => {
    expect(narrowedChannels(planMigration({ source, target, route: 'native' }))).toEqual([
      { layer: 'conv', channels: 4, keep: 2, readers: [{ layer: 'hidden', reads: 'flatten', units: 6 }] },
      { layer: 'hidden', channels: 6, keep: 3, readers: [{ layer: 'head', reads: 'hidden', units: 2 }] },
    ]);
  });
  it('ranks channels by spread times the weights that read them', () => {
    const weights = new Map([['next/kernel', Float32Array.of(1, 1, 0, 0, 3, 4, 2, 0)]]) as never;
    const place = { layer: 'x', channels: 2, keep: 1, readers: [{ layer: 'next', reads: 'flat', units: 2 }] };
    const worth = channelWorth(place, weights, [Float64Array.of(1, 9, 2, 1)]);
    expect([...worth]).toEqual([2 + 4 * 25, 0 + 4]);
    expect([bestChannels(worth, 1), bestChannels(Float64Array.of(3, 1, 3, 7), 3)]).toEqual([[0], [0, 2, 3]]);
  });
  it('changes nothing where only dead channels go', () => {
    const old = new Map([...randomWeights(source.architecture, random(3))].map(([name, values]) => [name, Float32Array.from(values)]));
    for (const [layer, dead, width] of [['conv', [0, 2], 4], ['hidden', [1, 3, 4], 6]] as const) {
      old.get(`${layer}/kernel`)!.forEach((_, i, all) => (dead as readonly number[]).includes(i % width) && (all[i] = 0));
      for (const channel of dead) old.get(`${layer}/bias`)![channel] = -1;
    }
    const plan = planMigration({ source, target, route: 'native', kept: new Map([['conv', [1, 3]], ['hidden', [0, 2, 5]]]) });
    expect(plan.grade).toBe('close');
    const seen = randomPicture([8, 8, 1], random(4));
    expect(referenceLogits(target.architecture, applyPlan(plan, old as never, 1), seen).values).toEqual(referenceLogits(source.architecture, old as never, seen).values);
  });
  it('has no exact way', () => expect(() => changeArchitecture(source, { widthFactor: 0.5, route: 'exact' })).toThrow(expect.objectContaining({ key: 'migrations:narrower' })));
});
