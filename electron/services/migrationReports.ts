import { writeFileSync } from 'node:fs';
import { UserError } from '../core/errors';
import { migrationReport } from '../core/migration/report';
import type { MigrationCheck, MigrationPlan } from '../core/migrations';
import type { Speaker } from './texts';

/** Writes plan and check: as JSON where the file is named so, otherwise as Markdown in the reader's language. Errors: `migrations:reportNotWritten`. */
export function writeReport(file: string, { source, target = null, plan, check }: { readonly source: string; readonly target?: string | null; readonly plan: MigrationPlan; readonly check: MigrationCheck }, speaker: Speaker): void {
  const text = file.toLowerCase().endsWith('.json') ? `${JSON.stringify({ source, target, plan, check }, null, 2)}\n` : migrationReport({ plan, check, source, target, say: speaker.say });
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UserError('migrations:reportNotWritten', { file, problem: (error as Error).message }, { cause: error });
  }
}
