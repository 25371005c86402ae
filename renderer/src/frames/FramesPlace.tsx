import { Button, Group, Slider, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconFilterOff, IconPhoto } from '@tabler/icons-react';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClipView, FrameColumns, NameView } from '../../../electron/ipc/contract';
import { SampleButton } from '../start/StartScreen';
import { EmptyPlace } from '../ui/EmptyPlace';
import { useFormat } from '../ui/format';
import { go, usePlace } from '../ui/place';
import { PlacePage } from '../ui/PlacePage';
import { useStudio, useStudioWhen } from '../ui/queries';
import { ClassKeys } from './ClassKeys';
import { countFacets, filterFromParams, paramsFromFilter, selectRows, serverFilter, type FrameFilter } from './filter';
import { FrameFilters } from './FrameFilters';
import { FrameGrid } from './FrameGrid';
import classes from './Frames.module.css';
import { FrameViewer } from './FrameViewer';
import { kept, nothingSelected, type Selection } from './selection';

export interface FrameNames {
  readonly classes: readonly NameView[];
  readonly backgrounds: readonly NameView[];
  readonly clips: readonly ClipView[];
}

function useNames(): FrameNames | null {
  const names = useStudio('names:list').data;
  const clips = useStudio('clips:list').data;
  return useMemo(() => (names && clips ? { classes: names.classes, backgrounds: names.backgrounds, clips } : null), [names, clips]);
}

/** The selection, followed through changes of what is shown. */
function useSelection(order: readonly number[]): readonly [Selection, (next: Selection) => void] {
  const [selection, setSelection] = useState<Selection>(nothingSelected);
  const before = useRef(order);
  useEffect(() => {
    if (before.current === order) return;
    setSelection((current) => kept(current, before.current, order));
    before.current = order;
  }, [order]);
  return [selection, setSelection];
}

function SizeSlider({ size, setSize }: { readonly size: number; readonly setSize: (size: number) => void }) {
  const { t } = useTranslation();
  return (
    <Group gap={8} wrap="nowrap" w={170} c="dimmed">
      <IconPhoto size={14} aria-hidden />
      <Slider flex={1} size="sm" min={64} max={320} step={8} value={size} onChange={setSize} label={null} thumbLabel={t('grid:size')} />
      <IconPhoto size={20} aria-hidden />
    </Group>
  );
}

function NothingFits({ clear }: { readonly clear: () => void }) {
  const { t } = useTranslation();
  return (
    <EmptyPlace icon={<IconFilterOff size={32} stroke={1.5} />} sentence={t('grid:nothingFits')} testId="frames-nothing">
      <Button variant="default" onClick={clear}>
        {t('grid:clear')}
      </Button>
    </EmptyPlace>
  );
}

interface ViewProps {
  readonly names: FrameNames;
  readonly columns: FrameColumns;
  readonly filter: FrameFilter;
  /** Row numbers of the frames that pass the filter. */
  readonly rows: readonly number[];
  readonly size: number;
}

function FramesView({ names, columns, filter, rows, size }: ViewProps) {
  // The counts may follow a moment later than the pictures.
  const counted = useDeferredValue(columns);
  const counts = useMemo(() => countFacets(counted, filter), [counted, filter]);
  const order = useMemo(() => rows.map((row) => columns.ids[row] as number), [rows, columns]);
  const [selection, select] = useSelection(order);
  const [open, setOpen] = useState(false);
  const change = (part: Partial<FrameFilter>) => go('frames', paramsFromFilter({ ...filter, ...part }));
  const shown = { names, columns, rows, order, selection, select };
  return (
    <div className={classes.place}>
      <FrameFilters names={names} counts={counts} filter={filter} change={change} />
      <div className={classes.right}>
        {rows.length === 0 ? <NothingFits clear={() => go('frames')} /> : <FrameGrid shown={shown} size={size} open={() => setOpen(true)} />}
        <ClassKeys shown={shown} />
      </div>
      <FrameViewer shown={shown} opened={open && rows.length > 0} close={() => setOpen(false)} />
    </div>
  );
}

function NoFrames() {
  const { t } = useTranslation();
  return (
    <EmptyPlace icon={<IconPhoto size={34} stroke={1.5} />} sentence={t('grid:empty')} hint={t('grid:emptyHint')} testId="frames-empty">
      <Group gap="xs" mt="xs">
        <Button onClick={() => go('board')}>{t('grid:toBoard')}</Button>
        <SampleButton />
      </Group>
    </EmptyPlace>
  );
}

/** All frames of the project, sifted and labeled by keys. */
export function FramesPlace() {
  const { t } = useTranslation();
  const format = useFormat();
  const params = usePlace((where) => where.params);
  const filter = useMemo(() => filterFromParams(params), [params]);
  const names = useNames();
  const columns = useStudioWhen({ enabled: true, keep: true }, 'frames:list', serverFilter(filter)).data;
  const [size, setSize] = useLocalStorage({ key: 'graft.frameSize', defaultValue: 128, getInitialValueInEffect: false });
  const unfiltered = filter.wrongFor === null && filter.confusion === null;
  const rows = useMemo(() => (columns ? selectRows(columns, filter) : []), [columns, filter]);
  const empty = columns?.ids.length === 0 && unfiltered;
  return (
    <PlacePage
      title={t('common:places.frames')}
      subtitle={columns && !empty ? <Text component="span" inherit data-testid="frames-count">{t('grid:shown', { count: rows.length, total: format.number(columns.ids.length) })}</Text> : null}
      tools={empty ? null : <SizeSlider size={size} setSize={setSize} />}
    >
      {columns && names && (empty ? <NoFrames /> : <FramesView names={names} columns={columns} filter={filter} rows={rows} size={size} />)}
    </PlacePage>
  );
}
