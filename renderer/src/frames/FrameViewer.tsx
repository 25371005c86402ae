import { ActionIcon, Group, Modal, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconX } from '@tabler/icons-react';
import { useEffect, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { labelPlace, pressed } from '../keys/useKeys';
import { frameAddress } from '../studio';
import { ClassDot } from '../ui/ClassDot';
import { formatTime, useFormat } from '../ui/format';
import { ClassKeys } from './ClassKeys';
import type { Shown } from './FrameGrid';
import classes from './Frames.module.css';
import { labelFrames, toggleExcluded } from './labeling';
import { clicked, stepped } from './selection';

function useCurrent({ columns, rows, order, selection, names }: Shown) {
  const position = Math.max(0, selection.focus === null ? 0 : order.indexOf(selection.focus));
  const row = rows[position] as number;
  const clip = names.clips.find(({ id }) => id === columns.clipIds[row]);
  return {
    position,
    id: order[position] as number,
    clip,
    timeMs: columns.timesMs[row] as number,
    excluded: columns.excluded[row] as boolean,
    view: names.classes.find(({ id }) => id === columns.classIds[row]),
    background: names.backgrounds.find(({ id }) => id === columns.backgroundIds[row]),
    answer: columns.answers?.[row],
  };
}

function usePreload({ order }: Shown, position: number): void {
  useEffect(() => {
    for (const id of [order[position + 1], order[position - 1], order[position + 2]]) {
      if (id !== undefined) new Image().src = frameAddress(id);
    }
  }, [order, position]);
}

function Caption({ shown }: { readonly shown: Shown }) {
  const { t } = useTranslation();
  const format = useFormat();
  const current = useCurrent(shown);
  return (
    <Group gap="md" className="numbers">
      <Group gap={6}>
        {current.view && <ClassDot colour={current.view.colour} />}
        <Text fw={620}>{current.view?.name ?? t('grid:none.class')}</Text>
      </Group>
      {current.excluded && <Text c="var(--g-bad)">{t('grid:excluded')}</Text>}
      {current.answer && <Text>{t('grid:answered', { class: current.answer.class, score: format.percent(current.answer.score) })}</Text>}
      <Text c="dimmed">
        {[current.background?.name, current.clip?.name, formatTime(current.timeMs)].filter(Boolean).join(' · ')}
      </Text>
      <Text c="dimmed">{t('grid:position', { at: format.number(current.position + 1), of: format.number(shown.order.length) })}</Text>
    </Group>
  );
}

function Large({ shown, close }: { readonly shown: Shown; readonly close: () => void }) {
  const { t } = useTranslation();
  const { order, selection, select, names, columns } = shown;
  const { id, position, view } = useCurrent(shown);
  usePreload(shown, position);
  const step = (by: number) => select(stepped({ ...selection, focus: id }, order, by, false));
  const onKeyDown = (event: KeyboardEvent) => {
    const command = pressed(event, ['viewer', 'labels']);
    const steps: Readonly<Record<string, number>> = { 'viewer.previous': -1, 'viewer.next': 1, 'viewer.back10': -10, 'viewer.on10': 10 };
    const by = steps[command ?? ''];
    const label = names.classes.filter(({ hidden }) => !hidden)[labelPlace(command) ?? -1];
    if (by !== undefined) step(by);
    else if (label) void labelFrames([id], label);
    else if (command === 'exclude') void toggleExcluded(columns, [id]);
    else if (command === 'viewer.close') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const one = { ...shown, selection: clicked(selection, order, id, { shift: false, toggle: false }), chosen: [id] };
  return (
    <div className={classes.viewer} onKeyDown={onKeyDown} tabIndex={-1} data-autofocus data-testid="frame-viewer">
      <header className={classes.viewerHead}>
        <Caption shown={shown} />
        <ActionIcon aria-label={t('common:close')} onClick={close}>
          <IconX size={20} />
        </ActionIcon>
      </header>
      <div className={classes.stage}>
        <ActionIcon size="xl" aria-label={t('grid:previous')} onClick={() => step(-1)}>
          <IconChevronLeft size={28} />
        </ActionIcon>
        <img src={frameAddress(id)} alt={`${t('grid:frame', { id })}: ${view?.name ?? t('grid:none.class')}`} draggable={false} />
        <ActionIcon size="xl" aria-label={t('grid:next')} onClick={() => step(1)}>
          <IconChevronRight size={28} />
        </ActionIcon>
      </div>
      <ClassKeys shown={one} large />
    </div>
  );
}

/** One frame, large; Left and Right go on, digits label, X leaves out. */
export function FrameViewer({ shown, opened, close }: { readonly shown: Shown; readonly opened: boolean; readonly close: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={close} fullScreen withCloseButton={false} closeOnEscape={false} padding={0} transitionProps={{ duration: 80 }} attributes={{ content: { 'aria-label': t('grid:large') } }}>
      {opened && <Large shown={shown} close={close} />}
    </Modal>
  );
}
