import { defaultTrainingConfig, type TrainingConfig } from '../../../electron/core/training';
import { callSchemas } from '../../../electron/ipc/schemas';
import { changedFields, defaultOf, groups, numberLimits, valueOf, weightsByClass, withDefaults, withField, withoutLayers, type NumberName } from '../../../renderer/src/rounds/tuning';

const accepts = (config: object): boolean => callSchemas['rounds:train'].safeParse([{ backgrounds: null, input: null, preset: null, from: null, config }]).success;

describe('settings of a training', () => {
  it('nothing is changed at first', () => {
    expect(changedFields(defaultTrainingConfig)).toEqual([]);
    expect(valueOf(defaultTrainingConfig, 'optimizer')).toBe('adam');
  });

  it('what is set back to its default leaves no trace', () => {
    const changed = withField(withField(defaultTrainingConfig, 'l2', 0.001), 'epochs', 3);
    expect(changedFields(changed)).toEqual(['epochs', 'l2']);
    expect(withField(withField(changed, 'l2', 0), 'epochs', 20)).toEqual(defaultTrainingConfig);
    expect(withField(changed, 'epochs', undefined).epochs).toBe(20);
  });

  it('momentum goes with SGD, and the usual decay with the optimizer', () => {
    const sgd = withField(withField(withField(defaultTrainingConfig, 'optimizer', 'sgd'), 'momentum', 0.5), 'nesterov', true);
    expect(changedFields(sgd)).toEqual(['optimizer', 'momentum', 'nesterov']);
    const adamw = withField(withField(sgd, 'weightDecay', 0.01), 'optimizer', 'adamw');
    expect(adamw).toEqual({ ...defaultTrainingConfig, optimizer: 'adamw' });
    expect(valueOf(adamw, 'weightDecay')).toBe(0.004);
    expect(withField(adamw, 'weightDecay', 0)).toMatchObject({ weightDecay: 0 });
  });

  it('the warm-up of a cosine is decided by the schedule, and 0 is a choice there', () => {
    const cosine = withField(defaultTrainingConfig, 'schedule', 'cosine');
    expect(defaultOf(cosine, 'warmUp')).toBeUndefined();
    expect(changedFields(withField(cosine, 'warmUp', 0))).toEqual(['schedule', 'warmUp']);
    expect(changedFields(withField(defaultTrainingConfig, 'warmUp', 0))).toEqual([]);
  });

  it('a teacher takes its numbers with it, frozen layers theirs', () => {
    const taught = withField(withField(withField(defaultTrainingConfig, 'teacher', 'm-1'), 'temperature', 4), 'unlabelled', true);
    expect(withField(taught, 'teacher', undefined)).toEqual(defaultTrainingConfig);
    const frozen = withField(withField(defaultTrainingConfig, 'frozen', ['conv1']), 'thawAfter', 5);
    expect(withField(frozen, 'frozen', [])).toEqual(defaultTrainingConfig);
    expect(withoutLayers(frozen)).toEqual(defaultTrainingConfig);
  });

  it('back to the defaults keeps the augmentation', () => {
    const config: TrainingConfig = { ...defaultTrainingConfig, epochs: 5, l1: 0.1, augmentation: 'light', augment: { hue: 5 } };
    expect(withDefaults(config)).toEqual({ ...defaultTrainingConfig, augmentation: 'light', augment: { hue: 5 } });
  });

  it.each(Object.keys(numberLimits) as NumberName[])('the limits of %s are those of the main process', (name) => {
    const { min, max } = numberLimits[name];
    const wide = name === 'momentum' || name === 'labelSmoothing' ? 1 : max + 1;
    expect([min, max, min - 1, wide].map((value) => accepts({ ...defaultTrainingConfig, [name]: value }))).toEqual([true, true, false, false]);
  });

  it('every field has one place', () => {
    const names = Object.values(groups).flat();
    expect(new Set(names).size).toBe(names.length);
  });

  it('weights by class begin with one', () => {
    expect(weightsByClass('balanced', ['a', 'b'])).toEqual({ a: 1, b: 1 });
    expect(weightsByClass({ a: 3, gone: 2 }, ['a', 'b'])).toEqual({ a: 3, b: 1 });
  });
});
