import { useElementSize } from '@mantine/hooks';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useMemo, useRef, type KeyboardEvent, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { FrameColumns, NameView } from '../../../electron/ipc/contract';
import { useFormat } from '../ui/format';
import { FrameImage } from '../ui/FrameImage';
import { classOfDigit, labelFrames, toggleExcluded } from './labeling';
import classes from './Frames.module.css';
import type { FrameNames } from './FramesPlace';
import { clicked, stepped, type Selection } from './selection';

/** Everything that grid, viewer and keys share. */
export interface Shown {
  readonly names: FrameNames;
  readonly columns: FrameColumns;
  /** Row numbers of the shown frames in the columns. */
  readonly rows: readonly number[];
  /** Their ids, in the same order. */
  readonly order: readonly number[];
  readonly selection: Selection;
  readonly select: (next: Selection) => void;
}

const gap = 6;

interface TileProps {
  readonly id: number;
  readonly view: NameView | undefined;
  readonly excluded: boolean;
  readonly selected: boolean;
  readonly focused: boolean;
  readonly answer: string | null;
  readonly onPick: (id: number, event: MouseEvent) => void;
  readonly onOpen: (id: number) => void;
}

const Tile = memo(function Tile({ id, view, excluded, selected, focused, answer, onPick, onOpen }: TileProps) {
  const { t } = useTranslation();
  const name = view?.name ?? t('grid:none.class');
  return (
    <div
      id={`frame-${id}`}
      role="option"
      aria-selected={selected}
      aria-label={`${t('grid:frame', { id })}: ${name}${answer ? `, ${answer}` : ''}${excluded ? `, ${t('grid:excluded')}` : ''}`}
      className={classes.tile}
      data-selected={selected || undefined}
      data-focused={focused || undefined}
      data-excluded={excluded || undefined}
      data-testid="frame"
      onClick={(event) => onPick(id, event)}
      onDoubleClick={() => onOpen(id)}
    >
      <FrameImage id={id} />
      <span className={classes.tileName} style={{ '--class': view?.colour ?? 'transparent' } as React.CSSProperties}>
        {answer ? `${name} → ${answer}` : name}
      </span>
      {selected && (
        <span className={classes.tileMark}>
          <IconCheck size={13} stroke={3} aria-hidden />
        </span>
      )}
      {excluded && (
        <span className={classes.tileOut}>
          <IconX size={26} stroke={2.5} aria-hidden />
        </span>
      )}
    </div>
  );
});

function useGridKeys(shown: Shown, perRow: number, rowHeight: number, open: () => void) {
  const { columns, order, selection, select, names } = shown;
  return (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(event.currentTarget.clientHeight / rowHeight));
    const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -perRow, ArrowDown: perRow, PageUp: -perRow * page, PageDown: perRow * page, Home: -order.length, End: order.length };
    const step = steps[event.key];
    const ids = [...selection.ids];
    const view = event.ctrlKey || event.metaKey || event.altKey ? null : classOfDigit(event.key, names.classes.filter(({ hidden }) => !hidden));
    if (step !== undefined && !event.altKey) select(stepped(selection, order, step, event.shiftKey));
    else if (view) void labelFrames(ids, view);
    else if (event.code === 'KeyX' && !event.ctrlKey && !event.metaKey) void toggleExcluded(columns, ids);
    else if (event.key === 'Enter' && selection.focus !== null) open();
    else if (event.key === ' ' && selection.focus !== null) select(clicked(selection, order, selection.focus, { shift: false, toggle: true }));
    else if (event.code === 'KeyA' && (event.ctrlKey || event.metaKey)) select({ ...selection, ids: new Set(order) });
    else if (event.key === 'Escape') select({ ...selection, ids: new Set() });
    else return;
    event.preventDefault();
  };
}

function useTiles(shown: Shown, open: () => void) {
  const latest = useRef(shown);
  useEffect(() => {
    latest.current = shown;
  });
  const onPick = useCallback((id: number, event: MouseEvent) => {
    const { selection, order, select } = latest.current;
    select(clicked(selection, order, id, { shift: event.shiftKey, toggle: event.ctrlKey || event.metaKey }));
  }, []);
  const onOpen = useCallback(
    (id: number) => {
      const { selection, order, select } = latest.current;
      select(clicked(selection, order, id, { shift: false, toggle: false }));
      open();
    },
    [open],
  );
  return { onPick, onOpen };
}

/** The virtual grid: only what is seen is there. */
export function FrameGrid({ shown, size, open }: { readonly shown: Shown; readonly size: number; readonly open: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { columns, rows, order, selection, names } = shown;
  const scroll = useRef<HTMLDivElement>(null);
  // Measured inside, so that a scrollbar takes no part of the last column.
  const { ref: sized, width } = useElementSize();
  const perRow = Math.max(1, Math.floor((width + gap) / (size + gap)));
  const tile = Math.max(48, Math.floor((Math.max(width, size) - (perRow - 1) * gap) / perRow));
  const rowHeight = Math.round(tile * 0.75) + gap;
  const count = Math.ceil(rows.length / perRow);
  const virtual = useVirtualizer({ count, getScrollElement: () => scroll.current, estimateSize: () => rowHeight, overscan: 4 });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);
  const focusRow = selection.focus === null ? -1 : Math.floor(order.indexOf(selection.focus) / perRow);
  useEffect(() => {
    if (focusRow >= 0) virtual.scrollToIndex(focusRow, { align: 'auto' });
  }, [virtual, focusRow]);
  const views = useMemo(() => new Map(names.classes.map((view) => [view.id, view])), [names.classes]);
  const openRef = useRef(open);
  useEffect(() => {
    openRef.current = open;
  });
  const { onPick, onOpen } = useTiles(shown, useCallback(() => openRef.current(), []));
  const onKeyDown = useGridKeys(shown, perRow, rowHeight, open);
  return (
    <div
      ref={scroll}
      className={classes.scroll}
      role="listbox"
      aria-multiselectable
      aria-label={t('common:places.frames')}
      aria-activedescendant={selection.focus === null ? undefined : `frame-${selection.focus}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      data-testid="frame-grid"
    >
      <div ref={sized} style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => (
          <div key={item.key} role="presentation" className={classes.row} style={{ transform: `translateY(${item.start}px)`, gridTemplateColumns: `repeat(${perRow}, ${tile}px)`, height: rowHeight - gap, gap }}>
            {rows.slice(item.index * perRow, (item.index + 1) * perRow).map((row) => {
              const id = columns.ids[row] as number;
              const answer = columns.answers?.[row];
              return (
                <Tile
                  key={id}
                  id={id}
                  view={views.get(columns.classIds[row] as number)}
                  excluded={columns.excluded[row] as boolean}
                  selected={selection.ids.has(id)}
                  focused={selection.focus === id}
                  answer={answer ? `${answer.class} ${format.percent(answer.score, 0)}` : null}
                  onPick={onPick}
                  onOpen={onOpen}
                />
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}
