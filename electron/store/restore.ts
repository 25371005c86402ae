import Database from 'better-sqlite3';
import { closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { databasePath } from './database';
import { frameFile } from './frames';
import { schemaVersion } from './schema/steps';

/** What came of putting a backup in the place of a damaged database. */
export interface Restored {
  /** When the backup was made (ISO 8601). */
  readonly madeAt: string;
  /** Frames in it. */
  readonly frames: number;
  /** Pictures of frames that lie in the project, but that the backup does not know. */
  readonly missingFrames: number;
  /** The damaged database, kept for those who want to look into it; relative to the project. */
  readonly damagedFile: string;
}

const backupName = /^project\.(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d+)Z\.db$/;

/** Frames of a database that is whole and that this program can read; null for any other file. */
function framesOfGood(file: string): readonly string[] | null {
  let db: Database.Database | null = null;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    const version = db.pragma('user_version', { simple: true }) as number;
    if (version < 1 || version > schemaVersion || db.pragma('integrity_check(1)', { simple: true }) !== 'ok') return null;
    return db.prepare<[], string>('SELECT sha256 FROM frames').pluck().all();
  } catch {
    return null;
  } finally {
    db?.close();
  }
}

/** Number of pictures under `frames/` that are none of `known`. */
function unknownPictures(folder: string, known: readonly string[]): number {
  const files = new Set(known.map((sha256) => frameFile(sha256)));
  const frames = join(folder, 'frames');
  if (!existsSync(frames)) return 0;
  return readdirSync(frames, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jpg') && !files.has(`frames/${name.replaceAll('\\', '/')}`)).length;
}

/**
 * Puts the newest backup that is whole in the place of a damaged database; the damaged one is kept beside the backups.
 * Whoever calls it is the only writer, and has no connection open. Gives null (and changes nothing) without a good backup.
 */
export function restoreNewest(folder: string): Restored | null {
  const backups = join(folder, 'backups');
  if (!existsSync(backups)) return null;
  // By the time of the file, not by the one in its name: a clock may have been wrong.
  const names = readdirSync(backups).filter((name) => backupName.test(name)).sort((a, b) => statSync(join(backups, b)).mtimeMs - statSync(join(backups, a)).mtimeMs || (a < b ? 1 : -1));
  for (const name of names) {
    const known = framesOfGood(join(backups, name));
    if (!known) continue;
    const fresh = `${databasePath(folder)}.new`;
    copyFileSync(join(backups, name), fresh);
    const handle = openSync(fresh, 'r+');
    fsyncSync(handle);
    closeSync(handle);
    const damagedFile = join('backups', `damaged.${new Date().toISOString().replaceAll(/[:.]/g, '-')}.db`);
    mkdirSync(backups, { recursive: true });
    // Its log goes with it: on the backup it would be somebody else's.
    for (const end of ['-wal', '-shm']) if (existsSync(databasePath(folder) + end)) renameSync(databasePath(folder) + end, join(folder, damagedFile) + end);
    copyFileSync(databasePath(folder), join(folder, damagedFile));
    renameSync(fresh, databasePath(folder));
    rmSync(fresh, { force: true });
    return { madeAt: name.replace(backupName, '$1T$2:$3:$4.$5Z'), frames: known.length, missingFrames: unknownPictures(folder, known), damagedFile };
  }
  return null;
}
