import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { WorkerMessage } from '../ipc/worker';
import { configureFfmpeg } from '../media/ffmpeg';
import { workerEnvironment } from '../services/workerEnvironment';
import type { ForkWorker } from '../services/workers';
import { writeLog } from './io';

export interface EngineRecord {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly path?: string | null;
}

/** What the set-up found and where: beside the built program. */
export function readEngineRecords(): readonly EngineRecord[] {
  try {
    const parsed = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'engines.json'), 'utf8')) as { engines: readonly EngineRecord[] };
    return parsed.engines;
  } catch {
    return [];
  }
}

/** Tells the ffmpeg runner where the set-up put ffmpeg. */
export function configureEngines(): void {
  configureFfmpeg(readEngineRecords().find(({ name }) => name === 'ffmpeg')?.path ?? null);
}

/** Starts workers as Node processes, without a window. */
export const nodeFork: ForkWorker = (name) => {
  const child = fork(join(import.meta.dirname, `${name}.js`), [], {
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
