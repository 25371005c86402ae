import { Button, Group, Slider, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconFilterOff, IconPhoto } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClipView, FrameColumns, NameView } from '../../../electron/ipc/contract';
import { SuggestionBar } from '../results/SuggestionBar';
import { SampleButton } from '../start/StartScreen';
import { EmptyPlace } from '../ui/EmptyPlace';
import { useFormat } from '../ui/format';
import { go, usePlace } from '../ui/place';
import { ExportFrames } from '../exports/ExportFrames';
import { PlacePage } from '../ui/PlacePage';
import { useStudio, useStudioWhen } from '../ui/queries';
import { ClassKeys } from './ClassKeys';
import { countFacets, filterFromParams, paramsFromFilter, selectRows, serverFilter, type FrameFilter, type Likeness } from './filter';
import { FrameFilters } from './FrameFilters';
import { FrameGrid, type Shown } from './FrameGrid';
import classes from './Frames.module.css';
import { FrameViewer } from './FrameViewer';
import { kept, nothingSelected, type Selection } from './selection';
import { framesOfTiles, stackTiles } from './stacks';
import { useLikeness, type LikenessSearch } from './useLikeness';

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

function NothingFits({ clear, suggestions }: { readonly clear: () => void; readonly suggestions: boolean }) {
  const { t } = useTranslation();
  return (
    <EmptyPlace icon={<IconFilterOff size={32} stroke={1.5} />} sentence={t(suggestions ? 'results:noneSuggested' : 'grid:nothingFits')} testId="frames-nothing">
      <Button variant="default" onClick={clear}>
        {t('grid:clear')}
      </Button>
    </EmptyPlace>
  );
}

/** A value a moment after its last change: what is worked out from it does not stand in the way of keys. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const later = setTimeout(() => setSettled(value), 120);
    return () => clearTimeout(later);
  }, [value]);
  return settled;
}

/** The same list as long as what is in it is the same: then nothing is worked out anew. */
function useSame(list: readonly number[]): readonly number[] {
  const [kept, setKept] = useState(list);
  if (kept === list) return list;
  if (kept.length === list.length && kept.every((value, at) => value === list[at])) return kept;
  setKept(list);
  return list;
}

function useTiles(columns: FrameColumns, rows: readonly number[], likeness: Likeness | null, stacked: boolean) {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const { ids, excluded, sharpness } = columns;
  const tiles = useMemo(() => stackTiles({ ids, excluded, sharpness }, rows, stacked ? likeness : null, open), [ids, excluded, sharpness, rows, likeness, stacked, open]);
  /** Opens stacks, or closes them when all are open; gives the tiles that stand for the given ones afterwards. */
  const toggleStacks = (chosen: readonly number[]): readonly number[] => {
    const touched = [...new Set(chosen.flatMap((id) => tiles.stacks.get(id) ?? []))];
    const numbers = touched.map(({ number }) => number);
    const close = touched.every((stack) => stack.open);
    setOpen(new Set(close ? [...open].filter((number) => !numbers.includes(number)) : [...open, ...numbers]));
    return close ? touched.map(({ best }) => best) : touched.flatMap(({ ids: members }) => members);
  };
  return { tiles, toggleStacks };
}

interface ViewProps {
  readonly names: FrameNames;
  readonly columns: FrameColumns;
  readonly filter: FrameFilter;
  readonly size: number;
  readonly stacked: boolean;
  readonly setStacked: (stacked: boolean) => void;
  readonly found: LikenessSearch;
  /** Row numbers of the frames that pass the filter. */
  readonly rows: readonly number[];
}

function FramesView({ names, columns, filter, rows, size, stacked, setStacked, found }: ViewProps) {
  // The counts may follow a moment later than the pictures.
  const counted = useSettled(columns);
  const counts = useMemo(() => countFacets(counted, filter, found.likeness?.stacks.length === counted.ids.length ? found.likeness : null), [counted, filter, found.likeness]);
  const { tiles, toggleStacks: toggle } = useTiles(columns, rows, found.likeness, stacked);
  const [selection, select] = useSelection(tiles.order);
  const chosen = useMemo(() => framesOfTiles(selection.ids, tiles.stacks), [selection.ids, tiles.stacks]);
  const [open, setOpen] = useState(false);
  // What was chosen stays chosen: a stack that opens as its frames, frames that go into a stack as the stack.
  const toggleStacks = (touched: readonly number[]) => {
    const tilesAfter = toggle(touched);
    if (touched.some((id) => selection.ids.has(id))) select({ ...selection, ids: new Set([...selection.ids, ...tilesAfter]) });
  };
  const change = useCallback((part: Partial<FrameFilter>) => go('frames', paramsFromFilter({ ...filter, ...part })), [filter]);
  const shown: Shown = { names, columns, ...tiles, selection, select, chosen, toggleStacks, suggestedBy: filter.asked?.kind === 'suggested' ? filter.asked.model : null };
  return (
    <div className={classes.place}>
      <FrameFilters names={names} counts={counts} filter={filter} change={change} found={found} stacked={stacked} setStacked={setStacked} />
      <div className={classes.right}>
        {filter.asked?.kind === 'suggested' && rows.length > 0 && <SuggestionBar modelId={filter.asked.model} columns={columns} rows={rows} chosen={chosen} />}
        {rows.length === 0 ? <NothingFits clear={() => go('frames')} suggestions={filter.asked?.kind === 'suggested'} /> : <FrameGrid shown={shown} size={size} open={() => setOpen(true)} />}
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

function Loaded({ names, columns, filter }: Pick<ViewProps, 'names' | 'columns' | 'filter'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const [size, setSize] = useLocalStorage({ key: 'graft.frameSize', defaultValue: 128, getInitialValueInEffect: false });
  const [stacked, setStacked] = useLocalStorage({ key: 'graft.frameStacks', defaultValue: true, getInitialValueInEffect: false });
  const found = useLikeness(columns);
  const rows = useSame(useMemo(() => selectRows(columns, filter, found.likeness), [columns, filter, found.likeness]));
  if (columns.ids.length === 0 && filter.wrongFor === null && filter.confusion === null && filter.asked === null) {
    return (
      <PlacePage title={t('common:places.frames')} subtitle={null}>
        <NoFrames />
      </PlacePage>
    );
  }
  return (
    <PlacePage
      title={t('common:places.frames')}
      subtitle={<Text component="span" inherit data-testid="frames-count">{t('grid:shown', { count: rows.length, total: format.number(columns.ids.length) })}</Text>}
      tools={
        <>
          <SizeSlider size={size} setSize={setSize} />
          <ExportFrames />
        </>
      }
    >
      <FramesView names={names} columns={columns} filter={filter} rows={rows} size={size} stacked={stacked} setStacked={setStacked} found={found} />
    </PlacePage>
  );
}

/** All frames of the project, sifted and labeled by keys. */
export function FramesPlace() {
  const { t } = useTranslation();
  const params = usePlace((where) => where.params);
  const filter = useMemo(() => filterFromParams(params), [params]);
  const names = useNames();
  const columns = useStudioWhen({ enabled: true, keep: true }, 'frames:list', serverFilter(filter)).data;
  if (columns && names) return <Loaded names={names} columns={columns} filter={filter} />;
  return (
    <PlacePage title={t('common:places.frames')} subtitle={null}>
      {null}
    </PlacePage>
  );
}
