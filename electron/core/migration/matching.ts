import type { Architecture, Layer } from '../architecture';
import { UserError } from '../errors';
import type { ForbiddenPair, LayerMatch, LayerOverride } from '../migrations';
import { alignLayers } from './align';
import { mayFollow } from './kinds';

/** Names that a program gave: a type, perhaps with a number. They say nothing about which layer is which. */
const automaticName =
  /^(conv2d|depthwise_conv2d|separable_conv2d|conv|dense|batch_normalization|bn|activation|leaky_re_?lu|p_?re_?lu|max_pooling2d|average_pooling2d|pool|global_average_pooling2d|global_max_pooling2d|flatten|dropout|zero_padding2d|up_sampling2d|add|multiply|concatenate|rescaling)(_?\d+)*$/i;

/** Whether the user (and not a counter) chose the name. */
export function isChosenName(name: string): boolean {
  return !automaticName.test(name);
}

export interface Matches {
  readonly pairs: ReadonlyMap<string, Layer>;
  /** How each pair was found, in the order of the new network. */
  readonly found: readonly LayerMatch[];
}

/** Wishes that matching must keep to. */
export interface MatchLimits {
  readonly overrides?: readonly LayerOverride[];
  readonly forbidden?: readonly ForbiddenPair[];
}

/** Below this confidence another pair would be nearly as good. */
const doubtfulBelow = 0.5;

/**
 * For each layer of the new architecture its old one: as the user decided, then by lineage (`uid`), then, for what is
 * left, by names that the user chose. Where the two networks have no lineage in common, the rest is aligned by place and
 * shape. Only layers of the same type pair, or of types of which one can be read as the other.
 * @throws UserError where the user decided on a pair that cannot be: `migrations:layerUnknown`, `pairImpossible`, `pairTwice`
 */
export function matchLayers(next: Architecture, old: Architecture, { overrides = [], forbidden = [] }: MatchLimits = {}): Matches {
  const pairs = decidedPairs(next, old, overrides);
  const by = new Map<string, LayerMatch['by']>([...pairs.keys()].map((name) => [name, 'user']));
  const fresh = new Set(overrides.filter(({ from }) => from === null).map(({ layer }) => layer));
  const taken = new Set([...pairs.values()].map(({ name }) => name));
  const pairUp = (how: LayerMatch['by'], find: (layer: Layer) => Layer | undefined) => {
    for (const layer of next.layers) {
      if (pairs.has(layer.name) || fresh.has(layer.name)) continue;
      const match = find(layer);
      if (!match || !mayFollow(layer, match) || taken.has(match.name)) continue;
      if (forbidden.some((pair) => pair.layer === layer.name && pair.from === match.name)) continue;
      pairs.set(layer.name, match);
      by.set(layer.name, how);
      taken.add(match.name);
    }
  };
  const byUid = new Map(old.layers.map((layer) => [layer.uid, layer]));
  const byName = new Map(old.layers.map((layer) => [layer.name, layer]));
  pairUp('lineage', (layer) => byUid.get(layer.uid));
  const newUids = new Set(next.layers.map((layer) => layer.uid));
  pairUp('name', (layer) => {
    const match = isChosenName(layer.name) ? byName.get(layer.name) : undefined;
    return match && !newUids.has(match.uid) ? match : undefined;
  });
  const confidences = new Map<string, number>();
  if (!next.layers.some((layer) => byUid.has(layer.uid))) {
    for (const [name, { layer, confidence }] of alignLayers(next, old, { fixed: pairs, fresh, forbidden })) {
      if (pairs.has(name)) continue;
      confidences.set(name, confidence);
      pairs.set(name, layer);
      by.set(name, 'place');
    }
  }
  const locked = new Set(overrides.filter((pair) => pair.locked).map(({ layer }) => layer));
  const found = next.layers.flatMap(({ name }): LayerMatch[] => {
    const from = pairs.get(name);
    if (!from) return [];
    const confidence = confidences.get(name) ?? null;
    return [{ layer: name, from: from.name, by: by.get(name)!, confidence, doubtful: confidence !== null && confidence < doubtfulBelow, locked: locked.has(name) }];
  });
  return { pairs, found };
}

function decidedPairs(next: Architecture, old: Architecture, overrides: readonly LayerOverride[]): Map<string, Layer> {
  const pairs = new Map<string, Layer>();
  const seen = new Set<string>();
  for (const { layer: name, from } of overrides) {
    const layer = find(next, name);
    if (seen.has(name)) throw new UserError('migrations:pairTwice', { layer: name });
    seen.add(name);
    if (from === null) continue;
    const match = find(old, from);
    if (!mayFollow(layer, match)) throw pairImpossible(layer, match);
    if ([...pairs.values()].includes(match)) throw new UserError('migrations:pairTwice', { layer: from });
    pairs.set(name, match);
  }
  return pairs;
}

/** That a layer cannot follow the old one that the user chose. */
export function pairImpossible(layer: Layer, from: Layer): UserError {
  return new UserError('migrations:pairImpossible', { layer: layer.name, type: layer.type, from: from.name, fromType: from.type });
}

function find({ layers }: Architecture, name: string): Layer {
  const layer = layers.find((other) => other.name === name);
  if (!layer) throw new UserError('migrations:layerUnknown', { layer: name, layers: layers.map((other) => other.name).join(', ') });
  return layer;
}
