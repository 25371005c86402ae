import type { SchemaStep } from './step';

/** Models with their lineage, what they said about frames, and the migrations between them. */
export const models: SchemaStep = {
  version: 40,
  update: (db) =>
    db.exec(`
      CREATE TABLE models (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        parent_id TEXT REFERENCES models (id),
        origin TEXT NOT NULL CHECK (origin IN ('trained', 'migrated', 'imported')),
        round_id INTEGER REFERENCES rounds (id),
        run_id TEXT REFERENCES runs (id),
        input TEXT NOT NULL,
        class_names TEXT NOT NULL,
        parameters INTEGER NOT NULL,
        accuracy REAL,
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE TABLE predictions (
        model_id TEXT NOT NULL REFERENCES models (id),
        frame_id INTEGER NOT NULL REFERENCES frames (id),
        class_index INTEGER NOT NULL,
        score REAL NOT NULL,
        PRIMARY KEY (model_id, frame_id)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE migrations (
        id INTEGER PRIMARY KEY,
        source_id TEXT NOT NULL REFERENCES models (id),
        target_id TEXT NOT NULL REFERENCES models (id),
        plan TEXT NOT NULL,
        check_result TEXT NOT NULL,
        created_at TEXT NOT NULL
      ) STRICT;
    `),
};
