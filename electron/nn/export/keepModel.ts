import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { defaultPreprocessing } from '../../core/architecture';
import { isFullDisk, UserError } from '../../core/errors';
import { parityLimit, type ExportModelResult, type ModelFormat, type Parity } from '../../core/exports';
import { breathe, type NnContext } from '../context';
import { GraphSession } from '../graph/session';
import { writeDurably } from '../modelFiles';
import { h5File, kerasArchive, type ExportedModel } from './kerasFiles';
import { onnxFile, takesPictures } from './onnx/model';
import { openWritten, type PictureBatch } from './readBack';
import { sidecarText } from './sidecar';
import { tfjsFiles } from './tfjsModel';

/** Pictures to compare on. */
export interface ComparePictures {
  readonly count: number;
  readonly from: Parity['pictures'];
  /** `count` of them from number `at` on. */
  batch(at: number, count: number): PictureBatch;
}

const batchSize = 64;

async function write(format: ModelFormat, target: string, model: ExportedModel): Promise<void> {
  switch (format) {
    case 'keras':
      return writeDurably(target, await kerasArchive(model));
    case 'h5':
      return writeDurably(target, await h5File(model));
    case 'onnx':
      return writeDurably(target, onnxFile(model));
    case 'tfjs': {
      mkdirSync(target);
      const { json, weights } = tfjsFiles(model);
      writeDurably(join(target, 'weights.bin'), weights);
      writeDurably(join(target, 'model.json'), json);
      return writeDurably(join(target, 'graft.json'), sidecarText(model.sidecar));
    }
  }
}

/** Asks the model and the file that was written from it about the same pictures. */
async function compareWritten(format: ModelFormat, file: string, model: ExportedModel, pictures: ComparePictures, context: NnContext): Promise<Parity> {
  const session = await GraphSession.create(model.architecture, model.sidecar.preprocessing ?? defaultPreprocessing(model.architecture.input.channels), model.weights, false);
  try {
    const written = await openWritten(format, file, model);
    try {
      let most = 0;
      for (let at = 0; at < pictures.count; at += batchSize) {
        const batch = pictures.batch(at, Math.min(batchSize, pictures.count - at));
        const own = batch.bytes ? session.predict(batch.bytes, batch.count).probabilities : session.predictFloat(batch.floats, batch.count).probabilities;
        const theirs = await written.answer(batch);
        if (theirs.length !== own.length) most = Number.POSITIVE_INFINITY;
        own.forEach((value, index) => {
          const difference = Math.abs(value - (theirs[index] as number));
          // Not a number is no small difference.
          most = difference <= most ? most : Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
        });
        context.report({ value: (at + batch.count) / pictures.count, title: 'exports:readingBack', params: { file: basename(file) } });
        await breathe(context);
      }
      return { frames: pictures.count, maxProbabilityDifference: most, pictures: pictures.from };
    } finally {
      await written.close();
    }
  } finally {
    session.dispose();
  }
}

/** As `compareWritten`; where this machine has no program that reads the format (ONNX Runtime on an Intel Mac), why there is no comparison. */
async function compareWhereItRuns(format: ModelFormat, file: string, model: ExportedModel, pictures: ComparePictures, context: NnContext): Promise<Pick<ExportModelResult, 'parity' | 'notCompared'>> {
  try {
    return { parity: await compareWritten(format, file, model, pictures, context), notCompared: null };
  } catch (error) {
    if (!(error instanceof UserError) || error.key !== 'exports:noOnnxRuntime') throw error;
    return { parity: null, notCompared: { key: error.key, params: error.params } };
  }
}

/** Name of the words beside a file: `toys.keras` -> `toys.graft.json`. */
export function sidecarPath(file: string): string {
  return join(dirname(file), `${basename(file, extname(file))}.graft.json`);
}

function sizeOf(path: string): number {
  return statSync(path).isDirectory() ? readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0) : statSync(path).size;
}

/** True where something is at a path; an empty folder is nothing. */
function isTaken(path: string): boolean {
  return existsSync(path) && !(statSync(path).isDirectory() && readdirSync(path).length === 0);
}

/** What the system says about a file that cannot be written, without its path, which the sentence has already. */
export function diskProblem(error: unknown): string {
  return (error as Error).message.replace(/^([A-Z]+): ([^,]*),.*$/s, '$1, $2');
}

const isDiskError = (error: unknown): boolean => typeof (error as NodeJS.ErrnoException).code === 'string' && /^E[A-Z]+$/.test((error as NodeJS.ErrnoException).code as string);

function removeIfThere(path: string): void {
  if (existsSync(path)) rmSync(path, { recursive: true, force: true });
}

/** Runs what writes to the disk. Errors: `exports:notWritable`. */
async function onDisk<T>(file: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError || !isDiskError(error)) throw error;
    if (isFullDisk(error)) throw new UserError('exports:diskFull', { file }, { cause: error });
    throw new UserError('exports:notWritable', { file, problem: diskProblem(error) }, { cause: error });
  }
}

/**
 * Writes a model under another name, reads it back, compares on `pictures`, and only then gives it its name: the target
 * is there whole and checked, or not at all. Where nothing here can read the format, it is kept unchecked, and `notCompared`
 * says so. Errors: `exports:exists`, `exports:notWritable`, `exports:differs`.
 */
export async function keepModel(model: ExportedModel, format: ModelFormat, target: string, replace: boolean, pictures: ComparePictures, context: NnContext): Promise<ExportModelResult> {
  const beside = format === 'tfjs' ? null : sidecarPath(target);
  if (!replace && isTaken(target)) throw new UserError('exports:exists', { file: target });
  // Readers go by the ending, so the name for the time being has it, too.
  const ending = format === 'tfjs' ? '' : extname(target);
  const temporary = join(dirname(target), `${basename(target, ending)}.new-${randomUUID().slice(0, 8)}${ending}`);
  const sidecar = { ...model.sidecar, preprocessingInside: format === 'onnx' && takesPictures(model) };
  try {
    await onDisk(target, async () => {
      mkdirSync(dirname(target), { recursive: true });
      await write(format, temporary, model);
    });
    const { parity, notCompared } = await compareWhereItRuns(format, temporary, model, pictures, context);
    if (parity && !(parity.maxProbabilityDifference <= parityLimit)) throw new UserError('exports:differs', { file: target, difference: parity.maxProbabilityDifference.toExponential(1), limit: parityLimit });
    return await onDisk(target, () => {
      if (beside) writeDurably(`${beside}.new`, sidecarText(sidecar));
      if (replace || existsSync(target)) rmSync(target, { recursive: true, force: true });
      renameSync(temporary, target);
      if (beside) renameSync(`${beside}.new`, beside);
      return { kind: 'exportModel' as const, file: format === 'tfjs' ? join(target, 'model.json') : target, bytes: sizeOf(target), parity, notCompared };
    });
  } finally {
    removeIfThere(temporary);
    if (beside) removeIfThere(`${beside}.new`);
  }
}

