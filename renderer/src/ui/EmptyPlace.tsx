import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './EmptyPlace.module.css';

interface Props {
  readonly icon: ReactNode;
  /** One sentence: what belongs here. */
  readonly sentence: string;
  readonly hint?: string;
  /** The one button that brings it, and perhaps the sample project. */
  readonly children?: ReactNode;
  readonly testId?: string;
}

/** An empty place is its own manual. */
export function EmptyPlace({ icon, sentence, hint, children, testId }: Props) {
  return (
    <div className={classes.place} data-testid={testId}>
      <Stack align="center" gap="sm" maw={460}>
        <span className={classes.icon} aria-hidden>
          {icon}
        </span>
        <Text size="md" ta="center" fw={550}>
          {sentence}
        </Text>
        {hint && (
          <Text c="dimmed" ta="center">
            {hint}
          </Text>
        )}
        {children}
      </Stack>
    </div>
  );
}
