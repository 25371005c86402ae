import { randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Sentence } from '../core/clips';
import { UserError } from '../core/errors';
import { close, databasePath, openForReading, openForWriting, takeWriterLock, type ReadableDB, type WritableDB, type WriterLock } from '../store/database';
import { restoreNewest } from '../store/restore';
import { markInterruptedRuns } from '../store/rounds';
import { setSetting, setting } from '../store/settings';

/** A project that may be read. */
export interface ReadProject {
  /** Absolute path of `Name.graft`. */
  readonly folder: string;
  readonly name: string;
  readonly db: ReadableDB;
}

/** A project of which this process is the only writer. */
export interface Project extends ReadProject {
  readonly db: WritableDB;
  readonly lock: WriterLock;
}

export const projectEnding = '.graft';

/** Absolute folder of a project from what the user typed; `.graft` may be left out for a new one. */
export function projectFolder(path: string, forNew = false): string {
  const folder = resolve(path);
  return forNew && !folder.endsWith(projectEnding) ? folder + projectEnding : folder;
}

/** `Name.graft` in a folder, or with a number behind the name where that is taken. */
export function freeFolder(parent: string, name: string): string {
  for (let number = 1; ; number += 1) {
    const folder = join(parent, `${name}${number === 1 ? '' : ` ${number}`}${projectEnding}`);
    if (!existsSync(folder)) return folder;
  }
}

/** The project's name: that of its folder. */
export function projectName(folder: string): string {
  return basename(folder, projectEnding);
}

function refuseUnwritable(folder: string): void {
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new UserError('projects:notWritable', { folder }, { cause: error });
  }
}

/** Makes an empty project. Errors: `projects:exists`, `projects:notWritable`. */
export function createProject(path: string): Project {
  const folder = projectFolder(path, true);
  if (existsSync(folder) && (!statSync(folder).isDirectory() || readdirSync(folder).length > 0)) throw new UserError('projects:exists', { folder });
  try {
    for (const part of ['clips', 'frames', 'models', 'runs', 'cache', 'backups', 'tmp']) mkdirSync(join(folder, part), { recursive: true });
  } catch (error) {
    throw new UserError('projects:notWritable', { folder }, { cause: error });
  }
  const lock = takeWriterLock(folder);
  try {
    const db = openForWriting(folder, { create: true });
    setSetting(db, 'id', randomUUID());
    setSetting(db, 'createdAt', new Date().toISOString());
    return { folder, name: projectName(folder), db, lock };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function refuseNoProject(folder: string): void {
  if (!existsSync(folder)) throw new UserError('projects:missing', { folder });
  if (!statSync(folder).isDirectory() || !existsSync(databasePath(folder))) throw new UserError('projects:noProject', { folder });
}

let tellRestored: (sentence: Sentence) => void = () => undefined;

/** Says who hears the sentence of a database that was restored while a project was opened: given by the composition root. */
export function onRestored(tell: (sentence: Sentence) => void): void {
  tellRestored = tell;
}

/** The database of a project; a damaged one gives way to its newest good backup. Errors: `projects:damagedForGood`, `projects:*`. */
function openOrRestore(folder: string): WritableDB {
  try {
    return openForWriting(folder);
  } catch (error) {
    if (!(error instanceof UserError) || error.key !== 'projects:damaged') throw error;
    const restored = restoreNewest(folder);
    if (!restored) throw new UserError('projects:damagedForGood', { folder }, { cause: error });
    const db = openForWriting(folder);
    tellRestored({ key: restored.missingFrames > 0 ? 'projects:restoredWithoutFrames' : 'projects:restored', params: { folder, time: restored.madeAt.replace('T', ' ').slice(0, 16), frames: restored.frames, count: restored.missingFrames, file: restored.damagedFile } });
    return db;
  }
}

/**
 * Opens a project as its only writer: half-finished files of a crash are swept away, runs that were under way become
 * `interrupted`. A damaged database is restored from the newest good backup, and `onRestored` hears of it. Errors: `projects:*`.
 */
export function openProject(path: string): Project {
  const folder = projectFolder(path);
  refuseNoProject(folder);
  refuseUnwritable(folder);
  const lock = takeWriterLock(folder);
  try {
    const db = openOrRestore(folder);
    // Retried: an ffmpeg that a crash left behind may put one more file into it.
    rmSync(join(folder, 'tmp'), { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    for (const part of ['clips', 'frames', 'models', 'runs', 'cache', 'tmp']) mkdirSync(join(folder, part), { recursive: true });
    markInterruptedRuns(db);
    return { folder, name: projectName(folder), db, lock };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Opens a project for reading, also beside a writer. Errors: `projects:*`. */
export function readProject(path: string): ReadProject {
  const folder = projectFolder(path);
  refuseNoProject(folder);
  return { folder, name: projectName(folder), db: openForReading(folder) };
}

/** Ends the work with a project. */
export function closeProject(project: ReadProject | Project): void {
  try {
    close(project.db);
  } finally {
    if ('lock' in project) project.lock.release();
  }
}

/** Runs `work` with the project open and closes it whatever happens. */
export async function withProject<T, P extends ReadProject>(open: () => P, work: (project: P) => Promise<T> | T): Promise<T> {
  const project = open();
  try {
    return await work(project);
  } finally {
    closeProject(project);
  }
}

/** When the project was made (ISO 8601). */
export function createdAt(project: ReadProject): string | null {
  return setting(project.db, 'createdAt');
}
