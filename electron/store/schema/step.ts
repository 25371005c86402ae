import type Database from 'better-sqlite3';

/** One change of the database structure; runs in a transaction of its own, forward only. */
export interface SchemaStep {
  readonly version: number;
  readonly update: (db: Database.Database) => void;
}
