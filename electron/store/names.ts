import type { ReadableDB, WritableDB } from './database';

/** Classes and backgrounds are kept alike: an ordered list of names with colours. */
export type NameTable = 'classes' | 'backgrounds';

export interface NamedRow {
  readonly id: number;
  readonly name: string;
  readonly colour: string;
  readonly position: number;
  readonly hidden: boolean;
}

interface Row {
  id: number;
  name: string;
  colour: string;
  position: number;
  hidden: number;
}

/** Well apart from each other in light and dark, also for colour-blind eyes (Okabe and Ito 2008, and lighter twins). */
export const nameColours = ['#0072B2', '#E69F00', '#009E73', '#CC79A7', '#56B4E9', '#D55E00', '#8E7CC3', '#B8A000', '#6B8E9F', '#A0522D'] as const;

/** All names in their order. */
export function listNames(db: ReadableDB, table: NameTable): readonly NamedRow[] {
  return db
    .prepare<[], Row>(`SELECT id, name, colour, position, hidden FROM ${table} WHERE removed = 0 ORDER BY position, id`)
    .all()
    .map((row) => ({ ...row, hidden: row.hidden === 1 }));
}

/** The row of that name; null if there is none. */
export function findName(db: ReadableDB, table: NameTable, name: string): NamedRow | null {
  return listNames(db, table).find((row) => row.name === name) ?? null;
}

/** Ids of the clips or frames (hidden ones too) with that class or background. */
export function rowsNamed(db: ReadableDB, table: 'clips' | 'frames', column: 'class_id' | 'background_id', id: number): readonly number[] {
  return db.prepare<[number], { id: number }>(`SELECT id FROM ${table} WHERE ${column} = ? ORDER BY id`).all(id).map((row) => row.id);
}

/** Makes a row that does not count yet (`removed`); the journal brings it in. Gives its id. */
export function insertHidden(db: WritableDB, table: NameTable, name: string): number {
  const { next, total } = db.prepare<[], { next: number; total: number }>(`SELECT coalesce(max(position), -1) + 1 AS next, count(*) AS total FROM ${table}`).get() ?? { next: 0, total: 0 };
  const colour = nameColours[total % nameColours.length] as string;
  const { lastInsertRowid } = db.prepare(`INSERT INTO ${table} (name, colour, position, removed) VALUES (?, ?, ?, 1)`).run(name, colour, next);
  return Number(lastInsertRowid);
}
