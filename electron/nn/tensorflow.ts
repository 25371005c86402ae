import type * as TensorFlow from '@tensorflow/tfjs-node';
import { createRequire } from 'node:module';
import { UserError } from '../core/errors';

export type Tf = typeof TensorFlow;

let loaded: Tf | null = null;

/**
 * Native TensorFlow, loaded at the first call (half a second). Only ever in one thread of a process: the addon keeps
 * state that it does not lock. Errors: `training:noTensorFlow`.
 */
export function tensorflow(): Tf {
  if (loaded) return loaded;
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3';
  process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1';
  const require = createRequire(import.meta.url);
  // Node 23 took these out of `util`; tfjs-node 4.22 calls them in nearly every operation.
  const util = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean; isArray?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
  try {
    loaded = require('@tensorflow/tfjs-node') as Tf;
  } catch (error) {
    throw new UserError('training:noTensorFlow', { reason: (error as Error).message.split('\n')[0] ?? '' }, { cause: error });
  }
  loaded.enableProdMode();
  return loaded;
}

/** Versions of what computes, for the record of a run. */
export function tensorflowVersions(): Readonly<Record<string, string>> {
  const tf = tensorflow();
  const binding = (tf.backend() as unknown as { binding: { TF_Version?: string } }).binding;
  return {
    tfjs: tf.version_core,
    tensorflow: binding.TF_Version ?? 'unknown',
    node: process.versions.node,
    threads: process.env['TF_NUM_INTRAOP_THREADS'] ?? 'default',
    onednn: process.env['TF_ENABLE_ONEDNN_OPTS'] ?? 'default',
  };
}
