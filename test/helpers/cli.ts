import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';

const script = resolve(import.meta.dirname, '../../out/main/cli.js');

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The one JSON document, with `--json`. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any;
}

/** Starts the built command line; `done` settles when it ends. */
export function startCli(args: readonly string[], env: Record<string, string> = {}): { readonly child: ChildProcess; readonly done: Promise<CliResult> } {
  const child = spawn(process.execPath, ['--no-deprecation', script, ...args], { env: { ...process.env, LC_ALL: 'C', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const done = new Promise<CliResult>((settle) => {
    child.on('close', (code) => {
      let json: unknown = null;
      try {
        json = JSON.parse(stdout);
      } catch {
        // not asked for, or not one document: the test will say so
      }
      settle({ code, stdout, stderr, json });
    });
  });
  return { child, done };
}

/** Runs the built command line to its end. */
export function runCli(...args: string[]): Promise<CliResult> {
  return startCli(args).done;
}
