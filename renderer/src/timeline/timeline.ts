import type { FrameColumns } from '../../../electron/ipc/contract';

/** Frames of a clip with the same class, one after another; positions, both included. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  /** -1 without a label */
  readonly classId: number;
}

/** Positions of the in and out marks; null where there is none. */
export interface Marks {
  readonly from: number | null;
  readonly to: number | null;
}

export const noMarks: Marks = { from: null, to: null };

/** Values that stay the same, as runs: `[1, 1, 2]` -> 0 to 1 and 2 to 2. */
function runs<T>(values: readonly T[]): readonly { readonly from: number; readonly to: number; readonly value: T }[] {
  const found: { from: number; to: number; value: T }[] = [];
  values.forEach((value, index) => {
    const last = found.at(-1);
    if (last && last.value === value) last.to = index;
    else found.push({ from: index, to: index, value });
  });
  return found;
}

/** The segments of a clip, in the order of time; they cover all of its frames. */
export function segmentsOf(columns: FrameColumns): readonly Segment[] {
  return runs(columns.classIds).map(({ from, to, value }) => ({ from, to, classId: value }));
}

/** Where frames are left out. */
export function excludedRuns(columns: FrameColumns): readonly { readonly from: number; readonly to: number }[] {
  return runs(columns.excluded).filter(({ value }) => value);
}

/** Sets a mark; the other one goes where the two would be the wrong way round. */
export function marked(marks: Marks, which: 'from' | 'to', at: number): Marks {
  if (which === 'from') return { from: at, to: marks.to !== null && marks.to < at ? null : marks.to };
  return { from: marks.from !== null && marks.from > at ? null : marks.from, to: at };
}

/** What the keys act on: the marked segment when both marks are set, else the one frame. */
export function chosenRange(marks: Marks, at: number): { readonly from: number; readonly to: number; readonly isSegment: boolean } {
  if (marks.from !== null && marks.to !== null) return { from: marks.from, to: marks.to, isSegment: true };
  return { from: at, to: at, isSegment: false };
}

/** The frame that is to be seen `elapsedMs` after `from`: the last one whose time has come. */
export function frameAfter(timesMs: readonly number[], from: number, elapsedMs: number): number {
  const until = (timesMs[from] ?? 0) + elapsedMs;
  let at = from;
  while (at + 1 < timesMs.length && (timesMs[at + 1] as number) <= until) at += 1;
  return at;
}

/** A position inside the clip. */
export function inside(at: number, count: number): number {
  return Math.max(0, Math.min(count - 1, at));
}
