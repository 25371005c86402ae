import { Button, Group, Text } from '@mantine/core';
import { IconStopwatch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EpochEstimate, NextRound } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { useFormat } from '../ui/format';
import { attempt } from '../ui/tell';
import { wishOf, type RoundForm } from './wish';

interface Known {
  /** The wish that it was measured for. */
  readonly wish: string;
  readonly estimate: EpochEstimate;
}

/** What an epoch costs apart from its number: a change of these makes a measured time old. */
function keyOf(form: RoundForm, next: NextRound): string {
  const wish = wishOf(form, next);
  const { batchSize, optimizer, frozen, l1, l2, clip } = wish.config;
  return JSON.stringify([wish.backgrounds, wish.input, wish.preset, wish.architecture, wish.from, batchSize, optimizer, frozen, l1, l2, clip]);
}

/** How long the round will take here, from a trial of two seconds that the user asks for. */
export function EpochTime({ next, form, disabled }: { readonly next: NextRound; readonly form: RoundForm; readonly disabled: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [known, setKnown] = useState<Known | null>(null);
  const [busy, setBusy] = useState(false);
  const key = keyOf(form, next);
  const measure = async (): Promise<void> => {
    setBusy(true);
    const estimate = await attempt(call('rounds:estimate', wishOf(form, next)));
    if (estimate) setKnown({ wish: key, estimate });
    setBusy(false);
  };
  if (known?.wish !== key) {
    return (
      <Button variant="subtle" leftSection={<IconStopwatch size={16} aria-hidden />} loading={busy} disabled={disabled} onClick={() => void measure()} data-testid="estimate">
        {t('ladder:howLong')}
      </Button>
    );
  }
  const { secondsPerEpoch, imagesPerSecond } = known.estimate;
  const say = (seconds: number): string => (seconds < 10 ? t('ladder:seconds', { seconds: format.decimal(seconds, 1) }) : format.duration(seconds));
  return (
    <Group gap={6} wrap="nowrap" role="status" data-testid="estimated" data-seconds={secondsPerEpoch}>
      <IconStopwatch size={16} aria-hidden />
      <Text className="numbers">{t('ladder:estimated', { epoch: say(secondsPerEpoch), whole: say(secondsPerEpoch * form.config.epochs), count: form.config.epochs, speed: t('ladder:perSecond', { count: Math.round(imagesPerSecond) }) })}</Text>
    </Group>
  );
}
