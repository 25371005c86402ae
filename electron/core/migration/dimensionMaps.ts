import type { AxisMap, Widening } from '../migrations';
import { blocksMap, columnsOf, identityMap, productMap, resizeMap, rowsOf, selectMap, sparseMap } from './axisMaps';
import type { Cells } from './cells';
import { overlapMap, placedCells } from './cells';
import type { ColourChange } from './colours';
import type { Dimension, DimensionGroups } from './groups';
import { dimensionSize } from './groups';
import type { PictureRelation } from './sides';

/** The groups of both architectures and what happens to the two that the user names: classes and colours. */
export interface DimensionPair {
  readonly next: DimensionGroups;
  readonly old: DimensionGroups;
  /** New class index -> old class index, -1 for a new class. */
  readonly classMap: readonly number[];
  /** For each new class the old ones that it is made of. */
  readonly oldClasses: readonly (readonly number[])[];
  readonly colour: ColourChange;
  /** Old channels that stay, by old group, where there is room for fewer; without an entry: the first ones. */
  readonly kept: ReadonlyMap<number, readonly number[]>;
  readonly widen: Widening;
  /** Where the first pixel of the old picture lies in the new one, which shows more at the same zoom. */
  readonly inside?: { readonly top: number; readonly left: number } | null;
}

/**
 * `consume`: rows of a kernel that reads the axis (every old entry must be heard in the new sum).
 * `gather`: weights that make the axis, or belong to its entries one by one.
 */
export type MapUse = 'consume' | 'gather';

export type AxisChange = 'colours' | 'wider' | 'copied' | 'narrower' | 'classes' | 'cells' | 'spread' | 'gathered' | 'structure';

export interface DimensionMap {
  readonly map: AxisMap;
  /** What the map does, in no order; empty for the identity. */
  readonly changes: ReadonlySet<AxisChange>;
}

/** The map between what an axis was and what it is now. `picture`: how flattened maps relate to the old ones. */
export function dimensionMap(pair: DimensionPair, use: MapUse, next: Dimension, old: Dimension, picture: PictureRelation): DimensionMap {
  const changes = new Set<AxisChange>();
  const map = mapOf(pair, use, next, old, picture, changes);
  return { map, changes };
}

function mapOf(pair: DimensionPair, use: MapUse, next: Dimension, old: Dimension, picture: PictureRelation, changes: Set<AxisChange>): AxisMap {
  const inner = (a: Dimension, b: Dimension) => mapOf(pair, use, a, b, picture, changes);
  if (next.kind === 'group' && old.kind === 'group') return groupMap(pair, use, next.id, old.id, changes);
  if (next.kind === 'concat' && old.kind === 'concat' && next.parts.length === old.parts.length) {
    return blocksMap(next.parts.map((part, i) => inner(part, old.parts[i]!)));
  }
  if (next.kind === 'times' && old.kind === 'times' && next.times === old.times) {
    return productMap([inner(next.inner, old.inner), identityMap(old.times)]);
  }
  if (next.kind === 'spatial' && old.kind === 'spatial') {
    const sameCount = next.rows.count === old.rows.count && next.columns.count === old.columns.count;
    if (sameCount && picture.kind !== 'other') return productMap([identityMap(old.rows.count), identityMap(old.columns.count), inner(next.inner, old.inner)]);
    changes.add('cells');
    const cells = [cellMap(next.rows, old.rows, pair.inside?.top, cellsAlong(picture, 'height')), cellMap(next.columns, old.columns, pair.inside?.left, cellsAlong(picture, 'width'))];
    return productMap([...(use === 'consume' ? cells : cells.map(averaged)), inner(next.inner, old.inner)]);
  }
  if (next.kind === 'spatial' && old.kind === 'group') {
    changes.add('spread');
    const sides = [next.rows.count, next.columns.count].map((count) => sparseMap('resample', 1, Array.from({ length: count }, () => [[0, use === 'consume' ? 1 / count : 1] as const])));
    return productMap([...sides, inner(next.inner, old)]);
  }
  if (next.kind === 'group' && old.kind === 'spatial' && next.id !== pair.next.output && pair.next.sizes.get(next.id)! < dimensionSize(old, pair.old.sizes)) {
    changes.add('gathered');
    const sides = [old.rows.count, old.columns.count].map((count) => sparseMap('resample', count, [Array.from({ length: count }, (_, j) => [j, use === 'consume' ? 1 : 1 / count] as const)]));
    return productMap([...sides, inner(next, old.inner)]);
  }
  const newSize = dimensionSize(next, pair.next.sizes);
  const oldSize = dimensionSize(old, pair.old.sizes);
  const freeGroup = next.kind === 'group' && next.id !== pair.next.input && next.id !== pair.next.output;
  if (newSize > oldSize && freeGroup) changes.add('wider');
  else if (newSize !== oldSize || (next.kind !== old.kind && !freeGroup)) changes.add('structure');
  return resizeMap(newSize, oldSize);
}

/** Along one side: how often each old cell stands in the new map, or where the first of them lies; null where only the picture tells. */
function cellsAlong(picture: PictureRelation, side: 'height' | 'width'): { readonly times: number; readonly first: number } | null {
  if (picture.kind === 'repeated') return { times: picture[side], first: 0 };
  return picture.kind === 'inside' ? { times: 1, first: side === 'height' ? picture.top : picture.left } : null;
}

function cellMap(next: Cells, old: Cells, inside: number | undefined, known: { readonly times: number; readonly first: number } | null): AxisMap {
  if (!known || known.first + known.times * old.count > next.count) return overlapMap(next, placedCells(old, next.pixels, inside));
  const { times, first } = known;
  return sparseMap('resample', old.count, Array.from({ length: next.count }, (_, i) => (i < first || i >= first + times * old.count ? [] : [[Math.floor((i - first) / times), 1 / times] as const])));
}

function groupMap(pair: DimensionPair, use: MapUse, next: number, old: number, changes: Set<AxisChange>): AxisMap {
  const newSize = pair.next.sizes.get(next)!;
  const oldSize = pair.old.sizes.get(old)!;
  if (next === pair.next.output && old === pair.old.output) {
    const merged = pair.oldClasses.some((from) => from.length > 1);
    const map = merged ? sparseMap('select', oldSize, pair.oldClasses.map((from) => from.map((index) => [index, 1 / from.length] as const))) : selectMap('select', oldSize, pair.classMap);
    if (map.kind !== 'identity') changes.add('classes');
    return map;
  }
  if (next === pair.next.input && old === pair.old.input) {
    if (newSize !== oldSize || pair.colour.consume.kind !== 'identity') changes.add('colours');
    if (use === 'consume') return pair.colour.consume;
    if (pair.colour.gather === null) changes.add('structure');
    return pair.colour.gather ?? resizeMap(newSize, oldSize);
  }
  if (newSize > oldSize && pair.widen !== 'silent' && next !== pair.next.output && next !== pair.next.input) {
    changes.add('copied');
    return copiesMap(newSize, oldSize, use, pair.widen);
  }
  if (newSize !== oldSize) changes.add(newSize > oldSize ? 'wider' : 'narrower');
  const kept = pair.kept.get(old);
  if (kept?.length === newSize && newSize < oldSize) return selectMap('select', oldSize, kept);
  return resizeMap(newSize, oldSize);
}

/**
 * New channels are copies of old ones in turn; what reads them takes shares that add up to 1 (Net2Wider: Chen, Goodfellow
 * and Shlens 2015), alike, or 2 r / (k (k + 1)) for r = 1..k, so that copies do not stay alike for ever (LEMON: Wang et al. 2024).
 */
function copiesMap(newSize: number, oldSize: number, use: MapUse, widen: Widening): AxisMap {
  const rows = Array.from({ length: newSize }, (_, i) => {
    const source = i % oldSize;
    const copies = Math.ceil((newSize - source) / oldSize);
    const share = widen === 'equal' ? 1 / copies : (2 * (Math.floor(i / oldSize) + 1)) / (copies * (copies + 1));
    return [[source, use === 'consume' ? share : 1] as const];
  });
  return sparseMap('copies', oldSize, rows);
}

/** Shares of a sum made into weights of a mean: each row adds up to 1. */
function averaged(map: AxisMap): AxisMap {
  if (map.kind === 'identity') return map;
  const rows = rowsOf(map).map((row) => {
    const sum = row.reduce((total, [, share]) => total + share, 0);
    return row.map(([j, share]) => [j, share / sum] as const);
  });
  return sparseMap('resample', map.oldSize, rows);
}

/** Whether every old entry is heard: a sum over the new entries then can be the old sum. */
export function keepsAll(consume: AxisMap): boolean {
  return everyPart(consume, (map) => columnsOf(map).every((column) => column.length > 0));
}

/** Whether no old entry is a mixture of new ones: functions of single entries (ReLU, max pooling) then commute. */
export function isUnmixed(consume: AxisMap): boolean {
  return everyPart(consume, (map) => columnsOf(map).every((column) => map.kind === 'copies' || column.length === 0 || (column.length === 1 && column[0]![1] === 1)));
}

/** Whether every new entry stands for at most one old one: weights of single entries then can follow. */
export function isOneToOne(consume: AxisMap): boolean {
  return everyPart(consume, (map) => rowsOf(map).every((row) => row.length <= 1));
}

function everyPart(map: AxisMap, test: (map: AxisMap) => boolean): boolean {
  if (map.kind === 'identity') return true;
  if (map.kind === 'product' || map.kind === 'blocks') return map.parts.every((part) => everyPart(part, test));
  return test(map);
}
