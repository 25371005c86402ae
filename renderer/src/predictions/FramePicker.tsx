import { Button, Modal, Text, UnstyledButton } from '@mantine/core';
import { IconArrowsShuffle } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FrameColumns } from '../../../electron/ipc/contract';
import { FrameImage } from '../ui/FrameImage';
import { useStudioWhen } from '../ui/queries';
import classes from './Try.module.css';
import { tryOut, useTrial } from './trial';

const shown = 24;

/** Some frames, spread over all clips; each turn begins elsewhere. */
export function spread(columns: FrameColumns, count: number, turn: number): readonly number[] {
  const total = columns.ids.length;
  const step = Math.max(1, total / count);
  const offset = Math.floor((turn * step) / 7);
  return [...new Set(Array.from({ length: Math.min(count, total) }, (_, index) => columns.ids[Math.floor(index * step + offset) % total] as number))];
}

/** Picks a frame of the project. */
export function FramePicker() {
  const { t } = useTranslation();
  const opened = useTrial((trial) => trial.picking);
  const [turn, setTurn] = useState(0);
  const columns = useStudioWhen({ enabled: opened }, 'frames:list', {}).data;
  const ids = useMemo(() => (columns ? spread(columns, shown, turn) : []), [columns, turn]);
  return (
    <Modal opened={opened} onClose={() => useTrial.setState({ picking: false })} size={720} title={<Text fw={620} size="md">{t('tryit:pickFrame')}</Text>} closeButtonProps={{ 'aria-label': t('common:close') }}>
      {columns?.ids.length === 0 && <Text c="dimmed">{t('grid:empty')}</Text>}
      <div className={classes.picker}>
        {ids.map((id) => (
          <UnstyledButton key={id} onClick={() => tryOut({ kind: 'frame', frameId: id })} aria-label={t('grid:frame', { id })} data-testid="try-pick">
            <FrameImage id={id} small />
          </UnstyledButton>
        ))}
      </div>
      <Button mt="md" variant="subtle" leftSection={<IconArrowsShuffle size={16} aria-hidden />} onClick={() => setTurn(turn + 1)}>
        {t('tryit:others')}
      </Button>
    </Modal>
  );
}
