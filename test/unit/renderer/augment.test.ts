import { augmentationPresets } from '../../../electron/core/augmentation';
import { judgeMirror } from '../../../electron/core/mirrorTest';
import { defaultTrainingConfig } from '../../../electron/core/training';
import { callSchemas } from '../../../electron/ipc/schemas';
import { augmentationIn, previewFrames, strengthNames, strengths, usualStrength, withChange, withPreset } from '../../../renderer/src/rounds/augment';

describe('augmentation', () => {
  const light = withPreset(defaultTrainingConfig, 'light', false);

  it('a preset never mirrors by itself, only where the project allows it', () => {
    expect(light).toEqual({ ...defaultTrainingConfig, augmentation: 'light' });
    expect(withPreset(light, 'strong', true).augment).toEqual({ flip: true });
    expect(withPreset(light, 'none', true)).toEqual(defaultTrainingConfig);
  });

  it('a change that is taken back leaves no trace', () => {
    const off = withChange(light, 'rotate', 0);
    expect(off.augment).toEqual({ rotate: 0 });
    expect(augmentationIn(off)).toEqual({ ...augmentationPresets.light, rotate: 0 });
    expect(withChange(off, 'rotate', usualStrength('light', 'rotate'))).toEqual(light);
  });

  it('what is switched on has the strength of its preset, or of the next stronger one', () => {
    expect(usualStrength('light', 'shift')).toBe(augmentationPresets.light.shift);
    expect(usualStrength('none', 'cutout')).toBe(augmentationPresets.strong.cutout);
  });

  it.each(strengthNames)('%s: presets lie on the slider, and the main process takes its end', (name) => {
    const { most } = strengths[name];
    expect(augmentationPresets.strong[name]).toBeLessThanOrEqual(most);
    const config = withChange(defaultTrainingConfig, name, most);
    expect(callSchemas['rounds:train'].safeParse([{ backgrounds: null, input: null, preset: null, from: null, config }]).success).toBe(true);
  });

  it('frames to show are of different classes and clips', () => {
    const clip = (classId: number | null, ...strip: number[]): { readonly classId: number | null; readonly strip: readonly number[] } => ({ classId, strip });
    expect(previewFrames([clip(1, 1, 2, 3), clip(1), clip(1, 4), clip(2, 5), clip(2, 6), clip(2, 7), clip(3, 8), clip(3, 9), clip(3, 10)], 3)).toEqual([2, 6, 10]);
    expect(previewFrames([clip(1, 1), clip(1, 2), clip(1, 3)], 2)).toHaveLength(2);
    expect(new Set(previewFrames([clip(1, 1), clip(1, 2), clip(2, 3)], 3)).size).toBe(3);
    expect(previewFrames([clip(null, 1)], 3)).toEqual([1]);
    expect(previewFrames([], 3)).toEqual([]);
  });

  it('a small difference on few frames decides nothing about mirrors', () => {
    const test = { epochs: 5, frames: 100, classes: 3, without: 0.8, mirrored: 0.85 };
    expect(judgeMirror(test)).toBe('neither');
    expect(judgeMirror({ ...test, frames: 2000 })).toBe('mirrored');
    expect(judgeMirror({ ...test, mirrored: 0.5 })).toBe('without');
    expect(judgeMirror({ ...test, without: 1, mirrored: 1 })).toBe('neither');
    expect(judgeMirror({ ...test, without: 0.33, mirrored: 0.36 })).toBe('nothingLearnt');
  });
});
