import { Button, Loader, Switch, Text } from '@mantine/core';
import { IconStack2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { FacetCounts, FrameFilter } from './filter';
import { FacetChoices, FilterGroup } from './FacetChoices';
import classes from './Frames.module.css';
import type { LikenessSearch } from './useLikeness';

export interface LikenessProps {
  readonly found: LikenessSearch;
  readonly counts: FacetCounts;
  readonly filter: FrameFilter;
  readonly change: (part: Partial<FrameFilter>) => void;
  readonly stacked: boolean;
  readonly setStacked: (stacked: boolean) => void;
}

/** Near-duplicates: how many there are, and whether the grid stacks them. */
export function LikenessFilters({ found, counts, filter, change, stacked, setStacked }: LikenessProps) {
  const { t } = useTranslation();
  const { likeness, searching, search } = found;
  const none = !counts.all.alike.has(1) && filter.chosen.alike.length === 0 && filter.chosen.across.length === 0;
  const choices = [1, 0].map((value) => ({ value, name: t(value === 1 ? 'grid:alike' : 'grid:unlike') }));
  return (
    <FilterGroup title={t('grid:duplicates')} help={t('grid:duplicatesHelp')}>
      {searching && (
        <Text size="xs" c="dimmed" className={classes.searching} data-testid="duplicates-searching">
          <Loader size={12} />
          {t('grid:searching')}
        </Text>
      )}
      {!searching && !likeness && (
        <Button size="xs" variant="default" leftSection={<IconStack2 size={14} aria-hidden />} onClick={search} data-testid="duplicates-search">
          {t('grid:search')}
        </Button>
      )}
      {likeness && none && !searching && <Text size="xs" c="dimmed">{t('grid:noDuplicates')}</Text>}
      {likeness && !none && (
        <>
          <FacetChoices facet="alike" options={choices} counts={counts} filter={filter} change={change} />
          {(counts.all.across.has(1) || filter.chosen.across.length > 0) && <FacetChoices facet="across" options={[{ value: 1, name: t('grid:across') }]} counts={counts} filter={filter} change={change} />}
          <Switch size="xs" mt={6} label={t('grid:stack')} checked={stacked} onChange={(event) => setStacked(event.currentTarget.checked)} data-testid="stacks-switch" />
        </>
      )}
    </FilterGroup>
  );
}
