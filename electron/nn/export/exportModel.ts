import type { ExportModelJob, ExportModelResult } from '../../core/exports';
import { shapeOfInput, sizeOf } from '../../core/shapes';
import { Random } from '../../core/random';
import type { DatasetFile } from '../../core/training';
import type { NnContext } from '../context';
import { preprocess } from '../migration/frames';
import { loadModel, type StoredModel } from '../modelFiles';
import { openPixels, readDataset, type PixelSource } from '../pixelCache';
import type { ExportedModel } from './kerasFiles';
import { keepModel, type ComparePictures } from './keepModel';
import { takesPictures } from './onnx/model';
import type { PictureBatch } from './readBack';

const randomCount = 64;

/** A model of the studio as the writers take it. */
export function exportedModel(stored: StoredModel, name: string, unknownBelow: number | null): ExportedModel {
  const { architecture, weights, classNames, preprocessing } = stored;
  return {
    architecture,
    weights,
    sidecar: { format: 'graft-model', formatVersion: 1, name, classNames, input: architecture.input, preprocessing, preprocessingInside: false, unknownBelow, createdBy: 'Graft 0.1.0' },
  };
}

/** A batch of uint8 RGB pictures in both forms. */
function batchOf(model: ExportedModel, bytes: Uint8Array, count: number): PictureBatch {
  const { preprocessing, input } = model.sidecar;
  return { count, bytes, floats: preprocessing ? Float32Array.from(preprocess(bytes, preprocessing, input.channels)) : new Float32Array() };
}

/** Random pictures, repeatable: bytes where the preprocessing is known, otherwise numbers from 0 to 1 for the first layer. */
export function randomPictures(model: ExportedModel): ComparePictures {
  const { height, width } = model.sidecar.input;
  const pictures = takesPictures(model);
  return {
    count: randomCount,
    from: 'random',
    batch: (at, count) => {
      const random = Random.seeded(at + 1);
      // Each picture has a light of its own: pure noise looks alike to most networks.
      const light = Array.from({ length: count }, () => random.uniform());
      const size = pictures ? height * width * 3 : sizeOf(shapeOfInput(model.sidecar.input));
      const floats = Float32Array.from({ length: count * size }, (_, index) => ((light[Math.floor(index / size)] as number) + random.uniform()) / 2);
      return pictures ? batchOf(model, Uint8Array.from(floats, (value) => Math.round(value * 255)), count) : { count, bytes: null, floats };
    },
  };
}

/** The frames of a dataset that can be read. */
export function framePictures(model: ExportedModel, dataset: DatasetFile, pixels: PixelSource): ComparePictures {
  const readable = dataset.examples.flatMap((_, index) => (pixels.unreadable.has(index) ? [] : [index]));
  return {
    count: readable.length,
    from: 'frames',
    batch: (at, count) => {
      const bytes = new Uint8Array(count * pixels.bytesPerExample);
      for (let k = 0; k < count; k += 1) pixels.copy(readable[at + k] as number, bytes, k * pixels.bytesPerExample);
      return batchOf(model, bytes, count);
    },
  };
}

/** Writes a model of the project in another format; see `keepModel`. Compared on the frames of the dataset file, or on random pictures without any. */
export async function exportModel(job: ExportModelJob, context: NnContext): Promise<ExportModelResult> {
  const model = exportedModel(loadModel(job.modelFolder), job.name, job.unknownBelow);
  const { height, width } = model.architecture.input;
  const dataset = readDataset(job.datasetFile);
  const pixels = dataset.examples.length > 0 && takesPictures(model) ? await openPixels(dataset, job.cacheFolder, height, width, context) : null;
  try {
    const frames = pixels ? framePictures(model, dataset, pixels) : null;
    return await keepModel(model, job.format, job.target, job.replace, frames && frames.count > 0 ? frames : randomPictures(model), context);
  } finally {
    pixels?.close();
  }
}
