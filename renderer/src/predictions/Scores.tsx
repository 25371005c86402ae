import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PredictionView } from '../../../electron/ipc/contract';
import { ClassDot } from '../ui/ClassDot';
import { useFormat } from '../ui/format';
import { useStudio } from '../ui/queries';
import classes from './Try.module.css';

/** The answer, and a bar for each class; `live`: it changes all the time, and is not read out. */
export function Scores({ prediction, live = false }: { readonly prediction: PredictionView; readonly live?: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const views = useStudio('names:list').data?.classes ?? [];
  // Bars that change places all the time cannot be read.
  const scores = prediction.scores.toSorted((a, b) => (live ? a.class.localeCompare(b.class) : b.score - a.score));
  return (
    <div className={classes.scores} data-testid="try-scores">
      <div role={live ? undefined : 'status'}>
        <Text c="dimmed">{t('tryit:thisIs')}</Text>
        <div className={classes.answer} data-unknown={prediction.unknown || undefined} data-testid="try-answer">
          {prediction.unknown ? t('results:unknown') : prediction.class}
        </div>
        <Text c="dimmed" className="numbers">
          {prediction.unknown ? t('results:unknownHelp', { threshold: format.percent(prediction.threshold, 0), class: prediction.class, score: format.percent(prediction.score) }) : t('tryit:sure', { score: format.percent(prediction.score) })}
        </Text>
      </div>
      <ul className={classes.bars} aria-label={t('tryit:scores')}>
        {scores.map(({ class: name, score }) => {
          const colour = views.find((view) => view.name === name)?.colour ?? 'var(--g-accent)';
          return (
            <li key={name}>
              <span className={classes.barHead}>
                <ClassDot colour={colour} />
                <span className={classes.barName} title={name}>{name}</span>
                <strong>{format.percent(score)}</strong>
              </span>
              <span className={classes.track} aria-hidden>
                <span style={{ width: `${score * 100}%`, background: colour }} />
                {prediction.threshold !== null && <i style={{ left: `${prediction.threshold * 100}%` }} />}
              </span>
            </li>
          );
        })}
      </ul>
      <Text c="dimmed" size="xs" className="numbers" data-testid="try-latency">
        {t('tryit:latency', { milliseconds: format.decimal(prediction.milliseconds, prediction.milliseconds < 10 ? 1 : 0) })}
      </Text>
    </div>
  );
}
