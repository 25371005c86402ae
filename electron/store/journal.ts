import { dirname } from 'node:path';
import type { TextParams } from '../core/errors';
import { fullDisk, refuseVanished, type ReadableDB, type WritableDB } from './database';

/** Tables and columns that the journal may change. Anything else is a bug, and refused. */
const journaled: Readonly<Record<string, readonly string[]>> = {
  classes: ['name', 'colour', 'position', 'hidden', 'removed'],
  backgrounds: ['name', 'colour', 'position', 'hidden', 'removed'],
  clips: ['class_id', 'background_id', 'removed', 'split', 'crop', 'sampling', 'frames_stored'],
  frames: ['class_id', 'label_source', 'labelled_at', 'excluded', 'removed'],
};

type Value = string | number | null;

/** One column of some rows, before and after; a single value stands for all rows. */
export interface ColumnChange {
  readonly table: string;
  readonly column: string;
  readonly ids: readonly number[];
  readonly before: Value | readonly Value[];
  readonly after: Value | readonly Value[];
}

export interface JournalEntry {
  readonly id: number;
  /** Key of the sentence that says what was done, with its values. */
  readonly title: string;
  readonly params: TextParams;
}

interface JournalRow {
  readonly id: number;
  readonly title: string;
  readonly params: string;
  readonly changes: string;
}

/** All values equal -> the one value; keeps the journal small when 50,000 frames get one label. */
function compact(values: readonly Value[]): Value | readonly Value[] {
  const first = values[0] ?? null;
  return values.every((value) => value === first) ? first : values;
}

/** The change that gives `column` of the rows `ids` the value(s) `after`; rows that have it already are left out. */
export function columnChange(db: ReadableDB, table: string, column: string, ids: readonly number[], after: Value | readonly Value[]): ColumnChange {
  if (!journaled[table]?.includes(column)) throw new Error(`${table}.${column} is not journaled`);
  // One statement for all rows: 50,000 statements would take seconds.
  const rows = db
    .prepare<[string], [number | null, Value]>(`SELECT t.id, t.${column} FROM json_each(?) AS wanted LEFT JOIN ${table} AS t ON t.id = wanted.value ORDER BY wanted.key`)
    .raw()
    .all(JSON.stringify(ids));
  const changed: { id: number; before: Value; after: Value }[] = [];
  rows.forEach(([found, before], index) => {
    const id = ids[index] as number;
    if (found === null) throw new Error(`${table} has no row ${id}`);
    const value = Array.isArray(after) ? ((after as readonly Value[])[index] ?? null) : (after as Value);
    if (before !== value) changed.push({ id, before, after: value });
  });
  return {
    table,
    column,
    ids: changed.map(({ id }) => id),
    before: compact(changed.map(({ before }) => before)),
    after: compact(changed.map((change) => change.after)),
  };
}

const sameRows = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((id, index) => id === b[index]);

/** Neighbours that give one value each to columns of the same rows: written by one statement. */
function together(changes: readonly ColumnChange[], side: 'before' | 'after'): readonly (readonly ColumnChange[])[] {
  const groups: ColumnChange[][] = [];
  for (const change of changes) {
    const group = groups.at(-1);
    const first = group?.[0];
    const joins = first && first.table === change.table && !Array.isArray(first[side]) && !Array.isArray(change[side]) && sameRows(first.ids, change.ids);
    if (group && joins && !group.some(({ column }) => column === change.column)) group.push(change);
    else groups.push([change]);
  }
  return groups;
}

function writeAll(db: WritableDB, changes: readonly ColumnChange[], side: 'before' | 'after'): void {
  for (const group of together(changes, side)) write(db, group, side);
}

function write(db: WritableDB, group: readonly ColumnChange[], side: 'before' | 'after'): void {
  for (const { table, column } of group) if (!journaled[table]?.includes(column)) throw new Error(`${table}.${column} is not journaled`);
  const { table, column, ids, [side]: values } = group[0] as ColumnChange;
  // What a round used for training stays there, whatever is undone or redone afterwards.
  const guard = table === 'clips' && group.some((change) => change.column === 'split') ? ` AND (coalesce(split, 'test') = 'test' OR id NOT IN (SELECT clip_id FROM round_clips))` : '';
  if (Array.isArray(values)) {
    // Few different values (classes before a relabeling): one statement for each of them.
    const byValue = new Map<Value, number[]>();
    ids.forEach((id, index) => {
      const value = (values as readonly Value[])[index] ?? null;
      const list = byValue.get(value);
      if (list) list.push(id);
      else byValue.set(value, [id]);
    });
    const update = db.prepare(`UPDATE ${table} SET ${column} = ? WHERE id IN (SELECT value FROM json_each(?))${guard}`);
    for (const [value, some] of byValue) update.run(value, JSON.stringify(some));
    return;
  }
  const columns = group.map((change) => `${change.column} = ?`).join(', ');
  db.prepare(`UPDATE ${table} SET ${columns} WHERE id IN (SELECT value FROM json_each(?))${guard}`).run(...group.map((change) => change[side] as Value), JSON.stringify(ids));
}

/** One transaction. Errors: `projects:diskFull`, `projects:vanished` (nothing was changed then). */
function written<T>(db: WritableDB, work: () => T): T {
  refuseVanished(db);
  try {
    return db.transaction(work)();
  } catch (error) {
    throw fullDisk(error, dirname(db.name));
  }
}

/**
 * Carries out the changes and writes them down, in one transaction; what had been undone can no longer be redone.
 * Gives null (and writes nothing) when nothing would change.
 */
export function applyChange(db: WritableDB, title: string, params: TextParams, changes: readonly ColumnChange[]): JournalEntry | null {
  const real = changes.filter((change) => change.ids.length > 0);
  if (real.length === 0) return null;
  return written(db, () => {
    writeAll(db, real, 'after');
    db.prepare(`UPDATE journal SET state = 'dead' WHERE state = 'undone'`).run();
    const { lastInsertRowid } = db
      .prepare('INSERT INTO journal (at, title, params, changes) VALUES (?, ?, ?, ?)')
      .run(new Date().toISOString(), title, JSON.stringify(params), JSON.stringify(real));
    return { id: Number(lastInsertRowid), title, params };
  });
}

function move(db: WritableDB, from: 'done' | 'undone'): JournalEntry | null {
  return written(db, () => {
    const order = from === 'done' ? 'DESC' : 'ASC';
    const row = db.prepare<[string], JournalRow>(`SELECT id, title, params, changes FROM journal WHERE state = ? ORDER BY id ${order} LIMIT 1`).get(from);
    if (!row) return null;
    const changes = JSON.parse(row.changes) as ColumnChange[];
    if (from === 'done') writeAll(db, changes.reverse(), 'before');
    else writeAll(db, changes, 'after');
    db.prepare('UPDATE journal SET state = ? WHERE id = ?').run(from === 'done' ? 'undone' : 'done', row.id);
    return { id: row.id, title: row.title, params: JSON.parse(row.params) as TextParams };
  });
}

/** Takes the last change back; null when there is none. */
export function undo(db: WritableDB): JournalEntry | null {
  return move(db, 'done');
}

/** Does the last change that was taken back again; null when there is none. */
export function redo(db: WritableDB): JournalEntry | null {
  return move(db, 'undone');
}

/** What undo and redo would do now. */
export function journalState(db: ReadableDB): { readonly undo: JournalEntry | null; readonly redo: JournalEntry | null } {
  const entry = (state: string, order: string): JournalEntry | null => {
    const row = db.prepare<[string], JournalRow>(`SELECT id, title, params, '' AS changes FROM journal WHERE state = ? ORDER BY id ${order} LIMIT 1`).get(state);
    return row ? { id: row.id, title: row.title, params: JSON.parse(row.params) as TextParams } : null;
  };
  return { undo: entry('done', 'DESC'), redo: entry('undone', 'ASC') };
}
