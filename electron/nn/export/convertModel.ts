import { basename, extname } from 'node:path';
import type { ConvertModelJob, ExportModelResult } from '../../core/exports';
import type { NnContext } from '../context';
import { readModelFile } from '../files/readModelFile';
import { exportedModel, randomPictures } from './exportModel';
import { keepModel } from './keepModel';

/**
 * Rewrites a model file in another format, compared on random pictures; see `keepModel`. A preprocessing that the file
 * does not tell of is not guessed. Errors: those of `readModelFile`, too.
 */
export async function convertModel(job: ConvertModelJob, context: NnContext): Promise<ExportModelResult> {
  const file = await readModelFile(job.source);
  const { facts } = file;
  const model = exportedModel(file, basename(job.source, extname(job.source)), null);
  const sidecar = { ...model.sidecar, classNames: facts.classNames ?? [], preprocessing: facts.source === null ? null : facts.preprocessing };
  return keepModel({ ...model, sidecar }, job.format, job.target, false, randomPictures({ ...model, sidecar }), context);
}
