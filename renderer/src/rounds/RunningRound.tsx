import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import { observeCurves } from '../../../electron/core/observations';
import type { RoundView } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { useFormat } from '../ui/format';
import { useStudio, useStudioWhen } from '../ui/queries';
import { say } from '../ui/sentences';
import { attempt } from '../ui/tell';
import { Curves } from './Curves';
import { imagesPerSecond, secondsLeft } from './observe';
import classes from './Rounds.module.css';
import { useStepLosses } from './stepLosses';
import { StuckRound } from './StuckRound';

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className={classes.number}>
      <strong>{value}</strong>
      <small>{name}</small>
    </div>
  );
}

/** The training job that is paused: known also after a look at another place. A resumed run is another job. */
const usePaused = create<{ readonly jobId: string | null }>(() => ({ jobId: null }));

function Buttons() {
  const { t } = useTranslation();
  const job = useStudio('jobs:list').data?.find(({ kind, state }) => kind === 'train' && state === 'running');
  const paused = usePaused(({ jobId }) => job !== undefined && jobId === job.id);
  const pause = async () => {
    const done = await attempt(call('rounds:pause', !paused).then(() => true));
    if (done) usePaused.setState({ jobId: paused ? null : (job?.id ?? null) });
  };
  return (
    <Group gap="xs">
      <Button variant="default" leftSection={paused ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />} onClick={() => void pause()} data-testid="round-pause">
        {t(paused ? 'ladder:goOn' : 'ladder:pause')}
      </Button>
      <Button variant="default" disabled={!job} leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => job && void attempt(call('jobs:cancel', job.id))} data-testid="round-cancel">
        {t('common:cancel')}
      </Button>
      {paused && <Text c="dimmed">{t('ladder:paused')}</Text>}
    </Group>
  );
}

/** A run as it goes: curves, speed, time left, and a plain reading of it. */
export function RunningRound({ round }: { readonly round: RoundView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const epochs = useStudioWhen({ enabled: round.runId !== null }, 'rounds:epochs', round.runId ?? '').data ?? [];
  const job = useStudio('jobs:list').data?.find(({ kind, state }) => kind === 'train' && state === 'running');
  const losses = useStepLosses(round.runId);
  const last = epochs.at(-1);
  const left = job?.progress.etaSeconds ?? secondsLeft(epochs, round.config.epochs);
  const speed = imagesPerSecond(epochs, round.dataset.train);
  const seen = observeCurves(epochs);
  return (
    <Stack gap="md" data-testid="round-running">
      <Progress value={(job?.progress.value ?? epochs.length / round.config.epochs) * 100} aria-label={t('ladder:progress')} />
      <div className={classes.numbers}>
        <Figure name={t('ladder:epoch')} value={t('ladder:of', { at: epochs.length, of: round.config.epochs })} />
        <Figure name={t('ladder:validationAccuracy')} value={format.percent(last?.validationAccuracy ?? null)} />
        <Figure name={t('ladder:validationLoss')} value={last?.validationLoss == null ? '—' : format.decimal(last.validationLoss, 3)} />
        <Figure name={t('ladder:imagesPerSecond')} value={speed === null ? '—' : format.number(Math.round(speed))} />
        <Figure name={t('ladder:timeLeft')} value={left === null ? '—' : format.duration(left)} />
      </div>
      <Curves epochs={epochs} wanted={round.config.epochs} losses={losses} floor={round.floor} />
      <Text role="status" data-testid="round-reading">
        {seen ? say(t, seen) : t('ladder:firstEpochs')}
      </Text>
      <StuckRound round={round} epochs={epochs} />
      <Buttons />
    </Stack>
  );
}
