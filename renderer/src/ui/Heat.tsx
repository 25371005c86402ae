import type { CSSProperties } from 'react';

/** Background of a cell for an accuracy: the paler, the lower. The number stands in the cell as well. */
export function heatStyle(value: number | null): CSSProperties {
  if (value === null) return { background: 'repeating-linear-gradient(135deg, transparent 0 5px, var(--g-line) 5px 6px)' };
  const strength = Math.round(Math.max(0, Math.min(1, value)) ** 2 * 62);
  return { background: `color-mix(in oklab, var(--g-good) ${strength}%, var(--g-card))` };
}
