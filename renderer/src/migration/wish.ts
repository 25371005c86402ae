import { create } from 'zustand';
import type { LayerOverride, MigrationCheck } from '../../../electron/core/migrations';
import type { MigrationWish, ModelView } from '../../../electron/ipc/contract';
import type { PairChange } from './pairs';

/** What the user is changing; it stays while he looks at other places. */
export interface MigrationDraft {
  readonly modelId: string | null;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly factor: number;
  readonly addClasses: readonly string[];
  readonly removeClasses: readonly string[];
  readonly route: 'exact' | 'native';
  /** Pairs of layers that the user decided. */
  readonly overrides: readonly LayerOverride[];
  /** The last such decision, so that the plan can say what it did. */
  readonly pairChange: PairChange | null;
  /** Of the wish with this key; anything else is old. */
  readonly check: { readonly key: string; readonly result: MigrationCheck } | null;
  readonly kept: { readonly key: string; readonly model: ModelView } | null;
}

const untouched = { factor: 1, addClasses: [], removeClasses: [], route: 'exact', overrides: [], pairChange: null, check: null, kept: null } as const;

export const useDraft = create<MigrationDraft>(() => ({ modelId: null, height: 64, width: 64, channels: 1, ...untouched }));

/** Starts over with a model as it is. */
export function draftFor(model: ModelView): void {
  useDraft.setState({ modelId: model.id, height: model.input.height, width: model.input.width, channels: model.input.channels, ...untouched });
}

/** Draft -> call; null while nothing is changed. */
export function wishOf(draft: MigrationDraft, model: ModelView): MigrationWish | null {
  const { height, width, channels, factor, addClasses, removeClasses, route, overrides } = draft;
  const sameInput = model.input.height === height && model.input.width === width && model.input.channels === channels;
  if (sameInput && factor === 1 && addClasses.length === 0 && removeClasses.length === 0) return null;
  return { modelId: model.id, input: sameInput ? null : { height, width, channels }, width: factor, addClasses, removeClasses, ...(overrides.length > 0 ? { overrides } : {}), route };
}

/** Two equal wishes have equal keys. */
export function wishKey(wish: MigrationWish | null): string {
  return JSON.stringify(wish);
}

/** A name for the new model that says what changed: `round-3-128x128x3`. */
export function proposeName(draft: MigrationDraft, model: ModelView): string {
  const { height, width, channels, factor, addClasses } = draft;
  const changed = model.input.height !== height || model.input.width !== width || model.input.channels !== channels;
  return [model.name, changed ? `${height}x${width}x${channels}` : '', factor === 1 ? '' : `wide${factor}`, addClasses.length > 0 ? `plus-${addClasses.length}` : ''].filter(Boolean).join('-').slice(0, 80);
}
