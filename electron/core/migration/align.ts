import type { Architecture, Layer } from '../architecture';
import type { ForbiddenPair } from '../migrations';
import { weightSpecs } from '../shapes';
import { bestAssignment } from './assignment';
import type { Part } from './blocks';
import { networkParts } from './blocks';
import { INPUT, activationOf, inputsByLayer, lastLayer } from './layerGraph';

/** What is compared of a layer with weights. */
interface Feature {
  readonly layer: Layer;
  readonly kernel: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly strides: string;
  /** How often the picture has been halved before it. */
  readonly stage: number;
  readonly isHead: boolean;
}

/** What an alignment must keep to. */
export interface AlignmentLimits {
  /** Pairs that stay, by name of the new layer. */
  readonly fixed: ReadonlyMap<string, Layer>;
  /** New layers that follow none. */
  readonly fresh: ReadonlySet<string>;
  readonly forbidden: readonly ForbiddenPair[];
}

export interface AlignedPair {
  readonly layer: Layer;
  /** Score of the alignment minus that of the best one without this pair, names by counters left out. */
  readonly confidence: number;
}

const gap = -1.1;
/** Kinds of one family of which one can be read as the other. */
const sameFamily = ['conv2d', 'separableConv2d'] as const;

/** A layer with weights, or branches side by side (each a list of items). */
type Item = { readonly feature: Feature; readonly size: 1 } | { readonly branches: readonly (readonly Item[])[]; readonly size: number };

type Score = (a: Feature, b: Feature) => number;

interface Alignment {
  readonly score: number;
  readonly pairs: readonly (readonly [next: Feature, old: Feature])[];
}

/**
 * Pairs layers that share neither lineage nor names, by the best global alignment of both networks in their order
 * (Needleman and Wunsch 1970) over kind, kernel, widths, stride, activation and depth. Where a network forks, blocks are
 * aligned with blocks, and their branches are assigned to each other whatever their order.
 * Scores were set on random edits of small networks; one edit is undone right in 99 of 100 layers.
 */
export function alignLayers(next: Architecture, old: Architecture, { fixed, fresh, forbidden }: AlignmentLimits): ReadonlyMap<string, AlignedPair> {
  const rows = itemsOf(next, features(next).filter(({ layer }) => !fresh.has(layer.name)));
  const columns = itemsOf(old, features(old));
  const taken = new Map([...fixed].map(([name, layer]) => [layer.name, name]));
  const scoreBy = (names: boolean): Score => (a, b) => {
    const pinned = fixed.get(a.layer.name);
    if (pinned || taken.has(b.layer.name)) return pinned?.name === b.layer.name ? 1000 : -Infinity;
    if (forbidden.some(({ layer, from }) => layer === a.layer.name && from === b.layer.name)) return -Infinity;
    return pairScore(a, b, names);
  };
  const { pairs } = align(rows, columns, scoreBy(true));
  // A name from a counter may break a tie, but it is no reason to be sure.
  const plain = scoreBy(false);
  const total = pairs.reduce((sum, [a, b]) => sum + plain(a, b), gap * (sizeOf(rows) + sizeOf(columns) - 2 * pairs.length));
  return new Map(
    pairs.map(([{ layer: { name } }, { layer }]) => {
      const without = align(rows, columns, (a, b) => (a.layer.name === name && b.layer === layer ? -Infinity : plain(a, b)));
      return [name, { layer, confidence: total - without.score }];
    }),
  );
}

function itemsOf(architecture: Architecture, found: readonly Feature[]): readonly Item[] {
  const byName = new Map(found.map((feature) => [feature.layer.name, feature]));
  const items = (parts: readonly Part[]): Item[] =>
    parts.flatMap((part): Item[] => {
      if ('layer' in part) {
        const feature = byName.get(part.layer);
        return feature ? [{ feature, size: 1 }] : [];
      }
      const branches = part.branches.map(items).filter((branch) => branch.length > 0);
      // A single branch with layers (the other hands on what it gets) is as good as a piece of the chain.
      return branches.length > 1 ? [{ branches, size: sizeOf(branches.flat()) }] : (branches[0] ?? []);
    });
  return items(networkParts(architecture));
}

function sizeOf(items: readonly Item[]): number {
  return items.reduce((sum, { size }) => sum + size, 0);
}

/** The best alignment of two sequences; what has no partner costs a gap for each layer in it. */
function align(rows: readonly Item[], columns: readonly Item[], score: Score): Alignment {
  const matches = rows.map((row) => columns.map((column) => alignItems(row, column, score)));
  const best: number[][] = Array.from({ length: rows.length + 1 }, () => [0]);
  for (let i = 1; i <= rows.length; i++) best[i]![0] = best[i - 1]![0]! + gap * rows[i - 1]!.size;
  for (let j = 1; j <= columns.length; j++) best[0]![j] = best[0]![j - 1]! + gap * columns[j - 1]!.size;
  for (let i = 1; i <= rows.length; i++) {
    for (let j = 1; j <= columns.length; j++) {
      const [above, before] = [best[i - 1]![j]! + gap * rows[i - 1]!.size, best[i]![j - 1]! + gap * columns[j - 1]!.size];
      best[i]![j] = Math.max(best[i - 1]![j - 1]! + matches[i - 1]![j - 1]!.score, before, above);
    }
  }
  const pairs: (readonly [Feature, Feature])[] = [];
  let [i, j] = [rows.length, columns.length];
  while (i > 0 && j > 0) {
    const here = best[i]![j]!;
    if (here === best[i - 1]![j - 1]! + matches[i - 1]![j - 1]!.score) pairs.push(...matches[--i]![--j]!.pairs);
    else if (here === best[i - 1]![j]! + gap * rows[i - 1]!.size) i--;
    else j--;
  }
  return { score: best[rows.length]![columns.length]!, pairs };
}

const none: Alignment = { score: -Infinity, pairs: [] };

function alignItems(row: Item, column: Item, score: Score): Alignment {
  if ('feature' in row && 'feature' in column) {
    const worth = score(row.feature, column.feature);
    return worth === -Infinity ? none : { score: worth, pairs: [[row.feature, column.feature]] };
  }
  const [own, old] = [row, column].map((item) => ('branches' in item ? item.branches : [[item]])) as [readonly (readonly Item[])[], readonly (readonly Item[])[]];
  return alignBranches(own, old, score);
}

/** Branches of one block to those of another, each at most once. */
function alignBranches(rows: readonly (readonly Item[])[], columns: readonly (readonly Item[])[], score: Score): Alignment {
  const size = rows.length + columns.length;
  const matches = rows.map((row) => columns.map((column) => align(row, column, score)));
  // The rows and columns behind the branches stand for "no partner".
  const worth = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_unused, j) => {
      if (i < rows.length && j < columns.length) return matches[i]![j]!.score;
      if (i < rows.length) return j - columns.length === i ? gap * sizeOf(rows[i]!) : -Infinity;
      if (j < columns.length) return i - rows.length === j ? gap * sizeOf(columns[j]!) : -Infinity;
      return 0;
    }),
  );
  const chosen = bestAssignment(worth);
  const pairs = chosen.flatMap((j, i) => (i < rows.length && j < columns.length ? matches[i]![j]!.pairs : []));
  return { score: chosen.reduce((sum, j, i) => sum + worth[i]![j]!, 0), pairs };
}

function pairScore(a: Feature, b: Feature, names: boolean): number {
  if (a.isHead !== b.isHead) return -Infinity;
  if (a.layer.type !== b.layer.type && !sameFamily.every((type) => type === a.layer.type || type === b.layer.type)) return -Infinity;
  const kind = a.layer.type === b.layer.type ? 0 : -1.8;
  const ratio = (x: number, y: number) => Math.min(x, y) / Math.max(x, y);
  const depth = 0.8 * Math.abs(a.stage - b.stage);
  const name = names && a.layer.name === b.layer.name ? 0.25 : 0;
  if (a.layer.type === 'batchNormalization') return 2 + (a.outputs === b.outputs ? 0.5 : 0) - depth + name;
  const kernel = a.kernel === b.kernel ? 1.5 : 0.3;
  const strides = a.strides === b.strides ? 0.7 : 0;
  const activation = activationOf(a.layer) === activationOf(b.layer) ? 0.4 : 0;
  return kind + kernel + 1.5 * ratio(a.outputs, b.outputs) + 0.8 * ratio(a.inputs, b.inputs) + strides + activation - depth + name;
}

function features(architecture: Architecture): Feature[] {
  const specs = weightSpecs(architecture);
  const inputs = inputsByLayer(architecture);
  const stages = new Map([[INPUT, 0]]);
  for (const layer of architecture.layers) {
    const stride = 'strides' in layer ? layer.strides[0] : 1;
    stages.set(layer.name, stages.get(inputs.get(layer.name)![0]!)! + Math.log2(stride));
  }
  const head = architecture.layers.findLast((layer) => layer.type === 'dense') ?? lastLayer(architecture);
  return architecture.layers.flatMap((layer): Feature[] => {
    const own = specs.filter((spec) => spec.layer === layer.name);
    if (own.length === 0) return [];
    const [first, last] = [own[0]!.shape, own.findLast((spec) => spec.role !== 'bias')!.shape];
    return [
      {
        layer,
        kernel: 'kernelSize' in layer ? layer.kernelSize.join('x') : '',
        inputs: first.at(-2) ?? first.at(-1)!,
        outputs: last.at(-1)!,
        strides: 'strides' in layer ? layer.strides.join('x') : '',
        stage: stages.get(inputs.get(layer.name)![0]!)!,
        isHead: layer === head,
      },
    ];
  });
}
