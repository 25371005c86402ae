import type { ReadableDB, WritableDB } from './database';

/** Value of a project setting; null when it was never set. */
export function setting(db: ReadableDB, key: string): string | null {
  return db.prepare<[string], { value: string }>('SELECT value FROM settings WHERE key = ?').get(key)?.value ?? null;
}

/** Sets a project setting. */
export function setSetting(db: WritableDB, key: string, value: string): void {
  db.prepare('INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value').run(key, value);
}
