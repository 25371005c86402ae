import { Text, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { EvaluationView } from '../../../electron/ipc/contract';
import { useFormat } from '../ui/format';
import { MiddleCut } from '../ui/MiddleCut';
import { go } from '../ui/place';
import classes from './Rounds.module.css';

function Cell({ count, share, right, title, open }: { readonly count: number; readonly share: number; readonly right: boolean; readonly title: string; readonly open: () => void }) {
  const format = useFormat();
  const colour = right ? 'var(--g-good)' : 'var(--g-bad)';
  return (
    <td style={{ background: count === 0 ? undefined : `color-mix(in oklab, ${colour} ${Math.round(12 + share * 48)}%, var(--g-card))` }}>
      {count === 0 ? (
        <span className={classes.zero}>0</span>
      ) : (
        <UnstyledButton className={classes.confusionCell} onClick={open} title={title} aria-label={title}>
          {format.number(count)}
        </UnstyledButton>
      )}
    </td>
  );
}

/** Rows: what it is; columns: what the model answered. A cell opens the frames behind it. */
export function ConfusionMatrix({ evaluation, modelId }: { readonly evaluation: EvaluationView; readonly modelId: string }) {
  const { t } = useTranslation();
  const { classes: names, confusion } = evaluation;
  return (
    <div className={classes.tableScroll} data-testid="confusion">
      <Text c="dimmed" size="xs" mb={6}>
        {t('ladder:confusionHelp')}
      </Text>
      <table className={classes.table}>
        <thead>
          <tr>
            <th>{t('ladder:actualAnswered')}</th>
            {names.map((name) => (
              <th key={name} scope="col">
                <MiddleCut text={name} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((actual, row) => {
            const total = confusion[row]?.reduce((sum, count) => sum + count, 0) ?? 0;
            return (
              <tr key={actual}>
                <th scope="row">
                  <MiddleCut text={actual} />
                </th>
                {names.map((answered, column) => {
                  const count = confusion[row]?.[column] ?? 0;
                  return <Cell key={answered} count={count} share={total > 0 ? count / total : 0} right={row === column} title={t('ladder:confusionCell', { count, actual, answered })} open={() => go('frames', { confusion: `${modelId}:${row}:${column}` })} />;
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
