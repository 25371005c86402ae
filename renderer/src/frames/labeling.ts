import type { FrameColumns, NameView } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { alreadyShown, queries } from '../ui/queries';
import { tellChange } from '../ui/tell';

function patch(change: (columns: FrameColumns, index: number) => void, copy: (columns: FrameColumns) => FrameColumns, ids: ReadonlySet<number>): void {
  queries.setQueriesData<FrameColumns>({ queryKey: ['frames:list'] }, (columns) => {
    if (!columns) return columns;
    const next = copy(columns);
    next.ids.forEach((id, index) => ids.has(id) && change(next, index));
    return next;
  });
}

/** Waits for the main process; where it refuses, what was shown too early is read anew. */
async function carryOut(work: ReturnType<typeof call<'labels:frames'>>): Promise<void> {
  if (!(await tellChange(alreadyShown(work)))) void queries.invalidateQueries({ queryKey: ['frames:list'] });
}

function showLabel(ids: readonly number[], view: NameView, source: 2 | 3): void {
  patch(
    (columns, index) => {
      (columns.classIds as number[])[index] = view.id;
      columns.sources[index] = source;
    },
    (columns) => ({ ...columns, classIds: [...columns.classIds], sources: columns.sources.slice() }),
    new Set(ids),
  );
}

/** Labels frames; the grid shows it before the main process has answered. */
export async function labelFrames(ids: readonly number[], view: NameView): Promise<void> {
  if (ids.length === 0) return;
  showLabel(ids, view, 3);
  await carryOut(call('labels:frames', ids, view.name));
}

/** Labels the frames of one clip between two times (ms, both included), which are those `ids`. */
export async function labelSegment(clipId: number, ids: readonly number[], fromMs: number, toMs: number, view: NameView): Promise<void> {
  showLabel(ids, view, 2);
  await carryOut(call('labels:segment', clipId, fromMs, toMs, view.name));
}

/** Leaves frames out, or takes them in again. */
export async function excludeFrames(ids: readonly number[], excluded: boolean): Promise<void> {
  if (ids.length === 0) return;
  patch(
    (columns, index) => ((columns.excluded as boolean[])[index] = excluded),
    (columns) => ({ ...columns, excluded: [...columns.excluded] }),
    new Set(ids),
  );
  await carryOut(call('labels:exclude', ids, excluded));
}

/** `X`: leaves out, unless all of them are left out already. */
export function toggleExcluded(columns: FrameColumns, ids: readonly number[]): Promise<void> {
  const chosen = new Set(ids);
  const all = columns.ids.every((id, index) => !chosen.has(id) || columns.excluded[index]);
  return excludeFrames(ids, !all);
}
