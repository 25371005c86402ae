import type Database from 'better-sqlite3';
import { labels } from './0010-labels';
import { clips } from './0020-clips';
import { rounds } from './0030-rounds';
import { models } from './0040-models';
import { quality } from './0050-quality';

/** One change of the database structure; runs in a transaction of its own, forward only. */
export interface SchemaStep {
  readonly version: number;
  readonly update: (db: Database.Database) => void;
}

export const schemaSteps: readonly SchemaStep[] = [labels, clips, rounds, models, quality];

export const schemaVersion = schemaSteps.at(-1)?.version ?? 0;
