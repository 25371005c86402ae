import { buildPreset } from '../../../electron/core/presets';
import type { ModelView, NextRound } from '../../../electron/ipc/contract';
import { callSchemas } from '../../../electron/ipc/schemas';
import { continuedForm } from '../../../renderer/src/rounds/draft';
import { chosenNetwork, firstForm, fits, misfitOf, withStart, wishOf } from '../../../renderer/src/rounds/wish';

const input = { height: 64, width: 64, channels: 1 };
const next: NextRound = { number: 2, newClips: 2, backgrounds: ['wood'], train: 10, validation: 2, classNames: ['a', 'b'], optimistic: false, reason: null, startModel: { id: 'm-1', name: 'round-1', input }, obstacle: null, presets: [], available: [{ name: 'wood', clips: 2 }] };
const model: ModelView = { id: 'm-1', name: 'round-1', parentId: null, origin: 'trained', round: 1, input, classNames: ['a', 'b'], parameters: 1, accuracy: 1, createdAt: '' };
const own = buildPreset('small', input, 2);
const mine = { name: 'mine', architecture: { ...buildPreset('deeper', { ...input, height: 32, width: 32 }, 5), name: 'mine' }, parameters: 1 };

describe('the wish for a round', () => {
  it('goes on from the last model, with its network', () => {
    const wish = wishOf(firstForm(next, null), next);
    expect(wish).toMatchObject({ backgrounds: null, input: null, preset: null, from: null });
    expect(callSchemas['rounds:train'].safeParse([wish]).success).toBe(true);
  });

  it('a fresh start takes a preset or a saved network, and an input', () => {
    const fresh = withStart(firstForm(next, null), 'none');
    expect(wishOf(fresh, next)).toMatchObject({ preset: 'small', from: 'none', input: { height: 64, width: 64, channels: 3 } });
    const saved = wishOf({ ...fresh, network: 'saved:mine', channels: 1 }, next);
    expect(saved).toMatchObject({ preset: null, architecture: 'mine', input });
    expect(callSchemas['rounds:train'].safeParse([saved]).success).toBe(true);
    expect(withStart({ ...fresh, network: 'saved:mine' }, 'm-1').network).toBe('model');
  });

  it('a saved network takes the input and the classes of the round', () => {
    const network = chosenNetwork({ ...firstForm(next, 'none'), network: 'saved:mine' }, [mine], input, 2);
    expect(network?.input).toEqual(input);
    expect(network?.layers.at(-1)).toMatchObject({ units: 2 });
    expect(chosenNetwork({ ...firstForm(next, 'none'), network: 'saved:gone' }, [mine], input, 2)).toBeNull();
  });

  it('is shown again as it was left: new backgrounds are chosen, those that are gone are not', () => {
    const available = [{ name: 'wood', clips: 2 }, { name: 'grass', clips: 1 }, { name: 'sand', clips: 1 }];
    const left = { ...firstForm({ ...next, available }, null), backgrounds: ['grass', 'sand'] };
    const shown = continuedForm({ form: left, available: available.map(({ name }) => name) }, { ...next, available: [...available.slice(0, 2), { name: 'snow', clips: 1 }] });
    expect(shown).toEqual({ ...left, backgrounds: ['grass', 'snow'] });
  });

  it('says when weights do not fit', () => {
    const form = firstForm(next, null);
    const misfit = (part: Partial<typeof form>, round = next): unknown => misfitOf({ ...form, ...part }, round, model, own, [mine]);
    expect(misfit({})).toBeNull();
    expect(misfit({ network: 'preset:small' })).toBeNull();
    expect(misfit({ network: 'preset:deeper' })).toEqual({ kind: 'network', name: 'deeper' });
    expect(misfit({ network: 'saved:mine' })).toEqual({ kind: 'network', name: 'mine' });
    expect(misfit({}, { ...next, classNames: ['a', 'b', 'c'] })).toEqual({ kind: 'classes', names: ['c'] });
    expect(misfitOf({ ...form, from: 'none' }, next, null, null, [])).toBeNull();
  });

  it('networks fit by their layers, whatever their ids are', () => {
    expect(fits(own, { ...own, name: 'other', layers: own.layers.map((layer) => ({ ...layer, uid: `x/${layer.uid}` })) })).toBe(true);
    expect(fits(own, buildPreset('small', { ...input, channels: 3 }, 2))).toBe(false);
  });
});
