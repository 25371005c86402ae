import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Crop } from '../core/clips';
import { CancelledError, serializeError, UserError, type SerializedError } from '../core/errors';
import { breathe, type NnContext } from './context';
import { readsPictures } from './graph/compile';
import { GraphSession } from './graph/session';
import { loadModel } from './modelFiles';
import { pixelsOfFile } from './pixels';
import { occlusionSaliency, type Saliency } from './saliency';

export interface PredictOutcome {
  readonly kind: 'predict';
  readonly predictions: readonly (
    | { readonly file: string; readonly scores: readonly number[]; readonly milliseconds: number }
    | { readonly file: string; readonly error: SerializedError }
  )[];
}

interface Held {
  readonly key: string;
  readonly session: GraphSession;
}

/** Predicts pictures with models; the last model stays loaded. */
export class Predictor {
  private held: Held | null = null;

  private async sessionFor(folder: string): Promise<GraphSession> {
    const key = `${folder} ${statSync(join(folder, 'weights.bin'), { throwIfNoEntry: false })?.mtimeMs ?? 0}`;
    if (this.held?.key === key) return this.held.session;
    const model = loadModel(folder);
    const { channels, vector } = model.architecture.input;
    if (vector) throw new UserError('training:vectorInput', { count: channels });
    if (!readsPictures(model.architecture.input)) throw new UserError('training:channels', { channels });
    const session = await GraphSession.create(model.architecture, model.preprocessing, model.weights, false);
    this.held?.session.dispose();
    this.held = { key, session };
    return session;
  }

  /** Scores of each picture; one that cannot be read gets its error, the others go on. */
  async predict(request: { readonly modelFolder: string; readonly files: readonly string[]; readonly crop?: Crop | null }, context: NnContext): Promise<PredictOutcome> {
    const session = await this.sessionFor(request.modelFolder);
    const { height, width } = session.architecture.input;
    const predictions: PredictOutcome['predictions'][number][] = [];
    for (const file of request.files) {
      const started = performance.now();
      try {
        await breathe(context);
        const { probabilities } = session.predict(pixelsOfFile(file, height, width, request.crop), 1);
        predictions.push({ file, scores: Array.from(probabilities), milliseconds: performance.now() - started });
      } catch (error) {
        if (error instanceof CancelledError) throw error;
        predictions.push({ file, error: serializeError(error) });
      }
    }
    return { kind: 'predict', predictions };
  }

  /** Where the model looks in a picture. Errors: `predictions:*`. */
  async saliency(request: { readonly modelFolder: string; readonly file: string; readonly crop?: Crop | null }, context: NnContext): Promise<Saliency> {
    const session = await this.sessionFor(request.modelFolder);
    await breathe(context);
    const { height, width } = session.architecture.input;
    return occlusionSaliency(session, pixelsOfFile(request.file, height, width, request.crop));
  }

  dispose(): void {
    this.held?.session.dispose();
    this.held = null;
  }
}
