import { randomUUID } from 'node:crypto';
import { assertNever, deserializeError, serializeError } from '../../core/errors';
import type { ServeAnswer, ServeCommand, ServeEvent, ServeJob, ServeQuestion, ServeRequest } from '../../ipc/serving';
import type { WorkerMessage } from '../../ipc/worker';
import { startServer, type RunningServer } from './server';

type Send = (message: WorkerMessage) => void;

/** How the server talks to its parent. */
export interface ServerParent {
  readonly ask: <K extends ServeQuestion['kind']>(question: Extract<ServeQuestion, { kind: K }>) => Promise<Extract<ServeAnswer, { kind: K }>>;
  readonly tell: (event: ServeEvent) => void;
  readonly log: (text: string) => void;
}

interface Waiting {
  readonly resolve: (answer: ServeAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** The one server of this process: started, told and stopped by messages of the parent. */
export class Serving {
  private server: RunningServer | null = null;
  private readonly waiting = new Map<string, Waiting>();
  /** Starts and stops come one after the other. */
  private queue: Promise<unknown> = Promise.resolve();

  receive(request: ServeRequest, send: Send): void {
    if (request.kind === 'serveAnswer') {
      const waiting = this.waiting.get(request.id);
      this.waiting.delete(request.id);
      if (request.answer) waiting?.resolve(request.answer);
      else waiting?.reject(request.error ? deserializeError(request.error) : new Error('no answer'));
      return;
    }
    this.queue = this.queue.then(() => (request.kind === 'serve' ? this.start(request.id, request.job, send) : this.obey(request.command))).catch((error: unknown) => send({ kind: 'log', level: 'error', text: String(error) }));
  }

  private async start(id: string, job: ServeJob, send: Send): Promise<void> {
    try {
      await this.stop();
      this.server = await startServer(job, this.parent(send));
      send({ kind: 'done', id, result: { kind: 'serve', port: this.server.port, fingerprint: this.server.fingerprint } });
    } catch (error) {
      send({ kind: 'failed', id, error: serializeError(error) });
    }
  }

  private parent(send: Send): ServerParent {
    return {
      ask: (question) => {
        const id = randomUUID();
        return new Promise((resolve, reject) => {
          this.waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
          send({ kind: 'serveQuestion', id, question });
        });
      },
      tell: (event) => send({ kind: 'serveEvent', event }),
      log: (text) => send({ kind: 'log', level: 'warning', text }),
    };
  }

  private async obey(command: ServeCommand): Promise<void> {
    switch (command.kind) {
      case 'pairing':
        return this.server?.phones.setTokens(command.tokens);
      case 'revoke':
        return this.server?.phones.revoke(command.phoneId);
      case 'model':
        return this.server?.setModel(command.model);
      case 'stop':
        return this.stop();
      default:
        return assertNever(command);
    }
  }

  private async stop(): Promise<void> {
    const server = this.server;
    this.server = null;
    await server?.stop();
  }
}
