import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deserializeError } from '../../../electron/core/errors';
import type { RoundView } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { Card } from '../ui/Card';
import { Facts } from '../ui/Facts';
import { useFormat } from '../ui/format';
import { forgetTouched, useStudio, useStudioWhen } from '../ui/queries';
import { say, sayError } from '../ui/sentences';
import { attempt } from '../ui/tell';
import { Curves } from './Curves';
import { useAugmentation, useChanges } from './changes';
import { RoundResults } from './RoundResults';
import { RunningRound } from './RunningRound';
import { useStepLosses } from './stepLosses';
import { StuckRound } from './StuckRound';
import { ExtendRound } from './ExtendRound';

function Resume({ round }: { readonly round: RoundView }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const running = useStudio('rounds:list').data?.some(({ runState }) => runState === 'running') ?? false;
  const resume = async () => {
    setBusy(true);
    await attempt(call('rounds:resume', round.runId as string));
    forgetTouched('rounds');
    setBusy(false);
  };
  const state = round.runState as 'interrupted' | 'cancelled' | 'failed';
  return (
    <Alert color="resin" icon={<IconAlertTriangle size={18} aria-hidden />} data-testid="round-interrupted">
      <Stack gap="sm" align="flex-start">
        <Text>{t(`ladder:stopped.${state}`)}</Text>
        {round.runError && <Text size="xs">{sayError(t, deserializeError(round.runError))}</Text>}
        <Button loading={busy} disabled={running} leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => void resume()} data-testid="round-resume">
          {t('ladder:resume')}
        </Button>
      </Stack>
    </Alert>
  );
}

function RoundFacts({ round }: { readonly round: RoundView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const models = useStudio('models:list').data ?? [];
  const { dataset, config } = round;
  const start = models.find(({ id }) => id === round.startModelId)?.name;
  const augmentation = useAugmentation(config);
  const changes = useChanges(config, models);
  return (
    <Facts
      rows={[
        [t('ladder:fact.frames'), t('ladder:fact.split', { train: format.number(dataset.train), validation: format.number(dataset.validation) })],
        [t('ladder:fact.classes'), format.list(dataset.classNames)],
        [t('ladder:fact.from'), start ?? t('ladder:fresh')],
        [t('ladder:fact.network'), `${round.architectureName}, ${format.input(round.input)}`],
        [t('ladder:fact.numbers'), t('ladder:fact.config', { epochs: config.epochs, batch: config.batchSize, rate: config.learningRate, seed: config.seed })],
        changes.length > 0 ? [t('ladder:fact.changed'), changes.join('; ')] : null,
        [t('augment:title'), augmentation],
        round.bestEpoch !== null ? [t('ladder:fact.best'), format.number(round.bestEpoch)] : null,
        round.imagesPerSecond !== null ? [t('ladder:fact.speed'), t('ladder:perSecond', { count: Math.round(round.imagesPerSecond) })] : null,
        round.engine !== null ? [t('ladder:fact.engine'), round.engine] : null,
        [t('ladder:fact.date'), format.date(round.createdAt)],
      ]}
    />
  );
}

function History({ round }: { readonly round: RoundView }) {
  const epochs = useStudioWhen({ enabled: round.runId !== null }, 'rounds:epochs', round.runId ?? '').data ?? [];
  const losses = useStepLosses(round.runId);
  if (epochs.length === 0) return null;
  return (
    <>
      <Curves epochs={epochs} wanted={Math.max(epochs.length, 2)} losses={losses} floor={round.floor} />
      <StuckRound round={round} epochs={epochs} />
    </>
  );
}

/** One round: running, stopped, or with its results. */
export function RoundDetails({ round }: { readonly round: RoundView }) {
  const { t } = useTranslation();
  const running = round.runState === 'running';
  const stopped = round.runState === 'interrupted' || round.runState === 'cancelled' || round.runState === 'failed';
  return (
    <>
      {round.modelId && <RoundResults modelId={round.modelId} round={round.number} />}
      <Card title={t('common:round', { number: round.number })} aside={<Text c="dimmed">{round.backgrounds.join(', ')}</Text>}>
        <Stack gap="md">
          {running && <RunningRound round={round} />}
          {stopped && <Resume round={round} />}
          {round.dataset.reason && (
            <Text c="dimmed" size="xs" data-testid="round-reason">
              {say(t, round.dataset.reason)}
            </Text>
          )}
          {!running && <History round={round} />}
          {round.runState === 'done' && <ExtendRound round={round} />}
          <RoundFacts round={round} />
        </Stack>
      </Card>
    </>
  );
}
