import { defaultTrainingConfig, type TrainingConfig } from '../../../electron/core/training';
import type { NextRound, RoundWishView } from '../../../electron/ipc/contract';

/** What the card of the next round is filled in with. */
export interface RoundForm {
  readonly backgrounds: readonly string[];
  /** `last`, `none` or the id of a model. */
  readonly from: string;
  readonly size: number;
  readonly channels: 1 | 3;
  readonly preset: string;
  readonly config: TrainingConfig;
}

/** The form as it is first shown. */
export function firstForm(next: NextRound, from: string | null): RoundForm {
  return {
    backgrounds: next.available.map(({ name }) => name),
    from: from ?? (next.startModel ? 'last' : 'none'),
    size: 64,
    channels: 3,
    preset: next.presets.find(({ name }) => name === 'small')?.name ?? next.presets[0]?.name ?? 'small',
    config: defaultTrainingConfig,
  };
}

/** Form -> call. Input and preset count for a fresh start only: otherwise the model brings them. */
export function wishOf(form: RoundForm, next: NextRound): RoundWishView {
  const fresh = form.from === 'none';
  const all = next.available.every(({ name }) => form.backgrounds.includes(name));
  return {
    backgrounds: all ? null : form.backgrounds,
    input: fresh ? { height: form.size, width: form.size, channels: form.channels } : null,
    preset: fresh ? form.preset : null,
    from: form.from === 'last' ? null : form.from,
    config: form.config,
  };
}

/** Id of the model that a form starts from; null for a fresh start. */
export function startModelOf(form: RoundForm, next: NextRound): string | null {
  if (form.from === 'none') return null;
  return form.from === 'last' ? (next.startModel?.id ?? null) : form.from;
}
