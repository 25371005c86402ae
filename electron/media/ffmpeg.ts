import ffmpegStatic from 'ffmpeg-static';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { CancelledError, ExternalToolError, UserError } from '../core/errors';

/** All our ffmpeg processes: ended together when the program ends. */
const running = new Set<ChildProcess>();
let configuredPath: string | null = null;

/** Says which ffmpeg is to be used (found by the set-up or shipped with the app). */
export function configureFfmpeg(path: string | null): void {
  configuredPath = path;
}

/** Path of ffmpeg: FFMPEG_BIN, what the set-up found, ffmpeg-static's own, else `ffmpeg` from the PATH. */
export function ffmpegPath(): string {
  const candidates = [process.env['FFMPEG_BIN'], configuredPath, ffmpegStatic as unknown as string | null];
  return candidates.find((path): path is string => !!path && existsSync(path)) ?? 'ffmpeg';
}

/** Ends every ffmpeg that still runs. */
export function killAllFfmpeg(): void {
  for (const child of running) child.kill('SIGKILL');
}

export interface FfmpegOutput {
  /** What was written to standard output, where `binary` was asked for. */
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly exitCode: number | null;
}

export interface FfmpegOptions {
  readonly signal?: AbortSignal;
  /** Called with every line of standard error. */
  readonly onLine?: (line: string) => void;
  /** Kill it when it has said nothing for so long. */
  readonly silenceMs?: number;
  /** Standard input, e.g. raw pictures. */
  readonly input?: (stdin: NodeJS.WritableStream) => Promise<void>;
  /** Most bytes of standard output that are kept; more is an error. */
  readonly maxOutputBytes?: number;
}

const keptErrorCharacters = 200_000;

/**
 * Runs ffmpeg to its end. Does not judge the exit code: 0 is no proof of a whole film, and probing ends with 1 by design.
 * Errors: `CancelledError` when the signal fires, `UserError media:noFfmpeg`, `ExternalToolError` when it hangs.
 */
export function runFfmpeg(args: readonly string[], options: FfmpegOptions = {}): Promise<FfmpegOutput> {
  const { signal, onLine, silenceMs = 120_000, maxOutputBytes = 512 * 1024 * 1024 } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new CancelledError());
      return;
    }
    const path = ffmpegPath();
    const child = spawn(path, [...args], { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
    running.add(child);
    const output: Buffer[] = [];
    let outputBytes = 0;
    let stderr = '';
    let rest = '';
    let failure: Error | null = null;
    const stop = (error: Error): void => {
      failure ??= error;
      child.kill('SIGKILL');
    };
    const silence = setInterval(() => {
      if (Date.now() - lastSign > silenceMs) stop(new ExternalToolError('ffmpeg', args, null, `${stderr}\nno sign of life for ${silenceMs / 1000} s`));
    }, 1000);
    let lastSign = Date.now();
    const cancel = (): void => stop(new CancelledError());
    signal?.addEventListener('abort', cancel, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      lastSign = Date.now();
      outputBytes += chunk.length;
      if (outputBytes > maxOutputBytes) stop(new ExternalToolError('ffmpeg', args, null, 'more output than expected'));
      else output.push(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      lastSign = Date.now();
      stderr = (stderr + chunk).slice(-keptErrorCharacters);
      const lines = (rest + chunk).split(/\r?\n|\r/);
      rest = lines.pop() ?? '';
      if (onLine) for (const line of lines) onLine(line);
    });
    child.stdin.on('error', () => undefined);
    if (options.input) void options.input(child.stdin).then(() => child.stdin.end(), stop);
    else child.stdin.end();
    const finish = (): void => {
      clearInterval(silence);
      signal?.removeEventListener('abort', cancel);
      running.delete(child);
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      finish();
      reject(error.code === 'ENOENT' || error.code === 'EACCES' ? new UserError('media:noFfmpeg', { path }) : error);
    });
    child.on('close', (exitCode) => {
      finish();
      if (failure) reject(failure);
      else resolve({ stdout: Buffer.concat(output), stderr, exitCode });
    });
  });
}

/** Version of the ffmpeg in use, e.g. `5.1.9`. */
export async function ffmpegVersion(): Promise<string> {
  const { stdout } = await runFfmpeg(['-hide_banner', '-version']);
  return /ffmpeg version (\S+)/.exec(stdout.toString('utf8'))?.[1] ?? 'unknown';
}
