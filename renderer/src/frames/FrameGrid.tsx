import { useElementSize } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useMemo, useRef, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { FrameColumns } from '../../../electron/ipc/contract';
import { useFormat } from '../ui/format';
import classes from './Frames.module.css';
import type { FrameNames } from './FramesPlace';
import { useRubberBand, type Band, type GridShape } from './rubberBand';
import { clicked, type Selection } from './selection';
import type { Tiles } from './stacks';
import { Tile, type TileTexts } from './Tile';
import { useGridKeys } from './useGridKeys';

/** Everything that grid, viewer and keys share. */
export interface Shown extends Tiles {
  readonly names: FrameNames;
  readonly columns: FrameColumns;
  readonly selection: Selection;
  readonly select: (next: Selection) => void;
  /** The frames that the chosen tiles stand for. */
  readonly chosen: readonly number[];
  /** Opens the stacks of these tiles, or closes them when all are open. */
  readonly toggleStacks: (tiles: readonly number[]) => void;
  /** The model whose suggested labels are shown; null: none are. */
  readonly suggestedBy: string | null;
}

const gap = 6;
/** Tiles up to so many pixels of the screen show small pictures (160 x 120): enlarged a little, but many times quicker to decode. */
const smallSide = 200;

/** What each tile says, made once for all of them. */
function useTexts({ columns, names, stacks }: Shown): (row: number) => TileTexts {
  const { t } = useTranslation();
  const format = useFormat();
  const views = useMemo(() => new Map(names.classes.map((view) => [view.id, view])), [names.classes]);
  const [none, out, openStack, closeStack] = [t('grid:none.class'), t('grid:excluded'), t('grid:openStack'), t('grid:closeStack')];
  return useCallback((row: number) => {
    const id = columns.ids[row] as number;
    const view = views.get(columns.classIds[row] as number);
    const answer = columns.answers?.[row];
    const excluded = columns.excluded[row] === true;
    const name = `${view?.name ?? none}${answer ? ` → ${answer.class} ${format.percent(answer.score, 0)}` : ''}`;
    const stack = stacks.get(id);
    return {
      id,
      name,
      label: `${t('grid:frame', { id })}: ${name}${stack ? `, ${t('grid:stackOf', { count: stack.ids.length })}` : ''}${excluded ? `, ${out}` : ''}`,
      colour: view?.colour,
      excluded,
      stack: stack ? (stack.open ? 'open' : 'closed') : undefined,
      // In an open stack its sharpest frame has the badge.
      badge: stack?.best === id ? stack.ids.length : 0,
      stackLabel: stack ? (stack.open ? closeStack : openStack) : '',
    };
  }, [columns, views, stacks, t, format, none, out, openStack, closeStack]);
}

interface RowProps {
  readonly top: number;
  /** Place of its first tile. */
  readonly from: number;
  readonly rows: readonly number[];
  readonly shape: GridShape;
  readonly texts: (row: number) => TileTexts;
  readonly selection: Selection;
}

/** One line of tiles; scrolling makes new ones and leaves the others as they are. */
const Row = memo(function Row({ top, from, rows, shape: { perRow, tile, rowHeight }, texts, selection }: RowProps) {
  return (
    <div role="presentation" className={classes.row} style={{ transform: `translateY(${top}px)`, gridTemplateColumns: `repeat(${perRow}, ${tile}px)`, height: rowHeight - gap, gap }}>
      {rows.slice(from, from + perRow).map((row) => {
        const text = texts(row);
        return <Tile key={text.id} {...text} small={tile * devicePixelRatio <= smallSide} selected={selection.ids.has(text.id)} focused={selection.focus === text.id} />;
      })}
    </div>
  );
});

function frameAt(event: MouseEvent): number | null {
  const tile = (event.target as HTMLElement).closest<HTMLElement>('[data-frame]');
  return tile ? Number(tile.dataset['frame']) : null;
}

function useClicks(shown: Shown, open: () => void, wasDragged: () => boolean) {
  const { selection, order, select, toggleStacks } = shown;
  return {
    onClick: (event: MouseEvent) => {
      if (wasDragged()) return;
      const id = frameAt(event);
      const keys = { shift: event.shiftKey, toggle: event.ctrlKey || event.metaKey };
      if (id !== null && (event.target as HTMLElement).closest('[data-badge]')) toggleStacks([id]);
      else if (id !== null) select(clicked(selection, order, id, keys));
      else if (!keys.shift && !keys.toggle) select({ ...selection, ids: new Set() });
    },
    onDoubleClick: (event: MouseEvent) => {
      const id = frameAt(event);
      if (id === null || (event.target as HTMLElement).closest('[data-badge]')) return;
      select(clicked(selection, order, id, { shift: false, toggle: false }));
      open();
    },
  };
}

function BandMark({ band: { left, top, right, bottom } }: { readonly band: Band }) {
  return <div className={classes.band} style={{ left, top, width: right - left, height: bottom - top }} data-testid="band" />;
}

function useShape(size: number) {
  // Measured inside, so that a scrollbar takes no part of the last column.
  const { ref, width } = useElementSize();
  const perRow = Math.max(1, Math.floor((width + gap) / (size + gap)));
  const tile = Math.max(48, Math.floor((Math.max(width, size) - (perRow - 1) * gap) / perRow));
  return { ref, shape: useMemo(() => ({ perRow, tile, rowHeight: Math.round(tile * 0.75) + gap, gap }), [perRow, tile]) };
}

/** The virtual grid: only what is seen is there. */
export function FrameGrid({ shown, size, open }: { readonly shown: Shown; readonly size: number; readonly open: () => void }) {
  const { t } = useTranslation();
  const { rows, order, selection, select } = shown;
  const scroll = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { ref: sized, shape } = useShape(size);
  const { perRow, rowHeight } = shape;
  const virtual = useVirtualizer({ count: Math.ceil(rows.length / perRow), getScrollElement: () => scroll.current, estimateSize: () => rowHeight, overscan: 6 });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);
  const focusRow = selection.focus === null ? -1 : Math.floor(order.indexOf(selection.focus) / perRow);
  useEffect(() => {
    if (focusRow >= 0) virtual.scrollToIndex(focusRow, { align: 'auto' });
  }, [virtual, focusRow]);
  const texts = useTexts(shown);
  const { band, onPointerDown, wasDragged } = useRubberBand({ scroll, content, shape, order, selection, select });
  const clicks = useClicks(shown, open, wasDragged);
  useGridKeys(shown, perRow, () => Math.max(1, Math.floor((scroll.current?.clientHeight ?? 0) / rowHeight)), open);
  return (
    <div
      ref={scroll}
      className={classes.scroll}
      role="listbox"
      aria-multiselectable
      aria-label={t('common:places.frames')}
      aria-activedescendant={selection.focus === null ? undefined : `frame-${selection.focus}`}
      tabIndex={0}
      data-keys
      data-testid="frame-grid"
      onPointerDown={onPointerDown}
      {...clicks}
    >
      <div ref={content} style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        <div ref={sized} />
        {virtual.getVirtualItems().map((item) => (
          <Row key={item.key} top={item.start} from={item.index * perRow} rows={rows} shape={shape} texts={texts} selection={selection} />
        ))}
        {band && <BandMark band={band} />}
      </div>
    </div>
  );
}
