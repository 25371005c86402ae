import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../core/errors';
import { formatEnding, formatOfName, modelTarget, type ExportModelResult, type ModelFormat } from '../core/exports';
import { unknownBelow, type ModelRow } from '../store/models';
import { projectExamples, temporaryFile, thin, unlabelledExamples, writeDatasetFile } from './datasets';
import type { JobContext } from './jobs';
import { modelFolder } from './models';
import type { ReadProject } from './projects';
import { freeWorker, type Workers } from './workers';

/** More frames than this do not make the comparison surer, only longer. */
const mostComparedFrames = 1000;

/** Absolute path of the file (or the folder of tfjs). Errors: `exports:wrongEnding`, `exports:wrongFolder`. */
export function targetOf(out: string, format: ModelFormat): string {
  const target = modelTarget(out, format);
  if (target !== null) return resolve(target);
  if (format === 'tfjs') throw new UserError('exports:wrongFolder', { file: out });
  throw new UserError('exports:wrongEnding', { file: out, format, ending: formatEnding(format) });
}

/**
 * Writes a model in another format, reads it back, compares both on frames of the project (on random pictures where it
 * has none), and only then gives it its name. Words about it (classes, preprocessing) are inside and in `NAME.graft.json`.
 * `replace`: an existing target gives way. Errors: `exports:*`, `models:*`, `CancelledError`.
 */
export async function exportModel(project: ReadProject, model: ModelRow, wish: { readonly format: ModelFormat; readonly out: string; readonly replace?: boolean }, workers: Workers, context: JobContext): Promise<ExportModelResult> {
  const target = targetOf(wish.out, wish.format);
  const datasetFile = temporaryFile(project, `export-${randomUUID()}.json`);
  try {
    const examples = thin([...projectExamples(project, model.classNames, 'all'), ...unlabelledExamples(project)], mostComparedFrames);
    writeDatasetFile(datasetFile, { folder: project.folder, classNames: model.classNames, examples });
    return await freeWorker(workers).ask<ExportModelResult>(
      {
        kind: 'exportModel',
        job: { modelFolder: modelFolder(project, model.id), name: model.name, unknownBelow: unknownBelow(project.db, model.id), format: wish.format, target, replace: wish.replace === true, datasetFile, cacheFolder: join(project.folder, 'cache') },
      },
      { signal: context.signal, onMessage: (message) => message.kind === 'progress' && context.report(message.progress) },
    );
  } finally {
    rmSync(datasetFile, { force: true });
  }
}

/**
 * Rewrites a model file in the format that the name of the other asks for, read back and compared on random pictures.
 * Errors: `exports:*`, `models:*`, `clips:missing`, `CancelledError`.
 */
export async function convertModel(source: string, out: string, workers: Workers, context: JobContext): Promise<ExportModelResult> {
  if (!existsSync(source)) throw new UserError('clips:missing', { file: source });
  const format = formatOfName(out);
  if (format === null) throw new UserError('exports:unknownFormat', { file: out });
  return freeWorker(workers).ask<ExportModelResult>(
    { kind: 'convertModel', job: { source: resolve(source), format, target: targetOf(out, format) } },
    { signal: context.signal, onMessage: (message) => message.kind === 'progress' && context.report(message.progress) },
  );
}
