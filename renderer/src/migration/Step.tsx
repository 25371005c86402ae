import { Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../ui/Card';
import classes from './Migration.module.css';

interface Props {
  readonly number: number;
  readonly title: string;
  readonly state: ReactNode;
  readonly done: boolean;
  /** What this step waits for; null when it can be worked on. */
  readonly waits: string | null;
  readonly children: ReactNode;
  readonly testId: string;
}

/** One of the four steps, with its state in view. */
export function Step({ number, title, state, done, waits, children, testId }: Props) {
  const { t } = useTranslation();
  return (
    <Card
      data-testid={testId}
      data-done={done}
      title={
        <span className={classes.stepTitle}>
          <span className={classes.stepNumber} data-done={done || undefined}>
            {done ? <IconCheck size={16} stroke={2.6} aria-label={t('migrate:done')} /> : number}
          </span>
          {title}
        </span>
      }
      aside={state}
    >
      {waits ? (
        <Text c="dimmed" pl={38}>
          {waits}
        </Text>
      ) : (
        <div className={classes.stepBody}>{children}</div>
      )}
    </Card>
  );
}
