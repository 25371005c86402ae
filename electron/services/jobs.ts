import { randomUUID } from 'node:crypto';
import { CancelledError, serializeError } from '../core/errors';
import type { Job, JobKind, Progress, ReportProgress } from '../core/jobs';

/** What a long function gets: where to report, and when to stop. */
export interface JobContext {
  readonly report: ReportProgress;
  readonly signal: AbortSignal;
}

/** A context for callers without a job tray. */
export function plainContext(report: ReportProgress = () => undefined, signal: AbortSignal = new AbortController().signal): JobContext {
  return { report, signal };
}

interface RunningJob {
  job: Job;
  readonly abort: AbortController;
}

const keptEnded = 20;

/** All long tasks of a window: started, followed, cancelled here. */
export class Jobs {
  private readonly jobs = new Map<string, RunningJob>();

  constructor(private readonly changed: (jobs: readonly Job[]) => void) {}

  /** Jobs in the order of their start, running ones and the last ended ones. */
  list(): readonly Job[] {
    return [...this.jobs.values()].map(({ job }) => job);
  }

  /** True while a job of that kind runs. */
  isRunning(kind: JobKind): boolean {
    return this.list().some((job) => job.kind === kind && job.state === 'running');
  }

  /** Starts a long function as a job. The promise settles as the function does. */
  start<T>(kind: JobKind, progress: Progress, work: (context: JobContext) => Promise<T>): { readonly id: string; readonly done: Promise<T> } {
    const id = randomUUID();
    const abort = new AbortController();
    const running: RunningJob = { job: { id, kind, state: 'running', progress, startedAt: Date.now(), endedAt: null, error: null }, abort };
    this.jobs.set(id, running);
    const update = (part: Partial<Job>): void => {
      running.job = { ...running.job, ...part };
      this.changed(this.list());
    };
    update({});
    const done = work({ report: (next) => running.job.state === 'running' && update({ progress: next }), signal: abort.signal }).then(
      (result) => {
        update({ state: 'done', endedAt: Date.now() });
        return result;
      },
      (error: unknown) => {
        const cancelled = error instanceof CancelledError;
        update({ state: cancelled ? 'cancelled' : 'failed', endedAt: Date.now(), error: cancelled ? null : serializeError(error) });
        throw error;
      },
    );
    this.forgetOld();
    return { id, done };
  }

  /** Asks a job to stop; what it finished so far is kept. */
  cancel(id: string): void {
    this.jobs.get(id)?.abort.abort();
  }

  /** Asks all jobs to stop and waits for none. */
  cancelAll(): void {
    for (const { abort, job } of this.jobs.values()) if (job.state === 'running') abort.abort();
  }

  private forgetOld(): void {
    const ended = [...this.jobs.values()].filter(({ job }) => job.state !== 'running');
    for (const { job } of ended.slice(0, Math.max(0, ended.length - keptEnded))) this.jobs.delete(job.id);
  }
}
