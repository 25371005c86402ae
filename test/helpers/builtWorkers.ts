import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import type { WorkerMessage, WorkerRequest, WorkerResult } from '../../electron/ipc/worker';
import { deserializeError } from '../../electron/core/errors';
import { workerEnvironment } from '../../electron/services/workerEnvironment';
import { createWorkers, type WorkerProcess, type Workers } from '../../electron/services/workers';

const root = resolve(import.meta.dirname, '../..');

/** Builds the worker entries as they are shipped; inside the checkout, where they find their packages. */
export async function buildWorkers(): Promise<{ readonly folder: string; remove(): void }> {
  mkdirSync(join(root, 'out'), { recursive: true });
  const folder = mkdtempSync(join(root, 'out/test-workers-'));
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    build: { ssr: true, outDir: folder, emptyOutDir: false, rollupOptions: { input: { trainer: join(root, 'electron/workers/trainer.ts'), predictor: join(root, 'electron/workers/predictor.ts') } } },
  });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A worker in a Node process of its own. */
export interface ForkedWorker {
  readonly child: ChildProcess;
  /** What it wrote to standard error. */
  readonly errors: () => string;
  post(request: WorkerRequest): void;
  /** Sends a question and waits for its answer; other messages about it go to `onMessage`. */
  ask(request: WorkerRequest, onMessage?: (message: WorkerMessage) => void): Promise<WorkerResult>;
}

/** Starts a built worker. */
export function forkWorker(folder: string, name: 'trainer' | 'predictor'): ForkedWorker {
  const child = fork(join(folder, `${name}.js`), [], { env: workerEnvironment(process.env, name, 2), stdio: ['ignore', 'ignore', 'pipe', 'ipc'], serialization: 'advanced' });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const post = (request: WorkerRequest): void => void child.send(request);
  return {
    child,
    errors: () => errors,
    post,
    ask: (request, onMessage = () => undefined) =>
      new Promise((resolveAnswer, reject) => {
        const hear = (message: WorkerMessage): void => {
          if (!('id' in message) || message.id !== request.id) return;
          if (message.kind === 'done') resolveAnswer(message.result);
          else if (message.kind === 'failed') reject(deserializeError(message.error));
          else return onMessage(message);
          child.off('message', hear);
        };
        child.on('message', hear);
        child.once('exit', (code, signal) => reject(new Error(`worker ended: ${code ?? signal}`)));
        post(request);
      }),
  };
}

/** Trainer and predictor as the services ask them, each in a Node process of its own. */
export function builtWorkers(folder: string): Workers {
  return createWorkers((name): WorkerProcess => {
    const { child, post } = forkWorker(folder, name);
    return {
      pid: child.pid,
      post,
      onMessage: (listener) => void child.on('message', (message) => listener(message as WorkerMessage)),
      onExit: (listener) => void child.on('exit', listener),
      kill: () => void child.kill(),
    };
  });
}
