import { augmentationPresets, type AugmentationConfig, type AugmentationName } from '../../../electron/core/augmentation';
import type { TrainingConfig } from '../../../electron/core/training';

export type ChangeName = keyof AugmentationConfig;
/** Changes whose strength is a number. */
export type StrengthName = Exclude<ChangeName, 'flip'>;

/** How strengths are shown: shares as percent, turns in degrees. `most`: the end of the slider. */
export const strengths: Readonly<Record<StrengthName, { readonly unit: 'percent' | 'degrees'; readonly most: number }>> = {
  shift: { unit: 'percent', most: 0.5 },
  zoom: { unit: 'percent', most: 0.5 },
  rotate: { unit: 'degrees', most: 45 },
  brightness: { unit: 'percent', most: 0.6 },
  contrast: { unit: 'percent', most: 0.6 },
  saturation: { unit: 'percent', most: 1 },
  hue: { unit: 'degrees', most: 60 },
  noise: { unit: 'percent', most: 0.2 },
  blur: { unit: 'percent', most: 1 },
  cutout: { unit: 'percent', most: 0.6 },
};

/** In the order in which they are shown: what moves, what recolours, what spoils. */
export const strengthNames = Object.keys(strengths) as readonly StrengthName[];

/** What a training does to its pictures: the preset with its changes. */
export function augmentationIn({ augmentation, augment }: TrainingConfig): AugmentationConfig {
  return { ...augmentationPresets[augmentation], ...augment };
}

/** Changes to a preset without those that the preset has anyway. */
function differences(preset: AugmentationName, wanted: AugmentationConfig): Partial<AugmentationConfig> | undefined {
  const usual = augmentationPresets[preset];
  const left = Object.entries(wanted).filter(([name, value]) => value !== usual[name as ChangeName]);
  return left.length > 0 ? (Object.fromEntries(left) as Partial<AugmentationConfig>) : undefined;
}

function rebuilt(config: TrainingConfig, preset: AugmentationName, wanted: AugmentationConfig): TrainingConfig {
  const rest = Object.fromEntries(Object.entries(config).filter(([name]) => name !== 'augment')) as unknown as TrainingConfig;
  const augment = differences(preset, wanted);
  return { ...rest, augmentation: preset, ...(augment ? { augment } : {}) };
}

/** Another preset, as it is; pictures are mirrored only where the project allows it, and never by the preset `none`. */
export function withPreset(config: TrainingConfig, preset: AugmentationName, mirror: boolean): TrainingConfig {
  return rebuilt(config, preset, { ...augmentationPresets[preset], flip: preset !== 'none' && mirror });
}

/** One change at another strength; 0 (or false) switches it off. */
export function withChange<N extends ChangeName>(config: TrainingConfig, name: N, value: AugmentationConfig[N]): TrainingConfig {
  return rebuilt(config, config.augmentation, { ...augmentationIn(config), [name]: value });
}

/** The strength that a change has when it is switched on: that of the preset, else that of the next stronger one. */
export function usualStrength(preset: AugmentationName, name: StrengthName): number {
  return [preset, 'light', 'strong'].map((known) => augmentationPresets[known as AugmentationName][name]).find((value) => value > 0) ?? strengths[name].most / 2;
}

interface Clip {
  readonly classId: number | null;
  readonly strip: readonly number[];
}

/** Frames to show, of different classes and clips as far as there are any; at most `most`. */
export function previewFrames(clips: readonly Clip[], most: number): readonly number[] {
  const filled = clips.filter(({ strip }) => strip.length > 0);
  const classes = [...new Set(filled.map(({ classId }) => classId))].map((id) => filled.filter(({ classId }) => classId === id));
  const chosen: Clip[] = [];
  for (let turn = 0; chosen.length < Math.min(most, filled.length); turn += 1) {
    const own = classes[turn % classes.length] as readonly Clip[];
    // A class begins a third of its clips further than the one before: its clips lie in the order of the backgrounds.
    const free = own.filter((clip) => !chosen.includes(clip));
    const clip = free[Math.floor((free.length * (turn % most)) / most)];
    if (clip) chosen.push(clip);
  }
  return chosen.map(({ strip }) => strip[Math.floor(strip.length / 2)] as number);
}
