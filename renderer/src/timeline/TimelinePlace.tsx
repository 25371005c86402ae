import { ActionIcon, Button, Divider, Stack, Text } from '@mantine/core';
import { IconArrowLeft, IconMovie, IconPhoto, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useEffect, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClipView, FrameColumns, NameView } from '../../../electron/ipc/contract';
import { ImportReportCard } from '../clips/ImportReportCard';
import { frameAddress } from '../studio';
import { ClassDot } from '../ui/ClassDot';
import { EmptyPlace } from '../ui/EmptyPlace';
import { formatTime, useFormat } from '../ui/format';
import { go, usePlace } from '../ui/place';
import { PlacePage } from '../ui/PlacePage';
import { useStudio, useStudioWhen } from '../ui/queries';
import { FrameStrip } from './FrameStrip';
import { FrameTrack } from './FrameTrack';
import { SegmentList } from './SegmentList';
import classes from './Timeline.module.css';
import { TimelineKeys } from './TimelineKeys';
import { leave, useTimelineKeys, useTimelineState, type Timeline } from './useTimeline';

function usePreload({ columns, at }: Timeline): void {
  useEffect(() => {
    for (const id of [columns.ids[at + 1], columns.ids[at + 2], columns.ids[at - 1], columns.ids[at + 3]]) if (id !== undefined) new Image().src = frameAddress(id);
  }, [columns.ids, at]);
}

function Caption({ timeline }: { readonly timeline: Timeline }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { columns, at, views, marks, playing } = timeline;
  const view = views.get(columns.classIds[at] as number);
  const time = (position: number | null): string => (position === null ? '—' : formatTime(columns.timesMs[position] as number));
  return (
    <div className={classes.caption} data-testid="timeline-caption">
      <ActionIcon variant="light" color="moss" radius="xl" size="lg" aria-label={t(playing ? 'timeline:pause' : 'timeline:play')} onClick={timeline.togglePlay}>
        {playing ? <IconPlayerPause size={18} /> : <IconPlayerPlay size={18} />}
      </ActionIcon>
      <strong>{formatTime(columns.timesMs[at] as number)}</strong>
      <span>{t('grid:position', { at: format.number(at + 1), of: format.number(columns.ids.length) })}</span>
      <span className={classes.captionClass}>
        {view && <ClassDot colour={view.colour} />}
        <b>{view?.name ?? t('grid:none.class')}</b>
      </span>
      {columns.excluded[at] === true && <Text c="var(--g-bad)">{t('grid:excluded')}</Text>}
      <span className={classes.captionMarks}>{t('timeline:marks', { from: time(marks.from), to: time(marks.to) })}</span>
    </div>
  );
}

function TimelineView(props: { readonly clip: ClipView; readonly columns: FrameColumns; readonly names: readonly NameView[]; readonly start: number }) {
  const { t } = useTranslation();
  const timeline = useTimelineState(props.clip, props.columns, props.names, props.start);
  useTimelineKeys(timeline);
  usePreload(timeline);
  const { columns, at, views } = timeline;
  const id = columns.ids[at] as number;
  // A click leaves the focus where it was, so that Space and Enter stay keys of the timeline.
  const keepFocus = (event: MouseEvent) => event.preventDefault();
  return (
    <div className={classes.place} onMouseDown={keepFocus} data-testid="timeline" data-at={at}>
      <div className={classes.left}>
        <div className={classes.stage}>
          <img src={frameAddress(id)} alt={`${t('timeline:frame', { number: at + 1 })}: ${views.get(columns.classIds[at] as number)?.name ?? t('grid:none.class')}`} draggable={false} data-testid="timeline-picture" />
          {columns.excluded[at] === true && <span className={classes.hatched} style={{ inset: 0 }} />}
        </div>
        <Caption timeline={timeline} />
        <FrameTrack timeline={timeline} />
        <FrameStrip timeline={timeline} />
        <TimelineKeys timeline={timeline} />
      </div>
      <aside className={classes.side} aria-label={t('board:report')}>
        <SegmentList timeline={timeline} />
        <Divider my="md" />
        <ImportReportCard clip={props.clip} />
      </aside>
    </div>
  );
}

function Content({ clip, names, start }: { readonly clip: ClipView; readonly names: readonly NameView[]; readonly start: number }) {
  const { t } = useTranslation();
  const columns = useStudioWhen({ enabled: true }, 'frames:list', { clipId: clip.id }).data;
  if (!columns) return null;
  if (columns.ids.length === 0) {
    return (
      <Stack p="lg" maw={420}>
        <Text>{t('timeline:noFrames')}</Text>
        <ImportReportCard clip={clip} />
      </Stack>
    );
  }
  return <TimelineView key={clip.id} clip={clip} columns={columns} names={names} start={start} />;
}

/** A clip opened from the Board: its frames in time, to be labeled piece by piece. */
export function TimelinePlace({ clipId }: { readonly clipId: number }) {
  const { t } = useTranslation();
  const start = usePlace(({ params }) => Number(params.frame ?? 1) - 1);
  const names = useStudio('names:list').data;
  const clips = useStudio('clips:list').data;
  const clip = clips?.find(({ id }) => id === clipId);
  const background = names?.backgrounds.find(({ id }) => id === clip?.backgroundId)?.name ?? t('board:noBackground');
  const back = (
    <Button variant="subtle" color="gray" px={8} leftSection={<IconArrowLeft size={16} aria-hidden />} onClick={leave} data-testid="timeline-back">
      {t('common:places.board')}
    </Button>
  );
  if (!names || !clips) return null;
  if (!clip) {
    return (
      <PlacePage title={t('common:clip')} back={back}>
        <EmptyPlace icon={<IconMovie size={34} stroke={1.5} />} sentence={t('timeline:gone')} testId="timeline-gone" />
      </PlacePage>
    );
  }
  return (
    <PlacePage
      title={clip.name}
      back={back}
      subtitle={`${background} · ${t('common:frames', { count: clip.frames })}`}
      tools={
        <Button variant="default" leftSection={<IconPhoto size={16} aria-hidden />} onClick={() => go('frames', { clip: String(clip.id) })} data-testid="timeline-frames">
          {t('board:showFrames')}
        </Button>
      }
    >
      <Content clip={clip} names={names.classes} start={start} />
    </PlacePage>
  );
}
