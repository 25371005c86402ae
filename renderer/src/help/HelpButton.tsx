import { ActionIcon, Tooltip } from '@mantine/core';
import { IconHelp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useKeyName } from '../keys/useKeys';
import { toggleHelp } from './help';

/** The question mark in the head of each place. */
export function HelpButton() {
  const { t } = useTranslation();
  const key = useKeyName()('help');
  return (
    <Tooltip label={key === '' ? t('help:open') : `${t('help:open')} (${key})`}>
      <ActionIcon aria-label={t('help:open')} onClick={toggleHelp} data-testid="help-open">
        <IconHelp size={20} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}
