import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Beside the checkout, or where GRAFT_TEST_DATA says. */
const folder = process.env['GRAFT_TEST_DATA'] ?? resolve(import.meta.dirname, '../../../shared/data');

/** Path of real test data beside the checkout; null (with a loud line) where there is none. */
export function realData(...parts: readonly string[]): string | null {
  const path = join(folder, ...parts);
  if (existsSync(path)) return path;
  console.warn(`SKIPPED: no real test data (${parts.join('/')}); drawn and self-made data cover the rest`);
  return null;
}
