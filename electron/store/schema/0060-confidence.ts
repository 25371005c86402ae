import type { SchemaStep } from './step';

/** The score below which a model's answer is "unknown"; null: every answer counts. */
export const confidence: SchemaStep = {
  version: 60,
  update: (db) => db.exec('ALTER TABLE models ADD COLUMN unknown_below REAL'),
};
