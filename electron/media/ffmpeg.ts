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
  /** Takes standard output piece by piece; nothing of it is kept then. */
  readonly onData?: (chunk: Buffer) => void;
  /** Lines that are only heard by `onLine` and not kept. */
  readonly forget?: RegExp;
  /** Kill it when it has said nothing for so long. */
  readonly silenceMs?: number;
  /** Kill it when it is not done after so long. */
  readonly limitMs?: number;
  /** Standard input, e.g. raw pictures. */
  readonly input?: (stdin: NodeJS.WritableStream) => Promise<void>;
  /** Most bytes of standard output that are kept; more is an error. */
  readonly maxOutputBytes?: number;
}

const keptErrorCharacters = 200_000;

/** Cuts text into lines and keeps the last of them. */
function keepLines(forget: RegExp | undefined): { add(chunk: string): readonly string[]; text(): string } {
  let lines: string[] = [];
  let length = 0;
  let rest = '';
  return {
    add: (chunk) => {
      const fresh = (rest + chunk).split(/\r?\n|\r/);
      rest = fresh.pop() ?? '';
      for (const line of fresh) {
        if (forget?.test(line)) continue;
        lines.push(line);
        length += line.length + 1;
      }
      if (length > 2 * keptErrorCharacters) {
        lines = [lines.join('\n').slice(-keptErrorCharacters)];
        length = keptErrorCharacters;
      }
      return fresh;
    },
    text: () => [...lines, rest].join('\n').slice(-keptErrorCharacters),
  };
}

/**
 * Runs ffmpeg to its end. Does not judge the exit code: 0 is no proof of a whole film, and probing ends with 1 by design.
 * Errors: `CancelledError` when the signal fires, `UserError media:noFfmpeg`, `ExternalToolError` when it hangs.
 */
export function runFfmpeg(args: readonly string[], options: FfmpegOptions = {}): Promise<FfmpegOutput> {
  const { signal, onLine, onData, forget, silenceMs = 120_000, limitMs = Infinity, maxOutputBytes = 512 * 1024 * 1024 } = options;
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
    const kept = keepLines(forget);
    let failure: Error | null = null;
    const stop = (error: Error): void => {
      failure ??= error;
      child.kill('SIGKILL');
    };
    const started = Date.now();
    let lastSign = started;
    const silence = setInterval(() => {
      const now = Date.now();
      if (now - lastSign > silenceMs) stop(new ExternalToolError('ffmpeg', args, null, `${kept.text()}\nno sign of life for ${silenceMs / 1000} s`));
      if (now - started > limitMs) stop(new ExternalToolError('ffmpeg', args, null, `${kept.text()}\nnot done after ${limitMs / 1000} s`));
    }, 1000);
    const cancel = (): void => stop(new CancelledError());
    signal?.addEventListener('abort', cancel, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      lastSign = Date.now();
      if (onData) return onData(chunk);
      outputBytes += chunk.length;
      if (outputBytes > maxOutputBytes) stop(new ExternalToolError('ffmpeg', args, null, 'more output than expected'));
      else output.push(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      lastSign = Date.now();
      for (const line of kept.add(chunk)) onLine?.(line);
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
      else resolve({ stdout: Buffer.concat(output), stderr: kept.text(), exitCode });
    });
  });
}

/** Version of the ffmpeg in use, e.g. `5.1.9`. */
export async function ffmpegVersion(): Promise<string> {
  const { stdout } = await runFfmpeg(['-hide_banner', '-version']);
  return /ffmpeg version (\S+)/.exec(stdout.toString('utf8'))?.[1] ?? 'unknown';
}
