import { strFromU8, unzipSync } from 'fflate/browser';
import type { Dataset, File as Hdf5File } from 'h5wasm/node';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defaultPreprocessing, type Architecture, type Weights } from '../../core/architecture';
import { UserError } from '../../core/errors';
import type { ModelFormat } from '../../core/exports';
import { architectureFromKeras } from '../../core/kerasConfig';
import { shapeOfInput, weightSpecs } from '../../core/shapes';
import { GraphSession } from '../graph/session';
import { tensorflow } from '../tensorflow';
import { kerasNodes, type KerasNode } from './kerasNodes';
import { snakeCase, type ExportedModel } from './kerasFiles';
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
    model = await tf.loadLayersModel(pathToFileURL(join(folder, 'model.json')).href);
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

/** Reads the weights of an HDF5 file: `pathOf` says where each is. */
async function readWeights(file: string, architecture: Architecture, pathOf: (name: string) => string): Promise<Weights> {
  const hdf5 = await import('h5wasm/node');
  await hdf5.ready;
  const opened: Hdf5File = new hdf5.File(file, 'r');
  try {
    return new Map(weightSpecs(architecture).map(({ name }) => [name, Float32Array.from((opened.get(pathOf(name)) as Dataset).value as Float32Array)]));
  } finally {
    opened.close();
  }
}

/** Path of each weight in `model.weights.h5`, by the order of `model.layers` in Keras. */
function weightPaths(nodes: readonly KerasNode[]): ReadonlyMap<string, string> {
  const used = new Map<string, number>();
  const paths = new Map<string, string>();
  for (const { className, name, weights } of nodes) {
    const base = snakeCase(className);
    const count = used.get(base) ?? 0;
    used.set(base, count + 1);
    weights.forEach(({ role }, index) => paths.set(`${name}/${role}`, `layers/${count === 0 ? base : `${base}_${count}`}/vars/${index}`));
  }
  return paths;
}

async function readKeras(file: string): Promise<{ readonly architecture: Architecture; readonly weights: Weights }> {
  const parts = unzipSync(readFileSync(file));
  const architecture = architectureFromKeras(JSON.parse(strFromU8(parts['config.json'] as Uint8Array)));
  const paths = weightPaths(kerasNodes(architecture, new Map(), 'keras3'));
  const folder = mkdtempSync(join(tmpdir(), 'graft-readback-'));
  try {
    writeFileSync(join(folder, 'weights.h5'), parts['model.weights.h5'] as Uint8Array);
    return { architecture, weights: await readWeights(join(folder, 'weights.h5'), architecture, (name) => paths.get(name) as string) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readH5(file: string): Promise<{ readonly architecture: Architecture; readonly weights: Weights }> {
  const hdf5 = await import('h5wasm/node');
  await hdf5.ready;
  const opened: Hdf5File = new hdf5.File(file, 'r');
  let config: string;
  try {
    config = String(opened.get_attribute('model_config', false));
  } finally {
    opened.close();
  }
  const architecture = architectureFromKeras(JSON.parse(config));
  return { architecture, weights: await readWeights(file, architecture, (name) => `model_weights/${name.split('/')[0]}/${name}:0`) };
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
      return openGraph(await readKeras(file));
    case 'h5':
      return openGraph(await readH5(file));
  }
}
