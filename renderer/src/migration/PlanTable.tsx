import { Table, Text } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { MigrationPlan, WeightPlan } from '../../../electron/core/migrations';
import { useFormat } from '../ui/format';
import { say } from '../ui/sentences';
import { GradeBadge } from './GradeBadge';
import classes from './Migration.module.css';

function shape(numbers: readonly number[] | null): string {
  return numbers === null ? '—' : `(${numbers.join(', ')})`;
}

function Row({ row }: { readonly row: WeightPlan }) {
  const { t } = useTranslation();
  const sameShape = shape(row.oldShape) === shape(row.newShape);
  return (
    <Table.Tr>
      <Table.Td>
        <code>
          {row.layer}/{row.weight}
        </code>
        {row.from !== null && row.from !== row.layer && (
          <Text size="xs" c="dimmed">
            {t('migrate:from', { layer: row.from })}
          </Text>
        )}
      </Table.Td>
      <Table.Td className={classes.shapes}>
        <code>{sameShape ? shape(row.newShape) : shape(row.oldShape)}</code>
        {!sameShape && (
          <>
            <IconArrowRight size={13} aria-label="→" /> <code>{shape(row.newShape)}</code>
          </>
        )}
      </Table.Td>
      <Table.Td>
        {row.reasons.map((reason) => say(t, reason)).join(' ')}{' '}
        <Text component="span" size="xs" c="dimmed">
          {t(`migrate:action.${row.action}`)} · {row.rule}
        </Text>
      </Table.Td>
      <Table.Td>
        <GradeBadge grade={row.grade} />
      </Table.Td>
    </Table.Tr>
  );
}

/** A row for each weight: from where, what happens to it, in a sentence, and its grade. */
export function PlanTable({ plan }: { readonly plan: MigrationPlan }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { before, after } = plan.parameters;
  return (
    <div>
      <Text mb="xs" className="numbers">
        {t('migrate:parameters', { before: format.number(before), after: format.number(after) })}
      </Text>
      {plan.notes.map((note) => (
        <Text key={note.key} mb="xs">
          {say(t, note)}
        </Text>
      ))}
      <div className={classes.planScroll} data-testid="plan-table">
        <Table verticalSpacing={6} fz="sm" stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('migrate:weight')}</Table.Th>
              <Table.Th>{t('migrate:shape')}</Table.Th>
              <Table.Th>{t('migrate:whatHappens')}</Table.Th>
              <Table.Th>{t('migrate:gradeTitle')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {plan.weights.map((row) => (
              <Row key={`${row.layer}/${row.weight}/${row.action}/${row.from}`} row={row} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </div>
  );
}
