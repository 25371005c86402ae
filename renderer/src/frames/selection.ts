/** Frames chosen in the grid: by id, with the one that has the focus and the one where a range begins. */
export interface Selection {
  readonly ids: ReadonlySet<number>;
  readonly focus: number | null;
  readonly anchor: number | null;
}

export const nothingSelected: Selection = { ids: new Set(), focus: null, anchor: null };

function range(order: readonly number[], from: number, to: number): readonly number[] {
  const [low, high] = from < to ? [from, to] : [to, from];
  return order.slice(Math.max(0, low), high + 1);
}

/** A click: alone it chooses one, with shift a range, with ctrl one more or one less. */
export function clicked(selection: Selection, order: readonly number[], id: number, keys: { readonly shift: boolean; readonly toggle: boolean }): Selection {
  if (keys.shift && selection.anchor !== null) {
    const chosen = range(order, order.indexOf(selection.anchor), order.indexOf(id));
    return { ids: new Set(keys.toggle ? [...selection.ids, ...chosen] : chosen), focus: id, anchor: selection.anchor };
  }
  if (!keys.toggle) return { ids: new Set([id]), focus: id, anchor: id };
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, focus: id, anchor: id };
}

/** The focus goes `step` frames on (stays inside); with `extend` everything from the anchor on is chosen. */
export function stepped(selection: Selection, order: readonly number[], step: number, extend: boolean): Selection {
  if (order.length === 0) return nothingSelected;
  const at = selection.focus === null ? -1 : order.indexOf(selection.focus);
  const next = at < 0 ? 0 : Math.min(order.length - 1, Math.max(0, at + step));
  const id = order[next] as number;
  return clicked(selection, order, id, { shift: extend, toggle: false });
}

/** After the shown frames changed: what is no longer there is no longer chosen; the focus falls to the same place. */
export function kept(selection: Selection, before: readonly number[], order: readonly number[]): Selection {
  const ids = new Set(selection.ids.size === 0 ? [] : order.filter((id) => selection.ids.has(id)));
  if (selection.focus === null || order.includes(selection.focus)) return ids.size === selection.ids.size ? selection : { ...selection, ids };
  const focus = order[Math.min(order.length - 1, Math.max(0, before.indexOf(selection.focus)))] ?? null;
  return { ids: ids.size === 0 && focus !== null ? new Set([focus]) : ids, focus, anchor: focus };
}
