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

/** Stages with branches side by side (of one to three layers) or a residual branch, and a head. */
function drawnBranches(next: Random): Architecture {
  let filters = pick(next, [8, 16]);
  const layers: Layer[] = [{ ...conv(next, filters), name: 'stem' }];
  const stages = 2 + Math.floor(next() * 2);
  let last = 'stem';
  const add = (layer: Layer, name: string, inputs: readonly string[]) => {
    layers.push({ ...layer, name, inputs });
    last = name;
    return name;
  };
  for (let stage = 0; stage < stages; stage++) {
    const from = last;
    const residual = next() < 0.4;
    const ends = Array.from({ length: residual ? 1 : 2 + Math.floor(next() * 2) }, (_, k) => {
      let end = from;
      for (let n = 0; n < 1 + Math.floor(next() * 2); n++) end = add(conv(next, residual ? filters : pick(next, [4, 8, 12])), `b${stage}_${k}_${n}`, [end]);
      return end;
    });
    add(fresh({ type: residual ? 'add' : 'concatenate' }), `join${stage}`, residual ? [from, ...ends] : ends);
    filters *= 2;
    add(conv(next, filters), `mix${stage}`, [last]);
    add(fresh({ type: 'maxPooling2d', poolSize: [2, 2], strides: [2, 2], padding: 'same' }), `pool${stage}`, [last]);
  }
  add(fresh({ type: 'globalAveragePooling2d' }), 'mean', [last]);
  add(fresh({ type: 'dense', units: 3 + Math.floor(next() * 8), activation: 'softmax', useBias: true }), 'head', [last]);
  return { formatVersion: 1, name: 'branches', input: { height: 32, width: 32, channels: pick(next, [1, 3]) }, layers };
}

/** One edit that keeps the joins: widths, kernels, activations, a layer more or less in a branch, another order of the branches. */
function editedBranches(next: Random, architecture: Architecture): Architecture {
  const { layers, input } = architecture;
  const inBranches = layers.flatMap(({ name }, k) => (name.startsWith('b') ? [k] : []));
  const joined = new Set(layers.filter(({ type }) => type === 'add').flatMap(({ inputs = [] }) => inputs));
  const i = pick(next, inBranches);
  const layer = layers[i] as Layer & { readonly filters: number };
  const replaced = (at: number, change: object) => layers.map((other, k) => (k === at ? ({ ...other, ...change } as Layer) : other));
  const renamed = (list: readonly Layer[], from: string, to: string) => list.map((other) => (other.inputs ? { ...other, inputs: other.inputs.map((name) => (name === from ? to : name)) } : other));
  const edits: (() => Partial<Architecture>)[] = [
    () => (joined.has(layer.name) ? {} : { layers: replaced(i, { filters: Math.round(layer.filters * 1.5) }) }),
    () => ({ layers: replaced(i, { kernelSize: pick(next, [[5, 5], [7, 7]]) }) }),
    () => ({ layers: replaced(i, { activation: pick(next, ['elu', 'tanh', 'gelu'] as readonly Activation[]) }) }),
    () => ({ input: { ...input, channels: input.channels === 1 ? 3 : 1 } }),
    () => {
      const added = { ...conv(next, layer.filters), name: `b_new${uid}`, inputs: [layer.name] };
      return { layers: [...layers.slice(0, i + 1), added, ...renamed(layers.slice(i + 1), layer.name, added.name)] };
    },
    () => (joined.has(layer.name) || layers.filter(({ name }) => name.startsWith(layer.name.slice(0, 4))).length < 2 ? {} : { layers: renamed(layers.filter((_, k) => k !== i), layer.name, layer.inputs![0]!) }),
    () => ({ layers: turnedBranches(layers) }),
  ];
  return { ...architecture, ...pick(next, edits)() };
}

/** The branches of every block in the other order: nothing else changes. */
function turnedBranches(layers: readonly Layer[]): Layer[] {
  const result: Layer[] = [];
  let branch: Layer[] = [];
  for (const layer of layers) {
    if (layer.name.startsWith('b')) branch.push(layer);
    else {
      const keys = [...new Set(branch.map(({ name, inputs }) => branchOf(branch, name, inputs)))].reverse();
      result.push(...keys.flatMap((key) => branch.filter(({ name, inputs }) => branchOf(branch, name, inputs) === key)), layer.type === 'concatenate' ? { ...layer, inputs: [...layer.inputs!].reverse() } : layer);
      branch = [];
    }
  }
  return result;
}

function branchOf(branch: readonly Layer[], name: string, inputs: readonly string[] = []): string {
  const before = branch.find((other) => other.name === inputs[0]);
  return before ? branchOf(branch, before.name, before.inputs) : name;
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
  const names = new Map(architecture.layers.map(({ name }, k) => [name, layers[k]!.name]));
  return { ...architecture, layers: layers.map((layer) => (layer.inputs ? { ...layer, inputs: layer.inputs.map((name) => names.get(name)!) } : layer)) };
}

interface Tally {
  readonly right: number;
  readonly wrongMarked: number;
  readonly wrong: number;
  readonly falseAlarms: number;
}

/** Shares over all layers with weights that have an old one; of wrong pairs, how many were marked as doubtful. */
function statistics(edits: number, networks: number, drawn: (next: Random) => Architecture = drawnChain, edit: typeof edited = edited): Tally {
  let [layers, right, wrong, marked, alarms] = [0, 0, 0, 0, 0];
  for (let seed = 1; seed <= networks; seed++) {
    const next = random(seed * 10 + edits);
    const old = drawn(next);
    let target = old;
    for (let k = 0; k < edits; k++) target = edit(next, target);
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

it('2000 random edits of branching networks: as right, whatever the order of the branches', () => {
  const [one, three, five] = [1, 3, 5].map((edits) => statistics(edits, 2000, drawnBranches, editedBranches)) as [Tally, Tally, Tally];
  expect(one.right, JSON.stringify(one)).toBeGreaterThanOrEqual(0.99);
  expect(three.right, JSON.stringify(three)).toBeGreaterThanOrEqual(0.96);
  expect(five.right, JSON.stringify(five)).toBeGreaterThanOrEqual(0.93);
  expect(one.wrongMarked, JSON.stringify(one)).toBeGreaterThanOrEqual(0.8);
  expect(one.falseAlarms, JSON.stringify(one)).toBeLessThan(0.05);
}, 240_000);
