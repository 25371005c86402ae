import { language, say } from './texts';

/** What the page knows of the project and the model that answers. */
export interface Known {
  readonly project: string;
  readonly model: { readonly id: string; readonly name: string; readonly classes: readonly string[] };
  readonly classes: readonly { readonly name: string; readonly colour: string }[];
  readonly backgrounds: readonly string[];
}

export interface Answer {
  readonly class: string;
  readonly score: number;
  readonly unknown: boolean;
  readonly scores: readonly { readonly class: string; readonly score: number }[];
  readonly milliseconds: number;
  readonly picture: string;
}

/** The server's refusal in its words. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const patience = 20_000;

async function ask<T>(path: string, options: RequestInit = {}): Promise<T> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patience);
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...options, headers: { 'accept-language': language, ...options.headers }, signal: abort.signal });
  } catch {
    throw new Refused(0, say('phone:noConnection'));
  } finally {
    clearTimeout(timer);
  }
  const body = (await response.json().catch(() => null)) as { error?: { message?: string } } | null;
  if (!response.ok || body === null) throw new Refused(response.status, body?.error?.message ?? say('phone:noConnection'));
  return body as T;
}

function send<T>(path: string, value: unknown): Promise<T> {
  return ask<T>(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });
}

/** Pairs this phone; the server keeps it in a cookie that the page cannot read. Errors: `Refused`. */
export const pair = (token: string): Promise<unknown> => send('/v1/pair', { token });

/** Errors: `Refused`; 401: this phone is not paired. */
export const readKnown = (): Promise<Known> => ask<Known>('/v1/phone');

/** Errors: `Refused`. */
export const predict = (picture: Blob): Promise<Answer> => ask<Answer>('/v1/predict', { method: 'POST', headers: { 'content-type': picture.type || 'application/octet-stream' }, body: picture });

/** Keeps a picture that was answered as a labeled frame. Errors: `Refused`. */
export const keep = (picture: string, name: string, background: string | null): Promise<unknown> => send('/v1/feedback', { picture, class: name, background });
