import { Button, Group } from '@mantine/core';
import { IconLadder } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { NextRound, RoundView } from '../../../electron/ipc/contract';
import { SampleButton } from '../start/StartScreen';
import { EmptyPlace } from '../ui/EmptyPlace';
import { go, usePlace } from '../ui/place';
import { PlacePage } from '../ui/PlacePage';
import { useStudio } from '../ui/queries';
import { Ladder } from './Ladder';
import { NextRoundCard } from './NextRoundCard';
import { RoundDetails } from './RoundDetails';
import { RoundMatrix } from './RoundMatrix';
import classes from './Rounds.module.css';

function chosenRound(rounds: readonly RoundView[], show: string | undefined): RoundView | null {
  if (show === 'next') return null;
  const asked = rounds.find(({ number }) => String(number) === show);
  const newest = rounds.at(-1);
  const open = newest && newest.runState !== 'done' ? newest : null;
  return asked ?? rounds.find(({ runState }) => runState === 'running') ?? open;
}

function RoundsView({ rounds, next }: { readonly rounds: readonly RoundView[]; readonly next: NextRound }) {
  const params = usePlace((where) => where.params);
  const round = chosenRound(rounds, params.show);
  const done = rounds.some(({ modelId }) => modelId !== null);
  return (
    <div className={classes.place}>
      <Ladder rounds={rounds} next={next} chosen={round?.number ?? null} />
      <div className={classes.details}>
        {round ? <RoundDetails key={round.id} round={round} /> : <NextRoundCard key={params.from ?? next.number} next={next} from={params.from ?? null} running={rounds.some(({ runState }) => runState === 'running')} />}
        {done && <RoundMatrix />}
      </div>
    </div>
  );
}

/** The ladder of rounds: round 1 at the bottom, the next step on top. */
export function RoundsPlace() {
  const { t } = useTranslation();
  const rounds = useStudio('rounds:list').data;
  const next = useStudio('rounds:next').data;
  const clips = useStudio('clips:list').data;
  const empty = rounds?.length === 0 && clips?.length === 0;
  return (
    <PlacePage title={t('common:places.rounds')} subtitle={rounds && rounds.length > 0 ? t('ladder:count', { count: rounds.length }) : null}>
      {empty ? (
        <EmptyPlace icon={<IconLadder size={34} stroke={1.5} />} sentence={t('ladder:empty')} hint={t('ladder:emptyHint')} testId="rounds-empty">
          <Group gap="xs" mt="xs">
            <Button onClick={() => go('board')}>{t('grid:toBoard')}</Button>
            <SampleButton />
          </Group>
        </EmptyPlace>
      ) : (
        rounds && next && <RoundsView rounds={rounds} next={next} />
      )}
    </PlacePage>
  );
}
