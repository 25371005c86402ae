import type { ConvertModelJob, ExportModelResult } from '../../core/exports';
import type { NnContext } from '../context';
import { loadModel } from '../modelFiles';
import { exportedModel, randomPictures } from './exportModel';
import { keepModel } from './keepModel';

/** Rewrites a model file in another format, compared on random pictures; see `keepModel`. Errors: those of reading, too. */
export async function convertModel(job: ConvertModelJob, context: NnContext): Promise<ExportModelResult> {
  const model = exportedModel(loadModel(job.source), 'model', null);
  return keepModel(model, job.format, job.target, false, randomPictures(model), context);
}
