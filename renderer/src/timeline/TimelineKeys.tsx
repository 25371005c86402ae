import { Kbd, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeyName } from '../keys/useKeys';
import { ClassDot } from '../ui/ClassDot';
import { MiddleCut } from '../ui/MiddleCut';
import { noMarks } from './timeline';
import classes from './Timeline.module.css';
import { leave, type Timeline } from './useTimeline';

function Key(props: { readonly keys: string; readonly onClick: () => void; readonly children: ReactNode; readonly pressed?: boolean; readonly disabled?: boolean; readonly testId?: string }) {
  return (
    <UnstyledButton className={classes.key} onClick={props.onClick} disabled={props.disabled} aria-pressed={props.pressed} data-testid={props.testId}>
      {props.keys !== '' && <Kbd size="xs">{props.keys}</Kbd>}
      {props.children}
    </UnstyledButton>
  );
}

/** Every key, and the same by mouse. */
export function TimelineKeys({ timeline }: { readonly timeline: Timeline }) {
  const { t } = useTranslation();
  const key = useKeyName();
  const { marks, at, seek, chosen, label } = timeline;
  const segment = marks.from !== null && marks.to !== null;
  const target = t(segment ? 'timeline:theSegment' : 'timeline:theFrame');
  return (
    <div className={classes.keyRows}>
      <div className={classes.keys} role="toolbar" aria-label={t('timeline:moving')}>
        <Key keys={key('timeline.previous')} onClick={() => seek(at - 1)} testId="timeline-previous">{t('timeline:previous')}</Key>
        <Key keys={key('timeline.next')} onClick={() => seek(at + 1)} testId="timeline-next">{t('timeline:next')}</Key>
        <Key keys={key('timeline.back10')} onClick={() => seek(at - 10)}>{t('timeline:back10')}</Key>
        <Key keys={key('timeline.on10')} onClick={() => seek(at + 10)}>{t('timeline:on10')}</Key>
        <Key keys={key('timeline.play')} onClick={timeline.togglePlay} pressed={timeline.playing} testId="timeline-play">{t(timeline.playing ? 'timeline:pause' : 'timeline:play')}</Key>
        <span className={classes.gap} />
        <Key keys={key('timeline.in')} onClick={() => timeline.mark('from')} pressed={marks.from !== null} testId="timeline-in">{t('timeline:markIn')}</Key>
        <Key keys={key('timeline.out')} onClick={() => timeline.mark('to')} pressed={marks.to !== null} testId="timeline-out">{t('timeline:markOut')}</Key>
        <Key keys={key('timeline.clear')} onClick={() => timeline.setMarks(noMarks)} disabled={marks.from === null && marks.to === null}>{t('timeline:clearMarks')}</Key>
        <span className={classes.gap} />
        <Key keys={key('timeline.leave')} onClick={leave}>{t('grid:toBoard')}</Key>
      </div>
      <div className={classes.keys} role="toolbar" aria-label={t('timeline:labelling')}>
        {timeline.classes.slice(0, 10).map((view, index) => (
          <Key key={view.id} keys={key(`label.${index + 1}`)} onClick={() => label(view)} pressed={view.id === chosen?.id} testId={`timeline-label-${view.name}`}>
            <ClassDot colour={view.colour} />
            <MiddleCut text={view.name} />
          </Key>
        ))}
        <span className={classes.gap} />
        <Key keys={key('timeline.label')} onClick={() => label(chosen)} disabled={!chosen} testId="timeline-label">
          {t('timeline:label', { target, class: chosen?.name ?? '' })}
        </Key>
        <Key keys={key('exclude')} onClick={timeline.exclude} testId="timeline-exclude">{t('timeline:exclude', { target })}</Key>
      </div>
    </div>
  );
}
