import type { ClipView, NameView } from '../../../electron/ipc/contract';

/** A row or column of the board; `name: null` gathers clips that have none yet. */
export interface Line {
  readonly id: number;
  readonly name: string | null;
  readonly view: NameView | null;
}

export interface BoardData {
  readonly rows: readonly Line[];
  readonly columns: readonly Line[];
  readonly cells: ReadonlyMap<string, readonly ClipView[]>;
}

/** Id that stands for "none" in the lines of the board. */
export const none = -1;

/** Key of a cell in `BoardData.cells`. */
export function cellKey(classId: number, backgroundId: number): string {
  return `${classId}/${backgroundId}`;
}

function lines(names: readonly NameView[], needsNone: boolean): Line[] {
  const shown: Line[] = names.filter(({ hidden }) => !hidden).map((view) => ({ id: view.id, name: view.name, view }));
  return needsNone ? [...shown, { id: none, name: null, view: null }] : shown;
}

/** Puts clips into their cells: rows are classes, columns are backgrounds, in the user's order. */
export function arrangeBoard(classes: readonly NameView[], backgrounds: readonly NameView[], clips: readonly ClipView[]): BoardData {
  const cells = new Map<string, ClipView[]>();
  for (const clip of clips) {
    const key = cellKey(clip.classId ?? none, clip.backgroundId ?? none);
    const cell = cells.get(key);
    if (cell) cell.push(clip);
    else cells.set(key, [clip]);
  }
  return {
    rows: lines(classes, clips.some(({ classId }) => classId === null)),
    columns: lines(backgrounds, clips.some(({ backgroundId }) => backgroundId === null)),
    cells,
  };
}

/** The order after `id` has moved by `step` places. */
export function moved(ids: readonly number[], id: number, step: number): readonly number[] {
  const from = ids.indexOf(id);
  const to = from + step;
  if (from < 0 || to < 0 || to >= ids.length) return ids;
  const next = ids.filter((other) => other !== id);
  next.splice(to, 0, id);
  return next;
}
