import { create } from 'zustand';
import { defaultPreprocessing, type Architecture } from '../../../electron/core/architecture';
import { placeOf } from '../../../electron/core/migration/addLayer';
import { changeArchitecture } from '../../../electron/core/migration/change';
import { centredPlace } from '../../../electron/core/migration/pictures';
import type { FirstKernels, LayerOverride, LayerPlace, MigrationCheck, NewClassMethod, OldPictures, OldPicturesWish } from '../../../electron/core/migrations';
import type { MigrationWish, ModelView } from '../../../electron/ipc/contract';
import { edited, type Edit } from '../architecture/editor';
import { appliedPictures } from './oldPictures';
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
  /** The network as edited, to which the choices above are made; null: that of the model. */
  readonly architecture: Architecture | null;
  readonly addLayer: LayerPlace | null;
  /** How new classes start; null: what does best with so many frames. */
  readonly newClassStart: NewClassMethod | null;
  /** Pairs of layers that the user decided. */
  readonly overrides: readonly LayerOverride[];
  /** How the old pictures relate to the new ones; null: as usual. */
  readonly oldPictures: OldPicturesWish | null;
  readonly firstKernels: FirstKernels;
  /** The last such decision, so that the plan can say what it did. */
  readonly pairChange: PairChange | null;
  /** Of the wish with this key; anything else is old. */
  readonly check: { readonly key: string; readonly result: MigrationCheck } | null;
  readonly kept: { readonly key: string; readonly model: ModelView } | null;
}

const untouched = { factor: 1, addClasses: [], removeClasses: [], route: 'exact', architecture: null, addLayer: null, newClassStart: null, overrides: [], oldPictures: null, firstKernels: 'copied', pairChange: null, check: null, kept: null } as const;

export const useDraft = create<MigrationDraft>(() => ({ modelId: null, height: 64, width: 64, channels: 1, ...untouched }));

/** Starts over with a model as it is. */
export function draftFor(model: ModelView): void {
  useDraft.setState({ modelId: model.id, height: model.input.height, width: model.input.width, channels: model.input.channels, ...untouched });
}

/** The input that a choice is compared with: of the edited network, or of the model. */
function baseInput({ architecture }: MigrationDraft, model: ModelView): ModelView['input'] {
  return architecture?.input ?? model.input;
}

function sameInput(draft: MigrationDraft, model: ModelView): boolean {
  const { height, width, channels } = baseInput(draft, model);
  return draft.height === height && draft.width === width && draft.channels === channels;
}

/** Draft -> call; null while nothing is changed. */
export function wishOf(draft: MigrationDraft, model: ModelView): MigrationWish | null {
  const { height, width, channels, factor, addClasses, removeClasses, route, architecture, addLayer, newClassStart, overrides } = draft;
  const oldPictures = appliedPictures(draft.oldPictures, model.input, { height, width, channels });
  const same = sameInput(draft, model);
  if (same && factor === 1 && addClasses.length === 0 && removeClasses.length === 0 && architecture === null && addLayer === null && overrides.length === 0 && oldPictures === null) return null;
  return {
    modelId: model.id,
    input: same ? null : { height, width, channels },
    width: factor,
    addClasses,
    removeClasses,
    ...(architecture ? { architecture } : {}),
    ...(addLayer ? { addLayer } : {}),
    ...(newClassStart ? { newClassStart } : {}),
    ...(overrides.length > 0 ? { overrides } : {}),
    ...(oldPictures ? { oldPictures } : {}),
    ...(grows(draft, model) ? { firstKernels: draft.firstKernels } : {}),
    route,
  };
}

/** Whether the first kernels have a larger picture to follow. */
function grows({ height, width, route, firstKernels }: MigrationDraft, { input }: ModelView): boolean {
  return route === 'native' && firstKernels !== 'copied' && height * width > input.height * input.width;
}

/** The network that a draft leads to, at once and without asking the planner; the edited one where a choice does not fit it. */
export function targetOf(draft: MigrationDraft, model: ModelView, source: Architecture): Architecture {
  const base = draft.architecture ?? source;
  const { height, width, channels, factor, addClasses, removeClasses, addLayer, route } = draft;
  if (sameInput(draft, model) && factor === 1 && addClasses.length === 0 && removeClasses.length === 0 && addLayer === null && (!draft.oldPictures || draft.architecture)) return base;
  try {
    const shape = { architecture: base, classNames: model.classNames, preprocessing: defaultPreprocessing(base.input.channels) };
    return changeArchitecture(shape, { input: { height, width, channels }, widthFactor: factor, addClasses, removeClasses, route, oldPictures: placed(draft, base), ...(grows(draft, model) ? { firstKernels: draft.firstKernels } : {}), ...(addLayer ? { addLayer: placeOf(base, addLayer) } : {}) }).architecture;
  } catch {
    return base;
  }
}

function placed({ oldPictures, height, width, channels }: MigrationDraft, base: Architecture): OldPictures | undefined {
  const applied = appliedPictures(oldPictures, base.input, { height, width, channels });
  if (!applied) return undefined;
  const { inside, ...rest } = applied;
  return inside === undefined ? rest : { ...rest, inside: inside === 'centre' ? centredPlace(base, { height, width, channels }) : inside };
}

/** Puts a network in the place of the model's: the choices that made it are part of it now. */
export function withArchitecture(draft: MigrationDraft, source: Architecture, architecture: Architecture): Partial<MigrationDraft> {
  const names = new Set(architecture.layers.map(({ name }) => name));
  const asBefore = JSON.stringify(architecture) === JSON.stringify(source);
  const { height, width, channels } = architecture.input;
  return { architecture: asBefore ? null : architecture, factor: 1, addLayer: null, firstKernels: 'copied', height, width, channels, pairChange: null, overrides: draft.overrides.filter(({ layer }) => names.has(layer)) };
}

/** One step of the structure editor, on what is shown. */
export function editStep(draft: MigrationDraft, model: ModelView, source: Architecture, step: Edit): Partial<MigrationDraft> {
  const next = edited(targetOf(draft, model, source), step, source.layers.map(({ uid }) => uid));
  const renamed = step.kind === 'rename' && next.layers.some(({ name }) => name === step.name);
  const overrides = renamed ? draft.overrides.map((pair) => (pair.layer === step.layer ? { ...pair, layer: step.name } : pair)) : draft.overrides;
  return withArchitecture({ ...draft, overrides }, source, next);
}

/** Two equal wishes have equal keys. */
export function wishKey(wish: MigrationWish | null): string {
  return JSON.stringify(wish);
}

/** A name for the new model that says what changed: `round-3-128x128x3`. */
export function proposeName(draft: MigrationDraft, model: ModelView): string {
  const { height, width, channels, factor, addClasses, addLayer, architecture } = draft;
  const changed = model.input.height !== height || model.input.width !== width || model.input.channels !== channels;
  return [model.name, changed ? `${height}x${width}x${channels}` : '', factor === 1 ? '' : factor > 1 ? `wide${factor}` : `slim${factor}`, addLayer ? `plus-${addLayer}` : '', architecture && !changed ? 'edited' : '', addClasses.length > 0 ? `plus-${addClasses.length}` : ''].filter(Boolean).join('-').slice(0, 80);
}
