import { appendFileSync, mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CancelledError, ExternalToolError, UserError } from '../core/errors';
import type { Progress } from '../core/jobs';
import { languageOf } from '../core/texts';
import { createSpeaker, type Speaker } from '../services/texts';
import en from './texts/en.json';
import ru from './texts/ru.json';

export interface GlobalOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly lang?: string;
}

/** A problem of the caller's words, not of the data: exit code 2 and the usage line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Where the details of a bug are written. */
export function logFile(): string {
  const base = process.env['GRAFT_LOGS'] ?? join(process.env['XDG_STATE_HOME'] ?? (homedir() ? join(homedir(), '.local', 'state') : tmpdir()), 'graft');
  return join(base, 'graft.log');
}

/** Appends to the log; a log that cannot be written is no reason to fail. */
export function writeLog(text: string): void {
  try {
    mkdirSync(dirname(logFile()), { recursive: true });
    appendFileSync(logFile(), `${new Date().toISOString()} ${text}\n`);
  } catch {
    // nothing to do about it
  }
}

/** How a command speaks: results to standard output, progress and errors to standard error. */
export interface Terminal {
  readonly json: boolean;
  readonly speaker: Speaker;
  /** A line for people; nothing with `--json`. */
  print(text?: string): void;
  /** The one JSON document; nothing without `--json`. */
  result(document: Record<string, unknown>): void;
  progress(progress: Progress): void;
  /** Ends a progress bar that is on the screen. */
  clear(): void;
}

const lineEverySeconds = 3;

/** The terminal for these options. */
export function createTerminal(options: GlobalOptions, environment: NodeJS.ProcessEnv = process.env): Terminal {
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'];
  const speaker = createSpeaker(options.lang ? languageOf(options.lang) : languageOf(locale), { en: { cli: en }, ru: { cli: ru } });
  const bar = process.stderr.isTTY === true;
  let lastLine = 0;
  let onScreen = false;
  const clear = (): void => {
    if (onScreen) process.stderr.write('\r\u001b[K');
    onScreen = false;
  };
  return {
    json: options.json === true,
    speaker,
    print: (text = '') => {
      if (options.json) return;
      clear();
      process.stdout.write(`${text}\n`);
    },
    result: (document) => {
      clear();
      if (options.json) process.stdout.write(`${JSON.stringify({ ok: true, ...document })}\n`);
    },
    progress: (progress) => {
      if (options.quiet) return;
      const text = progressText(speaker, progress);
      if (bar) {
        process.stderr.write(`\r\u001b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
        onScreen = true;
      } else if (Date.now() - lastLine > lineEverySeconds * 1000) {
        lastLine = Date.now();
        process.stderr.write(`${text}\n`);
      }
    },
    clear,
  };
}

function progressText(speaker: Speaker, { value, title, params, description, etaSeconds }: Progress): string {
  const share = value === null ? '     ' : `${String(Math.round(value * 100)).padStart(3)} %`;
  const left = etaSeconds != null && etaSeconds >= 1 ? `  ${speaker.say('cli:left', { seconds: Math.round(etaSeconds) })}` : '';
  return `${share}  ${speaker.say(title, params ?? {})}${description ? ` · ${description}` : ''}${left}`;
}

/** What to do: all but the first sentence of a message; null where it is one. */
export function hintOf(message: string): string | null {
  const rest = message.split(/(?<=[.!?])\s+(?=\p{Lu})/u).slice(1).join(' ');
  return rest === '' ? null : rest;
}

/** Says what went wrong, and gives the exit code: 1 the user can mend it, 3 a bug, 130 cancelled. */
export function reportError(terminal: Terminal, error: unknown): number {
  terminal.clear();
  const fail = (kind: string, message: string, code: number): number => {
    if (terminal.json) process.stdout.write(`${JSON.stringify({ ok: false, error: { kind, message, hint: hintOf(message) } })}\n`);
    process.stderr.write(`${message}\n`);
    return code;
  };
  if (error instanceof CancelledError) return fail('cancelled', terminal.speaker.say('cli:cancelled'), 130);
  if (error instanceof UserError) return fail(error.key.replace(':', '.'), terminal.speaker.error(error), 1);
  if (error instanceof ExternalToolError) {
    writeLog(`${error.tool} ${error.args.join(' ')}\n${error.output}`);
    return fail('externalTool', terminal.speaker.say('cli:toolFailed', { tool: error.tool, log: logFile() }), 1);
  }
  writeLog(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return fail('bug', terminal.speaker.say('app:bug', { log: logFile() }), 3);
}

/** A table of at most 80 columns: the widest text column is cut in the middle. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const room = 80 - 2 * (head.length - 1);
  while (widths.reduce((sum, width) => sum + width, 0) > room) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] as number) - 1;
  }
  const numeric = head.map((_, column) => rows.length > 0 && rows.every((row) => /^[-–\d., %]*$/.test(row[column] ?? '')));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const cut = cutMiddle(cell, widths[column] as number);
        return numeric[column] ? cut.padStart(widths[column] as number) : cut.padEnd(widths[column] as number);
      })
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}

/** A text of at most `width` characters, cut in its middle. */
export function cutMiddle(text: string, width: number): string {
  if (text.length <= width) return text;
  const left = Math.ceil((width - 1) / 2);
  return `${text.slice(0, left)}…${text.slice(text.length - (width - 1 - left))}`;
}

export { cutRatio as percent } from '../core/numbers';
