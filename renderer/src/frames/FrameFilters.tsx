import { Button, Select, Text } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { NameView } from '../../../electron/ipc/contract';
import { ClassDot } from '../ui/ClassDot';
import { MiddleCut } from '../ui/MiddleCut';
import { go } from '../ui/place';
import { useStudio } from '../ui/queries';
import { exposureBands, sharpnessBands } from './bands';
import { paramsFromFilter, type Facet, type FacetCounts, type FrameFilter } from './filter';
import classes from './Frames.module.css';
import { FacetChoices, FilterGroup, type Option } from './FacetChoices';
import type { FrameNames } from './FramesPlace';
import { LikenessFilters, type LikenessProps } from './LikenessFilters';

interface Props {
  readonly names: FrameNames;
  readonly counts: FacetCounts;
  readonly filter: FrameFilter;
  readonly change: (part: Partial<FrameFilter>) => void;
}

/** True when a choice among them would say anything: the project's frames differ in it, or it is chosen. */
function tells({ counts, filter }: Props, facet: Facet): boolean {
  return counts.all[facet].size > 1 || filter.chosen[facet].length > 0;
}

function NameChoices(props: Props & { readonly kind: 'class' | 'background'; readonly views: readonly NameView[] }) {
  const { t } = useTranslation();
  const { kind, views, filter, counts } = props;
  const there = (id: number): boolean => counts.all[kind].has(id) || filter.chosen[kind].includes(id);
  const named = views
    .filter(({ hidden, id }) => !hidden || there(id))
    .map((view): Option => ({
      value: view.id,
      name: view.name,
      testId: `filter-${kind}-${view.name}`,
      label: (
        <>
          {kind === 'class' && <ClassDot colour={view.colour} />}
          <MiddleCut text={view.name} />
        </>
      ),
    }));
  const none = t(`grid:none.${kind}`);
  return <FacetChoices {...props} facet={kind} options={there(-1) ? [...named, { value: -1, name: none, label: <Text fs="italic">{none}</Text> }] : named} />;
}

function Group(props: Props & { readonly facet: Facet; readonly title: string; readonly help?: string; readonly options: readonly Option[] }) {
  const { facet, title, help, options, counts, filter } = props;
  if (!tells(props, facet)) return null;
  return (
    <FilterGroup title={title} help={help}>
      <FacetChoices {...props} facet={facet} options={options.filter(({ value }) => counts.all[facet].has(value) || filter.chosen[facet].includes(value))} />
    </FilterGroup>
  );
}

const splits = ['none', 'train', 'validation', 'test'] as const;
const sources = ['none', 'clip', 'segment', 'frame', 'model', 'phone'] as const;

/** Where frames stand in the work: their round, the part of the data, who labeled them. */
function WorkGroups(props: Props) {
  const { t } = useTranslation();
  const rounds = [...props.counts.all.round.keys()].sort((a, b) => a - b);
  return (
    <>
      <Group {...props} facet="round" title={t('grid:round')} help={t('grid:roundHelp')} options={rounds.map((value) => ({ value, name: value === 0 ? t('grid:waits') : t('common:round', { number: value }) }))} />
      <Group {...props} facet="split" title={t('grid:split')} help={t('grid:splitHelp')} options={[1, 2, 3, 0].map((value) => ({ value, name: t(`grid:splits.${splits[value] as string}`) }))} />
      <Group {...props} facet="source" title={t('grid:source')} options={[1, 2, 3, 4, 5, 0].map((value) => ({ value, name: t(`grid:sources.${sources[value] as string}`) }))} />
    </>
  );
}

/** How good the pictures are. */
function QualityGroups(props: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Group {...props} facet="sharpness" title={t('grid:sharpness')} help={t('grid:sharpnessHelp')} options={sharpnessBands.map((band, value) => ({ value, name: t(`grid:sharpnessBands.${band}`) }))} />
      <Group {...props} facet="exposure" title={t('grid:exposure')} help={t('grid:exposureHelp')} options={exposureBands.map((band, value) => ({ value, name: t(`grid:exposureBands.${band}`) }))} />
    </>
  );
}

function AnswerGroup(props: Props) {
  const { t } = useTranslation();
  const { filter, change, counts } = props;
  const models = useStudio('models:list').data ?? [];
  if (models.length === 0 && !filter.wrongFor) return null;
  const named = (id: string | undefined): string => models.find((model) => model.id === id)?.name ?? '';
  const confused = filter.confusion ? models.find(({ id }) => id === filter.confusion?.model) : undefined;
  const judged = counts.all.last.has(0) || counts.all.last.has(1) || filter.chosen.last.length > 0;
  return (
    <FilterGroup title={t('grid:answers')}>
      {judged && <FacetChoices {...props} facet="last" options={[1, 0].map((value) => ({ value, name: t(value === 1 ? 'grid:wrongLast' : 'grid:rightLast') }))} />}
      <Select
        size="xs"
        mt={4}
        clearable
        value={filter.wrongFor}
        data={models.map(({ id, name }) => ({ value: id, label: name }))}
        placeholder={t('grid:anyAnswer')}
        aria-label={t('grid:wrongFor')}
        onChange={(model) => change({ wrongFor: model, confusion: null, asked: null })}
        data-testid="filter-wrong"
      />
      {filter.asked && (
        <Text size="xs" mt={6} data-testid="filter-asked">
          {t(`results:asked.${filter.asked.kind}`, { model: named(filter.asked.model), first: named(filter.asked.model), second: named(filter.asked.other) })}
        </Text>
      )}
      {filter.confusion && (
        <Text size="xs" mt={6}>
          {t('grid:confusion', { model: confused?.name ?? '', actual: confused?.classNames[filter.confusion.actual] ?? '?', predicted: confused?.classNames[filter.confusion.predicted] ?? '?' })}
        </Text>
      )}
    </FilterGroup>
  );
}

/** Filters at the left, each with its count; all can be combined. */
export const FrameFilters = memo(function FrameFilters(props: Props & Pick<LikenessProps, 'found' | 'stacked' | 'setStacked'>) {
  const { t } = useTranslation();
  const { names, counts, filter, change } = props;
  const active = Object.keys(paramsFromFilter(filter)).length > 0;
  return (
    <aside className={classes.filters} aria-label={t('grid:filters')}>
      <FilterGroup title={t('common:class')}>
        <NameChoices {...props} kind="class" views={names.classes} />
      </FilterGroup>
      <FilterGroup title={t('common:background')}>
        <NameChoices {...props} kind="background" views={names.backgrounds} />
      </FilterGroup>
      <FilterGroup title={t('common:clip')}>
        <Select
          size="xs"
          clearable
          searchable
          limit={200}
          value={filter.clip === null ? null : String(filter.clip)}
          data={names.clips.map((clip) => ({ value: String(clip.id), label: `${clip.name} (${counts.of.clip.get(clip.id) ?? 0})` }))}
          placeholder={t('grid:anyClip')}
          aria-label={t('common:clip')}
          nothingFoundMessage={t('grid:noClip')}
          onChange={(clip) => change({ clip: clip === null ? null : Number(clip) })}
        />
      </FilterGroup>
      <FilterGroup title={t('grid:state')}>
        <FacetChoices {...props} facet="use" options={[0, 1].map((value) => ({ value, name: t(value === 0 ? 'grid:included' : 'grid:leftOut'), testId: value === 0 ? 'filter-included' : 'filter-excluded' }))} />
      </FilterGroup>
      <LikenessFilters {...props} />
      <WorkGroups {...props} />
      <QualityGroups {...props} />
      <AnswerGroup {...props} />
      {active && (
        <Button className={classes.clear} size="xs" variant="default" leftSection={<IconFilterOff size={14} aria-hidden />} onClick={() => go('frames')} data-testid="filter-clear">
          {t('grid:clear')}
        </Button>
      )}
    </aside>
  );
});
