import { useRef, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime, useFormat } from '../ui/format';
import classes from './Timeline.module.css';
import { excludedRuns, inside, segmentsOf } from './timeline';
import type { Timeline } from './useTimeline';

/** Place of some frames on a line that holds all of them. */
export function span(from: number, to: number, count: number): React.CSSProperties {
  return { left: `${(from / count) * 100}%`, width: `${((to + 1 - from) / count) * 100}%` };
}

/** The whole clip as one line: segments in the colours of their class, what is left out, the marks, the frame that is seen. */
export function FrameTrack({ timeline }: { readonly timeline: Timeline }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { columns, views, at, marks, seek } = timeline;
  const count = columns.ids.length;
  const line = useRef<HTMLDivElement>(null);
  const follow = (event: PointerEvent) => {
    const box = line.current?.getBoundingClientRect();
    if (!box || event.buttons !== 1) return;
    if (event.type === 'pointerdown') event.currentTarget.setPointerCapture(event.pointerId);
    seek(inside(Math.floor(((event.clientX - box.left) / box.width) * count), count));
  };
  const first = marks.from ?? marks.to;
  const last = marks.to ?? marks.from;
  return (
    <div
      ref={line}
      className={classes.track}
      role="slider"
      tabIndex={0}
      aria-label={t('timeline:track')}
      aria-valuemin={1}
      aria-valuemax={count}
      aria-valuenow={at + 1}
      aria-valuetext={`${t('grid:position', { at: format.number(at + 1), of: format.number(count) })}, ${formatTime(columns.timesMs[at] as number)}`}
      onPointerDown={follow}
      onPointerMove={follow}
      data-testid="timeline-track"
    >
      {segmentsOf(columns).map(({ from, to, classId }) => (
        <span key={from} className={classes.segment} data-class={classId} style={{ ...span(from, to, count), background: views.get(classId)?.colour ?? 'transparent' }}>
          {views.get(classId)?.name ?? t('grid:none.class')}
        </span>
      ))}
      {excludedRuns(columns).map(({ from, to }) => (
        <span key={from} className={classes.hatched} style={span(from, to, count)} />
      ))}
      {first !== null && last !== null && <span className={classes.range} data-open={marks.from === null || marks.to === null || undefined} style={span(first, last, count)} data-testid="timeline-range" />}
      <span className={classes.head} style={{ left: `${((at + 0.5) / count) * 100}%` }} />
    </div>
  );
}
