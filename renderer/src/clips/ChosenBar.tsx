import { ActionIcon, Button, Group, Menu, Paper, Text } from '@mantine/core';
import { IconDots, IconX } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClipView } from '../../../electron/ipc/contract';
import classes from './Board.module.css';
import { forgetChosen, useChosen } from './chosen';
import { ClipActions } from './ClipActions';

/** What can be done with the clips that were chosen together; nothing while there are none. */
export function ChosenBar({ clips }: { readonly clips: readonly ClipView[] }) {
  const { t } = useTranslation();
  const ids = useChosen((state) => state.ids);
  const chosen = clips.filter(({ id }) => ids.includes(id));
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && forgetChosen();
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  // Clips of another project, or of this Board left behind, are not chosen any more.
  useEffect(() => forgetChosen, []);
  if (chosen.length === 0) return null;
  return (
    <Paper className={classes.chosenBar} shadow="md" withBorder role="toolbar" aria-label={t('board:chosen', { count: chosen.length })} data-testid="chosen-bar">
      <Group gap="sm" wrap="nowrap">
        <Text fw={620} className="numbers">
          {t('board:chosen', { count: chosen.length })}
        </Text>
        <Menu position="top-end">
          <Menu.Target>
            <Button size="compact-md" variant="light" leftSection={<IconDots size={16} aria-hidden />} data-testid="chosen-menu">
              {t('board:change')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <ClipActions clips={chosen} done={forgetChosen} />
          </Menu.Dropdown>
        </Menu>
        <ActionIcon aria-label={t('board:chooseNone')} onClick={forgetChosen}>
          <IconX size={16} />
        </ActionIcon>
      </Group>
    </Paper>
  );
}
