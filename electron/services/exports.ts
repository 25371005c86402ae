import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CancelledError, UserError } from '../core/errors';
import type { DatasetExample, Split } from '../core/training';
import { findFrame } from '../store/frames';
import { listNames } from '../store/names';
import { projectExamples } from './datasets';
import type { JobContext } from './jobs';
import type { ReadProject } from './projects';

export type DatasetFormat = 'folders' | 'csv';

export interface DatasetExport {
  /** Written files, relative to the folder. */
  readonly files: readonly string[];
  readonly frames: number;
}

/** A value of a CSV file (RFC 4180): quoted where it must be. A leading = + - @ is kept from being run as a formula. */
export function csvValue(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A class name as a folder name that every system accepts. */
function folderName(name: string): string {
  return name.replaceAll(/[<>:"/\\|?*\p{Cc}]/gu, '_').replace(/[. ]+$/, '_') || '_';
}

function rows(project: ReadProject, examples: readonly DatasetExample[], classNames: readonly string[], fileOf: (example: DatasetExample) => string): string {
  const lines = examples.map((example) => {
    const frame = findFrame(project.db, example.frameId);
    return [fileOf(example), classNames[example.classIndex] ?? '', example.background ?? '', example.split, example.clipId, frame?.position ?? 0, frame?.timeMs ?? 0, example.sha256].map(csvValue).join(',');
  });
  return `file,class,background,split,clip,position,timeMs,sha256\n${lines.join('\n')}${lines.length > 0 ? '\n' : ''}`;
}

/**
 * Writes the labeled frames of a project into a folder: `folders` copies them as split/class/clip_position.jpg beside a
 * `labels.csv`, `csv` writes only the list. The folder is there whole, or not at all. Errors: `projects:exists`, `rounds:noFrames`.
 */
export function exportDataset(project: ReadProject, out: string, format: DatasetFormat, split: Split | 'all', context: JobContext): DatasetExport {
  const target = resolve(out);
  if (existsSync(target) && readdirSync(target).length > 0) throw new UserError('projects:exists', { folder: target });
  const classNames = listNames(project.db, 'classes').map(({ name }) => name);
  const examples = projectExamples(project, classNames, split);
  if (examples.length === 0) throw new UserError('rounds:noFrames');
  const work = `${target}.new`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const files: string[] = [];
  try {
    const place = (example: DatasetExample): string =>
      format === 'csv' ? example.file : `${example.split}/${folderName(classNames[example.classIndex] ?? '')}/${example.clipId}_${String(findFrame(project.db, example.frameId)?.position ?? 0).padStart(6, '0')}.jpg`;
    if (format === 'folders') {
      examples.forEach((example, index) => {
        if (context.signal.aborted) throw new CancelledError();
        const file = place(example);
        mkdirSync(join(work, file, '..'), { recursive: true });
        copyFileSync(join(project.folder, example.file), join(work, file));
        files.push(file);
        context.report({ value: (index + 1) / examples.length, title: 'jobs:exporting', params: { count: examples.length } });
      });
    }
    writeFileSync(join(work, 'labels.csv'), rows(project, examples, classNames, place));
    files.push('labels.csv');
    rmSync(target, { recursive: true, force: true });
    renameSync(work, target);
  } catch (error) {
    rmSync(work, { recursive: true, force: true });
    throw error;
  }
  return { files, frames: examples.length };
}
