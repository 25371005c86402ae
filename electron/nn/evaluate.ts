import { breathe, type NnContext } from './context';
import { GraphSession } from './graph/session';
import { loadModel } from './modelFiles';
import { openPixels, readDataset } from './pixelCache';

export interface EvaluateOutcome {
  readonly kind: 'evaluate';
  readonly predicted: readonly number[];
  readonly scores: readonly number[];
  readonly unreadable: readonly number[];
}

const batchSize = 128;

/** What a model says about each example of a dataset: class index and its probability; -1 for unreadable pictures. */
export async function evaluate(request: { readonly modelFolder: string; readonly datasetFile: string; readonly cacheFolder: string }, context: NnContext): Promise<EvaluateOutcome> {
  const model = loadModel(request.modelFolder);
  const dataset = readDataset(request.datasetFile);
  const { height, width } = model.architecture.input;
  const pixels = await openPixels(dataset, request.cacheFolder, height, width, context);
  const session = await GraphSession.create(model.architecture, model.preprocessing, model.weights, false);
  try {
    const predicted: number[] = [];
    const scores: number[] = [];
    const total = dataset.examples.length;
    const size = pixels.bytesPerExample;
    for (let at = 0; at < total; at += batchSize) {
      const count = Math.min(batchSize, total - at);
      const batch = new Uint8Array(count * size);
      for (let k = 0; k < count; k += 1) if (!pixels.unreadable.has(at + k)) pixels.copy(at + k, batch, k * size);
      const { probabilities, classes } = session.predict(batch, count);
      for (let k = 0; k < count; k += 1) {
        const row = probabilities.subarray(k * classes, (k + 1) * classes);
        const best = row.reduce((top, value, index) => (value > (row[top] as number) ? index : top), 0);
        predicted.push(pixels.unreadable.has(at + k) ? -1 : best);
        scores.push(row[best] ?? 0);
      }
      context.report({ value: (at + count) / total, title: 'training:evaluatingFrames', params: { count: total } });
      await breathe(context);
    }
    return { kind: 'evaluate', predicted, scores, unreadable: [...pixels.unreadable] };
  } finally {
    session.dispose();
    pixels.close();
  }
}
