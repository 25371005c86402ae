import { UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconArrowUpCircle, IconLoader2, IconPlayerPause } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { NextRound, RoundView } from '../../../electron/ipc/contract';
import { useFormat } from '../ui/format';
import { refine } from '../ui/place';
import classes from './Rounds.module.css';

function Step({ round, chosen }: { readonly round: RoundView; readonly chosen: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { runState } = round;
  return (
    <li>
      <UnstyledButton className={classes.step} aria-current={chosen ? 'true' : undefined} onClick={() => refine({ show: String(round.number) })} data-testid={`round-${round.number}`} data-state={runState}>
        <span className={classes.stepNumber}>{round.number}</span>
        <span className={classes.stepBody}>
          <strong>{round.backgrounds.length > 0 ? format.list(round.backgrounds) : t('ladder:sameClips')}</strong>
          <small>{t('common:frames', { count: round.dataset.train + round.dataset.validation + round.dataset.test })}</small>
        </span>
        <span className={classes.stepResult}>
          {runState === 'done' && format.percent(round.accuracy)}
          {runState === 'running' && <IconLoader2 size={18} className={classes.turning} aria-label={t('ladder:state.running')} />}
          {runState === 'interrupted' && <IconPlayerPause size={18} aria-label={t('ladder:state.interrupted')} />}
          {runState === 'cancelled' && <small>{t('ladder:state.cancelled')}</small>}
          {runState === 'failed' && <IconAlertTriangle size={18} aria-label={t('ladder:state.failed')} />}
        </span>
      </UnstyledButton>
    </li>
  );
}

/** Rounds as steps, the newest on top. */
export function Ladder({ rounds, next, chosen }: { readonly rounds: readonly RoundView[]; readonly next: NextRound; readonly chosen: number | null }) {
  const { t } = useTranslation();
  return (
    <ol className={classes.ladder} aria-label={t('ladder:ladder')} reversed>
      <li>
        <UnstyledButton className={`${classes.step} ${classes.nextStep}`} aria-current={chosen === null ? 'true' : undefined} onClick={() => refine({ show: 'next' })} data-testid="round-next">
          <span className={classes.stepNumber}>
            <IconArrowUpCircle size={20} aria-hidden />
          </span>
          <span className={classes.stepBody}>
            <strong>{t('ladder:next', { number: next.number })}</strong>
            <small>{next.newClips > 0 ? t('ladder:waiting', { count: next.newClips }) : t('ladder:nothingWaits')}</small>
          </span>
        </UnstyledButton>
      </li>
      {rounds.toReversed().map((round) => (
        <Step key={round.id} round={round} chosen={round.number === chosen} />
      ))}
    </ol>
  );
}
