import { Button, Checkbox, Select, Text } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NameView } from '../../../electron/ipc/contract';
import { ClassDot } from '../ui/ClassDot';
import { useFormat } from '../ui/format';
import { MiddleCut } from '../ui/MiddleCut';
import { refine } from '../ui/place';
import { useStudio } from '../ui/queries';
import { paramsFromFilter, type FacetCounts, type FrameFilter } from './filter';
import classes from './Frames.module.css';
import type { FrameNames } from './FramesPlace';

interface Props {
  readonly names: FrameNames;
  readonly counts: FacetCounts;
  readonly filter: FrameFilter;
  readonly change: (part: Partial<FrameFilter>) => void;
}

function Choice(props: { readonly checked: boolean; readonly label: ReactNode; readonly name: string; readonly count: number; readonly onChange: () => void; readonly testId?: string }) {
  const format = useFormat();
  return (
    <label className={classes.choice} data-testid={props.testId}>
      <Checkbox size="xs" checked={props.checked} onChange={props.onChange} aria-label={props.name} />
      <span className={classes.choiceName}>{props.label}</span>
      <span className={classes.count}>{format.number(props.count)}</span>
    </label>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <fieldset className={classes.group}>
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

function toggled(list: readonly number[], id: number): readonly number[] {
  return list.includes(id) ? list.filter((other) => other !== id) : [...list, id];
}

function NameChoices(props: { readonly kind: 'class' | 'background'; readonly views: readonly NameView[]; readonly chosen: readonly number[]; readonly counts: ReadonlyMap<number, number>; readonly onChange: (next: readonly number[]) => void }) {
  const { t } = useTranslation();
  const { kind, views, chosen, counts, onChange } = props;
  const without = counts.get(-1) ?? 0;
  return (
    <>
      {views
        .filter(({ hidden, id }) => !hidden || chosen.includes(id) || counts.has(id))
        .map((view) => (
          <Choice
            key={view.id}
            checked={chosen.includes(view.id)}
            name={view.name}
            count={counts.get(view.id) ?? 0}
            testId={`filter-${kind}-${view.name}`}
            onChange={() => onChange(toggled(chosen, view.id))}
            label={
              <>
                {kind === 'class' && <ClassDot colour={view.colour} />}
                <MiddleCut text={view.name} />
              </>
            }
          />
        ))}
      {(without > 0 || chosen.includes(-1)) && (
        <Choice checked={chosen.includes(-1)} name={t(`grid:none.${kind}`)} count={without} onChange={() => onChange(toggled(chosen, -1))} label={<Text fs="italic">{t(`grid:none.${kind}`)}</Text>} />
      )}
    </>
  );
}

function WrongFor({ filter, change }: Pick<Props, 'filter' | 'change'>) {
  const { t } = useTranslation();
  const models = useStudio('models:list').data ?? [];
  if (models.length === 0 && !filter.wrongFor) return null;
  const confused = filter.confusion ? models.find(({ id }) => id === filter.confusion?.model) : undefined;
  return (
    <Group title={t('grid:wrongFor')}>
      <Select
        size="xs"
        clearable
        value={filter.wrongFor}
        data={models.map(({ id, name }) => ({ value: id, label: name }))}
        placeholder={t('grid:anyAnswer')}
        aria-label={t('grid:wrongFor')}
        onChange={(model) => change({ wrongFor: model, confusion: null })}
        data-testid="filter-wrong"
      />
      {filter.confusion && (
        <Text size="xs" mt={6}>
          {t('grid:confusion', { model: confused?.name ?? '', actual: confused?.classNames[filter.confusion.actual] ?? '?', predicted: confused?.classNames[filter.confusion.predicted] ?? '?' })}
        </Text>
      )}
    </Group>
  );
}

/** Filters at the left, each with its count; all can be combined. */
export function FrameFilters({ names, counts, filter, change }: Props) {
  const { t } = useTranslation();
  const active = Object.keys(paramsFromFilter(filter)).length > 0;
  return (
    <aside className={classes.filters} aria-label={t('grid:filters')}>
      <Group title={t('common:class')}>
        <NameChoices kind="class" views={names.classes} chosen={filter.classes} counts={counts.classes} onChange={(next) => change({ classes: next })} />
      </Group>
      <Group title={t('common:background')}>
        <NameChoices kind="background" views={names.backgrounds} chosen={filter.backgrounds} counts={counts.backgrounds} onChange={(next) => change({ backgrounds: next })} />
      </Group>
      <Group title={t('grid:state')}>
        <Choice checked={filter.excluded === false} name={t('grid:included')} count={counts.included} onChange={() => change({ excluded: filter.excluded === false ? null : false })} label={t('grid:included')} />
        <Choice checked={filter.excluded === true} name={t('grid:leftOut')} count={counts.excluded} onChange={() => change({ excluded: filter.excluded === true ? null : true })} label={t('grid:leftOut')} testId="filter-excluded" />
      </Group>
      <Group title={t('common:clip')}>
        <Select
          size="xs"
          clearable
          searchable
          value={filter.clip === null ? null : String(filter.clip)}
          data={names.clips.map((clip) => ({ value: String(clip.id), label: `${clip.name} (${counts.clips.get(clip.id) ?? 0})` }))}
          placeholder={t('grid:anyClip')}
          aria-label={t('common:clip')}
          nothingFoundMessage={t('grid:noClip')}
          onChange={(clip) => change({ clip: clip === null ? null : Number(clip) })}
        />
      </Group>
      <WrongFor filter={filter} change={change} />
      <Button size="xs" variant="subtle" color="gray" disabled={!active} leftSection={<IconFilterOff size={14} aria-hidden />} onClick={() => refine({})} data-testid="filter-clear">
        {t('grid:clear')}
      </Button>
    </aside>
  );
}
