import { UserError } from '../core/errors';
import { applyChange, columnChange, type ColumnChange, type JournalEntry } from '../store/journal';
import { findName, insertHidden, listNames, rowsNamed, type NamedRow, type NameTable } from '../store/names';
import type { WritableDB } from '../store/database';
import type { Project } from './projects';

const longestName = 80;

/** A name without spaces around it. Errors: `labels:emptyName`, `labels:longName`. */
export function cleanName(name: string): string {
  const clean = name.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
  if (clean === '') throw new UserError('labels:emptyName');
  if (clean.length > longestName) throw new UserError('labels:longName', { name: `${clean.slice(0, 20)}…`, longest: longestName });
  return clean;
}

/** Id of the class or background of that name, made if need be; `changes` takes what the journal has to bring in. */
export function ensureName(db: WritableDB, table: NameTable, name: string, changes: ColumnChange[]): number {
  const clean = cleanName(name);
  const found = findName(db, table, clean);
  if (found) return found.id;
  const id = insertHidden(db, table, clean);
  changes.push(columnChange(db, table, 'removed', [id], 0));
  return id;
}

/** Adds a class or background; gives the row that is there then. */
export function addName(project: Project, table: NameTable, name: string): NamedRow {
  const { db } = project;
  return db.transaction(() => {
    const changes: ColumnChange[] = [];
    ensureName(db, table, name, changes);
    applyChange(db, table === 'classes' ? 'journal:addedClass' : 'journal:addedBackground', { name: cleanName(name) }, changes);
    return findName(db, table, cleanName(name)) as NamedRow;
  })();
}

function byId(project: Project, table: NameTable, id: number): NamedRow {
  const row = listNames(project.db, table).find((candidate) => candidate.id === id);
  if (!row) throw new UserError(table === 'classes' ? 'labels:noClass' : 'labels:noBackground', { name: id });
  return row;
}

/** Gives a class or background another name. Errors: `labels:nameTaken`. */
export function renameName(project: Project, table: NameTable, id: number, name: string): JournalEntry | null {
  const row = byId(project, table, id);
  const clean = cleanName(name);
  const taken = findName(project.db, table, clean);
  if (taken && taken.id !== id) throw new UserError('labels:nameTaken', { name: clean });
  return applyChange(project.db, 'journal:renamed', { from: row.name, to: clean }, [columnChange(project.db, table, 'name', [id], clean)]);
}

/**
 * Makes one class or background of two: the frames and clips of `from` go over to `into`, and `from` is gone. Models keep
 * the names they were trained with. Errors: `labels:noClass`, `labels:noBackground`, `labels:mergeItself`.
 */
export function mergeNames(project: Project, table: NameTable, from: number, into: number): JournalEntry | null {
  const { db } = project;
  const [source, target] = [byId(project, table, from), byId(project, table, into)];
  if (source.id === target.id) throw new UserError('labels:mergeItself', { name: source.name });
  const column = table === 'classes' ? 'class_id' : 'background_id';
  return db.transaction(() => {
    const changes = [columnChange(db, 'clips', column, rowsNamed(db, 'clips', column, from), into)];
    if (table === 'classes') changes.push(columnChange(db, 'frames', column, rowsNamed(db, 'frames', column, from), into));
    changes.push(columnChange(db, table, 'removed', [from], 1));
    return applyChange(db, table === 'classes' ? 'journal:mergedClasses' : 'journal:mergedBackgrounds', { from: source.name, into: target.name }, changes);
  })();
}

/** Changes the colour of a class or background (`#rrggbb`). */
export function recolourName(project: Project, table: NameTable, id: number, colour: string): JournalEntry | null {
  const row = byId(project, table, id);
  return applyChange(project.db, 'journal:recoloured', { name: row.name }, [columnChange(project.db, table, 'colour', [id], colour)]);
}

/** Puts the classes or backgrounds into the order of `ids`. */
export function reorderNames(project: Project, table: NameTable, ids: readonly number[]): JournalEntry | null {
  const positions = ids.map((_, index) => index);
  return applyChange(project.db, table === 'classes' ? 'journal:reorderedClasses' : 'journal:reorderedBackgrounds', {}, [columnChange(project.db, table, 'position', ids, positions)]);
}

/** Hides a class or background from the Board, or shows it again; its frames stay. */
export function hideName(project: Project, table: NameTable, id: number, hidden: boolean): JournalEntry | null {
  const row = byId(project, table, id);
  return applyChange(project.db, hidden ? 'journal:hidden' : 'journal:shown', { name: row.name }, [columnChange(project.db, table, 'hidden', [id], hidden ? 1 : 0)]);
}
