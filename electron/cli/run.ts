import { killAllFfmpeg } from '../media/ffmpeg';
import { configureEngines } from '../services/engineRecords';
import type { JobContext } from '../services/jobs';
import { onRestored } from '../services/projects';
import { createWorkers, stopWorkers, type Workers } from '../services/workers';
import { engineRecords, forkWorker } from './engines';
import { createTerminal, reportError, UsageError, writeLog, type GlobalOptions, type Terminal } from './io';

/** What a command works with. */
export interface Command {
  readonly terminal: Terminal;
  readonly workers: Workers;
  readonly context: JobContext;
}

/**
 * Runs one command: progress, Ctrl-C (what is finished stays), errors as sentences, workers ended whatever happens.
 * Sets the exit code.
 */
export async function runCommand(options: GlobalOptions, work: (command: Command) => Promise<void> | void): Promise<void> {
  const terminal = createTerminal(options);
  onRestored((sentence) => process.stderr.write(`${terminal.speaker.sentence(sentence)}\n`));
  configureEngines(engineRecords());
  const workers = createWorkers(forkWorker, writeLog);
  const abort = new AbortController();
  let interrupts = 0;
  const interrupt = (): void => {
    interrupts += 1;
    abort.abort();
    // A second Ctrl-C does not wait for anybody.
    if (interrupts > 1) {
      killAllFfmpeg();
      stopWorkers(workers);
      process.exit(130);
    }
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    await work({ terminal, workers, context: { report: terminal.progress, signal: abort.signal } });
    terminal.clear();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    process.exitCode = reportError(terminal, error);
  } finally {
    stopWorkers(workers);
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
