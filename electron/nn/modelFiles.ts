import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Architecture, Preprocessing, Weights } from '../core/architecture';
import { isFullDisk, UserError } from '../core/errors';
import type { ModelMetadata } from '../core/models';
import { sizeOf, weightSpecs } from '../core/shapes';
import { kerasTopology } from './kerasTopology';

export interface StoredModel {
  readonly architecture: Architecture;
  readonly weights: Weights;
  readonly classNames: readonly string[];
  readonly preprocessing: Preprocessing;
}

/** Writes a file and waits until it is on the disk. */
export function writeDurably(file: string, content: string | Uint8Array): void {
  const handle = openSync(file, 'w');
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** All weights one after the other, float32 little-endian, in the order of the architecture. */
export function packWeights(architecture: Architecture, weights: Weights): Uint8Array {
  return Buffer.concat(
    weightSpecs(architecture).map((spec) => {
      const value = weights.get(spec.name);
      if (!value || value.length !== sizeOf(spec.shape)) throw new Error(`weight ${spec.name} is missing or has a wrong size`);
      return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }),
  );
}

/** The inverse of `packWeights`; null where the size does not fit. */
export function unpackWeights(architecture: Architecture, bytes: Uint8Array): Weights | null {
  const specs = weightSpecs(architecture);
  if (bytes.length !== 4 * specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0)) return null;
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  let at = 0;
  return new Map(specs.map((spec) => [spec.name, values.slice(at, (at += sizeOf(spec.shape)))]));
}

/**
 * Writes a model as a folder: `model.json` (opens in tf.loadLayersModel), `weights.bin`, `metadata.json`.
 * `extra`: further files for the same folder. It is written under another name and renamed at the end: the folder is there whole or not at all; an older one is replaced.
 * Errors: `projects:diskFull` (the older one stays).
 */
export function saveModel(folder: string, model: StoredModel, extra: Readonly<Record<string, string | Uint8Array>> = {}): void {
  const temporary = `${folder}.new`;
  try {
    writeModel(folder, temporary, model, extra);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw isFullDisk(error) ? new UserError('projects:diskFull', { folder: dirname(folder) }, { cause: error }) : error;
  }
}

function writeModel(folder: string, temporary: string, model: StoredModel, extra: Readonly<Record<string, string | Uint8Array>>): void {
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  const bytes = packWeights(model.architecture, model.weights);
  const metadata: ModelMetadata = {
    formatVersion: 1,
    architecture: model.architecture,
    preprocessing: model.preprocessing,
    classNames: model.classNames,
    weightsSha256: createHash('sha256').update(bytes).digest('hex'),
    createdAt: new Date().toISOString(),
    createdBy: 'Graft 0.1.0',
  };
  const manifest = [{ paths: ['weights.bin'], weights: weightSpecs(model.architecture).map(({ name, shape }) => ({ name, shape, dtype: 'float32' })) }];
  const modelJson = {
    format: 'layers-model',
    generatedBy: metadata.createdBy,
    convertedBy: null,
    modelTopology: kerasTopology(model.architecture),
    weightsManifest: manifest,
    userDefinedMetadata: { classNames: model.classNames, preprocessing: model.preprocessing },
  };
  writeDurably(join(temporary, 'weights.bin'), bytes);
  writeDurably(join(temporary, 'model.json'), JSON.stringify(modelJson));
  writeDurably(join(temporary, 'metadata.json'), JSON.stringify(metadata, null, 1));
  for (const [name, content] of Object.entries(extra)) writeDurably(join(temporary, name), content);
  if (existsSync(folder)) {
    const old = `${folder}.old`;
    rmSync(old, { recursive: true, force: true });
    renameSync(folder, old);
    renameSync(temporary, folder);
    rmSync(old, { recursive: true, force: true });
  } else renameSync(temporary, folder);
}

/** Finishes a replacement that a crash interrupted between its two renames. */
export function recoverModel(folder: string): void {
  if (!existsSync(folder) && existsSync(`${folder}.old`)) renameSync(`${folder}.old`, folder);
}

/** Reads a model folder. Errors: `models:unreadable` with what is wrong. */
export function loadModel(folder: string): StoredModel {
  recoverModel(folder);
  const bad = (problem: string, cause?: unknown): UserError => new UserError('models:unreadable', { folder, problem }, { cause });
  let metadata: ModelMetadata;
  let bytes: Uint8Array;
  try {
    metadata = JSON.parse(readFileSync(join(folder, 'metadata.json'), 'utf8')) as ModelMetadata;
    bytes = readFileSync(join(folder, 'weights.bin'));
  } catch (error) {
    throw bad((error as Error).message, error);
  }
  if (metadata.formatVersion !== 1) throw bad(`format version ${String(metadata.formatVersion)}`);
  if (createHash('sha256').update(bytes).digest('hex') !== metadata.weightsSha256) throw bad('weights.bin is not what was saved (checksum)');
  const weights = unpackWeights(metadata.architecture, bytes);
  if (!weights) throw bad('weights.bin has another size than the architecture');
  for (const [name, values] of weights) if (!values.every(Number.isFinite)) throw bad(`${name} has values that are no numbers`);
  return { architecture: metadata.architecture, weights, classNames: metadata.classNames, preprocessing: metadata.preprocessing };
}
