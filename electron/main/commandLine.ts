import { app } from 'electron';
import { cpus } from 'node:os';
import { writeLog } from '../cli/io';
import { utilityFork } from './workers';

/**
 * The words of the command line in the arguments of the installed program: those behind `--`, or from the first
 * argument that is no switch of Chromium's. Empty in a checkout, where Node runs the command line.
 */
export function commandWords(argv: readonly string[], packaged: boolean): readonly string[] {
  if (!packaged) return [];
  const given = argv.slice(1);
  const divider = given.indexOf('--');
  if (divider >= 0) return given.slice(divider + 1);
  const first = given.findIndex((argument) => !argument.startsWith('-'));
  return first < 0 ? [] : given.slice(first);
}

/** Runs a command of the command line in this process, without a window, and ends the program with its exit code. */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  app.dock?.hide();
  const [{ runProgram }, { forkBy }] = await Promise.all([import('../cli/program'), import('../cli/engines')]);
  forkBy(utilityFork(writeLog, () => cpus().length));
  await runProgram(words);
  // What was written must be out before the process ends.
  await new Promise<void>((resolve) => void process.stdout.write('', () => resolve()));
  app.exit(Number(process.exitCode ?? 0));
}
