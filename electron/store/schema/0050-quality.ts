import type { SchemaStep } from './step';

/**
 * Quality of frames, frames that another sampling left out (`removed`: rows of labeling tables are never deleted), which
 * stream of a film was taken, and the part of the picture that counts (`crop`: JSON with x, y, width, height in shares).
 */
export const quality: SchemaStep = {
  version: 50,
  update: (db) =>
    db.exec(`
      ALTER TABLE frames ADD COLUMN sharpness REAL;
      ALTER TABLE frames ADD COLUMN exposure REAL;
      ALTER TABLE frames ADD COLUMN clipped REAL;
      ALTER TABLE frames ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
      CREATE INDEX frames_time ON frames (clip_id, time_ms, position);
      ALTER TABLE clips ADD COLUMN stream INTEGER;
      ALTER TABLE clips ADD COLUMN crop TEXT;
      ALTER TABLE imports ADD COLUMN stream INTEGER;
      ALTER TABLE dataset_frames ADD COLUMN crop TEXT;
      ALTER TABLE datasets ADD COLUMN near_duplicates INTEGER;
    `),
};
