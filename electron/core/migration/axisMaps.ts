import type { AxisMap } from '../migrations';

type Row = readonly (readonly [index: number, factor: number])[];
type SparseKind = Extract<AxisMap, { rows: unknown }>['kind'];

/** Nothing changes on this axis. */
export function identityMap(size: number): AxisMap {
  return { kind: 'identity', newSize: size, oldSize: size };
}

/** A map from its rows (pairs of old index and factor); `oldSize` entries on the old axis. */
export function sparseMap(kind: SparseKind, oldSize: number, rows: readonly Row[]): AxisMap {
  return { kind, newSize: rows.length, oldSize, rows };
}

/** New entry i is old entry `indices[i]`; -1 leaves it zero. */
export function selectMap(kind: SparseKind, oldSize: number, indices: readonly number[]): AxisMap {
  if (oldSize === indices.length && indices.every((old, i) => old === i)) return identityMap(oldSize);
  return sparseMap(kind, oldSize, indices.map((old) => (old < 0 ? [] : [[old, 1] as const])));
}

/** Wider: the old entries keep their places, new ones follow and are zero. Narrower: the first `newSize` stay. */
export function resizeMap(newSize: number, oldSize: number): AxisMap {
  const indices = Array.from({ length: newSize }, (_, i) => (i < oldSize ? i : -1));
  return selectMap(newSize > oldSize ? 'zeroNew' : 'select', oldSize, indices);
}

/**
 * A kernel axis of `oldSize` taps at `factor` times the resolution: tap j becomes `factor` equal taps of 1/factor each
 * (so that their sum over the area mean is the same), starting `offset` taps from the front; the rest are zero.
 */
export function foldMap(newSize: number, oldSize: number, factor: number, offset: number): AxisMap {
  if (factor === 1 && offset === 0 && newSize === oldSize) return identityMap(oldSize);
  const rows = Array.from({ length: newSize }, (_, u): Row => {
    const tap = Math.floor((u - offset) / factor);
    return u >= offset && tap < oldSize ? [[tap, 1 / factor]] : [];
  });
  return sparseMap(factor === 1 ? 'pad' : 'fold', oldSize, rows);
}

/** The axis is a row-major grid and each part maps one side of it. */
export function productMap(parts: readonly AxisMap[]): AxisMap {
  const newSize = parts.reduce((size, part) => size * part.newSize, 1);
  const oldSize = parts.reduce((size, part) => size * part.oldSize, 1);
  if (parts.every((part) => part.kind === 'identity')) return identityMap(oldSize);
  return { kind: 'product', newSize, oldSize, parts };
}

/** The axis is its parts one after another. */
export function blocksMap(parts: readonly AxisMap[]): AxisMap {
  const newSize = parts.reduce((size, part) => size + part.newSize, 0);
  const oldSize = parts.reduce((size, part) => size + part.oldSize, 0);
  if (parts.every((part) => part.kind === 'identity')) return identityMap(oldSize);
  return { kind: 'blocks', newSize, oldSize, parts };
}

/** Whether nothing changes on the axis. */
export function isIdentity(map: AxisMap): boolean {
  return map.kind === 'identity';
}

/** The rows of any map, written out. Meant for small axes and for tests. */
export function rowsOf(map: AxisMap): Row[] {
  if (map.kind === 'identity') return Array.from({ length: map.newSize }, (_, i): Row => [[i, 1]]);
  if (map.kind === 'blocks') return blockRows(map.parts);
  if (map.kind === 'product') return map.parts.map(rowsOf).reduce((left, right, part) => crossRows(left, right, map.parts[part]!.oldSize), [[[0, 1]]] as Row[]);
  return [...map.rows];
}

function crossRows(left: readonly Row[], right: readonly Row[], rightOldSize: number): Row[] {
  return left.flatMap((a) => right.map((b): Row => a.flatMap(([i, f]) => b.map(([j, g]) => [i * rightOldSize + j, f * g] as const))));
}

function blockRows(parts: readonly AxisMap[]): Row[] {
  let start = 0;
  return parts.flatMap((part) => {
    const shift = start;
    start += part.oldSize;
    return rowsOf(part).map((row): Row => row.map(([j, f]) => [j + shift, f] as const));
  });
}

/** First `inner` (old -> middle), then `outer` (middle -> new), as one map. */
export function composeMaps(outer: AxisMap, inner: AxisMap): AxisMap {
  if (outer.oldSize !== inner.newSize) throw new Error(`maps of ${outer.oldSize} and ${inner.newSize} entries do not follow each other`);
  if (isIdentity(outer)) return inner;
  if (isIdentity(inner)) return outer;
  const innerRows = rowsOf(inner);
  const rows = rowsOf(outer).map((row): Row => {
    const sums = new Map<number, number>();
    for (const [middle, f] of row) for (const [old, g] of innerRows[middle]!) sums.set(old, (sums.get(old) ?? 0) + f * g);
    return [...sums].sort((a, b) => a[0] - b[0]);
  });
  return sparseMap('composed', inner.oldSize, rows);
}

/** New entries that no old entry reaches. */
export function freshIndices(map: AxisMap): number[] {
  if (map.kind === 'identity') return [];
  return rowsOf(map).flatMap((row, i) => (row.length === 0 ? [i] : []));
}

/** Column j as pairs of new index and factor: which new entries carry old entry j. */
export function columnsOf(map: AxisMap): Row[] {
  const columns: [number, number][][] = Array.from({ length: map.oldSize }, () => []);
  rowsOf(map).forEach((row, i) => row.forEach(([j, factor]) => columns[j]!.push([i, factor])));
  return columns;
}

/**
 * Maps every axis of a weight, in float64, and casts once at the end.
 * @param weight row-major, of shape `shape`
 * @param maps one per axis; `maps[a].oldSize` must be `shape[a]`
 */
export function applyAxisMaps(weight: ArrayLike<number>, shape: readonly number[], maps: readonly AxisMap[]): Float32Array {
  return Float32Array.from(mapAxes(weight, shape, maps));
}

/** As `applyAxisMaps`, left in float64. */
export function mapAxes(weight: ArrayLike<number>, shape: readonly number[], maps: readonly AxisMap[]): Float64Array {
  if (maps.length !== shape.length) throw new Error(`${maps.length} maps for a weight of ${shape.length} axes`);
  let values = Float64Array.from(weight);
  const sizes = [...shape];
  if (values.length !== sizes.reduce((a, b) => a * b, 1)) throw new Error(`${values.length} numbers for the shape ${shape.join('x')}`);
  maps.forEach((map, axis) => {
    if (map.oldSize !== sizes[axis]) throw new Error(`a map from ${map.oldSize} entries on an axis of ${sizes[axis]}`);
    const outer = sizes.slice(0, axis).reduce((a, b) => a * b, 1);
    const inner = sizes.slice(axis + 1).reduce((a, b) => a * b, 1);
    values = mapOneAxis(values, outer, inner, map);
    sizes[axis] = map.newSize;
  });
  return values;
}

/** `values` is [outer, map.oldSize, inner]; gives [outer, map.newSize, inner]. */
function mapOneAxis(values: Float64Array<ArrayBuffer>, outer: number, inner: number, map: AxisMap): Float64Array<ArrayBuffer> {
  if (map.kind === 'identity') return values;
  if (map.kind === 'product') return mapProduct(values, outer, inner, map.parts);
  if (map.kind === 'blocks') return mapBlocks(values, outer, inner, map);
  const result = new Float64Array(outer * map.newSize * inner);
  for (let o = 0; o < outer; o++) {
    map.rows.forEach((row, i) => {
      const to = (o * map.newSize + i) * inner;
      for (const [j, factor] of row) {
        const from = (o * map.oldSize + j) * inner;
        for (let k = 0; k < inner; k++) result[to + k]! += factor * values[from + k]!;
      }
    });
  }
  return result;
}

function mapProduct(values: Float64Array<ArrayBuffer>, outer: number, inner: number, parts: readonly AxisMap[]): Float64Array<ArrayBuffer> {
  let before = outer;
  let after = inner * parts.reduce((size, part) => size * part.oldSize, 1);
  for (const part of parts) {
    after /= part.oldSize;
    values = mapOneAxis(values, before, after, part);
    before *= part.newSize;
  }
  return values;
}

function mapBlocks(values: Float64Array<ArrayBuffer>, outer: number, inner: number, map: AxisMap & { parts: readonly AxisMap[] }): Float64Array<ArrayBuffer> {
  const result = new Float64Array(outer * map.newSize * inner);
  let oldStart = 0;
  let newStart = 0;
  for (const part of map.parts) {
    for (let o = 0; o < outer; o++) {
      const from = (o * map.oldSize + oldStart) * inner;
      const block = mapOneAxis(values.slice(from, from + part.oldSize * inner), 1, inner, part);
      result.set(block, (o * map.newSize + newStart) * inner);
    }
    oldStart += part.oldSize;
    newStart += part.newSize;
  }
  return result;
}
