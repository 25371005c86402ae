import { useEffect, useMemo, useRef, useState } from 'react';
import type { ClipView, FrameColumns, NameView } from '../../../electron/ipc/contract';
import { labelPlace, pressed, usePlaceKeys } from '../keys/useKeys';
import { labelFrames, labelSegment, toggleExcluded } from '../frames/labeling';
import { go, refine } from '../ui/place';
import { chosenRange, frameAfter, inside, marked, noMarks, type Marks } from './timeline';

/** All that the parts of the timeline share. */
export interface Timeline {
  readonly clip: ClipView;
  readonly columns: FrameColumns;
  /** Classes that can be chosen, in the order of the digits. */
  readonly classes: readonly NameView[];
  readonly views: ReadonlyMap<number, NameView>;
  readonly at: number;
  readonly marks: Marks;
  readonly chosen: NameView | null;
  readonly playing: boolean;
  readonly seek: (at: number) => void;
  readonly setMarks: (marks: Marks) => void;
  readonly mark: (which: 'from' | 'to') => void;
  readonly togglePlay: () => void;
  /** Labels the marked segment, or the frame. */
  readonly label: (view: NameView | null) => void;
  readonly exclude: () => void;
}

/** Shows one frame after another at their own times. */
function usePlaying(timesMs: readonly number[], at: number, setAt: (at: number) => void) {
  const [playing, setPlaying] = useState(false);
  const latest = useRef(at);
  useEffect(() => {
    latest.current = at;
  }, [at]);
  useEffect(() => {
    if (!playing) return;
    const from = latest.current;
    const start = performance.now();
    let shown = from;
    let request = requestAnimationFrame(function tick(now) {
      const next = frameAfter(timesMs, from, now - start);
      if (next !== shown) setAt(next);
      shown = next;
      if (next >= timesMs.length - 1) return setPlaying(false);
      request = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(request);
  }, [playing, timesMs, setAt]);
  return [playing, setPlaying] as const;
}

/** The state of the timeline of a clip; the frame it stands at is kept in the address. */
export function useTimelineState(clip: ClipView, columns: FrameColumns, names: readonly NameView[], start: number): Timeline {
  const count = columns.ids.length;
  const [at, setAt] = useState(inside(start, count));
  const [marks, setMarks] = useState<Marks>(noMarks);
  const [chosenId, setChosen] = useState<number | null>(clip.classId);
  const [playing, setPlaying] = usePlaying(columns.timesMs, at, setAt);
  const classes = useMemo(() => names.filter(({ hidden }) => !hidden), [names]);
  const views = useMemo(() => new Map(names.map((view) => [view.id, view])), [names]);
  useEffect(() => {
    if (playing) return;
    const later = setTimeout(() => refine({ clip: String(clip.id), ...(at > 0 && { frame: String(at + 1) }) }), 250);
    return () => clearTimeout(later);
  }, [at, playing, clip.id]);
  const { from, to, isSegment } = chosenRange(marks, at);
  const ids = columns.ids.slice(from, to + 1);
  return {
    clip,
    columns,
    classes,
    views,
    at,
    marks,
    chosen: views.get(chosenId ?? -1) ?? classes[0] ?? null,
    playing,
    seek: (next) => {
      setPlaying(false);
      setAt(inside(next, count));
    },
    setMarks,
    mark: (which) => setMarks(marked(marks, which, at)),
    togglePlay: () => {
      if (!playing && at >= count - 1) setAt(0);
      setPlaying(!playing);
    },
    label: (view) => {
      if (!view) return;
      setChosen(view.id);
      setMarks(noMarks);
      void (isSegment ? labelSegment(clip.id, ids, columns.timesMs[from] as number, columns.timesMs[to] as number, view) : labelFrames(ids, view));
    },
    exclude: () => {
      setMarks(noMarks);
      void toggleExcluded(columns, ids);
    },
  };
}

/** Back to the Board. */
export function leave(): void {
  go('board');
}

function act(timeline: Timeline, event: KeyboardEvent): boolean {
  const { at, seek, columns, label, mark, exclude } = timeline;
  const command = pressed(event, ['timeline', 'labels']);
  const steps: Readonly<Record<string, number>> = { 'timeline.previous': -1, 'timeline.next': 1, 'timeline.back10': -10, 'timeline.on10': 10, 'timeline.first': -columns.ids.length, 'timeline.last': columns.ids.length };
  const step = command === null ? undefined : steps[command];
  if (step !== undefined) seek(at + step);
  else if (command === null || event.repeat) return false;
  else if (command === 'timeline.label') label(timeline.chosen);
  else if (command === 'timeline.play') timeline.togglePlay();
  else if (command === 'timeline.leave') leave();
  else if (command === 'timeline.in') mark('from');
  else if (command === 'timeline.out') mark('to');
  else if (command === 'timeline.clear') timeline.setMarks(noMarks);
  else if (command === 'exclude') exclude();
  else {
    const view = timeline.classes[labelPlace(command) ?? -1];
    if (!view) return false;
    label(view);
  }
  return true;
}

/** The keys of the timeline, wherever the focus is. */
export function useTimelineKeys(timeline: Timeline): void {
  usePlaceKeys((event) => act(timeline, event));
}
