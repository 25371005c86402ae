import type { SchemaStep } from './step';

/**
 * Classes, backgrounds and the journal. Rows of labeling tables are never deleted: `removed` hides them, so that
 * every change is a change of columns and the journal can replay it in both directions.
 */
export const labels: SchemaStep = {
  version: 10,
  update: (db) =>
    db.exec(`
      CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
      CREATE TABLE classes (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        colour TEXT NOT NULL,
        position INTEGER NOT NULL,
        hidden INTEGER NOT NULL DEFAULT 0,
        removed INTEGER NOT NULL DEFAULT 0
      ) STRICT;
      CREATE UNIQUE INDEX classes_name ON classes (name) WHERE removed = 0;
      CREATE TABLE backgrounds (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        colour TEXT NOT NULL,
        position INTEGER NOT NULL,
        hidden INTEGER NOT NULL DEFAULT 0,
        removed INTEGER NOT NULL DEFAULT 0
      ) STRICT;
      CREATE UNIQUE INDEX backgrounds_name ON backgrounds (name) WHERE removed = 0;
      -- state: done, undone, or dead (undone and then overtaken by another change)
      CREATE TABLE journal (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        title TEXT NOT NULL,
        params TEXT NOT NULL,
        changes TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'done'
      ) STRICT;
      CREATE INDEX journal_state ON journal (state, id);
    `),
};
