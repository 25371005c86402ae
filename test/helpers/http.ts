import { request as plain, type Agent, type IncomingHttpHeaders } from 'node:http';
import { request as secure } from 'node:https';
import { connect } from 'node:net';

export interface HttpAnswer {
  /** null: the line was cut without an answer. */
  readonly status: number | null;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly milliseconds: number;
}

export interface HttpWish {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array>;
  readonly agent?: Agent;
}

/** One request with the address exactly as it is given (`fetch` would tidy it up first). Never throws. */
export function ask(base: string, path: string, wish: HttpWish = {}): Promise<HttpAnswer> {
  const { protocol, hostname, port } = new URL(base);
  const started = performance.now();
  return new Promise((resolve) => {
    const end = (status: number | null, headers: IncomingHttpHeaders, text: string): void => resolve({ status, headers, text, milliseconds: performance.now() - started });
    const request = (protocol === 'https:' ? secure : plain)(
      { hostname, port, path, method: wish.method ?? 'GET', headers: { ...wish.headers }, agent: wish.agent ?? false, ...(protocol === 'https:' ? { rejectUnauthorized: false } : {}) },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => end(response.statusCode ?? null, response.headers, text)).on('error', () => end(response.statusCode ?? null, response.headers, text));
      },
    );
    request.on('error', () => end(null, {}, ''));
    const { body } = wish;
    if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) request.end(body);
    else {
      void (async () => {
        for await (const chunk of body) {
          if (request.destroyed || request.errored) return;
          if (!request.write(chunk)) await new Promise<void>((next) => {
            const go = (): void => {
              request.off('drain', go).off('close', go);
              next();
            };
            request.on('drain', go).on('close', go);
          });
        }
        request.end();
      })();
    }
  });
}

/** Sends bytes as they are, waiting `pause` ms between them, and gives what came back until the line was closed (or after `patience` ms). */
export function sendRaw(base: string, pieces: readonly string[], pause = 0, patience = 60_000): Promise<HttpAnswer> {
  const { hostname, port } = new URL(base);
  const started = performance.now();
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    let closed = false;
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('error', () => undefined);
    const timer = setTimeout(() => socket.destroy(), patience);
    socket.on('close', () => {
      closed = true;
      clearTimeout(timer);
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? NaN) || null, headers: {}, text, milliseconds: performance.now() - started });
    });
    socket.on('connect', () => {
      void (async () => {
        for (const piece of pieces) {
          if (closed) return;
          socket.write(piece);
          if (pause > 0) await new Promise((next) => setTimeout(next, pause));
        }
      })();
    });
  });
}
