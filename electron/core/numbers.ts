/** 0.9342 -> `93.4 %`; a dash for null. 1 only when it is exactly 1: 0.9999 is `99.9 %`, not 100. */
export function cutRatio(value: number | null): string {
  if (value === null) return '–';
  const tenths = value >= 1 ? 1000 : Math.min(999, Math.round(value * 1000));
  return `${(tenths / 10).toFixed(1)} %`;
}
