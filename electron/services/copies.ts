import { randomUUID } from 'node:crypto';
import { copyFileSync, createWriteStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openPromise, type Entry, type ZipFile as OpenZip } from 'yauzl';
import { ZipFile } from 'yazl';
import { CancelledError, UserError } from '../core/errors';
import { databaseName, snapshot } from '../store/database';
import { diskError, fsyncFile } from './clips';
import type { JobContext } from './jobs';
import { freeFolder, projectEnding, projectName, type ReadProject } from './projects';

/** What of a project goes into a copy; cache, backups and half-finished files do not. */
const folders = ['clips', 'frames', 'models', 'runs', 'architectures'] as const;
/** Folders whose files may change while a copy is written: small, so they are set aside first. */
const changing: ReadonlySet<string> = new Set(['runs', 'models', 'architectures']);
/** End of the name of a project copied into one file. */
export const copyEnding = '.graft.zip';

interface Part {
  /** Path inside the copy. */
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
}

function* filesUnder(folder: string, name: string): Generator<Part> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(file, `${name}/${entry.name}`);
    else if (entry.isFile()) yield { name: `${name}/${entry.name}`, file, bytes: statSync(file).size };
  }
}

/** The parts of the copy as they are at one moment: the database first, then what it speaks of. */
async function collect(project: ReadProject, work: string): Promise<readonly Part[]> {
  const database = join(work, databaseName);
  await snapshot(project.db, database);
  const parts: Part[] = [{ name: databaseName, file: database, bytes: statSync(database).size }];
  for (const folder of folders) {
    const source = join(project.folder, folder);
    if (!existsSync(source)) continue;
    for (const part of filesUnder(source, folder)) {
      if (!changing.has(folder)) {
        parts.push(part);
        continue;
      }
      const aside = join(work, part.name);
      mkdirSync(dirname(aside), { recursive: true });
      copyFileSync(part.file, aside);
      parts.push({ ...part, file: aside });
    }
  }
  return parts;
}

function counting(signal: AbortSignal, onBytes: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (signal.aborted) return done(new CancelledError());
      onBytes(chunk.length);
      done(null, chunk);
    },
  });
}

/**
 * Writes a project into one zip file, also while it is open and worked on. Films that are only linked stay where they are.
 * The file is there whole, or not at all. Gives its path, and how much it holds (bytes).
 * Errors: `projects:copyExists`, `projects:diskFull`, `projects:notWritable`, `CancelledError`.
 */
export async function saveCopy(project: ReadProject, path: string, context: JobContext): Promise<{ readonly file: string; readonly files: number; readonly bytes: number }> {
  const file = resolve(path.endsWith('.zip') ? path : path + copyEnding);
  if (existsSync(file) && !statSync(file).isFile()) throw new UserError('projects:copyExists', { file });
  // Beside the target, so that what is set aside lies on a disk that has to have room anyway.
  const work = `${file}.${randomUUID().slice(0, 8)}.new`;
  try {
    mkdirSync(work);
    const parts = await collect(project, work);
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    const zip = new ZipFile();
    // Pictures, films and weights are packed already: storing them is as small and many times faster.
    for (const part of parts) zip.addFile(part.file, part.name, { compress: part.name === databaseName });
    zip.end();
    let written = 0;
    const target = join(work, 'copy.zip');
    const failed = new Promise<never>((_, reject) => (zip as unknown as NodeJS.EventEmitter).once('error', reject));
    const report = (count: number): void => {
      written += count;
      context.report({ value: Math.min(1, written / Math.max(1, bytes)), title: 'jobs:savingCopy', params: { project: project.name } });
    };
    await Promise.race([failed, pipeline(zip.outputStream as Readable, counting(context.signal, report), createWriteStream(target))]);
    fsyncFile(target);
    renameSync(target, file);
    context.report({ value: 1, title: 'jobs:savingCopy', params: { project: project.name } });
    return { file, files: parts.length, bytes };
  } catch (error) {
    throw diskError(error, dirname(file));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** An entry that a copy may have: one of our folders or the database; anything else is not written to the disk. */
function belongs(name: string): boolean {
  if (name === databaseName) return true;
  const [top, ...rest] = name.split('/');
  return folders.some((folder) => folder === top) && rest.length > 0 && rest.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\:\0]/.test(part));
}

async function unpackEntry(zip: OpenZip, entry: Entry, folder: string, signal: AbortSignal, onBytes: (bytes: number) => void): Promise<void> {
  const target = join(folder, entry.fileName);
  mkdirSync(dirname(target), { recursive: true });
  await pipeline(await zip.openReadStreamPromise(entry), counting(signal, onBytes), createWriteStream(target, { flags: 'wx' }));
}

/** Folder that a copy would be unpacked to: beside it, under the name of the project. */
export function folderForCopy(file: string): string {
  const name = basename(file).replace(/\.zip$/i, '');
  return freeFolder(dirname(resolve(file)), projectName(name.endsWith(projectEnding) ? name : name + projectEnding) || 'Project');
}

/**
 * Makes a project folder of a file that `saveCopy` wrote. The folder is there whole, or not at all. Gives its path.
 * Errors: `clips:missing`, `projects:exists`, `projects:noCopy`, `projects:diskFull`, `CancelledError`.
 */
export async function openCopy(path: string, folder: string, context: JobContext): Promise<string> {
  const file = resolve(path);
  const target = resolve(folder);
  if (!existsSync(file)) throw new UserError('clips:missing', { file });
  if (existsSync(target)) throw new UserError('projects:exists', { folder: target });
  const work = `${target}.${randomUUID().slice(0, 8)}.new`;
  const noCopy = (cause?: unknown): UserError => new UserError('projects:noCopy', { file }, { cause });
  const zip = await openPromise(file, { autoClose: false, lazyEntries: true }).catch((error: unknown) => {
    throw noCopy(error);
  });
  try {
    mkdirSync(work, { recursive: true });
    const total = statSync(file).size;
    let read = 0;
    const report = (bytes: number): void => {
      read += bytes;
      context.report({ value: Math.min(1, read / Math.max(1, total)), title: 'jobs:openingCopy', params: { file: basename(file) } });
    };
    for await (const entry of zip.eachEntry()) {
      if (context.signal.aborted) throw new CancelledError();
      if (belongs(entry.fileName)) await unpackEntry(zip, entry, work, context.signal, report);
    }
    if (!existsSync(join(work, databaseName))) throw noCopy();
    renameSync(work, target);
    return target;
  } catch (error) {
    if (error instanceof UserError || error instanceof CancelledError) throw error;
    const known = diskError(error, dirname(target));
    throw known === error ? noCopy(error) : known;
  } finally {
    zip.close();
    rmSync(work, { recursive: true, force: true });
  }
}
