import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatInputShape } from '../core/architecture';
import { UserError } from '../core/errors';
import type { ModelMetadata } from '../core/models';
import { summarize, type LayerSummary } from '../core/summary';

export interface ModelInspection {
  readonly format: 'graft' | 'tfjs';
  readonly kerasVersion: string | null;
  readonly input: string;
  readonly layers: readonly LayerSummary[];
  readonly parameters: number;
  readonly trainable: boolean;
  readonly reasons: readonly string[];
  readonly classes: readonly string[];
}

/** Folder of the studio's own model that a path names (the folder or its model.json). Errors: `clips:missing`, `models:unknownFormat`. */
export function modelFolderOf(path: string): string {
  if (!existsSync(path)) throw new UserError('clips:missing', { file: path });
  const folder = statSync(path).isDirectory() ? path : dirname(path);
  if (!existsSync(join(folder, 'metadata.json')) || !existsSync(join(folder, 'weights.bin'))) throw new UserError('models:unknownFormat', { file: path });
  return folder;
}

/** What is in a model file, as `model.summary()` shows it. */
export function inspectModelFile(path: string): ModelInspection {
  const folder = modelFolderOf(path);
  let metadata: ModelMetadata;
  try {
    metadata = JSON.parse(readFileSync(join(folder, 'metadata.json'), 'utf8')) as ModelMetadata;
  } catch (error) {
    throw new UserError('models:unknownFormat', { file: path }, { cause: error });
  }
  if (!metadata.architecture?.layers) throw new UserError('models:unknownFormat', { file: path });
  const { layers, parameters } = summarize(metadata.architecture);
  return {
    format: 'graft',
    kerasVersion: null,
    input: formatInputShape(metadata.architecture.input),
    layers,
    parameters: parameters.total,
    trainable: true,
    reasons: [],
    classes: metadata.classNames,
  };
}
