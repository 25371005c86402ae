/** The one place where the set-up starts other programs. */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readdirSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { SetupError, progress } from './log.mjs';
import { cacheFolder, npmFolder } from './platform.mjs';

/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();

/** From now on a signal ends our children and then us; the returned function undoes that. */
export function stopOnSignals() {
  const stop = (/** @type {NodeJS.Signals} */ signal) => {
    for (const child of children) endWithItsOwn(child);
    process.stderr.write('\nsetup: stopped; run the same command again to go on from here.\n');
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, stop);
  return () => {
    for (const signal of signals) process.off(signal, stop);
  };
}

/** Ends a program and everything that it started. */
function endWithItsOwn(/** @type {import('node:child_process').ChildProcess} */ child) {
  try {
    if (process.platform === 'win32' || !child.pid) child.kill();
    else process.kill(-child.pid, 'SIGTERM');
  } catch {
    // It ended by itself in this moment.
  }
}

/**
 * Runs a program and waits; its output goes to a log file in the cache and its tail into the error.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{cwd?: string, env?: Record<string, string>, watch?: {label: string, folder: string, total: number | null}}} [options]
 *   `watch` shows progress by the size of a folder that the program fills
 * @returns {Promise<string>} standard output
 */
export async function run(command, args, options = {}) {
  const logFolder = join(cacheFolder(), 'logs');
  mkdirSync(logFolder, { recursive: true });
  const log = createWriteStream(join(logFolder, 'setup.log'), { flags: 'a' });
  log.write(`\n$ ${command} ${args.join(' ')}\n`);
  const timer = options.watch ? watchFolder(options.watch) : undefined;
  let output = '';
  let tail = '';
  try {
    const code = await new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: options.cwd,
        env: { ...childEnvironment(), ...options.env },
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
        // Its own group, so that make and the compilers under it end with it.
        detached: process.platform !== 'win32',
      });
      children.add(child);
      child.stdout.on('data', (chunk) => {
        output = (output + chunk).slice(-4_000_000);
        tail = (tail + chunk).slice(-4000);
        log.write(chunk);
      });
      child.stderr.on('data', (chunk) => {
        tail = (tail + chunk).slice(-4000);
        log.write(chunk);
      });
      child.once('error', reject);
      child.once('close', (exitCode, signal) => {
        children.delete(child);
        resolve(exitCode ?? `signal ${signal}`);
      });
    });
    if (code !== 0) throw new CommandError(command, args, code, tail);
    return output;
  } finally {
    clearInterval(timer);
    log.end();
  }
}

/** A program ended with something else than 0; carries the tail of what it printed. */
export class CommandError extends SetupError {
  /** @override */
  name = 'CommandError';
  /**
   * @param {string} command
   * @param {readonly string[]} args
   * @param {number | string} code
   * @param {string} tail
   */
  constructor(command, args, code, tail) {
    const telling = tail.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
    const lines = telling.slice(-10).join('\n  ');
    super(`\`${[command, ...args].join(' ').slice(0, 200)}\` ended with ${code}:\n  ${lines}`);
    this.tail = tail;
  }
}

/**
 * Runs npm with the Node that runs us.
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export async function npm(args, options) {
  const folder = npmFolder();
  if (!folder) throw new SetupError('npm was not found beside Node nor on PATH; install Node from its official installer, which brings npm.');
  return run(process.execPath, [join(folder, 'bin', 'npm-cli.js'), ...args], options);
}

/** The environment of child programs: ours, with the running Node first on PATH. */
function childEnvironment() {
  return { ...process.env, NO_COLOR: '1', PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}` };
}

/** @param {{label: string, folder: string, total: number | null}} watch */
function watchFolder({ label, folder, total }) {
  return setInterval(() => progress(label, folderSize(folder), total), 500);
}

function folderSize(/** @type {string} */ folder) {
  let size = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      size += entry.isDirectory() ? folderSize(path) : statSync(path).size;
    }
  } catch {
    // Files come and go while the other program works.
  }
  return size;
}
