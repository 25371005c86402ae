import { randomUUID } from 'node:crypto';
import { CancelledError, deserializeError, UserError } from '../core/errors';
import type { ServeMessage } from '../ipc/serving';
import type { WorkerMessage, WorkerRequest, WorkerResult } from '../ipc/worker';

export type WorkerName = 'trainer' | 'predictor';

/** A running worker process, whatever started it (Electron's utilityProcess or Node's fork). */
export interface WorkerProcess {
  readonly pid: number | undefined;
  post(request: WorkerRequest): void;
  onMessage(listener: (message: WorkerMessage) => void): void;
  onExit(listener: (code: number | null) => void): void;
  kill(): void;
}

/** Starts a worker process: given by the composition root. */
export type ForkWorker = (name: WorkerName) => WorkerProcess;

type Question = WorkerRequest extends infer R ? (R extends { kind: 'train' | 'evaluate' | 'migrate' | 'predict' | 'saliency' | 'augment' | 'estimate' | 'exportModel' | 'handoff' | 'convertModel' | 'trial' | 'serve' | 'readModel' | 'predictArrays' } ? Omit<R, 'id'> : never) : never;

interface Pending {
  readonly resolve: (result: WorkerResult) => void;
  readonly reject: (error: Error) => void;
  readonly onMessage?: (message: WorkerMessage) => void;
}

/** Asks one worker; starts it at the first question and again after a crash. */
export class WorkerClient {
  private process: WorkerProcess | null = null;
  private readonly pending = new Map<string, Pending>();
  /** Hears what the server in this worker says and asks; null: no server. */
  onServe: ((message: ServeMessage) => void) | null = null;
  /** Called when the process ended, whatever the reason. */
  onExit: (() => void) | null = null;

  constructor(
    private readonly fork: ForkWorker,
    private readonly name: WorkerName,
    private readonly log: (text: string) => void = () => undefined,
  ) {}

  /** True while it works on something. */
  get busy(): boolean {
    return this.pending.size > 0;
  }

  /** Process id of the running worker; undefined while none runs. */
  get pid(): number | undefined {
    return this.process?.pid;
  }

  /**
   * Sends a question and waits for its answer. `onMessage` hears progress and epochs meanwhile.
   * Errors: those of the worker; `CancelledError` when the signal fires; `UserError training:workerDied`.
   */
  ask<R extends WorkerResult>(question: Question & { readonly kind: string }, options: { readonly signal?: AbortSignal; readonly onMessage?: (message: WorkerMessage) => void } = {}): Promise<R> {
    const { signal, onMessage } = options;
    if (signal?.aborted) return Promise.reject(new CancelledError());
    const id = randomUUID();
    const running = this.start();
    return new Promise<R>((resolve, reject) => {
      const cancel = (): void => running.post({ kind: 'cancel', id });
      const settle = (): void => {
        signal?.removeEventListener('abort', cancel);
        this.pending.delete(id);
      };
      this.pending.set(id, {
        resolve: (result) => (settle(), resolve(result as R)),
        reject: (error) => (settle(), reject(error)),
        onMessage,
      });
      signal?.addEventListener('abort', cancel, { once: true });
      running.post({ ...question, id } as WorkerRequest);
    });
  }

  /** Pauses or continues the running trainings of this worker. */
  pause(paused: boolean): void {
    for (const id of this.pending.keys()) this.process?.post({ kind: 'pause', id, paused });
  }

  /** Tells the running worker something that has no answer; nothing happens while none runs. */
  tell(request: Extract<WorkerRequest, { kind: 'serveCommand' | 'serveAnswer' }>): void {
    this.process?.post(request);
  }

  /** Ends the worker. */
  stop(): void {
    this.process?.kill();
    this.process = null;
  }

  private start(): WorkerProcess {
    if (this.process) return this.process;
    const started = this.fork(this.name);
    this.process = started;
    started.onMessage((message) => this.receive(message));
    started.onExit((code) => {
      if (this.process === started) this.process = null;
      const error = new UserError('training:workerDied', { worker: this.name, code: code ?? '?' });
      for (const waiting of [...this.pending.values()]) waiting.reject(error);
      this.onExit?.();
    });
    return started;
  }

  private receive(message: WorkerMessage): void {
    if (message.kind === 'log') this.log(`[${this.name} ${this.process?.pid ?? ''}] ${message.text}`);
    if (message.kind === 'serveQuestion' || message.kind === 'serveEvent') return this.onServe?.(message);
    if (message.kind === 'ready' || message.kind === 'log') return;
    const waiting = this.pending.get(message.id);
    if (!waiting) return;
    if (message.kind === 'done') waiting.resolve(message.result);
    else if (message.kind === 'failed') waiting.reject(deserializeError(message.error));
    else waiting.onMessage?.(message);
  }
}

/** The two workers that services ask. */
export interface Workers {
  readonly trainer: WorkerClient;
  readonly predictor: WorkerClient;
  /** A further predictor for one question that may end or hang it; who asks ends it. */
  readonly spare: () => WorkerClient;
}

/** The worker for a question that either can answer: a running training is not waited for. */
export function freeWorker(workers: Workers): WorkerClient {
  return workers.trainer.busy ? workers.predictor : workers.trainer;
}

/** Both workers, not started yet. */
export function createWorkers(fork: ForkWorker, log?: (text: string) => void): Workers {
  return { trainer: new WorkerClient(fork, 'trainer', log), predictor: new WorkerClient(fork, 'predictor', log), spare: () => new WorkerClient(fork, 'predictor', log) };
}

/** Ends both workers. */
export function stopWorkers(workers: Workers): void {
  workers.trainer.stop();
  workers.predictor.stop();
}
