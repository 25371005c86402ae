/** Hands this process over to the built command line. */
import { pathToFileURL } from 'node:url';
import { CLI } from './build.mjs';

/**
 * Runs the command line in this very process, so that input, signals and the exit code are its own.
 * @param {readonly string[]} args
 */
export async function runCli(args) {
  // tfjs-node uses old Node functions; their warnings mean nothing to a user.
  process.noDeprecation = true;
  process.argv = [process.execPath, CLI, ...args];
  await import(pathToFileURL(CLI).href);
}
