import { serializeError } from '../core/errors';
import type { Progress } from '../core/jobs';
import type { ServeRequest } from '../ipc/serving';
import type { WorkerMessage, WorkerRequest, WorkerResult } from '../ipc/worker';

interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

type ControlRequest = ServeRequest | Extract<WorkerRequest, { kind: 'cancel' | 'pause' }>;
type JobRequest = Exclude<WorkerRequest, ControlRequest>;
type Send = (message: WorkerMessage) => void;

/** What a job of a worker gets. */
export interface WorkerJobContext {
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
  readonly unpaused: () => Promise<void>;
  readonly send: (message: WorkerMessage) => void;
}

interface Running {
  readonly abort: AbortController;
  paused: boolean;
  release: (() => void)[];
}

/** The way to the parent: an Electron utility process has `parentPort`, a Node child has `process.send`. */
function connect(receive: (request: WorkerRequest) => void): (message: WorkerMessage) => void {
  const port = (process as unknown as { parentPort?: ParentPort }).parentPort;
  if (port) {
    port.on('message', ({ data }) => receive(data as WorkerRequest));
    return (message) => port.postMessage(message);
  }
  process.on('message', (message) => receive(message as WorkerRequest));
  // The parent is gone: nobody waits for an answer any more.
  process.on('disconnect', () => process.exit(0));
  return (message) => {
    if (process.connected) process.send?.(message);
  };
}

/**
 * Runs a worker: one job after the other (TensorFlow computes one thing at a time), cancel and pause at any moment.
 * `serving` takes what is meant for the server, which waits for no job.
 */
export function serveWorker(handle: (request: JobRequest, context: WorkerJobContext) => Promise<WorkerResult>, serving?: (request: ServeRequest, send: Send) => void): void {
  const running = new Map<string, Running>();
  let queue: Promise<void> = Promise.resolve();

  const work = async (request: JobRequest, state: Running): Promise<void> => {
    const context: WorkerJobContext = {
      signal: state.abort.signal,
      report: (progress) => send({ kind: 'progress', id: request.id, progress }),
      unpaused: () => (state.paused ? new Promise((resolve) => state.release.push(resolve)) : Promise.resolve()),
      send,
    };
    try {
      send({ kind: 'done', id: request.id, result: await handle(request, context) });
    } catch (error) {
      send({ kind: 'failed', id: request.id, error: serializeError(error) });
    } finally {
      running.delete(request.id);
    }
  };

  const resume = (state: Running): void => {
    state.paused = false;
    for (const release of state.release.splice(0)) release();
  };

  const receive = (request: WorkerRequest): void => {
    if (request.kind === 'serve' || request.kind === 'serveCommand' || request.kind === 'serveAnswer') {
      serving?.(request, send);
      return;
    }
    const state = running.get(request.id);
    if (request.kind === 'cancel') {
      state?.abort.abort();
      if (state) resume(state);
      return;
    }
    if (request.kind === 'pause') {
      if (!state) return;
      if (request.paused) state.paused = true;
      else resume(state);
      return;
    }
    const fresh: Running = { abort: new AbortController(), paused: false, release: [] };
    running.set(request.id, fresh);
    queue = queue.then(() => work(request, fresh));
  };

  // Ctrl-C reaches the whole group of processes; the parent decides what stops.
  process.on('SIGINT', () => undefined);
  const send = connect(receive);
  send({ kind: 'ready', pid: process.pid });
}
