import { Checkbox, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useFormat } from '../ui/format';
import type { Facet, FacetCounts, FrameFilter } from './filter';
import classes from './Frames.module.css';

function Choice(props: { readonly checked: boolean; readonly label: ReactNode; readonly name: string; readonly count: number; readonly onChange: () => void; readonly testId?: string }) {
  const format = useFormat();
  return (
    <label className={classes.choice} data-testid={props.testId} data-count={props.count} data-none={(props.count === 0 && !props.checked) || undefined}>
      <Checkbox size="xs" checked={props.checked} onChange={props.onChange} aria-label={props.name} />
      <span className={classes.choiceName}>{props.label}</span>
      <span className={classes.count}>{format.number(props.count)}</span>
    </label>
  );
}

/** A part of the filters, with an explanation where the title leaves something open. */
export function FilterGroup({ title, help, children }: { readonly title: string; readonly help?: string; readonly children: ReactNode }) {
  return (
    <fieldset className={classes.group}>
      <legend>
        {help ? (
          <Tooltip label={help} multiline w={260} position="right">
            <span className={classes.explained}>{title}</span>
          </Tooltip>
        ) : (
          title
        )}
      </legend>
      {children}
    </fieldset>
  );
}

function toggled(list: readonly number[], id: number): readonly number[] {
  return list.includes(id) ? list.filter((other) => other !== id) : [...list, id];
}

/** One choice: its number in the facet, and how it is shown. */
export interface Option {
  readonly value: number;
  readonly name: string;
  readonly testId?: string;
  readonly label?: ReactNode;
}

interface ChoicesProps {
  readonly facet: Facet;
  readonly options: readonly Option[];
  readonly counts: FacetCounts;
  readonly filter: FrameFilter;
  readonly change: (part: Partial<FrameFilter>) => void;
}

/** One checkbox for each choice of a facet that the project has frames for. */
export function FacetChoices({ facet, options, counts, filter, change }: ChoicesProps) {
  const chosen = filter.chosen[facet];
  const toggle = (value: number) => change({ chosen: { ...filter.chosen, [facet]: toggled(chosen, value) } });
  return options.map(({ value, name, label, testId }) => (
    <Choice key={value} checked={chosen.includes(value)} name={name} label={label ?? name} count={counts.of[facet].get(value) ?? 0} onChange={() => toggle(value)} testId={testId ?? `filter-${facet}-${value}`} />
  ));
}
