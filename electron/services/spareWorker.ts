import { UserError } from '../core/errors';
import type { ReadModelJob, PredictArraysJob } from '../ipc/modelFileJobs';
import type { WorkerResult } from '../ipc/worker';
import type { JobContext } from './jobs';
import type { Workers } from './workers';

/** Seconds that reading one file may take. */
export const readingLimit = 20;

type Question = { readonly kind: 'readModel'; readonly job: ReadModelJob } | { readonly kind: 'predictArrays'; readonly job: PredictArraysJob };

/**
 * Asks a process of its own about a file: a damaged one may hang or end it, and nothing else suffers. `seconds`: after that
 * the process is ended (null: never). Errors: those of the question, `models:fileHangs`, `models:fileBreaks`.
 */
export async function askSpare<R extends WorkerResult>(workers: Workers, question: Question, context: JobContext, seconds: number | null = readingLimit): Promise<R> {
  const client = workers.spare();
  const { file } = question.job;
  let hangs = false;
  const timer = seconds === null ? null : setTimeout(() => ((hangs = true), client.stop()), seconds * 1000);
  const stop = (): void => client.stop();
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    return await client.ask<R>(question, { signal: context.signal, onMessage: (message) => message.kind === 'progress' && context.report(message.progress) });
  } catch (error) {
    if (hangs) throw new UserError('models:fileHangs', { file, seconds: seconds ?? 0 });
    if (error instanceof UserError && error.key === 'training:workerDied') throw new UserError('models:fileBreaks', { file }, { cause: error });
    throw error;
  } finally {
    if (timer) clearTimeout(timer);
    context.signal.removeEventListener('abort', stop);
    client.stop();
  }
}
