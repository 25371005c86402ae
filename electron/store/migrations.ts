import type { MigrationCheck, MigrationPlan } from '../core/migrations';
import type { ReadableDB, WritableDB } from './database';

export interface MigrationRow {
  readonly id: number;
  readonly sourceId: string;
  readonly targetId: string;
  readonly plan: MigrationPlan;
  readonly check: MigrationCheck;
  readonly createdAt: string;
}

/** Writes down where a model came from: its plan and what the check showed. */
export function insertMigration(db: WritableDB, migration: Omit<MigrationRow, 'id'>): void {
  db.prepare('INSERT INTO migrations (source_id, target_id, plan, check_result, created_at) VALUES (?, ?, ?, ?, ?)').run(
    migration.sourceId, migration.targetId, JSON.stringify(migration.plan), JSON.stringify(migration.check), migration.createdAt,
  );
}

/** The migration that made a model; null if it was not migrated. */
export function migrationOf(db: ReadableDB, targetId: string): MigrationRow | null {
  const row = db
    .prepare<[string], { id: number; source_id: string; target_id: string; plan: string; check_result: string; created_at: string }>('SELECT * FROM migrations WHERE target_id = ?')
    .get(targetId);
  if (!row) return null;
  return {
    id: row.id,
    sourceId: row.source_id,
    targetId: row.target_id,
    plan: JSON.parse(row.plan) as MigrationPlan,
    check: JSON.parse(row.check_result) as MigrationCheck,
    createdAt: row.created_at,
  };
}
