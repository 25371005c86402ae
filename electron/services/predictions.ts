import type { Crop } from '../core/clips';
import { serializeError, UserError, type SerializedError } from '../core/errors';
import type { PredictResult, SaliencyResult } from '../ipc/worker';
import { unknownBelow, type ModelRow } from '../store/models';
import type { JobContext } from './jobs';
import { withModelFile } from './modelFiles';
import { modelFolder } from './models';
import { withFrames } from './pictureRoad';
import type { ReadProject } from './projects';
import type { Workers } from './workers';

export type Prediction =
  | { readonly file: string; readonly class: string; readonly score: number; readonly scores: Readonly<Record<string, number>>; readonly milliseconds: number; /** The score is below the model's threshold: no class is answered. */ readonly unknown: boolean }
  | { readonly file: string; readonly error: SerializedError };

async function predictInFolder(folder: string, classNames: readonly string[], files: readonly string[], workers: Workers, context: JobContext, crop: Crop | null = null, threshold: number | null = null): Promise<readonly Prediction[]> {
  const answers = await withFrames(files, async (made): Promise<PredictResult['predictions']> => {
    const readable = made.filter((path): path is string => typeof path === 'string');
    const { predictions } = await workers.predictor.ask<PredictResult>({ kind: 'predict', job: { modelFolder: folder, files: readable, crop } }, { signal: context.signal });
    const rest = [...predictions];
    return made.map((path, index) => {
      const file = files[index] as string;
      if (typeof path !== 'string') return { file, error: serializeError(path) };
      const answer = rest.shift() as PredictResult['predictions'][number];
      // What is wrong with a picture is said of the file that the user knows.
      return 'error' in answer ? { file, error: answer.error.params && 'file' in answer.error.params ? { ...answer.error, params: { ...answer.error.params, file } } : answer.error } : { ...answer, file };
    });
  });
  return answers.map((prediction) => {
    if ('error' in prediction) return prediction;
    const best = prediction.scores.reduce((top, score, index) => (score > (prediction.scores[top] ?? 0) ? index : top), 0);
    return {
      file: prediction.file,
      class: classNames[best] ?? String(best),
      score: prediction.scores[best] ?? 0,
      scores: Object.fromEntries(classNames.map((name, index) => [name, prediction.scores[index] ?? 0])),
      milliseconds: prediction.milliseconds,
      unknown: threshold !== null && (prediction.scores[best] ?? 0) < threshold,
    };
  });
}

/** Where a model looks in a picture (or a part of it, `crop`). Errors: `predictions:*`. */
export function saliencyOf(project: ReadProject, model: ModelRow, file: string, workers: Workers, context: JobContext, crop: Crop | null = null): Promise<SaliencyResult> {
  return withFrames([file], ([made]) => {
    if (made === undefined || made instanceof UserError) throw made ?? new UserError('predictions:unreadablePicture', { file });
    return workers.predictor.ask<SaliencyResult>({ kind: 'saliency', job: { modelFolder: modelFolder(project, model.id), file: made, crop } }, { signal: context.signal });
  });
}

/** Classes and scores of pictures (or a part of each, `crop`), by a model of the project. A picture that cannot be read gets its error instead. */
export function predictFiles(project: ReadProject, model: ModelRow, files: readonly string[], workers: Workers, context: JobContext, crop: Crop | null = null): Promise<readonly Prediction[]> {
  return predictInFolder(modelFolder(project, model.id), model.classNames, files, workers, context, crop, unknownBelow(project.db, model.id));
}

/** As `predictFiles`, by a model file outside a project. Errors: `models:*`. */
export function predictWithFile(path: string, files: readonly string[], workers: Workers, context: JobContext): Promise<readonly Prediction[]> {
  return withModelFile(path, workers, context, (folder, { classNames, outputs }) => predictInFolder(folder, classNames ?? Array.from({ length: outputs }, (_, index) => String(index)), files, workers, context));
}
