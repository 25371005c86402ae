import type { FrameColumns, FrameFilterView } from '../../../electron/ipc/contract';
import type { PlaceParams } from '../ui/place';

/** What the grid shows; empty lists let everything pass. `-1` in a list: frames without one. */
export interface FrameFilter {
  readonly classes: readonly number[];
  readonly backgrounds: readonly number[];
  readonly clip: number | null;
  readonly excluded: boolean | null;
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
    classes: numbers(params.class),
    backgrounds: numbers(params.background),
    clip: params.clip ? Number(params.clip) : null,
    excluded: params.excluded === 'yes' ? true : params.excluded === 'no' ? false : null,
    wrongFor: params.wrong ?? null,
    confusion: model && actual && predicted ? { model, actual: Number(actual), predicted: Number(predicted) } : null,
  };
}

/** The inverse of `filterFromParams`. */
export function paramsFromFilter(filter: FrameFilter): PlaceParams {
  const { confusion } = filter;
  return {
    ...(filter.classes.length > 0 && { class: filter.classes.join(',') }),
    ...(filter.backgrounds.length > 0 && { background: filter.backgrounds.join(',') }),
    ...(filter.clip !== null && { clip: String(filter.clip) }),
    ...(filter.excluded !== null && { excluded: filter.excluded ? 'yes' : 'no' }),
    ...(filter.wrongFor !== null && { wrong: filter.wrongFor }),
    ...(confusion && { confusion: `${confusion.model}:${confusion.actual}:${confusion.predicted}` }),
  };
}

/** What the main process has to sift out; the rest is done here, at once, on the columns. */
export function serverFilter({ wrongFor, confusion }: FrameFilter): FrameFilterView {
  return confusion ? { confusion } : wrongFor ? { wrongFor } : {};
}

const failsClass = 1;
const failsBackground = 2;
const failsClip = 4;
const failsExcluded = 8;

/** Which parts of the filter a frame fails, as bits; 0 passes. */
function failures(columns: FrameColumns, filter: FrameFilter, index: number): number {
  let failed = 0;
  if (filter.classes.length > 0 && !filter.classes.includes(columns.classIds[index] as number)) failed |= failsClass;
  if (filter.backgrounds.length > 0 && !filter.backgrounds.includes(columns.backgroundIds[index] as number)) failed |= failsBackground;
  if (filter.clip !== null && columns.clipIds[index] !== filter.clip) failed |= failsClip;
  if (filter.excluded !== null && columns.excluded[index] !== filter.excluded) failed |= failsExcluded;
  return failed;
}

/** Row numbers of the frames that pass, in the order of the columns. */
export function selectRows(columns: FrameColumns, filter: FrameFilter): readonly number[] {
  const rows: number[] = [];
  for (let index = 0; index < columns.ids.length; index += 1) if (failures(columns, filter, index) === 0) rows.push(index);
  return rows;
}

export interface FacetCounts {
  readonly classes: ReadonlyMap<number, number>;
  readonly backgrounds: ReadonlyMap<number, number>;
  readonly clips: ReadonlyMap<number, number>;
  readonly excluded: number;
  readonly included: number;
}

/** How many frames each choice of a filter would show, the other filters being as they are. */
export function countFacets(columns: FrameColumns, filter: FrameFilter): FacetCounts {
  const classes = new Map<number, number>();
  const backgrounds = new Map<number, number>();
  const clips = new Map<number, number>();
  let excluded = 0;
  let included = 0;
  const add = (map: Map<number, number>, key: number) => map.set(key, (map.get(key) ?? 0) + 1);
  for (let index = 0; index < columns.ids.length; index += 1) {
    const failed = failures(columns, filter, index);
    if ((failed & ~failsClass) === 0) add(classes, columns.classIds[index] as number);
    if ((failed & ~failsBackground) === 0) add(backgrounds, columns.backgroundIds[index] as number);
    if ((failed & ~failsClip) === 0) add(clips, columns.clipIds[index] as number);
    if ((failed & ~failsExcluded) !== 0) continue;
    if (columns.excluded[index]) excluded += 1;
    else included += 1;
  }
  return { classes, backgrounds, clips, excluded, included };
}
