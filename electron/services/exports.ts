import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CancelledError, isFullDisk, UserError } from '../core/errors';
import type { DatasetFormat } from '../core/exports';
import type { Split } from '../core/training';
import { frameFile } from '../store/frames';
import { listNames } from '../store/names';
import { firstRoundOfClips } from '../store/rounds';
import { exportedFrames, manifestName, manifestOf, type ExportedFrame } from './datasetManifest';
import type { JobContext } from './jobs';
import type { ReadProject } from './projects';
import { RecordFile, tfExample } from './tfrecord';

export interface DatasetExport {
  /** Written files, relative to the folder. */
  readonly files: readonly string[];
  readonly frames: number;
}

/** What the writer of a format works with. */
interface Writing {
  readonly project: ReadProject;
  /** Folder for the time being. */
  readonly work: string;
  readonly split: Split | 'all';
  readonly frames: readonly ExportedFrame[];
  /** Says that one more frame is done; throws `CancelledError`. */
  readonly step: () => void;
}

const splits: readonly Split[] = ['train', 'validation', 'test'];

/** A value of a CSV file (RFC 4180): quoted where it must be. A leading = + - @ is kept from being run as a formula. */
export function csvValue(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A class name as a folder name that every system accepts. */
export function folderName(name: string): string {
  return name.replaceAll(/[<>:"/\\|?*\p{Cc}]/gu, '_').replace(/[. ]+$/, '_') || '_';
}

const pictureName = ({ frame }: ExportedFrame): string => `${frame.clipId}_${String(frame.position).padStart(6, '0')}.jpg`;

function csv({ project, frames }: Writing, fileOf: (frame: ExportedFrame) => string): string {
  const rounds = firstRoundOfClips(project.db);
  const lines = frames
    .filter(({ split }) => split !== null)
    .map((entry) => [fileOf(entry), entry.className ?? '', entry.background ?? '', entry.split ?? '', entry.frame.clipId, entry.frame.position, entry.frame.timeMs, entry.frame.sha256, rounds.get(entry.clip.id) ?? ''].map(csvValue).join(','));
  return `file,class,background,split,clip,position,timeMs,sha256,round\n${lines.join('\n')}${lines.length > 0 ? '\n' : ''}`;
}

function copyFrame({ project, work }: Writing, entry: ExportedFrame, file: string): void {
  mkdirSync(dirname(join(work, file)), { recursive: true });
  copyFileSync(join(project.folder, frameFile(entry.frame.sha256)), join(work, file));
}

/** split/class/clip_position.jpg, `labels.csv`, and the manifest that brings the dataset back into a project. */
function writeFolders(writing: Writing): readonly string[] {
  const fileOf = (entry: ExportedFrame): string => `${entry.split ?? 'unused'}/${folderName(entry.className ?? '_')}/${pictureName(entry)}`;
  const files = writing.frames.map((entry) => {
    writing.step();
    copyFrame(writing, entry, fileOf(entry));
    return fileOf(entry);
  });
  writeFileSync(join(writing.work, 'labels.csv'), csv(writing, fileOf));
  writeFileSync(join(writing.work, manifestName), `${JSON.stringify(manifestOf(writing.project, writing.frames, fileOf), null, 1)}\n`);
  return [...files, 'labels.csv', manifestName];
}

function writeCsv(writing: Writing): readonly string[] {
  writeFileSync(join(writing.work, 'labels.csv'), csv(writing, ({ frame }) => frameFile(frame.sha256)));
  return ['labels.csv'];
}

/**
 * images/ and annotations/train.json, validation.json, test.json in the format of COCO: each picture has one annotation,
 * its class, whose box is the part of the picture that counts (all of it, without a crop).
 */
function writeCoco(writing: Writing): readonly string[] {
  const used = writing.frames.filter(({ split }) => split !== null);
  const classNames = listNames(writing.project.db, 'classes').map(({ name }) => name);
  const files = used.map((entry) => {
    writing.step();
    copyFrame(writing, entry, `images/${pictureName(entry)}`);
    return `images/${pictureName(entry)}`;
  });
  mkdirSync(join(writing.work, 'annotations'));
  for (const split of splits) {
    const own = used.filter((entry) => entry.split === split);
    if (own.length === 0) continue;
    const coco = {
      info: { description: writing.project.name, version: '1', date_created: new Date().toISOString(), contributor: 'Graft' },
      licenses: [],
      images: own.map(({ frame, background, ...entry }) => ({ id: frame.id, file_name: pictureName({ frame, background, ...entry }), width: frame.width, height: frame.height, background, clip: frame.clipId, time_ms: frame.timeMs })),
      annotations: own.map(({ frame, clip, className }, index) => {
        const { x, y, width, height } = clip.crop ?? { x: 0, y: 0, width: 1, height: 1 };
        const box = [x * frame.width, y * frame.height, width * frame.width, height * frame.height].map((value) => Math.round(value * 100) / 100) as [number, number, number, number];
        return { id: index + 1, image_id: frame.id, category_id: classNames.indexOf(className ?? '') + 1, bbox: box, area: box[2] * box[3], iscrowd: 0, segmentation: [] };
      }),
      categories: classNames.map((name, index) => ({ id: index + 1, name, supercategory: 'object' })),
    };
    writeFileSync(join(writing.work, 'annotations', `${split}.json`), JSON.stringify(coco));
    files.push(`annotations/${split}.json`);
  }
  return files;
}

const shardBytes = 128 << 20;

/**
 * SPLIT-00000-of-0000N.tfrecord, at most some 128 MB each: one `tf.train.Example` per frame with the JPEG and its label,
 * and `dataset.json` with the classes and counts. The frames of a split are mixed by their hashes, so that a shard is no single film.
 */
function writeRecords(writing: Writing): readonly string[] {
  const classNames = listNames(writing.project.db, 'classes').map(({ name }) => name);
  const files: string[] = [];
  const counts: Record<string, number> = {};
  for (const split of splits) {
    const own = writing.frames.filter((entry) => entry.split === split).toSorted((a, b) => (a.frame.sha256 < b.frame.sha256 ? -1 : 1));
    if (own.length === 0) continue;
    counts[split] = own.length;
    const bytes = own.reduce((sum, { frame }) => sum + statSync(join(writing.project.folder, frameFile(frame.sha256))).size, 0);
    const shards = Math.max(1, Math.ceil(bytes / shardBytes));
    for (let shard = 0; shard < shards; shard += 1) {
      const name = `${split}-${String(shard).padStart(5, '0')}-of-${String(shards).padStart(5, '0')}.tfrecord`;
      const file = new RecordFile(join(writing.work, name));
      try {
        for (const { frame, clip, className, background } of own.slice(Math.floor((shard * own.length) / shards), Math.floor(((shard + 1) * own.length) / shards))) {
          writing.step();
          file.add(tfExample({
            'image/encoded': { bytes: readFileSync(join(writing.project.folder, frameFile(frame.sha256))) },
            'image/format': { text: 'jpeg' },
            'image/height': { ints: [frame.height] },
            'image/width': { ints: [frame.width] },
            'image/class/label': { ints: [classNames.indexOf(className ?? '')] },
            'image/class/text': { text: className ?? '' },
            'image/background': { text: background ?? '' },
            'image/sha256': { text: frame.sha256 },
            'image/crop': { floats: clip.crop ? [clip.crop.x, clip.crop.y, clip.crop.width, clip.crop.height] : [0, 0, 1, 1] },
            'clip/id': { ints: [frame.clipId] },
            'clip/timeMs': { floats: [frame.timeMs] },
          }));
        }
      } finally {
        file.close();
      }
      files.push(name);
    }
  }
  writeFileSync(join(writing.work, 'dataset.json'), `${JSON.stringify({ format: 'tfrecord', classNames, splits: counts, files, features: { 'image/encoded': 'JPEG', 'image/class/label': 'index into classNames', 'image/crop': 'x, y, width, height as shares of the picture' } }, null, 1)}\n`);
  return [...files, 'dataset.json'];
}

const writers: Readonly<Record<DatasetFormat, (writing: Writing) => readonly string[]>> = { folders: writeFolders, csv: writeCsv, coco: writeCoco, tfrecord: writeRecords };

/** An error of the disk as a sentence; any other as it is. */
function folderError(error: unknown, file: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof UserError || error instanceof CancelledError || typeof code !== 'string') return error;
  if (isFullDisk(error)) return new UserError('exports:diskFull', { file }, { cause: error });
  return new UserError('exports:notWritable', { file, problem: (error as Error).message.replace(/^([A-Z]+): ([^,]*),.*$/s, '$1, $2') }, { cause: error });
}

/** Fills a new folder by `work`: it is there whole, or not at all. Errors: `exports:folderExists`, `exports:notWritable`. */
export async function fillFolder<T>(out: string, work: (folder: string) => Promise<T> | T): Promise<T> {
  const target = resolve(out);
  if (existsSync(target) && (!statSync(target).isDirectory() || readdirSync(target).length > 0)) throw new UserError('exports:folderExists', { folder: target });
  const temporary = `${target}.new`;
  try {
    if (existsSync(temporary)) rmSync(temporary, { recursive: true });
    mkdirSync(temporary, { recursive: true });
    const result = await work(temporary);
    if (existsSync(target)) rmSync(target, { recursive: true });
    renameSync(temporary, target);
    return result;
  } catch (error) {
    if (existsSync(temporary)) rmSync(temporary, { recursive: true, force: true });
    throw folderError(error, target);
  }
}

/**
 * Writes the labeled frames of a project into a folder: `folders` copies them as split/class/clip_position.jpg beside
 * `labels.csv` and a manifest by which `import` brings them back; `csv` writes only the list; `coco` and `tfrecord` as
 * those formats have it. Errors: `exports:folderExists`, `exports:notWritable`, `rounds:noFrames`, `CancelledError`.
 */
export async function exportDataset(project: ReadProject, out: string, format: DatasetFormat, split: Split | 'all', context: JobContext): Promise<DatasetExport> {
  const frames = exportedFrames(project, split).filter((entry) => entry.split !== null || format === 'folders');
  const count = frames.filter((entry) => entry.split !== null).length;
  if (count === 0) throw new UserError('rounds:noFrames');
  return fillFolder(out, (work) => writeDataset(project, work, format, split, frames, context));
}

/** Writes frames into a folder that is there. Errors: `CancelledError`. */
export function writeDataset(project: ReadProject, work: string, format: DatasetFormat, split: Split | 'all', frames: readonly ExportedFrame[], context: JobContext): DatasetExport {
  const count = frames.filter((entry) => entry.split !== null).length;
  let done = 0;
  const step = (): void => {
    if (context.signal.aborted) throw new CancelledError();
    done += 1;
    context.report({ value: done / frames.length, title: 'jobs:exporting', params: { count } });
  };
  return { files: writers[format]({ project, work, split, frames, step }), frames: count };
}
