import classes from './MiddleCut.module.css';

/** A long name cut in the middle: its beginning and its end stay readable. */
export function MiddleCut({ text, tail = 8 }: { readonly text: string; readonly tail?: number }) {
  const split = text.length > tail * 2 ? text.length - tail : text.length;
  return (
    <span className={classes.whole} title={text}>
      <span className={classes.head}>{text.slice(0, split)}</span>
      {split < text.length && <span className={classes.tail}>{text.slice(split)}</span>}
    </span>
  );
}
