import type { Architecture, Layer } from '../architecture';
import { outputShapes } from '../shapes';
import type { Cells } from './cells';
import { cellsByLayer } from './cells';
import { INPUT, activationOf, inputsByLayer, lastLayer, sameTensors } from './layerGraph';

/**
 * What the last axis of a tensor is made of. `group`: channels that one or more layers make together and that must
 * change together (a dependency group in the sense of DepGraph, Fang et al. 2023). The other kinds say how an axis is
 * put together from groups: one after another, each `times` over, or as a flattened map of height x width x channels.
 */
export type Dimension =
  | { readonly kind: 'group'; readonly id: number }
  | { readonly kind: 'concat'; readonly parts: readonly Dimension[] }
  | { readonly kind: 'times'; readonly times: number; readonly inner: Dimension }
  | { readonly kind: 'spatial'; readonly rows: Cells; readonly columns: Cells; readonly inner: Dimension };

export interface DimensionGroups {
  /** For each layer (and `INPUT`) what its last axis is. */
  readonly of: ReadonlyMap<string, Dimension>;
  readonly sizes: ReadonlyMap<number, number>;
  /** Groups whose size cannot be chosen freely: they pass a softmax or sums that bind them to other axes. */
  readonly fixed: ReadonlySet<number>;
  /** The group of the picture's channels. */
  readonly input: number;
  /** The group of the classes; null where the output is not made by one layer with a channel per class. */
  readonly output: number | null;
}

interface Table {
  readonly bound: Map<number, Dimension>;
  readonly sizes: Map<number, number>;
  readonly fixed: Set<number>;
}

/** Finds the groups of an architecture by one walk through its layers. */
export function dimensionGroups(architecture: Architecture): DimensionGroups {
  const table: Table = { bound: new Map(), sizes: new Map(), fixed: new Set() };
  const of = new Map<string, Dimension>([[INPUT, newGroup(table, architecture.input.channels)]]);
  const shapes = outputShapes(architecture);
  const inputs = inputsByLayer(architecture);
  const cells = { height: cellsByLayer(architecture, 'height'), width: cellsByLayer(architecture, 'width') };
  const output = sameTensors(architecture).get(lastLayer(architecture).name)!;
  for (const layer of architecture.layers) {
    const names = inputs.get(layer.name)!;
    const from = names.map((name) => of.get(name)!);
    const flat = (layer.type === 'flatten' || (layer.type === 'reshape' && layer.shape.length === 1)) && (names[0] === INPUT ? 3 : shapes.get(names[0]!)!.length) === 3;
    const dimension = flat
      ? { kind: 'spatial' as const, rows: cells.height.get(names[0]!)!, columns: cells.width.get(names[0]!)!, inner: from[0]! }
      : dimensionOf(table, layer, from);
    of.set(layer.name, dimension);
    if (activationOf(layer) === 'softmax' && layer.name !== output) fix(table, dimension);
  }
  const classes = resolve(table, of.get(output)!);
  const picture = resolve(table, of.get(INPUT)!);
  const pictureId = picture.kind === 'group' ? picture.id : -1;
  const classId = classes.kind === 'group' && classes.id !== pictureId ? classes.id : null;
  if (classId === null) fix(table, classes);
  return {
    of: new Map([...of].map(([name, dimension]) => [name, resolve(table, dimension)])),
    sizes: table.sizes,
    fixed: table.fixed,
    input: pictureId,
    output: classId,
  };
}

/** Entries on the axis, with group sizes by `sizes`. */
export function dimensionSize(dimension: Dimension, sizes: ReadonlyMap<number, number>): number {
  switch (dimension.kind) {
    case 'group':
      return sizes.get(dimension.id)!;
    case 'concat':
      return dimension.parts.reduce((size, part) => size + dimensionSize(part, sizes), 0);
    case 'times':
      return dimension.times * dimensionSize(dimension.inner, sizes);
    case 'spatial':
      return dimension.rows.count * dimension.columns.count * dimensionSize(dimension.inner, sizes);
  }
}

/** The groups that an axis is made of. */
export function groupsIn(dimension: Dimension): number[] {
  if (dimension.kind === 'group') return [dimension.id];
  if (dimension.kind === 'concat') return dimension.parts.flatMap(groupsIn);
  return groupsIn(dimension.inner);
}

function dimensionOf(table: Table, layer: Layer, from: readonly Dimension[]): Dimension {
  switch (layer.type) {
    case 'conv2d':
      return layer.groups ? boundGroup(table, layer.filters, from[0]!) : newGroup(table, layer.filters);
    case 'separableConv2d':
      return newGroup(table, layer.filters);
    case 'reshape':
      return layer.shape.length === 3 ? boundGroup(table, layer.shape[2]!, from[0]!) : from[0]!;
    case 'dense':
      return newGroup(table, layer.units);
    case 'depthwiseConv2d':
      return layer.depthMultiplier === 1 ? from[0]! : { kind: 'times', times: layer.depthMultiplier, inner: from[0]! };
    case 'concatenate':
      return { kind: 'concat', parts: from };
    case 'add':
    case 'multiply':
      for (const other of from.slice(1)) unify(table, from[0]!, other);
      return from[0]!;
    default:
      return from[0]!;
  }
}

/** A new axis that holds only as long as the one before keeps its size: behind a reshape, or where filters see a part of the channels each. */
function boundGroup(table: Table, size: number, from: Dimension): Dimension {
  const made = newGroup(table, size);
  fix(table, from);
  fix(table, made);
  return made;
}

function newGroup(table: Table, size: number): Dimension {
  const id = table.sizes.size;
  table.sizes.set(id, size);
  return { kind: 'group', id };
}

/** Replaces groups that turned out to be something else by what they are. */
function resolve(table: Table, dimension: Dimension): Dimension {
  switch (dimension.kind) {
    case 'group': {
      const bound = table.bound.get(dimension.id);
      return bound ? resolve(table, bound) : dimension;
    }
    case 'concat':
      return { ...dimension, parts: dimension.parts.map((part) => resolve(table, part)) };
    default:
      return { ...dimension, inner: resolve(table, dimension.inner) };
  }
}

/** Makes two axes one and the same, since their tensors are added or multiplied entry by entry. */
function unify(table: Table, left: Dimension, right: Dimension): void {
  const a = resolve(table, left);
  const b = resolve(table, right);
  if (a.kind === 'group' && b.kind === 'group') {
    if (a.id === b.id) return;
    const [stays, goes] = a.id < b.id ? [a, b] : [b, a];
    bind(table, goes.id, stays);
  } else if (a.kind === 'group' && a.id !== 0 && !groupsIn(b).includes(a.id)) bind(table, a.id, b);
  else if (b.kind === 'group' && b.id !== 0 && !groupsIn(a).includes(b.id)) bind(table, b.id, a);
  else if (a.kind === 'concat' && b.kind === 'concat' && sameParts(table, a.parts, b.parts)) a.parts.forEach((part, i) => unify(table, part, b.parts[i]!));
  else if (a.kind === 'times' && b.kind === 'times' && a.times === b.times) unify(table, a.inner, b.inner);
  else if (a.kind === 'spatial' && b.kind === 'spatial' && a.rows.count === b.rows.count && a.columns.count === b.columns.count) unify(table, a.inner, b.inner);
  else {
    fix(table, a);
    fix(table, b);
  }
}

function bind(table: Table, id: number, to: Dimension): void {
  table.bound.set(id, to);
  if (table.fixed.has(id)) fix(table, to);
}

function sameParts(table: Table, a: readonly Dimension[], b: readonly Dimension[]): boolean {
  return a.length === b.length && a.every((part, i) => dimensionSize(part, table.sizes) === dimensionSize(b[i]!, table.sizes));
}

function fix(table: Table, dimension: Dimension): void {
  for (const id of groupsIn(resolve(table, dimension))) table.fixed.add(id);
}
