import type { ReactNode } from 'react';
import classes from './Facts.module.css';

/** Names and values in two columns; values may be null to leave the row out. */
export function Facts({ rows }: { readonly rows: readonly (readonly [name: string, value: ReactNode] | null)[] }) {
  return (
    <dl className={classes.facts}>
      {rows.map((row) =>
        row === null || row[1] === null ? null : (
          <div key={row[0]} className={classes.row}>
            <dt>{row[0]}</dt>
            <dd>{row[1]}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
