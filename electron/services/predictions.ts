import type { PredictResult } from '../ipc/worker';
import type { ModelRow } from '../store/models';
import type { JobContext } from './jobs';
import { modelFolder } from './models';
import type { ReadProject } from './projects';
import type { Workers } from './workers';
import type { SerializedError } from '../core/errors';

export type Prediction =
  | { readonly file: string; readonly class: string; readonly score: number; readonly scores: Readonly<Record<string, number>>; readonly milliseconds: number }
  | { readonly file: string; readonly error: SerializedError };

/** Classes and scores of pictures, by a model of the project. A picture that cannot be read gets its error instead. */
export async function predictFiles(project: ReadProject, model: ModelRow, files: readonly string[], workers: Workers, context: JobContext): Promise<readonly Prediction[]> {
  const { predictions } = await workers.predictor.ask<PredictResult>({ kind: 'predict', job: { modelFolder: modelFolder(project, model.id), files } }, { signal: context.signal });
  return predictions.map((prediction) => {
    if ('error' in prediction) return prediction;
    const best = prediction.scores.reduce((top, score, index) => (score > (prediction.scores[top] ?? 0) ? index : top), 0);
    return {
      file: prediction.file,
      class: model.classNames[best] ?? String(best),
      score: prediction.scores[best] ?? 0,
      scores: Object.fromEntries(model.classNames.map((name, index) => [name, prediction.scores[index] ?? 0])),
      milliseconds: prediction.milliseconds,
    };
  });
}
