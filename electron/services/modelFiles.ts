import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { InputShape, Preprocessing } from '../core/architecture';
import { UserError } from '../core/errors';
import type { ModelFileFacts } from '../core/modelFile';
import type { PredictArraysResult, ReadModelResult } from '../ipc/modelFileJobs';
import type { JobContext } from './jobs';
import { askSpare } from './spareWorker';
import type { Workers } from './workers';

/** What is said about a file beside it. */
export interface ModelFileQuestion {
  readonly file: string;
  /** The network of a file that has weights alone. */
  readonly architecture?: string | null;
  /** Size of the pictures, where the file leaves it open or reads a vector. */
  readonly input?: InputShape | null;
}

function jobOf({ file, architecture, input }: ModelFileQuestion): { readonly file: string; readonly architecture: string | null; readonly input: InputShape | null } {
  return { file: resolve(file), architecture: architecture ? resolve(architecture) : null, input: input ?? null };
}

/** What is in a model file, as `model.summary()` shows it. Errors: `models:*`, `clips:missing`. */
export async function inspectModelFile(question: ModelFileQuestion, workers: Workers, context: JobContext): Promise<ModelFileFacts> {
  return (await askSpare<ReadModelResult>(workers, { kind: 'readModel', job: { ...jobOf(question), target: null } }, context)).facts;
}

/** Keeps the model of a file as a model folder (which must not exist yet). Errors: as `inspectModelFile`, `models:classesCount`. */
export async function unpackModelFile(question: ModelFileQuestion, folder: string, choices: { readonly classNames: readonly string[] | null; readonly preprocessing: Preprocessing | null }, workers: Workers, context: JobContext): Promise<ModelFileFacts> {
  return (await askSpare<ReadModelResult>(workers, { kind: 'readModel', job: { ...jobOf(question), target: { folder, ...choices } } }, context)).facts;
}

/** Runs `work` with the model of a file as a folder that is gone afterwards. Errors: also `models:notForPictures`. */
export async function withModelFile<T>(file: string, workers: Workers, context: JobContext, work: (folder: string, facts: ModelFileFacts) => Promise<T>): Promise<T> {
  const folder = join(tmpdir(), `graft-model-${randomUUID().slice(0, 8)}`);
  try {
    const facts = await unpackModelFile({ file }, folder, { classNames: null, preprocessing: null }, workers, context);
    const obstacle = facts.reasons.find(({ key }) => key === 'models:obstacleVector' || key === 'models:obstacleChannels');
    if (obstacle) throw new UserError('models:notForPictures', { file, reason: '' }, { details: [obstacle] });
    return await work(folder, facts);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The numbers that a model file gives for those of a `.npy` file, which are scaled already. */
export function predictArraysWith(question: ModelFileQuestion & { readonly arrays: string; readonly logits: boolean }, workers: Workers, context: JobContext): Promise<PredictArraysResult> {
  const { file, architecture } = jobOf(question);
  return askSpare<PredictArraysResult>(workers, { kind: 'predictArrays', job: { file, architecture, arrays: resolve(question.arrays), logits: question.logits } }, context, null);
}
