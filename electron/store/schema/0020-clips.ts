import type { SchemaStep } from './step';

/** Clips, their frames, and the queue of imports that survives a crash. */
export const clips: SchemaStep = {
  version: 20,
  update: (db) =>
    db.exec(`
      CREATE TABLE clips (
        id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL,
        name TEXT NOT NULL,
        source_path TEXT NOT NULL,
        stored_file TEXT,
        kind TEXT NOT NULL CHECK (kind IN ('film', 'pictures')),
        status TEXT NOT NULL CHECK (status IN ('complete', 'partial', 'damaged')),
        reason_key TEXT,
        reason_params TEXT,
        class_id INTEGER REFERENCES classes (id),
        background_id INTEGER REFERENCES backgrounds (id),
        container TEXT, codec TEXT,
        width INTEGER NOT NULL, height INTEGER NOT NULL,
        rotation INTEGER NOT NULL DEFAULT 0,
        hdr TEXT,
        variable_frame_rate INTEGER NOT NULL DEFAULT 0,
        duration_ms REAL,
        frames_decoded INTEGER NOT NULL,
        frames_stored INTEGER NOT NULL,
        sampling TEXT NOT NULL,
        -- set when a round first uses the clip, and never changed again
        split TEXT CHECK (split IN ('train', 'validation', 'test', 'block')),
        imported_at TEXT NOT NULL,
        removed INTEGER NOT NULL DEFAULT 0
      ) STRICT;
      CREATE UNIQUE INDEX clips_content ON clips (sha256) WHERE removed = 0;
      CREATE TABLE frames (
        id INTEGER PRIMARY KEY,
        clip_id INTEGER NOT NULL REFERENCES clips (id),
        position INTEGER NOT NULL,
        time_ms REAL NOT NULL,
        name TEXT,
        sha256 TEXT NOT NULL,
        width INTEGER NOT NULL, height INTEGER NOT NULL,
        class_id INTEGER REFERENCES classes (id),
        label_source TEXT CHECK (label_source IN ('clip', 'segment', 'frame', 'model', 'phone')),
        labelled_at TEXT,
        excluded INTEGER NOT NULL DEFAULT 0,
        difference_hash TEXT,
        UNIQUE (clip_id, position)
      ) STRICT;
      CREATE INDEX frames_class ON frames (class_id, excluded);
      CREATE TABLE imports (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        batch TEXT NOT NULL,
        path TEXT NOT NULL,
        kind TEXT NOT NULL,
        class TEXT, background TEXT,
        sampling TEXT NOT NULL,
        link INTEGER NOT NULL DEFAULT 0,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'refused')),
        queued_at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX imports_state ON imports (state, id);
    `),
};
