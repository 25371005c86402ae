import type { FrameColumns, StackColumns } from '../../../electron/ipc/contract';
import type { Likeness } from './filter';

/** Frames that look alike, as the grid shows them. */
export interface Stack {
  readonly number: number;
  /** The sharpest of those that count: stays when the stack is thinned. */
  readonly best: number;
  /** Ids of those that pass the filter, in the order of the columns; two or more. */
  readonly ids: readonly number[];
  readonly open: boolean;
}

/** The grid with stacks: rows of the tiles, and the stack of every tile that is one (closed) or belongs to one (open). */
export interface Tiles {
  readonly rows: readonly number[];
  readonly order: readonly number[];
  readonly stacks: ReadonlyMap<number, Stack>;
}

/** The stacks of a search row by row. A stack reaches across when it has counting frames in training and in validation. */
export function likenessOf({ ids, splits, excluded }: Pick<FrameColumns, 'ids' | 'splits' | 'excluded'>, found: StackColumns): Likeness {
  const stackOf = new Map<number, number>();
  found.frames.forEach((id, at) => stackOf.set(id, found.stacks[at] as number));
  const stacks = new Int32Array(ids.length).fill(-1);
  if (stackOf.size > 0) for (let row = 0; row < ids.length; row += 1) stacks[row] = stackOf.get(ids[row] as number) ?? -1;
  const parts = new Uint8Array((found.stacks.at(-1) ?? -1) + 1);
  stacks.forEach((stack, row) => {
    if (stack >= 0 && excluded[row] === false) (parts[stack] as number) |= 1 << (splits[row] as number);
  });
  const both = (1 << 1) | (1 << 2);
  const across = new Uint8Array(ids.length);
  stacks.forEach((stack, row) => {
    if (stack >= 0 && ((parts[stack] as number) & both) === both) across[row] = 1;
  });
  return { stacks, across };
}

type Judged = Pick<FrameColumns, 'ids' | 'excluded' | 'sharpness'>;

/** The sharpest of those that count, else the sharpest. */
function sharpest(columns: Judged, rows: readonly number[]): number {
  const worth = (row: number): number => (columns.excluded[row] ? -1 : 0) + 1 - 1 / (2 + (columns.sharpness[row] || 0));
  return rows.reduce((best, row) => (worth(row) > worth(best) ? row : best));
}

/** Puts the frames of each stack behind its best one, or (where it is open) beside one another; at the place of its first. */
export function stackTiles(columns: Judged, rows: readonly number[], likeness: Likeness | null, open: ReadonlySet<number>): Tiles {
  const groups = new Map<number, number[]>();
  if (likeness) {
    for (const row of rows) {
      const stack = likeness.stacks[row] as number;
      if (stack < 0) continue;
      const group = groups.get(stack);
      if (group) group.push(row);
      else groups.set(stack, [row]);
    }
  }
  const idOf = (row: number): number => columns.ids[row] as number;
  if (groups.size === 0) return { rows, order: rows.map(idOf), stacks: new Map() };
  const stacks = new Map<number, Stack>();
  const tiles: number[] = [];
  for (const row of rows) {
    const number = likeness ? (likeness.stacks[row] as number) : -1;
    const group = number < 0 ? undefined : groups.get(number);
    if (!group || group.length < 2) tiles.push(row);
    else if (group[0] === row) {
      const best = sharpest(columns, group);
      const stack: Stack = { number, best: idOf(best), ids: group.map(idOf), open: open.has(number) };
      for (const tile of stack.open ? group : [best]) {
        tiles.push(tile);
        stacks.set(idOf(tile), stack);
      }
    }
  }
  return { rows: tiles, order: tiles.map(idOf), stacks };
}

/** The frames that chosen tiles stand for: a closed stack stands for all of its frames. */
export function framesOfTiles(ids: Iterable<number>, stacks: Tiles['stacks']): readonly number[] {
  const frames: number[] = [];
  for (const id of ids) {
    const stack = stacks.get(id);
    if (stack && !stack.open) frames.push(...stack.ids);
    else frames.push(id);
  }
  return frames;
}

/** What thinning the stacks of the chosen tiles leaves out: all but the best of each, unless they are left out already. */
export function thinned(columns: Pick<FrameColumns, 'ids' | 'excluded'>, ids: Iterable<number>, stacks: Tiles['stacks']): readonly number[] {
  const touched = new Set<Stack>();
  for (const id of ids) {
    const stack = stacks.get(id);
    if (stack) touched.add(stack);
  }
  const wanted = new Set([...touched].flatMap(({ ids: members, best }) => members.filter((id) => id !== best)));
  return wanted.size === 0 ? [] : columns.ids.filter((id, row) => wanted.has(id) && columns.excluded[row] === false);
}
