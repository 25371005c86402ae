import { Button, Group, NumberInput, Text } from '@mantine/core';
import { IconPlayerTrackNext } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RoundView } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { forgetTouched, useStudio } from '../ui/queries';
import { attempt } from '../ui/tell';
import { Help } from './SettingField';

/** A round that is done trains on for some epochs, from its last weights and optimizer. */
export function ExtendRound({ round }: { readonly round: RoundView }) {
  const { t } = useTranslation();
  const [epochs, setEpochs] = useState(10);
  const [busy, setBusy] = useState(false);
  const running = useStudio('rounds:list').data?.some(({ runState }) => runState === 'running') ?? false;
  const extend = async (): Promise<void> => {
    setBusy(true);
    await attempt(call('rounds:extend', round.runId as string, epochs));
    forgetTouched('rounds');
    setBusy(false);
  };
  return (
    <Group gap="xs">
      <Text>{t('ladder:extend')}</Text>
      <NumberInput w={84} min={1} max={10_000} step={5} allowDecimal={false} allowNegative={false} clampBehavior="blur" value={epochs} aria-label={t('ladder:epochsMore')} onChange={(value) => typeof value === 'number' && value >= 1 && value <= 10_000 && setEpochs(value)} data-testid="extend-epochs" />
      <Text>{t('ladder:epochsMore')}</Text>
      <Button variant="default" loading={busy} disabled={running} leftSection={<IconPlayerTrackNext size={16} aria-hidden />} onClick={() => void extend()} data-testid="round-extend">
        {t('ladder:extendStart')}
      </Button>
      <Help name={t('ladder:extend')} text={t('ladder:extendHelp')} />
    </Group>
  );
}
