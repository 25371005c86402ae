import type { Architecture, Preprocessing } from './architecture';

export type ModelOrigin = 'trained' | 'migrated' | 'imported';

/** `metadata.json` beside `model.json` and `weights.bin`: all that is needed to predict with a model. */
export interface ModelMetadata {
  readonly formatVersion: 1;
  readonly architecture: Architecture;
  readonly preprocessing: Preprocessing;
  /** Order of the outputs. */
  readonly classNames: readonly string[];
  /** SHA-256 of weights.bin */
  readonly weightsSha256: string;
  readonly createdAt: string;
  readonly createdBy: string;
}
