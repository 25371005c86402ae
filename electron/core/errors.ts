/** Values that a sentence may contain. */
export type TextParams = Readonly<Record<string, string | number>>;

/** A sentence of `texts/` beside an error. */
export interface ErrorDetail {
  readonly key: string;
  readonly params: TextParams;
}

/**
 * Something the user can mend. `key` names the sentence in `texts/` (what happened, what was expected, what to do);
 * the process boundary turns it into the user's language. `key` looks like `clips:notAFilm`.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** Sentences that belong to it, one line each: for example each layer of a file that cannot be read. */
  readonly details: readonly ErrorDetail[];
  constructor(
    readonly key: string,
    readonly params: TextParams = {},
    options?: ErrorOptions & { readonly details?: readonly ErrorDetail[] },
  ) {
    super(`${key} ${JSON.stringify(params)}`, options);
    this.details = options?.details ?? [];
  }
}

/** The user asked for it: shown to nobody. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
  constructor(message = 'cancelled') {
    super(message);
  }
}

/** A program that we started failed: carries what is needed to repeat it by hand. */
export class ExternalToolError extends Error {
  override readonly name = 'ExternalToolError';
  constructor(
    readonly tool: string,
    readonly args: readonly string[],
    readonly exitCode: number | null,
    readonly output: string,
  ) {
    super(`${tool} ended with ${exitCode ?? 'a signal'}: ${output.slice(-2000)}`);
  }
}

/** True for an error that says that a disk is full: of the file system, or of a program that we started. */
export function isFullDisk(error: unknown): boolean {
  if (error instanceof ExternalToolError) return /No space left on device/.test(error.output);
  return error instanceof Error && (error as Error & { readonly code?: unknown }).code === 'ENOSPC';
}

/** An error on its way between two processes. */
export interface SerializedError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly key?: string;
  readonly params?: TextParams;
  readonly details?: readonly ErrorDetail[];
  readonly tool?: { readonly tool: string; readonly args: readonly string[]; readonly exitCode: number | null; readonly output: string };
}

/** Makes an error fit for a message. */
export function serializeError(error: unknown): SerializedError {
  if (error instanceof UserError) {
    return { name: error.name, message: error.message, stack: error.stack, key: error.key, params: error.params, ...(error.details.length > 0 ? { details: error.details } : {}) };
  }
  if (error instanceof ExternalToolError) {
    const { tool, args, exitCode, output } = error;
    return { name: error.name, message: error.message, stack: error.stack, tool: { tool, args, exitCode, output } };
  }
  if (error instanceof Error) return { name: error.name, message: error.message, stack: error.stack };
  return { name: 'Error', message: String(error) };
}

/** Gives back the error that `serializeError` took apart, with its class. */
export function deserializeError(error: SerializedError): Error {
  if (error.name === 'UserError' && error.key) return new UserError(error.key, error.params ?? {}, { details: error.details ?? [] });
  if (error.name === 'CancelledError') return new CancelledError(error.message);
  if (error.tool) return new ExternalToolError(error.tool.tool, error.tool.args, error.tool.exitCode, error.tool.output);
  const result = new Error(error.message);
  if (error.stack) result.stack = error.stack;
  return result;
}

/** Ends an exhaustive switch: does not compile while a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
