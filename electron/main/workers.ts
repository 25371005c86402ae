import { app, utilityProcess } from 'electron';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { WorkerMessage } from '../ipc/worker';
import type { ForkWorker } from '../services/workers';
import { workerEnvironment } from '../services/workerEnvironment';

/** Starts workers as utility processes: processes of their own, whose crash does not touch the window. */
export function utilityFork(log: (text: string) => void, threads: () => number): ForkWorker {
  return (name) => {
    const child = utilityProcess.fork(join(import.meta.dirname, `${name}.js`), [], {
      serviceName: `graft-${name}`,
      stdio: 'pipe',
      env: workerEnvironment(process.env, name, threads() || Math.max(1, cpus().length - (name === 'trainer' ? 0 : 1))),
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => log(`[${name} ${child.pid ?? ''}] ${chunk.toString('utf8').trimEnd()}`));
    app.once('will-quit', () => child.kill());
    return {
      get pid() {
        return child.pid;
      },
      post: (request) => child.postMessage(request),
      onMessage: (listener) => child.on('message', (message: WorkerMessage) => listener(message)),
      onExit: (listener) => child.on('exit', (code) => listener(code)),
      kill: () => child.kill(),
    };
  };
}
