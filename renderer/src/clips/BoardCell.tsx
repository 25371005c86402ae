import { ActionIcon, Tooltip, UnstyledButton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClipView } from '../../../electron/ipc/contract';
import { pathsOf } from '../studio';
import type { Line } from './board';
import classes from './Board.module.css';
import { ClipStrip } from './ClipStrip';
import { carriesFiles, chooseFilmsFor, importInto, useDrop } from './importing';

const shownAtFirst = 4;

function useCellDrop(cell: { readonly class: string | null; readonly background: string | null }) {
  const [over, setOver] = useState(false);
  return {
    over,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        if (!over) setOver(true);
      },
      onDragLeave: (event: DragEvent) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      },
      onDrop: (event: DragEvent) => {
        setOver(false);
        if (!carriesFiles(event)) return;
        event.preventDefault();
        useDrop.setState({ dragging: false });
        void importInto(pathsOf([...event.dataTransfer.files]), cell);
      },
    },
  };
}

/** A cell of the board: what was filmed of one class on one background. A film dropped here is labeled. */
export function BoardCell({ row, column, clips }: { readonly row: Line; readonly column: Line; readonly clips: readonly ClipView[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const cell = { class: row.name, background: column.name };
  const { over, handlers } = useCellDrop(cell);
  const name = t('board:cell', { class: row.name ?? t('board:noClass'), background: column.name ?? t('board:noBackground') });
  const shown = all ? clips : clips.slice(0, shownAtFirst);
  const virtual = row.name === null || column.name === null;
  return (
    <div role="group" aria-label={name} className={`${classes.cell} ${over ? classes.cellOver : ''} ${clips.length === 0 ? classes.cellEmpty : ''}`} {...handlers} data-testid={`board-cell-${row.name ?? 'none'}-${column.name ?? 'none'}`} data-clips={clips.length}>
      {over && <div className={classes.landing}>{name}</div>}
      {shown.map((clip) => (
        <ClipStrip key={clip.id} clip={clip} />
      ))}
      {clips.length > shownAtFirst && (
        <UnstyledButton className={classes.more} onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? t('board:fewer') : t('board:more', { count: clips.length - shownAtFirst })}
        </UnstyledButton>
      )}
      {clips.length === 0 && !virtual && (
        <UnstyledButton className={classes.nothing} onClick={() => void chooseFilmsFor(cell)} aria-label={t('board:filmInto', { cell: name })}>
          {t('board:nothingFilmed')}
          <IconPlus size={14} aria-hidden />
        </UnstyledButton>
      )}
      {clips.length > 0 && !virtual && (
        <Tooltip label={t('board:filmInto', { cell: name })}>
          <ActionIcon className={classes.addClip} size="sm" aria-label={t('board:filmInto', { cell: name })} onClick={() => void chooseFilmsFor(cell)}>
            <IconPlus size={15} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}
