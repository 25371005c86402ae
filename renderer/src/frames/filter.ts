import type { FrameColumns, FrameFilterView } from '../../../electron/ipc/contract';
import type { PlaceParams } from '../ui/place';
import { exposureBand, sharpnessBand } from './bands';

/**
 * What frames are sifted by, each a number per frame. `class`, `background`: ids, -1 without; `round`: its number, 0 waits;
 * `split`, `source`: as in the columns; `sharpness`, `exposure`: bands; `use`: 1 left out; `last`: what the model of the last
 * round answered, 0 right, 1 wrong, 2 nothing that can be judged; `alike`: 1 looks like another frame; `across`: 1 looks
 * alike in training and in validation.
 */
export const facets = ['class', 'background', 'round', 'split', 'source', 'sharpness', 'exposure', 'use', 'last', 'alike', 'across'] as const;
export type Facet = (typeof facets)[number];

/** What the grid shows; a facet without chosen numbers lets everything pass. */
export interface FrameFilter {
  readonly chosen: Readonly<Record<Facet, readonly number[]>>;
  readonly clip: number | null;
  readonly wrongFor: string | null;
  readonly confusion: { readonly model: string; readonly actual: number; readonly predicted: number } | null;
  /** Frames in the order of what a model said about them (or two models, `other` being the second). */
  readonly asked: Asked | null;
}

export interface Asked {
  readonly kind: 'hardest' | 'suggested' | 'disagree';
  readonly model: string;
  readonly other: string;
}

function askedOf(text: string | undefined): Asked | null {
  const [kind, model, other = ''] = text?.split(':') ?? [];
  if (!model || (kind !== 'hardest' && kind !== 'suggested' && kind !== 'disagree') || (kind === 'disagree' && other === '')) return null;
  return { kind, model, other };
}

function numbers(text: string | undefined): readonly number[] {
  return text ? text.split(',').map(Number).filter(Number.isInteger) : [];
}

/** The filter that an address asks for. */
export function filterFromParams(params: PlaceParams): FrameFilter {
  const [model, actual, predicted] = params.confusion?.split(':') ?? [];
  return {
    chosen: Object.fromEntries(facets.map((facet) => [facet, numbers(params[facet])])) as unknown as FrameFilter['chosen'],
    clip: params.clip ? Number(params.clip) : null,
    wrongFor: params.wrong ?? null,
    confusion: model && actual && predicted ? { model, actual: Number(actual), predicted: Number(predicted) } : null,
    asked: askedOf(params.ask),
  };
}

/** The inverse of `filterFromParams`. */
export function paramsFromFilter({ chosen, clip, wrongFor, confusion, asked }: FrameFilter): PlaceParams {
  return {
    ...Object.fromEntries(facets.flatMap((facet) => (chosen[facet].length > 0 ? [[facet, chosen[facet].join(',')]] : []))),
    ...(clip !== null && { clip: String(clip) }),
    ...(wrongFor !== null && { wrong: wrongFor }),
    ...(confusion && { confusion: `${confusion.model}:${confusion.actual}:${confusion.predicted}` }),
    ...(asked && { ask: [asked.kind, asked.model, ...(asked.kind === 'disagree' ? [asked.other] : [])].join(':') }),
  };
}

/** What the main process has to sift out; the rest is done here, at once, on the columns. */
export function serverFilter({ wrongFor, confusion, asked }: FrameFilter): FrameFilterView {
  if (asked) return asked.kind === 'hardest' ? { hardestFor: asked.model } : asked.kind === 'suggested' ? { suggestedBy: asked.model } : { disagree: { first: asked.model, second: asked.other } };
  return confusion ? { confusion } : wrongFor ? { wrongFor } : {};
}

/** Which frames look alike, row by row: the number of their stack, -1 alone; `across`: the stack reaches from training into validation. */
export interface Likeness {
  readonly stacks: Int32Array;
  readonly across: Uint8Array;
}

const remembered = new WeakMap<object, Uint8Array>();

/** Works numbers out of a column once, as long as the column is the same. */
function once(column: object, make: () => Uint8Array): Uint8Array {
  const known = remembered.get(column) ?? make();
  remembered.set(column, known);
  return known;
}

function filled(length: number, value: (row: number) => number): Uint8Array {
  const numbers = new Uint8Array(length);
  for (let row = 0; row < length; row += 1) numbers[row] = value(row);
  return numbers;
}

const nothing: ArrayLike<number> = [];

/** The numbers of a facet, row by row; an empty list stands for zeros. */
function keysOf(columns: FrameColumns, likeness: Likeness | null, facet: Facet): ArrayLike<number> {
  const { ids, classIds, lastAnswers, excluded } = columns;
  switch (facet) {
    case 'class': return classIds;
    case 'background': return columns.backgroundIds;
    case 'round': return columns.rounds;
    case 'split': return columns.splits;
    case 'source': return columns.sources;
    case 'sharpness': return sharpnessBand(columns.sharpness);
    case 'exposure': return exposureBand(columns.exposure);
    case 'use': return once(excluded, () => filled(ids.length, (row) => (excluded[row] ? 1 : 0)));
    case 'last': return lastAnswers ? filled(ids.length, (row) => (lastAnswers[row] === -1 ? 2 : lastAnswers[row] === classIds[row] ? 0 : 1)) : once(ids, () => new Uint8Array(ids.length).fill(2));
    case 'alike': return likeness ? once(likeness.stacks, () => filled(ids.length, (row) => ((likeness.stacks[row] as number) < 0 ? 0 : 1))) : nothing;
    case 'across': return likeness ? likeness.across : nothing;
  }
}

const clipBit = 1 << facets.length;

/** Which parts of the filter each frame fails, as bits (of the facets in their order, then the clip); 0 passes. null: there is no filter. */
function failures(columns: FrameColumns, filter: FrameFilter, likeness: Likeness | null): Uint16Array | null {
  const used = facets.filter((facet) => filter.chosen[facet].length > 0);
  if (used.length === 0 && filter.clip === null) return null;
  const failed = new Uint16Array(columns.ids.length);
  for (const facet of used) {
    const bit = 1 << facets.indexOf(facet);
    const wanted = new Set(filter.chosen[facet]);
    const values = keysOf(columns, likeness, facet);
    for (let row = 0; row < failed.length; row += 1) if (!wanted.has(values[row] ?? 0)) (failed[row] as number) |= bit;
  }
  if (filter.clip !== null) for (let row = 0; row < failed.length; row += 1) if (columns.clipIds[row] !== filter.clip) (failed[row] as number) |= clipBit;
  return failed;
}

/** Row numbers of the frames that pass, in the order of the columns. */
export function selectRows(columns: FrameColumns, filter: FrameFilter, likeness: Likeness | null = null): readonly number[] {
  const failed = failures(columns, filter, likeness);
  const rows: number[] = [];
  for (let row = 0; row < columns.ids.length; row += 1) if (failed === null || failed[row] === 0) rows.push(row);
  return rows;
}

export interface FacetCounts {
  /** Frames that each choice would show, the other filters being as they are. */
  readonly of: Readonly<Record<Facet | 'clip', ReadonlyMap<number, number>>>;
  /** Frames of each choice without any filter: which choices there are at all. */
  readonly all: Readonly<Record<Facet, ReadonlyMap<number, number>>>;
}

function countValues(values: ArrayLike<number>, length: number, failed: Uint16Array | null, bit: number): ReadonlyMap<number, number> {
  // Ids begin at -2; arrays are many times quicker than a map.
  const found: number[] = [];
  for (let row = 0; row < length; row += 1) {
    if (failed !== null && ((failed[row] as number) & ~bit) !== 0) continue;
    const key = (values[row] ?? 0) + 2;
    found[key] = (found[key] ?? 0) + 1;
  }
  const result = new Map<number, number>();
  found.forEach((count, key) => result.set(key - 2, count));
  return result;
}

const counted = new WeakMap<object, ReadonlyMap<number, number>>();

/** Counts of a whole column, kept as long as it is the same: a label changes two of them, not all. */
function countAll(values: ArrayLike<number>, length: number): ReadonlyMap<number, number> {
  const known = values.length === length ? counted.get(values) : undefined;
  const counts = known ?? countValues(values, length, null, 0);
  counted.set(values, counts);
  return counts;
}

/** How many frames each choice of a filter would show, the other filters being as they are. */
export function countFacets(columns: FrameColumns, filter: FrameFilter, likeness: Likeness | null = null): FacetCounts {
  const failed = failures(columns, filter, likeness);
  const { length } = columns.ids;
  const count = (values: ArrayLike<number>, bit: number) => (failed === null ? countAll(values, length) : countValues(values, length, failed, bit));
  const keys = facets.map((facet) => [facet, keysOf(columns, likeness, facet)] as const);
  const of = Object.fromEntries(keys.map(([facet, values]) => [facet, count(values, 1 << facets.indexOf(facet))]));
  const all = Object.fromEntries(keys.map(([facet, values]) => [facet, countAll(values, length)]));
  return { of: { ...of, clip: count(columns.clipIds, clipBit) } as FacetCounts['of'], all: all as unknown as FacetCounts['all'] };
}
