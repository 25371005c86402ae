import { join } from 'node:path';
import { defaultPreprocessing, type Architecture, type Weights } from '../../core/architecture';
import { UserError } from '../../core/errors';
import type { ModelFormat } from '../../core/exports';
import { shapeOfInput } from '../../core/shapes';
import { readModelFile } from '../files/readModelFile';
import { GraphSession } from '../graph/session';
import { tensorflow } from '../tensorflow';
import type { ExportedModel } from './kerasFiles';
import { takesPictures } from './onnx/model';
import { openOnnx } from './onnxRuntime';

/** Some pictures in both forms: uint8 RGB where the preprocessing is known, and as the first layer reads them. */
export interface PictureBatch {
  readonly count: number;
  readonly bytes: Uint8Array | null;
  readonly floats: Float32Array;
}

/** A model that was read from a file. */
export interface OpenedModel {
  /** Row-major [count, classes]. */
  answer(batch: PictureBatch): Promise<Float32Array>;
  close(): Promise<void>;
}

async function openTfjs(folder: string, { input }: Architecture): Promise<OpenedModel> {
  const tf = tensorflow();
  let model: Awaited<ReturnType<typeof tf.loadLayersModel>>;
  try {
    // No real URL: tfjs-node takes what follows as a path, without decoding %20.
    model = await tf.loadLayersModel(`file://${join(folder, 'model.json')}`);
  } catch (error) {
    // The one engine that cannot do all that a network here may have.
    throw new UserError('exports:notInTfjs', { problem: (error as Error).message.split('\n')[0] ?? '' }, { cause: error });
  }
  return {
    answer: async ({ count, floats }) => {
      const pictures = tf.tensor(floats.slice(), [count, ...shapeOfInput(input)]);
      const result = model.predict(pictures, { batchSize: count }) as ReturnType<typeof tf.tensor>;
      try {
        return new Float32Array(await result.data());
      } finally {
        pictures.dispose();
        result.dispose();
      }
    },
    close: async () => void model.dispose(),
  };
}

async function openGraph({ architecture, weights }: { readonly architecture: Architecture; readonly weights: Weights }): Promise<OpenedModel> {
  const session = await GraphSession.create(architecture, defaultPreprocessing(architecture.input.channels), weights, false);
  return { answer: async ({ count, floats }) => session.predictFloat(floats, count).probabilities, close: async () => session.dispose() };
}

/** Opens a file that was just written, by nothing but what is in it. `model`: what it was written from. */
export async function openWritten(format: ModelFormat, file: string, model: ExportedModel): Promise<OpenedModel> {
  const { height, width } = model.architecture.input;
  switch (format) {
    case 'onnx': {
      const pictures = takesPictures(model);
      const session = await openOnnx(file, pictures ? [height, width, 3] : shapeOfInput(model.architecture.input));
      return { answer: ({ bytes, floats, count }) => session.predict(pictures ? (bytes as Uint8Array) : floats, count), close: () => session.release() };
    }
    case 'tfjs':
      return openTfjs(file, model.architecture);
    case 'keras':
    case 'h5':
      return openGraph(await readModelFile(file));
  }
}
