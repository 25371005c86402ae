import classes from './Bar.module.css';

/** A bar with its number beside it; null: nothing to show. `room`: characters of the longest label of those above and below, so that bars are as long as each other. */
export function Bar({ value, label, room = 0, tone = 'good' }: { readonly value: number | null; readonly label: string; readonly room?: number; readonly tone?: 'good' | 'quiet' | 'warn' }) {
  return (
    <span className={classes.bar}>
      <span className={classes.track} aria-hidden>
        <span className={classes.fill} data-tone={tone} style={{ width: `${Math.max(0, Math.min(1, value ?? 0)) * 100}%` }} />
      </span>
      <span className={classes.label} style={{ minWidth: `${room}ch` }}>{label}</span>
    </span>
  );
}
