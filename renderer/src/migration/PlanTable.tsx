import { ActionIcon, Alert, Badge, Group, Select, Table, Text, Tooltip } from '@mantine/core';
import { IconArrowRight, IconHelpCircle, IconInfoCircle, IconLock, IconLockOpen } from '@tabler/icons-react';
import { useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { LayerOverride, MigrationPlan, WeightPlan } from '../../../electron/core/migrations';
import { useFormat } from '../ui/format';
import { say } from '../ui/sentences';
import { tell } from '../ui/tell';
import { draggedLayer } from './dragLayer';
import { GradeBadge } from './GradeBadge';
import classes from './Migration.module.css';
import { changedGrades, decide, droppedLayers, layerRows, lock, pairChoices, release, type LayerRow, type PairChoice } from './pairs';
import { useDraft } from './wish';

function shape(numbers: readonly number[] | null): string {
  return numbers === null ? '—' : `(${numbers.join(', ')})`;
}

function WeightLine({ row }: { readonly row: WeightPlan }) {
  const { t } = useTranslation();
  const same = shape(row.oldShape) === shape(row.newShape);
  return (
    <li>
      <code>{row.weight}</code>{' '}
      <code>{shape(same ? row.newShape : row.oldShape)}</code>
      {!same && (
        <>
          {' '}
          <IconArrowRight size={12} aria-label="→" /> <code>{shape(row.newShape)}</code>
        </>
      )}{' '}
      · {t(`migrate:action.${row.action}`)}, {t(`migrate:grade.${row.grade}`)} · {row.rule}
    </li>
  );
}

/** Carries out a decision about a pair, and remembers the grades before it. */
function useDecision(plan: MigrationPlan, row: LayerRow): (overrides: readonly LayerOverride[]) => void {
  return (overrides) => useDraft.setState({ overrides, pairChange: { layer: row.layer, grade: row.grade, whole: plan.grade } });
}

function PairSelect({ plan, row, choices }: { readonly plan: MigrationPlan; readonly row: LayerRow; readonly choices: readonly PairChoice[] }) {
  const { t } = useTranslation();
  const overrides = useDraft((draft) => draft.overrides);
  const decided = useDecision(plan, row);
  const locked = row.override?.locked ?? false;
  const notes = new Map<string, string>([
    ...choices.map(({ old, obstacle, usedBy }) => [`old:${old}`, obstacle ? t(obstacle.key, { ...obstacle.params }) : usedBy ? t('migrate:pair.usedBy', { layer: usedBy }) : ''] as const),
    ['fresh', t('migrate:pair.freshHelp')],
    ['auto', t('migrate:pair.autoHelp')],
  ]);
  const data = [
    ...choices.map(({ old, obstacle }) => ({ value: `old:${old}`, label: old, disabled: obstacle !== null })),
    { value: 'fresh', label: t('migrate:pair.fresh') },
    ...(row.override ? [{ value: 'auto', label: t('migrate:pair.auto') }] : []),
  ];
  const choose = (value: string | null) => {
    if (value === 'auto') decided(release(overrides, row.layer));
    else if (value !== null) decided(decide(overrides, row.layer, value === 'fresh' ? null : value.slice('old:'.length)));
  };
  return (
    <Select
      size="xs"
      w={168}
      comboboxProps={{ width: 290, position: 'bottom-start' }}
      aria-label={t('migrate:pair.of', { layer: row.layer })}
      value={row.from === null ? 'fresh' : `old:${row.from}`}
      data={data}
      disabled={locked}
      onChange={choose}
      renderOption={({ option, checked }) => (
        <div className={classes.pairOption} data-checked={checked || undefined}>
          <span>{option.label}</span>
          <small>{notes.get(option.value)}</small>
        </div>
      )}
      data-testid={`pair-${row.layer}`}
    />
  );
}

function PairCell({ plan, row, choices }: { readonly plan: MigrationPlan; readonly row: LayerRow; readonly choices: readonly PairChoice[] }) {
  const { t } = useTranslation();
  const overrides = useDraft((draft) => draft.overrides);
  const decided = useDecision(plan, row);
  const format = useFormat();
  const { match } = row;
  const locked = row.override?.locked ?? false;
  const by = row.override ? 'user' : (match?.by ?? null);
  return (
    <>
      <Group gap={4} wrap="nowrap">
        <PairSelect plan={plan} row={row} choices={choices} />
        <Tooltip label={t(locked ? 'migrate:pair.unlockHelp' : 'migrate:pair.lockHelp')}>
          <ActionIcon
            aria-label={t(locked ? 'migrate:pair.unlock' : 'migrate:pair.lock', { layer: row.layer })}
            aria-pressed={locked}
            color={locked ? 'moss' : 'gray'}
            onClick={() => decided(lock(overrides, row.layer, row.from, !locked))}
            data-testid={`lock-${row.layer}`}
          >
            {locked ? <IconLock size={16} aria-hidden /> : <IconLockOpen size={16} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      </Group>
      <Group gap={6} mt={3}>
        {by && (
          <Text size="xs" c="dimmed">
            {t(`migrate:pair.by.${by}`)}
          </Text>
        )}
        {match?.doubtful && (
          <Tooltip label={t('migrate:pair.doubtfulHelp', { confidence: format.decimal(match.confidence ?? 0, 2) })}>
            <Badge size="sm" variant="light" color="resin" tt="none" leftSection={<IconHelpCircle size={12} aria-hidden />} data-testid={`doubtful-${row.layer}`}>
              {t('migrate:pair.doubtful')}
            </Badge>
          </Tooltip>
        )}
      </Group>
    </>
  );
}

function FixedRow({ row }: { readonly row: LayerRow }) {
  return (
    <Table.Tr data-testid={`plan-row-${row.layer}`} data-grade={row.grade} data-from={row.from ?? ''}>
      <Table.Td>{row.from === null ? '—' : <code>{row.from}</code>}</Table.Td>
      <WhatHappens row={row} />
    </Table.Tr>
  );
}

/** The cells that are the same whether pairs can be changed or not. */
function WhatHappens({ row }: { readonly row: LayerRow }) {
  const { t } = useTranslation();
  return (
    <>
      <Table.Td className={classes.newLayer}>
        <code>{row.layer}</code>
        <Text size="xs" c="dimmed">
          {row.type}
        </Text>
      </Table.Td>
      <Table.Td>
        {row.reasons.map((reason) => say(t, reason)).join(' ')}
        <details className={classes.weightDetails}>
          <summary>{t('migrate:weights', { count: row.weights.length })}</summary>
          <ul>
            {row.weights.map((weight) => (
              <WeightLine key={weight.weight} row={weight} />
            ))}
          </ul>
        </details>
      </Table.Td>
      <Table.Td>
        <GradeBadge grade={row.grade} />
      </Table.Td>
    </>
  );
}

function Row({ plan, row }: { readonly plan: MigrationPlan; readonly row: LayerRow }) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const overrides = useDraft((draft) => draft.overrides);
  const decided = useDecision(plan, row);
  const choices = pairChoices(plan, row.layer);
  const hover = (event: DragEvent, inside: boolean) => {
    if (!draggedLayer.isIn(event.dataTransfer)) return;
    event.preventDefault();
    setOver(inside);
  };
  const drop = (event: DragEvent) => {
    if (!draggedLayer.isIn(event.dataTransfer)) return;
    event.preventDefault();
    setOver(false);
    const choice = choices.find(({ old }) => old === draggedLayer.from(event.dataTransfer));
    if (!choice || row.override?.locked) return;
    if (choice.obstacle) tell(t(choice.obstacle.key, { ...choice.obstacle.params }));
    else decided(decide(overrides, row.layer, choice.old));
  };
  return (
    <Table.Tr data-testid={`plan-row-${row.layer}`} data-grade={row.grade} data-from={row.from ?? ''} data-over={over || undefined} onDragOver={(event) => hover(event, true)} onDragLeave={(event) => hover(event, false)} onDrop={drop}>
      <Table.Td>
        <PairCell plan={plan} row={row} choices={choices} />
      </Table.Td>
      <WhatHappens row={row} />
    </Table.Tr>
  );
}

/** What the last decision about a pair did to the grades, said as soon as the new plan is there. */
function ChangeNotice({ plan, pending }: { readonly plan: MigrationPlan; readonly pending: boolean }) {
  const { t } = useTranslation();
  const change = useDraft((draft) => draft.pairChange);
  const grades = change && !pending ? changedGrades(change, plan) : null;
  const grade = (pair: readonly ['exact' | 'close' | 'start', 'exact' | 'close' | 'start']) =>
    pair[0] === pair[1] ? t('migrate:pair.stays', { grade: t(`migrate:grade.${pair[0]}`) }) : t('migrate:pair.becomes', { before: t(`migrate:grade.${pair[0]}`), after: t(`migrate:grade.${pair[1]}`) });
  return (
    <div role="status">
      {change && grades && (
        <Alert mb="sm" py={8} color={grades.whole[0] === grades.whole[1] && grades.layer[0] === grades.layer[1] ? 'gray' : 'resin'} icon={<IconInfoCircle size={18} aria-hidden />} data-testid="pair-change">
          {t('migrate:pair.changed', { layer: change.layer, grade: grade(grades.layer), whole: grade(grades.whole) })}
        </Alert>
      )}
    </div>
  );
}

/** A row for each new layer: from where, what happens to it, in a sentence, and its grade. With `editing` each pair can be changed. */
export function PlanTable({ plan, editing }: { readonly plan: MigrationPlan; readonly editing?: { readonly pending: boolean } }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { before, after } = plan.parameters;
  const dropped = droppedLayers(plan);
  return (
    <div>
      <Text mb="xs" className="numbers">
        {t('migrate:parameters', { before: format.number(before), after: format.number(after) })}
      </Text>
      {plan.notes.map((note, index) => (
        <Text key={`${note.key}/${index}`} mb="xs">
          {say(t, note)}
        </Text>
      ))}
      {editing && <ChangeNotice plan={plan} pending={editing.pending} />}
      <div className={classes.planScroll} data-testid="plan-table" data-grade={plan.grade} aria-busy={editing?.pending ?? false}>
        <Table verticalSpacing={6} fz="sm" stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('migrate:pair.old')}</Table.Th>
              <Table.Th>{t('migrate:pair.new')}</Table.Th>
              <Table.Th>{t('migrate:whatHappens')}</Table.Th>
              <Table.Th>{t('migrate:gradeTitle')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {layerRows(plan).map((row) => (editing ? <Row key={row.layer} plan={plan} row={row} /> : <FixedRow key={row.layer} row={row} />))}
            {dropped.map(({ layer, reasons }) => (
              <Table.Tr key={`dropped/${layer}`} c="dimmed" data-testid={`plan-dropped-${layer}`}>
                <Table.Td>
                  <code>{layer}</code>
                </Table.Td>
                <Table.Td>—</Table.Td>
                <Table.Td colSpan={2}>{reasons.map((reason) => say(t, reason)).join(' ')}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </div>
  );
}
