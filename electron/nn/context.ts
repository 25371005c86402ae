import { setImmediate } from 'node:timers/promises';
import { CancelledError } from '../core/errors';
import type { ReportProgress } from '../core/jobs';

/** What a long function of this layer gets. */
export interface NnContext {
  readonly report: ReportProgress;
  readonly signal: AbortSignal;
  /** Resolves at once, or when a pause ends. */
  readonly unpaused: () => Promise<void>;
}

/** Lets messages in (a cancel, a pause), and throws `CancelledError` if one of them was a cancel. */
export async function breathe(context: NnContext): Promise<void> {
  await setImmediate();
  await context.unpaused();
  if (context.signal.aborted) throw new CancelledError();
}

/** A context that never stops, for tests and trials. */
export function freeContext(): NnContext {
  return { report: () => undefined, signal: new AbortController().signal, unpaused: () => Promise.resolve() };
}
