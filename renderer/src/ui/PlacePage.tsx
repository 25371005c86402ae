import { Group, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { HelpButton } from '../help/HelpButton';
import { MiddleCut } from './MiddleCut';
import classes from './PlacePage.module.css';

interface Props {
  readonly title: string;
  /** The way back, in front of the name. */
  readonly back?: ReactNode;
  readonly subtitle?: ReactNode;
  readonly tools?: ReactNode;
  /** Without it the content scrolls by itself. */
  readonly scrolls?: boolean;
  readonly children: ReactNode;
}

/** Frame of every place: its name, its tools, its content. */
export function PlacePage({ title, back, subtitle, tools, scrolls = false, children }: Props) {
  return (
    <section className={classes.page} aria-label={title}>
      <header className={classes.head}>
        {back}
        <Group gap="sm" align="baseline" wrap="nowrap" miw={0} flex="1 1 220px">
          <Title order={1} miw={0} style={{ display: 'flex' }}>
            <MiddleCut text={title} />
          </Title>
          {subtitle && <div className={classes.subtitle}>{subtitle}</div>}
        </Group>
        <Group gap="xs" wrap="nowrap" className={classes.tools}>
          {tools}
          <HelpButton />
        </Group>
      </header>
      <div className={scrolls ? classes.scrolling : classes.fixed}>{children}</div>
    </section>
  );
}
