import classes from './Bar.module.css';

/** A bar with its number beside it; null: nothing to show. */
export function Bar({ value, label, tone = 'good' }: { readonly value: number | null; readonly label: string; readonly tone?: 'good' | 'quiet' | 'warn' }) {
  return (
    <span className={classes.bar}>
      <span className={classes.track} aria-hidden>
        <span className={classes.fill} data-tone={tone} style={{ width: `${Math.max(0, Math.min(1, value ?? 0)) * 100}%` }} />
      </span>
      <span className={classes.label}>{label}</span>
    </span>
  );
}
