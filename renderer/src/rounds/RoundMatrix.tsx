import { Text } from '@mantine/core';
import { IconTrendingDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Card } from '../ui/Card';
import { useFormat } from '../ui/format';
import { heatStyle } from '../ui/Heat';
import { MiddleCut } from '../ui/MiddleCut';
import { useStudio } from '../ui/queries';
import classes from './Rounds.module.css';

function Cell({ value, before, frames, name }: { readonly value: number | null; readonly before: number | null; readonly frames: number; readonly name: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lost = value !== null && before !== null && before - value > 0.02;
  return (
    <td style={heatStyle(value)} title={value === null ? t('ladder:noFrames') : `${name}: ${format.percent(value)} (${t('common:frames', { count: frames })})`}>
      <span className={classes.heat}>
        {value === null ? '—' : format.percent(value)}
        {lost && (
          <span className={classes.lost}>
            <IconTrendingDown size={13} aria-hidden /> {t('ladder:lost', { points: format.percent(before - value, 0) })}
          </span>
        )}
      </span>
    </td>
  );
}

/** How the model of each round does on every background: forgetting is a cell that got paler, and says how much. */
export function RoundMatrix() {
  const { t } = useTranslation();
  const matrix = useStudio('models:matrix').data;
  if (!matrix || matrix.rounds.length === 0) return null;
  return (
    <Card title={t('ladder:matrix')} data-testid="round-matrix">
      <Text c="dimmed" size="xs" mb="sm">
        {t('ladder:matrixHelp')}
      </Text>
      <div className={classes.tableScroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th />
              {matrix.backgrounds.map((background) => (
                <th key={background} scope="col">
                  <MiddleCut text={background} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {matrix.rounds.map((round, row) => (
              <tr key={round}>
                <th scope="row">{t('common:round', { number: round })}</th>
                {matrix.backgrounds.map((background, column) => (
                  <Cell key={background} value={matrix.accuracy[row]?.[column] ?? null} before={row > 0 ? (matrix.accuracy[row - 1]?.[column] ?? null) : null} frames={matrix.frames[row]?.[column] ?? 0} name={background} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
