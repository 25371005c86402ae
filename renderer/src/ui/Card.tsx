import type { HTMLAttributes, ReactNode } from 'react';
import classes from './Card.module.css';

interface Props extends Omit<HTMLAttributes<HTMLElement>, 'title'> {
  readonly title?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A sheet of paper with a headline. */
export function Card({ title, aside, children, className, ...rest }: Props) {
  return (
    <section className={`${classes.card} ${className ?? ''}`} {...rest}>
      {(title || aside) && (
        <header className={classes.head}>
          <h2 className={classes.title}>{title}</h2>
          {aside}
        </header>
      )}
      {children}
    </section>
  );
}
