import type { SchemaStep } from './step';

/** Frozen datasets, rounds, runs and their epochs. */
export const rounds: SchemaStep = {
  version: 30,
  update: (db) =>
    db.exec(`
      CREATE TABLE datasets (
        id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL,
        class_names TEXT NOT NULL,
        optimistic INTEGER NOT NULL,
        reason_key TEXT,
        reason_params TEXT,
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE TABLE dataset_frames (
        dataset_id INTEGER NOT NULL REFERENCES datasets (id),
        frame_id INTEGER NOT NULL REFERENCES frames (id),
        class_index INTEGER NOT NULL,
        split TEXT NOT NULL CHECK (split IN ('train', 'validation', 'test')),
        sha256 TEXT NOT NULL,
        PRIMARY KEY (dataset_id, frame_id)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE rounds (
        id INTEGER PRIMARY KEY,
        number INTEGER NOT NULL UNIQUE,
        dataset_id INTEGER NOT NULL REFERENCES datasets (id),
        start_model_id TEXT,
        architecture TEXT NOT NULL,
        config TEXT NOT NULL,
        backgrounds TEXT NOT NULL,
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE TABLE round_clips (
        round_id INTEGER NOT NULL REFERENCES rounds (id),
        clip_id INTEGER NOT NULL REFERENCES clips (id),
        PRIMARY KEY (round_id, clip_id)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        round_id INTEGER NOT NULL REFERENCES rounds (id),
        state TEXT NOT NULL CHECK (state IN ('running', 'interrupted', 'cancelled', 'failed', 'done')),
        model_id TEXT,
        best_epoch INTEGER,
        images_per_second REAL,
        engine TEXT,
        versions TEXT,
        error TEXT,
        started_at TEXT NOT NULL,
        ended_at TEXT
      ) STRICT;
      CREATE TABLE epochs (
        run_id TEXT NOT NULL REFERENCES runs (id),
        epoch INTEGER NOT NULL,
        loss REAL NOT NULL,
        accuracy REAL NOT NULL,
        validation_loss REAL,
        validation_accuracy REAL,
        seconds REAL NOT NULL,
        PRIMARY KEY (run_id, epoch)
      ) STRICT, WITHOUT ROWID;
    `),
};
