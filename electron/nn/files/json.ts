import type { Size2D } from '../../core/architecture';

export type Json = Readonly<Record<string, unknown>>;

/** The value as an object; an empty one where it is none. */
export function record(value: unknown): Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {};
}

/** The value as a list; an empty one where it is none. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A finite number, or `usual` where there is none. */
export function number(value: unknown, usual: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : usual;
}

/** [height, width] from a pair or from one number for both. */
export function pair(value: unknown, usual: Size2D): Size2D {
  if (typeof value === 'number') return [value, value];
  const [height, width] = list(value);
  return typeof height === 'number' && typeof width === 'number' ? [height, width] : usual;
}

/** [[top, bottom], [left, right]] from that, from a pair for both sides of each axis, or from one number. */
export function sides(value: unknown): readonly [Size2D, Size2D] {
  const parts = list(value);
  // Keras 1 also had a list of four: top, bottom, left, right.
  if (parts.length === 4) return [pair(parts.slice(0, 2), [0, 0]), pair(parts.slice(2), [0, 0])];
  const [vertical, horizontal] = parts;
  return [pair(vertical ?? value, [1, 1]), pair(horizontal ?? value, [1, 1])];
}
