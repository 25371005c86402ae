import { useCallback, useEffect, useRef, useState, type PointerEvent, type RefObject } from 'react';
import type { Selection } from './selection';

/** How the tiles lie: columns, and the distance from one to the next in pixels. */
export interface GridShape {
  readonly perRow: number;
  readonly tile: number;
  readonly rowHeight: number;
  readonly gap: number;
}

/** A rectangle in the content of the grid, in pixels. */
export interface Band {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The tiles that a band touches, by their places. */
export function coveredPlaces({ left, top, right, bottom }: Band, { perRow, tile, rowHeight, gap }: GridShape, count: number): readonly number[] {
  const stride = tile + gap;
  // The gap behind a tile belongs to nothing.
  const from = Math.max(0, Math.floor(left / stride) + (left % stride > tile ? 1 : 0));
  const to = Math.min(perRow - 1, Math.floor(right / stride));
  const first = Math.max(0, Math.floor(top / rowHeight) + (top % rowHeight > rowHeight - gap ? 1 : 0));
  const last = Math.min(Math.ceil(count / perRow) - 1, Math.floor(bottom / rowHeight));
  const places: number[] = [];
  for (let row = first; row <= last; row += 1) for (let column = from; column <= to && row * perRow + column < count; column += 1) places.push(row * perRow + column);
  return places;
}

interface Wanted {
  readonly scroll: RefObject<HTMLElement | null>;
  readonly content: RefObject<HTMLElement | null>;
  readonly shape: GridShape;
  readonly order: readonly number[];
  readonly selection: Selection;
  readonly select: (next: Selection) => void;
}

interface Drag {
  /** Where it began, in the content. */
  readonly x: number;
  readonly y: number;
  /** What was chosen before and stays (with Ctrl or Shift). */
  readonly kept: readonly number[];
  clientX: number;
  clientY: number;
  moving: boolean;
}

const threshold = 6;

/**
 * Choosing by dragging over the grid; near its edges the grid scrolls on. Gives the band to draw, what begins a drag, and
 * whether the click that ends one is to be left out.
 */
export function useRubberBand(wanted: Wanted): { readonly band: Band | null; readonly onPointerDown: (event: PointerEvent) => void; readonly wasDragged: () => boolean } {
  const [band, setBand] = useState<Band | null>(null);
  const latest = useRef(wanted);
  useEffect(() => {
    latest.current = wanted;
  });
  const dragged = useRef(false);
  const onPointerDown = useCallback((event: PointerEvent) => {
    dragged.current = false;
    const { content, selection, scroll } = latest.current;
    const area = content.current?.getBoundingClientRect();
    const onScrollbar = scroll.current && event.clientX > scroll.current.getBoundingClientRect().left + scroll.current.clientWidth;
    if (event.button !== 0 || !area || onScrollbar || (event.target as HTMLElement).closest('[data-badge]')) return;
    const drag: Drag = { x: event.clientX - area.left, y: event.clientY - area.top, kept: event.ctrlKey || event.metaKey || event.shiftKey ? [...selection.ids] : [], clientX: event.clientX, clientY: event.clientY, moving: false };
    follow(drag, latest, setBand, dragged);
  }, []);
  return { band, onPointerDown, wasDragged: useCallback(() => dragged.current, []) };
}

function apply(drag: Drag, { content, shape, order, select }: Wanted, ended: boolean): Band | null {
  const area = content.current?.getBoundingClientRect();
  if (!area) return null;
  const [x, y] = [drag.clientX - area.left, drag.clientY - area.top];
  const band: Band = { left: Math.max(0, Math.min(drag.x, x)), top: Math.max(0, Math.min(drag.y, y)), right: Math.min(area.width, Math.max(drag.x, x)), bottom: Math.max(0, Math.max(drag.y, y)) };
  const chosen = coveredPlaces(band, shape, order.length).map((place) => order[place] as number);
  // The focus stays away until the end: the grid would scroll to it.
  const focus = (y < drag.y ? chosen[0] : chosen.at(-1)) ?? null;
  select({ ids: new Set([...drag.kept, ...chosen]), focus: ended ? focus : null, anchor: chosen[0] ?? null });
  return band;
}

function follow(drag: Drag, latest: RefObject<Wanted>, setBand: (band: Band | null) => void, dragged: RefObject<boolean>): void {
  let request = 0;
  let changed = false;
  const tick = () => {
    const box = latest.current.scroll.current?.getBoundingClientRect();
    if (box && latest.current.scroll.current) {
      const beyond = drag.clientY < box.top + 20 ? drag.clientY - box.top - 20 : drag.clientY > box.bottom - 20 ? drag.clientY - box.bottom + 20 : 0;
      if (beyond !== 0) {
        latest.current.scroll.current.scrollTop += beyond / 2;
        changed = true;
      }
    }
    if (changed) setBand(apply(drag, latest.current, false));
    changed = false;
    request = requestAnimationFrame(tick);
  };
  const move = (event: globalThis.PointerEvent) => {
    drag.clientX = event.clientX;
    drag.clientY = event.clientY;
    changed = true;
    const start = latest.current.content.current?.getBoundingClientRect();
    if (drag.moving || !start || Math.hypot(event.clientX - start.left - drag.x, event.clientY - start.top - drag.y) < threshold) return;
    drag.moving = true;
    dragged.current = true;
    request = requestAnimationFrame(tick);
  };
  const end = () => {
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', end);
    removeEventListener('pointercancel', end);
    cancelAnimationFrame(request);
    if (!drag.moving) return;
    apply(drag, latest.current, true);
    setBand(null);
    latest.current.scroll.current?.focus({ preventScroll: true });
  };
  addEventListener('pointermove', move);
  addEventListener('pointerup', end);
  addEventListener('pointercancel', end);
}
