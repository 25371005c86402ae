import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { WorkerMessage } from '../ipc/worker';
import { readEngineRecords, type EngineRecord } from '../services/engineRecords';
import { workerEnvironment } from '../services/workerEnvironment';
import type { ForkWorker } from '../services/workers';
import { writeLog } from './io';

/** What the set-up found and where: beside the built program. */
export function engineRecords(): readonly EngineRecord[] {
  return readEngineRecords(join(import.meta.dirname, '..', 'engines.json'));
}

/** Starts workers as Node processes, without a window; `folder`: where their built entries lie. */
export const forkFrom = (folder: string): ForkWorker => (name) => {
  const child = fork(join(folder, `${name}.js`), [], {
    env: workerEnvironment(process.env, name, cpus().length),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: ['--no-deprecation'],
    serialization: 'advanced',
  });
  child.stderr?.on('data', (chunk: Buffer) => writeLog(`[${name} ${child.pid ?? ''}] ${chunk.toString('utf8').trimEnd()}`));
  return {
    pid: child.pid,
    post: (request) => void (child.connected && child.send(request)),
    onMessage: (listener) => child.on('message', (message) => listener(message as WorkerMessage)),
    onExit: (listener) => child.on('exit', (code) => listener(code)),
    kill: () => child.kill('SIGKILL'),
  };
};

let forkNow: ForkWorker = forkFrom(import.meta.dirname);

/** Says what starts workers instead of Node: inside the installed program there is no Node to be had. */
export function forkBy(other: ForkWorker): void {
  forkNow = other;
}

/** Starts a worker the way that suits the program that the command line runs in. */
export const forkWorker: ForkWorker = (name) => forkNow(name);
