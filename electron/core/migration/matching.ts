import type { Architecture, Layer } from '../architecture';
import { alignLayers } from './align';

/** Names that a program gave: a type, perhaps with a number. They say nothing about which layer is which. */
const automaticName =
  /^(conv2d|depthwise_conv2d|separable_conv2d|conv|dense|batch_normalization|bn|activation|leaky_re_?lu|p_?re_?lu|max_pooling2d|average_pooling2d|pool|global_average_pooling2d|global_max_pooling2d|flatten|dropout|zero_padding2d|up_sampling2d|add|multiply|concatenate|rescaling)(_?\d+)*$/i;

/** Whether the user (and not a counter) chose the name. */
export function isChosenName(name: string): boolean {
  return !automaticName.test(name);
}

export interface Matches {
  readonly pairs: ReadonlyMap<string, Layer>;
  /** Names of new layers whose pair is a guess from place and shape. */
  readonly guessed: readonly string[];
}

/**
 * For each layer of the new architecture its old one: by lineage (`uid`), then, for what is left, by names that the
 * user chose. Where the two networks have no lineage in common, the rest is aligned by place and shape. Only layers of
 * the same type pair.
 */
export function matchLayers(next: Architecture, old: Architecture): Matches {
  const pairs = new Map<string, Layer>();
  const taken = new Set<string>();
  const pairUp = (find: (layer: Layer) => Layer | undefined) => {
    for (const layer of next.layers) {
      if (pairs.has(layer.name)) continue;
      const match = find(layer);
      if (!match || match.type !== layer.type || taken.has(match.name)) continue;
      pairs.set(layer.name, match);
      taken.add(match.name);
    }
  };
  const byUid = new Map(old.layers.map((layer) => [layer.uid, layer]));
  const byName = new Map(old.layers.map((layer) => [layer.name, layer]));
  pairUp((layer) => byUid.get(layer.uid));
  const newUids = new Set(next.layers.map((layer) => layer.uid));
  pairUp((layer) => {
    const match = isChosenName(layer.name) ? byName.get(layer.name) : undefined;
    return match && !newUids.has(match.uid) ? match : undefined;
  });
  if (next.layers.some((layer) => byUid.has(layer.uid))) return { pairs, guessed: [] };
  const aligned = [...alignLayers(next, old, pairs)].filter(([name]) => !pairs.has(name));
  return { pairs: new Map([...pairs, ...aligned]), guessed: aligned.map(([name]) => name) };
}
