import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream, existsSync, mkdirSync, openSync, fsyncSync, closeSync, renameSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { defaultSampling, formatSampling, labelsFromFolders, parseSampling, type ImportReport, type Sampling, type Sentence } from '../core/clips';
import { CancelledError, ExternalToolError, UserError } from '../core/errors';
import { extractFrames, type Extraction } from '../media/extract';
import { importPicture, measurePictures } from '../media/pictures';
import { probeFilm } from '../media/probe';
import { findClip, findClipByContent, insertClip, type ClipRow, type NewClip } from '../store/clips';
import { insertFrames } from '../store/frames';
import { databasePath, fullDisk } from '../store/database';
import { cancelImports, finishImport, queueImports, waitingImports, type QueuedImport } from '../store/imports';
import { applyChange, columnChange, type ColumnChange, type JournalEntry } from '../store/journal';
import { listNames } from '../store/names';
import { trainedClips, usedClips } from '../store/rounds';
import { keepFrames } from './frameFiles';
import type { JobContext } from './jobs';
import { ensureName } from './names';
import { clipName, findClips, picturesOf, type FoundClip } from './paths';
import { projectEnding, type Project, type ReadProject } from './projects';

export interface ImportWish {
  readonly paths: readonly string[];
  readonly class?: string | null;
  readonly background?: string | null;
  /** Meaning of the folders above each clip. */
  readonly fromFolders?: readonly ('class' | 'background' | '-')[] | null;
  readonly sampling?: Sampling;
  /** Which video stream of each film (from 0); without it the default one. */
  readonly stream?: number | null;
  readonly link?: boolean;
}

type StoredFrame = Parameters<typeof insertFrames>[3][number];

interface Imported {
  readonly clip: Omit<NewClip, 'classId' | 'backgroundId'>;
  readonly frames: readonly StoredFrame[];
}

const parallelImports = 2;

/**
 * Imports films and folders of pictures. What is wished for is written down first, so that a crash or `kill -9` loses
 * none of it (`resumeImports`). A clip that cannot be imported gets a report with the reason; the others go on.
 * `onReport` hears of each clip as soon as it is stored or refused.
 * Errors: `clips:nothingFound`, `CancelledError` (what is finished stays).
 */
export async function importClips(project: Project, wishes: ImportWish | readonly ImportWish[], context: JobContext, onReport?: (report: ImportReport) => void): Promise<readonly ImportReport[]> {
  const all = Array.isArray(wishes) ? (wishes as readonly ImportWish[]) : [wishes as ImportWish];
  const found = all.flatMap((wish) => findClips(wish.paths).map((clip) => wishFor(clip, wish)));
  if (found.length === 0) throw new UserError('clips:nothingFound', { path: all.flatMap(({ paths }) => paths).join(', ') });
  return runImports(project, queued(project, found), context, onReport);
}

/** Writes down what is wished for. Errors: `projects:diskFull`, `projects:vanished`. */
function queued(project: Project, wishes: Parameters<typeof queueImports>[2]): readonly QueuedImport[] {
  try {
    return queueImports(project.db, randomUUID(), wishes);
  } catch (error) {
    throw diskError(error, project.folder);
  }
}

/** Goes on with imports that a crash interrupted; an empty list when there are none. */
export async function resumeImports(project: Project, context: JobContext, onReport?: (report: ImportReport) => void): Promise<readonly ImportReport[]> {
  return runImports(project, waitingImports(project.db), context, onReport);
}

function wishFor(clip: FoundClip, wish: ImportWish): Omit<QueuedImport, 'id' | 'batch'> {
  const named = wish.fromFolders ? labelsFromFolders(clip.parts, wish.fromFolders) : { class: null, background: null };
  return {
    path: clip.path,
    kind: clip.kind,
    class: wish.class ?? named.class,
    background: wish.background ?? named.background,
    sampling: formatSampling(wish.sampling ?? defaultSampling),
    link: wish.link ?? false,
    stream: wish.stream ?? null,
  };
}

async function runImports(project: Project, entries: readonly QueuedImport[], context: JobContext, onReport?: (report: ImportReport) => void): Promise<readonly ImportReport[]> {
  const shares = entries.map(() => 0);
  const started = Date.now();
  const report = (index: number, share: number): void => {
    shares[index] = share;
    const value = shares.reduce((sum, part) => sum + part, 0) / Math.max(1, entries.length);
    const etaSeconds = value > 0.02 ? ((Date.now() - started) / 1000 / value) * (1 - value) : null;
    context.report({ value, title: 'jobs:importing', params: { count: entries.length }, description: clipName(entries[index]?.path ?? ''), etaSeconds });
  };
  const reports: ImportReport[] = [];
  let next = 0;
  let stopped: unknown = null;
  // Clips are decoded side by side, and stored in the order in which they were asked for.
  let last: Promise<unknown> = Promise.resolve();
  const worker = async (): Promise<void> => {
    while (next < entries.length && stopped === null) {
      const index = next++;
      const before = last;
      const work = importOne(project, entries[index] as QueuedImport, before, context.signal, (share) => report(index, share));
      last = work.catch(() => undefined);
      try {
        const done = await work;
        reports[index] = done;
        onReport?.(done);
        report(index, 1);
      } catch (error) {
        stopped ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: parallelImports }, worker));
  if (stopped instanceof CancelledError) for (const batch of new Set(entries.map((entry) => entry.batch))) cancelImports(project.db, batch);
  if (stopped !== null) throw stopped;
  return reports;
}

async function importOne(project: Project, entry: QueuedImport, before: Promise<unknown>, signal: AbortSignal, onShare: (share: number) => void): Promise<ImportReport> {
  if (signal.aborted) throw new CancelledError();
  // Another name each time: after a crash, an ffmpeg left behind may still be writing into the folder of the first try.
  const work = join(project.folder, 'tmp', `import-${entry.id}-${randomUUID().slice(0, 8)}`);
  mkdirSync(work, { recursive: true });
  try {
    const sha256 = await contentHash(entry, signal);
    const content = contentKey(entry, sha256);
    const there = findClipByContent(project.db, content);
    if (there) {
      finishImport(project.db, entry.id, 'done');
      return clipReport(project, there, { status: 'alreadyThere', reason: { key: 'clips:alreadyThere', params: { file: clipName(entry.path), clip: there.name } } });
    }
    const imported = entry.kind === 'film' ? await importFilm(project, entry, sha256, work, signal, onShare) : await importPictures(project, entry, sha256, work, signal, onShare);
    await before;
    if (signal.aborted) throw new CancelledError();
    const id = store(project, entry, imported);
    return clipReport(project, findClip(project.db, id) as ClipRow);
  } catch (error) {
    if (error instanceof UserError && error.key.startsWith('clips:')) {
      finishImport(project.db, entry.id, 'refused');
      return refusal(entry, { key: error.key, params: { ...error.params, file: clipName(entry.path) } });
    }
    if (error instanceof ExternalToolError) {
      finishImport(project.db, entry.id, 'refused');
      return refusal(entry, { key: 'clips:decoderFailed', params: { file: clipName(entry.path) } });
    }
    throw diskError(error, project.folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** An error of the disk as a sentence; any other as it is. */
export function diskError(error: unknown, folder: string): unknown {
  if (!(error instanceof UserError) && !(error instanceof CancelledError) && folder.endsWith(projectEnding) && !existsSync(databasePath(folder))) return new UserError('projects:vanished', { folder }, { cause: error });
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return new UserError('projects:notWritable', { folder });
  return fullDisk(error, folder);
}

/** One transaction: the clip with its frames is there whole, or not at all. */
function store(project: Project, entry: QueuedImport, imported: Imported): number {
  const { db } = project;
  return db.transaction(() => {
    const changes: ColumnChange[] = [];
    const classId = entry.class ? ensureName(db, 'classes', entry.class, changes) : null;
    const backgroundId = entry.background ? ensureName(db, 'backgrounds', entry.background, changes) : null;
    const id = insertClip(db, { ...imported.clip, classId, backgroundId });
    insertFrames(db, id, classId, imported.frames);
    applyChange(db, 'journal:imported', { clip: imported.clip.name, count: imported.frames.length }, [...changes, columnChange(db, 'clips', 'removed', [id], 0)]);
    finishImport(db, entry.id, 'done');
    return id;
  })();
}

/** What a clip is known by: another stream of the same film is another clip. */
export function contentKey(entry: Pick<QueuedImport, 'kind' | 'stream'>, sha256: string): string {
  return entry.kind === 'film' && entry.stream != null ? createHash('sha256').update(`${sha256} stream ${entry.stream}`).digest('hex') : sha256;
}

/** SHA-256 of a file's bytes. Errors: those of the file system, `CancelledError`. */
export async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    if (signal.aborted) throw new CancelledError();
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

async function contentHash(entry: QueuedImport, signal: AbortSignal): Promise<string> {
  if (!existsSync(entry.path)) throw new UserError('clips:missing', { file: entry.path });
  if (entry.kind === 'film') return hashFile(entry.path, signal);
  const hash = createHash('sha256');
  for (const picture of picturesOf(entry.path)) hash.update(`${basename(picture)} ${await hashFile(picture, signal)}\n`);
  return hash.digest('hex');
}

/** Waits until the disk has a file. Errors: those of the file system. */
export function fsyncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

async function copyFilm(project: Project, entry: QueuedImport, sha256: string): Promise<string> {
  const stored = `clips/${sha256}${extname(entry.path).toLowerCase()}`;
  const target = join(project.folder, stored);
  if (existsSync(target)) return stored;
  const temporary = join(project.folder, 'tmp', `${sha256}.copy`);
  await copyFile(entry.path, temporary, constants.COPYFILE_FICLONE);
  fsyncFile(temporary);
  renameSync(temporary, target);
  return stored;
}

async function importFilm(project: Project, entry: QueuedImport, sha256: string, work: string, signal: AbortSignal, onShare: (share: number) => void): Promise<Imported> {
  const info = await probeFilm(entry.path, signal, entry.stream ?? null);
  const sampling = parseSampling(entry.sampling) ?? defaultSampling;
  const extraction = await extractFrames(entry.path, info, sampling, work, {
    signal,
    onTime: (timeMs) => info.durationMs && onShare(Math.min(0.95, timeMs / info.durationMs)),
  });
  if (extraction.frames.length === 0) throw new UserError('clips:noFrames', { file: entry.path });
  const storedFile = entry.link ? null : await copyFilm(project, entry, sha256);
  const { width, height } = extraction;
  const hashes = await keepFrames(project.folder, extraction.frames.map(({ file }) => file));
  const frames = extraction.frames.map((frame, index) => ({ timeMs: frame.timeMs, name: null, sha256: hashes[index] as string, width, height, differenceHash: frame.differenceHash, quality: frame.quality }));
  return {
    clip: {
      sha256: contentKey(entry, sha256),
      name: clipName(entry.path),
      sourcePath: entry.path,
      storedFile,
      kind: 'film',
      ...verdict(extraction, info.durationMs, sampling),
      container: info.container,
      codec: info.codec,
      width: info.width,
      height: info.height,
      rotation: info.rotation,
      hdr: info.hdr,
      variableFrameRate: extraction.variableFrameRate,
      durationMs: info.durationMs,
      framesDecoded: extraction.framesDecoded,
      framesStored: frames.length,
      sampling: entry.sampling,
      stream: entry.stream ?? null,
      importedAt: new Date().toISOString(),
    },
    frames,
  };
}

/** Exit code 0 is no proof: what came is compared with what the container promised. */
function verdict(extraction: Extraction, durationMs: number | null, sampling: Sampling): { status: ClipRow['status']; reason: Sentence | null } {
  const step = sampling.kind === 'every' ? sampling.milliseconds : durationMs ? durationMs / Math.max(1, extraction.frames.length) : 0;
  if (durationMs !== null && extraction.lastTimeMs + step < durationMs - Math.max(1000, durationMs * 0.02)) {
    return { status: 'partial', reason: { key: 'clips:partial', params: { seconds: (extraction.lastTimeMs / 1000).toFixed(1), promised: (durationMs / 1000).toFixed(1) } } };
  }
  if (extraction.errorLines > 0) return { status: 'damaged', reason: { key: 'clips:damaged', params: { count: extraction.errorLines } } };
  if (!extraction.toneMapped) return { status: 'complete', reason: { key: 'clips:noToneMapping', params: {} } };
  return { status: 'complete', reason: null };
}

async function importPictures(project: Project, entry: QueuedImport, sha256: string, work: string, signal: AbortSignal, onShare: (share: number) => void): Promise<Imported> {
  const pictures = picturesOf(entry.path);
  const taken: { readonly file: string; readonly timeMs: number; readonly name: string; readonly width: number; readonly height: number }[] = [];
  let unreadable = 0;
  let heic = 0;
  for (const [index, picture] of pictures.entries()) {
    if (signal.aborted) throw new CancelledError();
    const target = join(work, `p${index}.jpg`);
    try {
      taken.push({ file: target, timeMs: index * 100, name: basename(picture), ...(await importPicture(picture, target, signal)) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unreadable += 1;
      if (/\.hei[cf]$/i.test(picture)) heic += 1;
    }
    onShare((index + 1) / pictures.length);
  }
  const measured = await measurePictures(taken.map(({ file }) => file), signal);
  const hashes = await keepFrames(project.folder, taken.map(({ file }) => file));
  const frames = taken.map(({ timeMs, name, width, height }, index): StoredFrame => ({
    timeMs, name, width, height, sha256: hashes[index] as string, differenceHash: measured[index]?.differenceHash ?? null, quality: measured[index]?.quality ?? null,
  }));
  const first = frames[0];
  if (!first) throw new UserError(heic > 0 && heic === unreadable ? 'clips:noHeicDecoder' : 'clips:noPictures', { file: entry.path });
  return {
    clip: {
      sha256,
      name: clipName(entry.path),
      sourcePath: entry.path,
      storedFile: null,
      kind: 'pictures',
      status: unreadable > 0 ? 'damaged' : 'complete',
      reason: unreadable > 0 ? { key: 'clips:unreadablePictures', params: { count: unreadable } } : null,
      container: null,
      codec: null,
      width: first.width,
      height: first.height,
      rotation: 0,
      hdr: null,
      variableFrameRate: false,
      durationMs: null,
      framesDecoded: pictures.length - unreadable,
      framesStored: frames.length,
      sampling: 'all',
      importedAt: new Date().toISOString(),
    },
    frames,
  };
}

function refusal(entry: QueuedImport, reason: Sentence): ImportReport {
  return {
    id: null, file: entry.path, status: 'refused', reason, class: entry.class, background: entry.background, kind: entry.kind, container: null, codec: null,
    width: null, height: null, rotation: 0, hdr: null, variableFrameRate: false, durationMs: null, framesDecoded: 0, framesStored: 0,
  };
}

/** Names of a clip's class and background; null where it has none. */
export function clipLabels(project: Pick<ReadProject, 'db'>, clip: Pick<ClipRow, 'classId' | 'backgroundId'>): { readonly class: string | null; readonly background: string | null } {
  const nameOf = (table: 'classes' | 'backgrounds', id: number | null): string | null => listNames(project.db, table).find((row) => row.id === id)?.name ?? null;
  return { class: nameOf('classes', clip.classId), background: nameOf('backgrounds', clip.backgroundId) };
}

/** The import report of a clip that is in the project. */
export function clipReport(project: Pick<ReadProject, 'db'>, clip: ClipRow, over: Partial<ImportReport> = {}): ImportReport {
  return {
    id: clip.id, file: clip.sourcePath, status: clip.status, reason: clip.reason, ...clipLabels(project, clip),
    kind: clip.kind, container: clip.container, codec: clip.codec, width: clip.width, height: clip.height, rotation: clip.rotation, hdr: clip.hdr,
    variableFrameRate: clip.variableFrameRate, durationMs: clip.durationMs, framesDecoded: clip.framesDecoded, framesStored: clip.framesStored, ...over,
  };
}

/**
 * Sets clips aside as the test set, which training never sees, or gives them back.
 * Errors: `labels:noClip`, `clips:setAsideUsed`.
 */
export function setAside(project: Project, clipIds: readonly number[], aside: boolean): JournalEntry | null {
  const { db } = project;
  const clips = clipIds.map((id) => knownClip(project, id));
  const trained = trainedClips(db);
  const used = clips.find(({ id }) => trained.has(id));
  if (aside && used) throw new UserError('clips:setAsideUsed', { clip: used.name });
  const changed = clips.filter(({ split }) => (split === 'test') !== aside).map(({ id }) => id);
  return applyChange(db, aside ? 'journal:setAside' : 'journal:givenBack', { count: changed.length }, [columnChange(db, 'clips', 'split', changed, aside ? 'test' : null)]);
}

/** The clip with that id. Errors: `labels:noClip`. */
export function knownClip(project: ReadProject, clipId: number): ClipRow {
  const clip = findClip(project.db, clipId);
  if (!clip) throw new UserError('labels:noClip', { id: clipId });
  return clip;
}

/** Takes clips out of the project, as one change (undo brings them back). Errors: `labels:noClip`, `clips:usedByRound`. */
export function removeClips(project: Project, clipIds: readonly number[]): JournalEntry | null {
  const clips = clipIds.map((id) => knownClip(project, id));
  const used = usedClips(project.db);
  const needed = clips.find(({ id }) => used.has(id));
  if (needed) throw new UserError('clips:usedByRound', { clip: needed.name });
  const changes = [columnChange(project.db, 'clips', 'removed', clipIds, 1)];
  const [only] = clips;
  return clips.length === 1 && only ? applyChange(project.db, 'journal:removedClip', { clip: only.name }, changes) : applyChange(project.db, 'journal:removedClips', { count: clips.length }, changes);
}
