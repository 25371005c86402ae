import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { defaultPreprocessing } from '../../core/architecture';
import { UserError } from '../../core/errors';
import type { HandoffJob, HandoffResult, HandoffShard } from '../../core/exports';
import type { Split } from '../../core/training';
import { breathe, type NnContext } from '../context';
import { GraphSession } from '../graph/session';
import { loadModel, writeDurably } from '../modelFiles';
import { openPixels, readDataset, type PixelSource } from '../pixelCache';
import { exportedModel, framePictures } from './exportModel';
import { keepModel } from './keepModel';
import { takesPictures } from './onnx/model';

const shardBytes = 128 << 20;
const checkCount = 16;

/** Head of a `.npy` file (format 1.0 of NumPy). */
function npyHead(type: '|u1' | '<i4' | '<f4', shape: readonly number[]): Buffer {
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  // The values begin at a multiple of 64 bytes.
  const padded = `${text}${' '.repeat(63 - ((10 + text.length) % 64))}\n`;
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, 'latin1')]);
}

const bytesOf = (values: Int32Array | Float32Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

/** Writes the pixels and labels of some examples. */
async function writeShard(folder: string, name: string, indices: readonly number[], pixels: PixelSource, labels: readonly number[], shape: readonly number[], context: NnContext): Promise<HandoffShard> {
  const file = openSync(join(folder, 'pixels', `${name}.npy`), 'w');
  try {
    writeSync(file, npyHead('|u1', [indices.length, ...shape]));
    const record = new Uint8Array(pixels.bytesPerExample);
    for (const [done, index] of indices.entries()) {
      pixels.copy(index, record, 0);
      writeSync(file, record);
      if (done % 64 === 0) await breathe(context);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  writeDurably(join(folder, 'pixels', `${name}-labels.npy`), Buffer.concat([npyHead('<i4', [indices.length]), bytesOf(Int32Array.from(indices, (index) => labels[index] as number))]));
  return { pixels: `pixels/${name}.npy`, labels: `pixels/${name}-labels.npy`, frames: indices.length };
}

/**
 * Writes into a folder what a training elsewhere needs of TensorFlow's side: `model.keras` (read back and compared), the
 * pixels of each split as the network sees them, and check pictures with the model's answers.
 * Errors: `exports:*`, `exports:noPictures` for a model that takes no pictures.
 */
export async function writeHandoff(job: HandoffJob, context: NnContext): Promise<HandoffResult> {
  const model = exportedModel(loadModel(job.modelFolder), job.name, job.unknownBelow);
  if (!takesPictures(model)) throw new UserError('exports:noPictures', { model: job.name });
  const { height, width } = model.architecture.input;
  const dataset = readDataset(job.datasetFile);
  const pixels = await openPixels(dataset, job.cacheFolder, height, width, context);
  try {
    const { parity } = await keepModel(model, 'keras', join(job.folder, 'model.keras'), false, framePictures(model, dataset, pixels), context);
    if (!parity) throw new Error('a .keras file is always compared');
    mkdirSync(join(job.folder, 'pixels'));
    const splits: Partial<Record<Split, readonly HandoffShard[]>> = {};
    const labels = dataset.examples.map(({ classIndex }) => classIndex);
    for (const split of ['train', 'validation', 'test'] as const) {
      const own = dataset.examples.flatMap((example, index) => (example.split === split && !pixels.unreadable.has(index) ? [index] : []));
      if (own.length === 0) continue;
      const shards = Math.ceil((own.length * pixels.bytesPerExample) / shardBytes);
      const written: HandoffShard[] = [];
      for (let shard = 0; shard < shards; shard += 1) {
        const part = own.slice(Math.floor((shard * own.length) / shards), Math.floor(((shard + 1) * own.length) / shards));
        written.push(await writeShard(job.folder, `${split}-${String(shard).padStart(5, '0')}`, part, pixels, labels, [height, width, 3], context));
      }
      splits[split] = written;
    }
    await writeCheck(job.folder, model, dataset.examples.flatMap((_, index) => (pixels.unreadable.has(index) ? [] : [index])), pixels);
    return { kind: 'handoff', parity, splits };
  } finally {
    pixels.close();
  }
}

/** `check-input.npy` (uint8 pictures) and `check-output.npy` (the model's probabilities). */
async function writeCheck(folder: string, model: ReturnType<typeof exportedModel>, readable: readonly number[], pixels: PixelSource): Promise<void> {
  const { height, width } = model.architecture.input;
  const count = Math.min(checkCount, readable.length);
  const bytes = new Uint8Array(count * pixels.bytesPerExample);
  for (let k = 0; k < count; k += 1) pixels.copy(readable[Math.floor(((k + 0.5) * readable.length) / count)] as number, bytes, k * pixels.bytesPerExample);
  const session = await GraphSession.create(model.architecture, model.sidecar.preprocessing ?? defaultPreprocessing(model.architecture.input.channels), model.weights, false);
  try {
    const { probabilities, classes } = session.predict(bytes, count);
    writeDurably(join(folder, 'check-input.npy'), Buffer.concat([npyHead('|u1', [count, height, width, 3]), bytes]));
    writeDurably(join(folder, 'check-output.npy'), Buffer.concat([npyHead('<f4', [count, classes]), bytesOf(probabilities)]));
  } finally {
    session.dispose();
  }
}
