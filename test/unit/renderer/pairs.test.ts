import { buildPreset } from '../../../electron/core/presets';
import { changeArchitecture } from '../../../electron/core/migration/change';
import { planMigration } from '../../../electron/core/migration/plan';
import { defaultPreprocessing } from '../../../electron/core/architecture';
import type { LayerOverride, MigrationPlan } from '../../../electron/core/migrations';
import { changedGrades, decide, droppedLayers, layerRows, lock, pairChoices, release } from '../../../renderer/src/migration/pairs';

const source = { architecture: buildPreset('small', { height: 32, width: 32, channels: 1 }, 3), classNames: ['cup', 'ball', 'car'], preprocessing: defaultPreprocessing(1) };

function planned(overrides: readonly LayerOverride[] = []): MigrationPlan {
  return planMigration({ source, target: changeArchitecture(source, { widthFactor: 2, route: 'exact' }), route: 'exact', overrides });
}

describe('pairs of layers in the plan', () => {
  it('has one row per new layer with weights, in order, each with its old layer and the worst grade', () => {
    const rows = layerRows(planned());
    expect(rows.map(({ layer, from }) => [layer, from])).toEqual(['conv1', 'conv2', 'conv3', 'dense1', 'head'].map((name) => [name, name]));
    expect(rows.every(({ grade, weights }) => grade === 'exact' && weights.length === 2)).toBe(true);
    const [first] = rows;
    expect(new Set(first?.reasons.map((reason) => JSON.stringify(reason))).size).toBe(first?.reasons.length);
  });

  it('greys what cannot be, with the reason: another kind, or locked to another layer', () => {
    const choices = pairChoices(planned([{ layer: 'conv1', from: 'conv1', locked: true }]), 'conv2');
    const of = (old: string) => choices.find((choice) => choice.old === old);
    expect(of('dense1')?.obstacle).toEqual({ key: 'migrate:pair.otherType', params: { type: 'dense', wanted: 'conv2d' } });
    expect(of('conv1')?.obstacle).toEqual({ key: 'migrate:pair.lockedBy', params: { layer: 'conv1' } });
    expect(of('conv3')).toMatchObject({ obstacle: null, usedBy: 'conv3' });
    expect(of('pool1')).toBeUndefined();
  });

  it('lets an earlier decision about the same old layer give way, and keeps locks', () => {
    const first = decide([], 'conv2', 'conv1');
    expect(decide(first, 'conv3', 'conv1')).toEqual([{ layer: 'conv3', from: 'conv1', locked: false }]);
    const locked = lock(first, 'conv2', 'conv1', true);
    expect(decide(locked, 'conv2', null)).toEqual([{ layer: 'conv2', from: null, locked: true }]);
    expect(release(locked, 'conv2')).toEqual([]);
  });

  it('says what a decision did to the grades', () => {
    const before = planned();
    const after = planned(decide([], 'conv2', null));
    const other = planned(decide([], 'conv2', 'conv1'));
    const change = { layer: 'conv2', grade: 'exact', whole: before.grade } as const;
    // A fresh layer passes on what it reads, so it is right by itself; what stands behind it is not.
    expect(changedGrades(change, after)).toEqual({ layer: ['exact', 'exact'], whole: ['exact', 'start'] });
    expect(changedGrades(change, other)).toEqual({ layer: ['exact', 'start'], whole: ['exact', 'start'] });
    expect(droppedLayers(after).map(({ layer }) => layer)).toEqual(['conv2']);
    expect(changedGrades({ ...change, layer: 'gone' }, after)).toBeNull();
  });
});
