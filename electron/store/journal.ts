import type { TextParams } from '../core/errors';
import type { ReadableDB, WritableDB } from './database';

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
  const read = db.prepare<[number], { value: Value }>(`SELECT ${column} AS value FROM ${table} WHERE id = ?`);
  const changed: { id: number; before: Value; after: Value }[] = [];
  ids.forEach((id, index) => {
    const row = read.get(id);
    if (!row) throw new Error(`${table} has no row ${id}`);
    const value = Array.isArray(after) ? ((after as readonly Value[])[index] ?? null) : (after as Value);
    if (row.value !== value) changed.push({ id, before: row.value, after: value });
  });
  return {
    table,
    column,
    ids: changed.map(({ id }) => id),
    before: compact(changed.map(({ before }) => before)),
    after: compact(changed.map((change) => change.after)),
  };
}

function write(db: WritableDB, change: ColumnChange, side: 'before' | 'after'): void {
  if (!journaled[change.table]?.includes(change.column)) throw new Error(`${change.table}.${change.column} is not journaled`);
  // What a round used for training stays there, whatever is undone or redone afterwards.
  const guard = change.table === 'clips' && change.column === 'split' ? ` AND (coalesce(split, 'test') = 'test' OR id NOT IN (SELECT clip_id FROM round_clips))` : '';
  const update = db.prepare(`UPDATE ${change.table} SET ${change.column} = ? WHERE id = ?${guard}`);
  const values = change[side];
  change.ids.forEach((id, index) => {
    const value = Array.isArray(values) ? ((values as readonly Value[])[index] ?? null) : (values as Value);
    update.run(value, id);
  });
}

/**
 * Carries out the changes and writes them down, in one transaction; what had been undone can no longer be redone.
 * Gives null (and writes nothing) when nothing would change.
 */
export function applyChange(db: WritableDB, title: string, params: TextParams, changes: readonly ColumnChange[]): JournalEntry | null {
  const real = changes.filter((change) => change.ids.length > 0);
  if (real.length === 0) return null;
  return db.transaction(() => {
    for (const change of real) write(db, change, 'after');
    db.prepare(`UPDATE journal SET state = 'dead' WHERE state = 'undone'`).run();
    const { lastInsertRowid } = db
      .prepare('INSERT INTO journal (at, title, params, changes) VALUES (?, ?, ?, ?)')
      .run(new Date().toISOString(), title, JSON.stringify(params), JSON.stringify(real));
    return { id: Number(lastInsertRowid), title, params };
  })();
}

function move(db: WritableDB, from: 'done' | 'undone'): JournalEntry | null {
  return db.transaction(() => {
    const order = from === 'done' ? 'DESC' : 'ASC';
    const row = db.prepare<[string], JournalRow>(`SELECT id, title, params, changes FROM journal WHERE state = ? ORDER BY id ${order} LIMIT 1`).get(from);
    if (!row) return null;
    const changes = JSON.parse(row.changes) as ColumnChange[];
    if (from === 'done') for (const change of changes.reverse()) write(db, change, 'before');
    else for (const change of changes) write(db, change, 'after');
    db.prepare('UPDATE journal SET state = ? WHERE id = ?').run(from === 'done' ? 'undone' : 'done', row.id);
    return { id: row.id, title: row.title, params: JSON.parse(row.params) as TextParams };
  })();
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
