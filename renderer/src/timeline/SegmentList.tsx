import { Text, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ClassDot } from '../ui/ClassDot';
import { formatTime } from '../ui/format';
import { MiddleCut } from '../ui/MiddleCut';
import { segmentsOf } from './timeline';
import classes from './Timeline.module.css';
import type { Timeline } from './useTimeline';

/** The segments in words; a click marks one, to label it anew. */
export function SegmentList({ timeline }: { readonly timeline: Timeline }) {
  const { t } = useTranslation();
  const { columns, views, marks } = timeline;
  return (
    <div>
      <Text fw={620} mb={4}>
        {t('timeline:segments')}
      </Text>
      <div className={classes.segments}>
        {segmentsOf(columns).map(({ from, to, classId }) => {
          const view = views.get(classId);
          return (
            <UnstyledButton
              key={from}
              className={classes.segmentRow}
              aria-pressed={marks.from === from && marks.to === to}
              onClick={() => {
                timeline.seek(from);
                timeline.setMarks({ from, to });
              }}
              data-testid="timeline-segment"
            >
              <ClassDot colour={view?.colour ?? 'var(--g-line-strong)'} />
              <span className={classes.segmentName}>
                <MiddleCut text={view?.name ?? t('grid:none.class')} />
              </span>
              <span className={classes.segmentTimes}>
                {formatTime(columns.timesMs[from] as number)} – {formatTime(columns.timesMs[to] as number)}
              </span>
              <span className={classes.segmentTimes}>{t('common:frames', { count: to + 1 - from })}</span>
            </UnstyledButton>
          );
        })}
      </div>
      <Text size="xs" c="dimmed" mt={4}>
        {t('timeline:segmentsHelp')}
      </Text>
    </div>
  );
}
