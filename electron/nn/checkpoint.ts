import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Architecture, Weights } from '../core/architecture';
import { UserError } from '../core/errors';
import { sizeOf, weightSpecs } from '../core/shapes';
import type { EpochMetrics } from '../core/training';
import type { OptimizerState } from './graph/session';
import { loadModel, recoverModel, saveModel, type StoredModel } from './modelFiles';

/** Everything that a run needs to go on as if it had never stopped. */
export interface Checkpoint {
  readonly epoch: number;
  readonly history: readonly EpochMetrics[];
  readonly bestEpoch: number;
  readonly bestLoss: number;
  readonly random: readonly number[];
  readonly optimizer: OptimizerState;
  readonly model: StoredModel;
}

const formatVersion = 1;

function packMoments(names: readonly string[], moments: Weights): Uint8Array {
  return Buffer.concat(names.map((name) => Buffer.from((moments.get(name) as Float32Array).slice().buffer)));
}

function unpackMoments(architecture: Architecture, names: readonly string[], bytes: Uint8Array, from: number): Weights {
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const sizes = new Map(weightSpecs(architecture).map((spec) => [spec.name, sizeOf(spec.shape)]));
  let at = from;
  return new Map(names.map((name) => [name, values.slice(at, (at += sizes.get(name) ?? 0))]));
}

/** Writes `last/`: a model folder with the optimizer's state beside it; the older one is replaced in one step. */
export function saveCheckpoint(runFolder: string, checkpoint: Checkpoint): void {
  const { model, optimizer } = checkpoint;
  const trained = weightSpecs(model.architecture).flatMap(({ name }) => (optimizer.firstMoments.has(name) ? [name] : []));
  const moments = Buffer.concat([packMoments(trained, optimizer.firstMoments), packMoments(trained, optimizer.secondMoments)]);
  const state = {
    formatVersion,
    epoch: checkpoint.epoch,
    history: checkpoint.history,
    bestEpoch: checkpoint.bestEpoch,
    bestLoss: checkpoint.bestLoss,
    random: checkpoint.random,
    optimizerStep: optimizer.step,
    trained,
  };
  saveModel(join(runFolder, 'last'), model, { 'checkpoint.json': JSON.stringify(state), 'optimizer.bin': moments });
}

/** Reads `last/`; null when the run has no checkpoint yet. Errors: `training:checkpointUnreadable`. */
export function loadCheckpoint(runFolder: string): Checkpoint | null {
  const folder = join(runFolder, 'last');
  recoverModel(folder);
  if (!existsSync(folder)) return null;
  const model = loadModel(folder);
  try {
    const state = JSON.parse(readFileSync(join(folder, 'checkpoint.json'), 'utf8')) as Omit<Checkpoint, 'optimizer' | 'model'> & { formatVersion: number; optimizerStep: number; trained?: readonly string[] };
    if (state.formatVersion !== formatVersion) throw new Error(`format version ${state.formatVersion}`);
    const moments = readFileSync(join(folder, 'optimizer.bin'));
    const half = moments.length / 8;
    // Checkpoints of before layers could be frozen by a run have no list: there it was all that the network trains.
    const trained = state.trained ?? weightSpecs(model.architecture).flatMap((spec) => (spec.trainable ? [spec.name] : []));
    return {
      ...state,
      model,
      optimizer: { step: state.optimizerStep, firstMoments: unpackMoments(model.architecture, trained, moments, 0), secondMoments: unpackMoments(model.architecture, trained, moments, half) },
    };
  } catch (error) {
    throw new UserError('training:checkpointUnreadable', { folder, problem: (error as Error).message }, { cause: error });
  }
}
