import Database from 'better-sqlite3';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isFullDisk, UserError } from '../core/errors';
import { schemaSteps, schemaVersion } from './schema/steps';

declare const readable: unique symbol;
declare const writable: unique symbol;
/** A connection that may be read from. */
export type ReadableDB = Database.Database & { readonly [readable]?: true };
/** The one connection that writes: made by `openForWriting` only. */
export type WritableDB = ReadableDB & { readonly [writable]: true };

/** Name of the database in a project's folder. */
export const databaseName = 'project.db';
const keptBackups = 3;

/** Path of the database of the project in `folder`. */
export function databasePath(folder: string): string {
  return join(folder, databaseName);
}

function configure(db: Database.Database): void {
  db.pragma('journal_mode = WAL');
  // better-sqlite3 is built with NORMAL for WAL, which may lose the last commits in a power cut.
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  if (process.platform === 'darwin') {
    db.pragma('fullfsync = ON');
    db.pragma('checkpoint_fullfsync = ON');
  }
}

function userVersion(db: Database.Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

/** Brings the database to the newest schema, one transaction a step; a file from the future is refused. */
export function updateSchema(db: Database.Database, folder: string): void {
  const found = userVersion(db);
  if (found > schemaVersion) throw new UserError('projects:fromTheFuture', { folder });
  for (const step of schemaSteps) {
    if (step.version <= userVersion(db)) continue;
    db.transaction(() => {
      step.update(db);
      db.pragma(`user_version = ${step.version}`);
    })();
  }
}

/** Copies the database to `backups/` under a name with the time and keeps the newest three. */
export function backUp(db: Database.Database, folder: string): string {
  const backups = join(folder, 'backups');
  mkdirSync(backups, { recursive: true });
  const file = join(backups, `project.${new Date().toISOString().replaceAll(/[:.]/g, '-')}.db`);
  db.pragma('wal_checkpoint(TRUNCATE)');
  copyFileSync(databasePath(folder), file);
  const old = readdirSync(backups)
    .filter((name) => /^project\..+\.db$/.test(name))
    .sort()
    .slice(0, -keptBackups);
  for (const name of old) rmSync(join(backups, name), { force: true });
  return file;
}

/** Copies the database as it is at one moment into a file, also while another connection writes. */
export async function snapshot(db: ReadableDB, file: string): Promise<void> {
  await db.backup(file);
}

function connect(folder: string, options: Database.Options): Database.Database {
  try {
    return new Database(databasePath(folder), { timeout: 5000, ...options });
  } catch (error) {
    throw new UserError('projects:cannotOpen', { folder, reason: (error as Error).message }, { cause: error });
  }
}

function refuseDamage(db: Database.Database, folder: string): void {
  let cause: unknown = null;
  try {
    // An empty file is a sound database for SQLite, but no project ever had one.
    if (db.pragma('quick_check(1)', { simple: true }) === 'ok' && userVersion(db) > 0) return;
  } catch (error) {
    cause = error;
    const code = String((error as { readonly code?: unknown }).code);
    // What cannot be read now (a full disk, a drive that is gone) is not damaged.
    if (!/^SQLITE_(CORRUPT|NOTADB)/.test(code)) throw fullDisk(error, folder) === error ? new UserError('projects:cannotOpen', { folder, reason: (error as Error).message }, { cause: error }) : fullDisk(error, folder);
  }
  throw new UserError('projects:damaged', { folder }, { cause });
}

/**
 * Opens (or, with `create`, makes) the database of a project as its only writer.
 * Backs it up before a schema step and once a day. Errors: `projects:*`.
 */
export function openForWriting(folder: string, options: { readonly create?: boolean } = {}): WritableDB {
  if (!options.create && !existsSync(databasePath(folder))) throw new UserError('projects:noProject', { folder });
  const db = connect(folder, { fileMustExist: !options.create });
  try {
    // A WAL file left behind means that the last session did not end by itself.
    const unclean = existsSync(`${databasePath(folder)}-wal`);
    if (unclean || !options.create) refuseDamage(db, folder);
    configure(db);
    const version = userVersion(db);
    if (version > 0 && (version < schemaVersion || !hasBackupOfToday(folder))) backUp(db, folder);
    updateSchema(db, folder);
  } catch (error) {
    if (db.open) db.close();
    throw error;
  }
  return db as WritableDB;
}

function hasBackupOfToday(folder: string): boolean {
  const backups = join(folder, 'backups');
  const today = new Date().toISOString().slice(0, 10);
  return existsSync(backups) && readdirSync(backups).some((name) => name.includes(today));
}

/** Opens the database of a project for reading, beside a possible writer. */
export function openForReading(folder: string): ReadableDB {
  if (!existsSync(databasePath(folder))) throw new UserError('projects:noProject', { folder });
  const db = connect(folder, { readonly: true, fileMustExist: true });
  try {
    const version = userVersion(db);
    if (version > schemaVersion) throw new UserError('projects:fromTheFuture', { folder });
    if (version < schemaVersion) throw new UserError('projects:fromThePast', { folder });
  } catch (error) {
    db.close();
    if (error instanceof UserError) throw error;
    throw new UserError('projects:damaged', { folder }, { cause: error });
  }
  return db as ReadableDB;
}

/** Ends the connection and leaves one file without a WAL beside it. */
export function close(db: ReadableDB): void {
  if (!db.open) return;
  try {
    if (!db.readonly) {
      db.pragma('optimize');
      db.pragma('wal_checkpoint(TRUNCATE)');
    }
  } catch {
    // A full disk, or one that is gone: all that was acknowledged is in the log beside the file, and is read from there.
  }
  db.close();
}

/** Holds the project for one writer until `release`; the operating system lets go of it when the process dies. */
export interface WriterLock {
  release(): void;
}

/**
 * Takes the writer's place of the project in `folder`. The lock is an open exclusive transaction on a file of its own:
 * unlike a file with a process number in it, it cannot be left behind by a crash.
 */
export function takeWriterLock(folder: string): WriterLock {
  const lock = new Database(join(folder, 'writer.lock'), { timeout: 0 });
  try {
    lock.pragma('journal_mode = DELETE');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw new UserError('projects:openElsewhere', { folder }, { cause: error });
  }
  return { release: () => lock.close() };
}

/** A full disk, or a project whose drive is gone, as a sentence; any other error as it is. */
export function fullDisk(error: unknown, folder: string): unknown {
  const code = (error as { readonly code?: unknown } | null)?.code;
  const full = isFullDisk(error) || (typeof code === 'string' && /^SQLITE_(FULL|IOERR_WRITE|IOERR_SHMSIZE|IOERR_SHMMAP)$/.test(code));
  return full ? new UserError('projects:diskFull', { folder }, { cause: error }) : error;
}

/**
 * Throws where the database is no longer where it was opened: the folder was removed, or its drive taken out. SQLite would
 * go on writing into a file that nobody finds again. Errors: `projects:vanished`.
 */
export function refuseVanished(db: ReadableDB): void {
  if (!db.memory && !existsSync(db.name)) throw new UserError('projects:vanished', { folder: dirname(db.name) });
}

/** Throws when a write changed another number of rows than it was meant to. */
export function assertChanges(result: Database.RunResult, expected: number): void {
  if (result.changes !== expected) throw new Error(`a write changed ${result.changes} rows, expected ${expected}`);
}

/** Opens a database in memory, asks it one thing, and gives SQLite's version. */
export function sqliteVersion(): string {
  const db = new Database(':memory:');
  try {
    return db.prepare<[], { version: string }>('SELECT sqlite_version() AS version').get()?.version ?? 'unknown';
  } finally {
    db.close();
  }
}
