import type { Architecture, InputShape } from '../../../electron/core/architecture';
import { buildPreset } from '../../../electron/core/presets';
import { withClasses } from '../../../electron/core/head';
import { defaultTrainingConfig, type TrainingConfig } from '../../../electron/core/training';
import type { ModelView, NextRound, RoundWishView, SavedArchitecture } from '../../../electron/ipc/contract';

/** Where the network of a round comes from: the model that it starts from, a preset, or one that the user saved. */
export type NetworkChoice = 'model' | `preset:${string}` | `saved:${string}`;

/** What the card of the next round is filled in with. */
export interface RoundForm {
  readonly backgrounds: readonly string[];
  /** `last`, `none` or the id of a model. */
  readonly from: string;
  readonly network: NetworkChoice;
  readonly size: number;
  readonly channels: 1 | 3;
  readonly config: TrainingConfig;
}

const usualPreset = 'preset:small';

/** The form as it is first shown. */
export function firstForm(next: NextRound, from: string | null): RoundForm {
  const start = from ?? (next.startModel ? 'last' : 'none');
  return {
    backgrounds: next.available.map(({ name }) => name),
    from: start,
    network: start === 'none' ? usualPreset : 'model',
    size: 64,
    channels: 3,
    config: defaultTrainingConfig,
  };
}

/** Other starting weights; the network follows: that of the model, or for a fresh start the one that was chosen. */
export function withStart(form: RoundForm, from: string): RoundForm {
  const network = from === 'none' ? (form.network === 'model' ? usualPreset : form.network) : 'model';
  return { ...form, from, network };
}

function nameOf(network: NetworkChoice, kind: 'preset' | 'saved'): string | null {
  return network.startsWith(`${kind}:`) ? network.slice(kind.length + 1) : null;
}

/** Form -> call. Input and network count for a fresh start only: otherwise the model brings them. */
export function wishOf(form: RoundForm, next: NextRound): RoundWishView {
  const fresh = form.from === 'none';
  const all = next.available.every(({ name }) => form.backgrounds.includes(name));
  const saved = fresh ? nameOf(form.network, 'saved') : null;
  return {
    backgrounds: all ? null : form.backgrounds,
    input: fresh ? inputOf(form) : null,
    preset: fresh ? nameOf(form.network, 'preset') : null,
    ...(saved === null ? {} : { architecture: saved }),
    from: form.from === 'last' ? null : form.from,
    config: form.config,
  };
}

/** The input of a fresh start. */
export function inputOf({ size, channels }: RoundForm): InputShape {
  return { height: size, width: size, channels };
}

/** Id of the model that a form starts from; null for a fresh start. */
export function startModelOf(form: RoundForm, next: NextRound): string | null {
  if (form.from === 'none') return null;
  return form.from === 'last' ? (next.startModel?.id ?? null) : form.from;
}

/** The chosen preset or saved network for an input and the classes of the round; null for that of the model, or one that is gone. */
export function chosenNetwork(form: RoundForm, saved: readonly SavedArchitecture[], input: InputShape, classes: number): Architecture | null {
  const preset = nameOf(form.network, 'preset');
  if (preset !== null) return buildPreset(preset, input, classes);
  const own = saved.find(({ name }) => name === nameOf(form.network, 'saved'))?.architecture;
  return own ? withClasses({ ...own, input }, classes) : null;
}

/** True where the weights of one fit into the other as they are: the same input, and the same layers by name and numbers. */
export function fits(one: Architecture, other: Architecture): boolean {
  const bare = ({ input, layers }: Architecture): string => JSON.stringify([[input.height, input.width, input.channels], layers.map((layer) => Object.entries({ ...layer, uid: undefined }).filter(([, value]) => value !== undefined).sort(([a], [b]) => a.localeCompare(b)))]);
  return bare(one) === bare(other);
}

/** Why weights cannot be taken over as they are: another network, or classes that the model does not know. */
export type Misfit = { readonly kind: 'network'; readonly name: string } | { readonly kind: 'classes'; readonly names: readonly string[] };

/** What keeps a round from starting with the weights of `model`, whose network is `own`; null where nothing does. */
export function misfitOf(form: RoundForm, next: NextRound, model: ModelView | null, own: Architecture | null, saved: readonly SavedArchitecture[]): Misfit | null {
  if (!model) return null;
  const unknown = next.classNames.filter((name) => !model.classNames.includes(name));
  if (unknown.length > 0) return { kind: 'classes', names: unknown };
  if (form.network === 'model' || !own) return null;
  const wanted = chosenNetwork(form, saved, own.input, model.classNames.length);
  return wanted && !fits(wanted, own) ? { kind: 'network', name: form.network.slice(form.network.indexOf(':') + 1) } : null;
}
