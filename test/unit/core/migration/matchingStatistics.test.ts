import { expect, it } from 'vitest';
import type { Activation, Architecture, Layer } from '../../../../electron/core/architecture';
import { matchLayers } from '../../../../electron/core/migration/matching';
import { weightSpecs } from '../../../../electron/core/shapes';
import type { Random } from '../../../helpers/randomNetworks';
import { pick, random } from '../../../helpers/randomNetworks';

let uid = 0;
const fresh = (layer: object): Layer => ({ uid: `l${uid++}`, name: '', ...layer }) as Layer;
const conv = (next: Random, filters: number): Layer =>
  fresh({ type: 'conv2d', filters, kernelSize: pick(next, [[3, 3], [3, 3], [3, 3], [5, 5], [1, 1]]), strides: [1, 1], padding: 'same', activation: 'relu', useBias: true });
const norm = () => fresh({ type: 'batchNormalization', epsilon: 1e-3, momentum: 0.99 });

/** A chain as people draw them: stages of one or two convolutions and a pool, perhaps with normalisation, then a head. */
function drawnChain(next: Random): Architecture {
  const layers: Layer[] = [];
  const withNorm = next() < 0.4;
  let filters = pick(next, [8, 16, 32]);
  const stages = 2 + Math.floor(next() * 3);
  for (let stage = 0; stage < stages; stage++) {
    for (let k = 0; k < 1 + Math.floor(next() * 2); k++) layers.push(conv(next, filters), ...(withNorm ? [norm()] : []));
    layers.push(fresh({ type: 'maxPooling2d', poolSize: [2, 2], strides: [2, 2], padding: 'same' }));
    if (next() < 0.8) filters *= 2;
  }
  layers.push(fresh({ type: pick(next, ['flatten', 'globalAveragePooling2d'] as const) }));
  if (next() < 0.7) layers.push(fresh({ type: 'dense', units: pick(next, [32, 64, 128]), activation: 'relu', useBias: true }));
  layers.push(fresh({ type: 'dense', units: 3 + Math.floor(next() * 8), activation: 'softmax', useBias: true }));
  return { formatVersion: 1, name: 'chain', input: { height: 32, width: 32, channels: pick(next, [1, 3]) }, layers };
}

function edited(next: Random, architecture: Architecture): Architecture {
  const { layers, input } = architecture;
  const places = layers.flatMap((layer, k) => (layer.type === 'conv2d' ? [k] : []));
  const i = pick(next, places.length > 0 ? places : [0]);
  const layer = layers[i]!;
  const head = layers.length - 1;
  const replaced = (at: number, change: object) => layers.map((other, k) => (k === at ? ({ ...other, ...change } as Layer) : other));
  const filters = layer.type === 'conv2d' ? layer.filters : 16;
  const edits: (() => Partial<Architecture>)[] = [
    () => ({ layers: [...layers.slice(0, i + 1), conv(next, filters), ...layers.slice(i + 1)] }),
    () => (places.length > 2 ? { layers: layers.filter((_, k) => k !== i) } : {}),
    () => ({ layers: replaced(i, { filters: Math.round(filters * 1.5) }) }),
    () => ({ layers: replaced(i, { filters: Math.max(1, Math.round(filters * 0.6)) }) }),
    () => ({ input: { ...input, channels: input.channels === 1 ? 3 : 1 } }),
    () => ({ layers: replaced(head, { units: 3 + Math.floor(next() * 8) }) }),
    () => ({ layers: replaced(i, { kernelSize: pick(next, [[5, 5], [7, 7]]) }) }),
    () => ({ layers: replaced(i, { activation: pick(next, ['elu', 'tanh', 'gelu'] as readonly Activation[]) }) }),
    () => ({ layers: layers.some(({ type }) => type === 'batchNormalization') ? layers.filter(({ type }) => type !== 'batchNormalization') : layers.flatMap((other) => (other.type === 'conv2d' ? [other, norm()] : [other])) }),
  ];
  return { ...architecture, ...pick(next, edits)() };
}

/** Names as a counter gives them, from `start` on in one half of the networks; no lineage. */
function anonymous(architecture: Architecture, prefix: string, start: number): Architecture {
  const words: Partial<Record<Layer['type'], string>> = { conv2d: 'conv2d', dense: 'dense', batchNormalization: 'batch_normalization', maxPooling2d: 'max_pooling2d', globalAveragePooling2d: 'global_average_pooling2d' };
  const counters = new Map<string, number>();
  const layers = architecture.layers.map((layer): Layer => {
    const word = words[layer.type] ?? layer.type;
    const count = counters.get(word) ?? start;
    counters.set(word, count + 1);
    return { ...layer, uid: `${prefix}${layer.uid}`, name: count === 0 ? word : `${word}_${count}` };
  });
  return { ...architecture, layers };
}

interface Tally {
  readonly right: number;
  readonly wrongMarked: number;
  readonly wrong: number;
  readonly falseAlarms: number;
}

/** Shares over all layers with weights that have an old one; of wrong pairs, how many were marked as doubtful. */
function statistics(edits: number, networks: number): Tally {
  let [layers, right, wrong, marked, alarms] = [0, 0, 0, 0, 0];
  for (let seed = 1; seed <= networks; seed++) {
    const next = random(seed * 10 + edits);
    const old = drawnChain(next);
    let target = old;
    for (let k = 0; k < edits; k++) target = edited(next, target);
    const [a, b] = [anonymous(old, 'o', 0), anonymous(target, 'n', next() < 0.5 ? 0 : 3)];
    const truth = new Map(b.layers.map((layer) => [layer.name, a.layers.find((other) => other.uid.slice(1) === layer.uid.slice(1))?.name ?? null]));
    const weighted = new Set(weightSpecs(b).map((spec) => spec.layer));
    const found = new Map(matchLayers(b, a).found.map((match) => [match.layer, match]));
    for (const name of weighted) {
      const wanted = truth.get(name)!;
      const match = found.get(name);
      if (wanted !== null) layers++;
      if (wanted !== null && match?.from === wanted) {
        right++;
        if (match.doubtful) alarms++;
      } else if (match) {
        wrong++;
        if (match.doubtful) marked++;
      }
    }
  }
  return { right: right / layers, wrong, wrongMarked: wrong === 0 ? 1 : marked / wrong, falseAlarms: alarms / layers };
}

it('2000 random edits: layers find their old ones, and wrong pairs are marked as doubtful', () => {
  const [one, three, five] = [1, 3, 5].map((edits) => statistics(edits, 2000)) as [Tally, Tally, Tally];
  expect(one.right, JSON.stringify(one)).toBeGreaterThanOrEqual(0.99);
  expect(three.right, JSON.stringify(three)).toBeGreaterThanOrEqual(0.96);
  expect(five.right, JSON.stringify(five)).toBeGreaterThanOrEqual(0.93);
  expect(one.wrongMarked, JSON.stringify(one)).toBeGreaterThanOrEqual(0.8);
  expect(one.falseAlarms, JSON.stringify(one)).toBeLessThan(0.05);
}, 120_000);
