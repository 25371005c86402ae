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
  };
}

/** The inverse of `filterFromParams`. */
export function paramsFromFilter({ chosen, clip, wrongFor, confusion }: FrameFilter): PlaceParams {
  return {
    ...Object.fromEntries(facets.flatMap((facet) => (chosen[facet].length > 0 ? [[facet, chosen[facet].join(',')]] : []))),
    ...(clip !== null && { clip: String(clip) }),
    ...(wrongFor !== null && { wrong: wrongFor }),
    ...(confusion && { confusion: `${confusion.model}:${confusion.actual}:${confusion.predicted}` }),
  };
}

/** What the main process has to sift out; the rest is done here, at once, on the columns. */
export function serverFilter({ wrongFor, confusion }: FrameFilter): FrameFilterView {
  return confusion ? { confusion } : wrongFor ? { wrongFor } : {};
}

/** Which frames look alike, row by row: the number of their stack, -1 alone; `across`: the stack reaches from training into validation. */
export interface Likeness {
  readonly stacks: Int32Array;
  readonly across: Uint8Array;
}

type FacetKeys = Readonly<Record<Facet, ArrayLike<number>>>;

function keysOf(columns: FrameColumns, likeness: Likeness | null): FacetKeys {
  const { ids, classIds, lastAnswers } = columns;
  const none = new Uint8Array(ids.length);
  return {
    class: classIds,
    background: columns.backgroundIds,
    round: columns.rounds,
    split: columns.splits,
    source: columns.sources,
    sharpness: sharpnessBand(columns.sharpness),
    exposure: exposureBand(columns.exposure),
    use: Uint8Array.from(columns.excluded, Number),
    last: lastAnswers ? lastAnswers.map((answer, row) => (answer === -1 ? 2 : answer === classIds[row] ? 0 : 1)) : none.fill(2),
    alike: likeness ? Uint8Array.from(likeness.stacks, (stack) => (stack < 0 ? 0 : 1)) : new Uint8Array(ids.length),
    across: likeness ? likeness.across : new Uint8Array(ids.length),
  };
}

const clipBit = 1 << facets.length;

/** Which parts of the filter each frame fails, as bits (of the facets in their order, then the clip); 0 passes. */
function failures(columns: FrameColumns, filter: FrameFilter, keys: FacetKeys): Uint16Array {
  const failed = new Uint16Array(columns.ids.length);
  facets.forEach((facet, at) => {
    if (filter.chosen[facet].length === 0) return;
    const wanted = new Set(filter.chosen[facet]);
    const values = keys[facet];
    for (let row = 0; row < failed.length; row += 1) if (!wanted.has(values[row] as number)) (failed[row] as number) |= 1 << at;
  });
  if (filter.clip !== null) for (let row = 0; row < failed.length; row += 1) if (columns.clipIds[row] !== filter.clip) (failed[row] as number) |= clipBit;
  return failed;
}

/** Row numbers of the frames that pass, in the order of the columns. */
export function selectRows(columns: FrameColumns, filter: FrameFilter, likeness: Likeness | null = null): readonly number[] {
  const failed = failures(columns, filter, keysOf(columns, likeness));
  const rows: number[] = [];
  for (let row = 0; row < failed.length; row += 1) if (failed[row] === 0) rows.push(row);
  return rows;
}

export interface FacetCounts {
  /** Frames that each choice would show, the other filters being as they are. */
  readonly of: Readonly<Record<Facet | 'clip', ReadonlyMap<number, number>>>;
  /** Frames of each choice without any filter: which choices there are at all. */
  readonly all: Readonly<Record<Facet, ReadonlyMap<number, number>>>;
}

function countValues(values: ArrayLike<number>, counts: (row: number) => boolean): ReadonlyMap<number, number> {
  // Ids begin at -2; arrays are many times quicker than a map.
  const found: number[] = [];
  for (let row = 0; row < values.length; row += 1) {
    if (!counts(row)) continue;
    const key = (values[row] as number) + 2;
    found[key] = (found[key] ?? 0) + 1;
  }
  const result = new Map<number, number>();
  found.forEach((count, key) => result.set(key - 2, count));
  return result;
}

/** How many frames each choice of a filter would show, the other filters being as they are. */
export function countFacets(columns: FrameColumns, filter: FrameFilter, likeness: Likeness | null = null): FacetCounts {
  const keys = keysOf(columns, likeness);
  const failed = failures(columns, filter, keys);
  const passing = (bit: number) => (row: number) => ((failed[row] as number) & ~bit) === 0;
  const of = Object.fromEntries(facets.map((facet, at) => [facet, countValues(keys[facet], passing(1 << at))]));
  const all = Object.fromEntries(facets.map((facet) => [facet, countValues(keys[facet], () => true)]));
  return { of: { ...of, clip: countValues(columns.clipIds, passing(clipBit)) } as FacetCounts['of'], all: all as unknown as FacetCounts['all'] };
}
