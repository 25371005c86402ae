import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import QRCode from 'qrcode';
import { serializeError, UserError } from '../core/errors';
import type { Feedback, PairedPhone, PairingToken, PhoneView, ServeAnswer, ServedModel, ServeMessage, ServeQuestion, ServeResult, ServingView } from '../ipc/serving';
import { listNames } from '../store/names';
import { unknownBelow, type ModelRow } from '../store/models';
import { hostViews } from './hosts';
import { modelFolder, modelMetadata } from './models';
import { asFrame } from './pictureRoad';
import type { ReadProject } from './projects';
import { ownFolder } from './ownFolder';
import type { Workers } from './workers';

/** The port that is tried first, so that a phone finds the page again where it was. */
export const usualPort = 8460;

/** What a phone may do to a decoder: less than the owner of the machine. */
export const outsideLimits = { pixels: 64_000_000, milliseconds: 15_000 } as const;

/** A predictor that dies again and again is left alone: so many times, each within a minute of the one before. */
const mostRestarts = 5;

/** The project behind the server, as the window or the command line holds it. */
export interface ServingSource {
  project(): ReadProject;
  /** Keeps a picture as a labeled frame. */
  keep(file: string, feedback: Feedback): Promise<void>;
}

export interface ServingOptions {
  readonly host: string;
  /** null: the usual one, or any other that is free. */
  readonly port: number | null;
  /** Folder of the certificate, for https; null: http. */
  readonly certificateFolder: string | null;
  readonly pageFolder: string;
  readonly pairingMinutes: number;
}

/** What the server has to know of a model. Errors: `models:filesMissing`. */
export function servedModel(project: ReadProject, model: ModelRow): ServedModel {
  return { id: model.id, name: model.name, folder: modelFolder(project, model.id), classNames: model.classNames, input: modelMetadata(project, model).architecture.input, threshold: unknownBelow(project.db, model.id) };
}

/** A QR code as one path of squares, `size` squares wide. */
export function qrPath(text: string): ServingView['qr'] {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  let path = '';
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) if (modules.get(row, column)) path += `M${column} ${row}h1v1h-1z`;
  }
  return { size: modules.size, path };
}

/** A QR code for a terminal: half blocks, dark on light whatever the terminal's colours are. */
export function qrForTerminal(text: string, colours: boolean): Promise<string> {
  return QRCode.toString(text, colours ? { type: 'terminal', small: true } : { type: 'utf8' });
}

const newToken = (): string => randomBytes(16).toString('base64url');

/** The server for phones and programs, seen from its parent: it runs in the predictor process, and is started again when that dies. */
export class PhoneServer {
  private running: { readonly options: ServingOptions; readonly source: ServingSource; readonly workFolder: string; readonly port: number; readonly fingerprint: string | null; model: ServedModel; pairing: PairingToken } | null = null;
  private phones: readonly PairedPhone[] = [];
  private token = newToken();
  private restarts = 0;
  private lastRestart = 0;
  private renewal: NodeJS.Timeout | null = null;

  constructor(
    private readonly workers: Workers,
    private readonly log: (text: string) => void,
    private readonly changed: () => void = () => undefined,
    /** Called when a phone was paired. */
    private readonly paired: (phone: PhoneView) => void = () => undefined,
  ) {}

  /** What the window shows; null while it is off. */
  view(): ServingView | null {
    if (!this.running) return null;
    const { options, port, fingerprint, model, pairing } = this.running;
    const shown = options.host === '0.0.0.0' ? (hostViews()[0]?.address ?? '127.0.0.1') : options.host;
    const address = `${options.certificateFolder === null ? 'http' : 'https'}://${shown}:${port}`;
    // Behind #: browsers keep it to themselves, it reaches no log.
    const pairingUrl = `${address}/#k=${pairing.token}`;
    return {
      address, host: options.host, https: options.certificateFolder !== null, fingerprint, model: { id: model.id, name: model.name }, token: this.token, pairingUrl,
      qr: qrPath(pairingUrl), pairingExpiresAt: pairing.expiresAt, phones: this.phones.map(({ tokenHash: _hash, ...phone }) => phone),
    };
  }

  /** Starts it, or starts it anew with other options. Errors: `serving:*`, those of a model file. */
  async start(source: ServingSource, model: ServedModel, options: ServingOptions): Promise<ServingView> {
    const hosts = hostViews().map(({ address }) => address);
    if (![...hosts, '0.0.0.0', '127.0.0.1', 'localhost'].includes(options.host)) throw new UserError('serving:hostUnknown', { host: options.host, hosts: hosts.join(', ') });
    this.stop();
    const workFolder = ownFolder('graft-phone');
    try {
      this.workers.predictor.onServe = (message) => this.hear(message);
      this.workers.predictor.onExit = () => void this.restart();
      const { port, fingerprint } = await this.listen(options, model, workFolder);
      this.running = { options, source, workFolder, port, fingerprint, model, pairing: this.freshPairing(options) };
    } catch (error) {
      this.forget();
      rmSync(workFolder, { recursive: true, force: true });
      throw error;
    }
    this.restarts = 0;
    this.tellPairing();
    this.changed();
    return this.view() as ServingView;
  }

  /** Stops it; phones have to be paired again afterwards, and the token is void. */
  stop(): void {
    if (!this.running) return;
    const { workFolder } = this.running;
    this.workers.predictor.tell({ kind: 'serveCommand', id: 'stop', command: { kind: 'stop' } });
    this.forget();
    rmSync(workFolder, { recursive: true, force: true, maxRetries: 5 });
    this.changed();
  }

  /** Another QR code; the one before is void. Errors: `serving:off`. */
  renew(): ServingView {
    const running = this.on();
    running.pairing = this.freshPairing(running.options);
    this.tellPairing();
    this.changed();
    return this.view() as ServingView;
  }

  /** The phone has to be paired again. Errors: `serving:off`. */
  revoke(phoneId: string): ServingView {
    this.on();
    this.phones = this.phones.filter(({ id }) => id !== phoneId);
    this.workers.predictor.tell({ kind: 'serveCommand', id: phoneId, command: { kind: 'revoke', phoneId } });
    this.changed();
    return this.view() as ServingView;
  }

  /** Lets another model answer. Errors: `serving:off`. */
  setModel(model: ServedModel): ServingView {
    const running = this.on();
    running.model = model;
    this.workers.predictor.tell({ kind: 'serveCommand', id: model.id, command: { kind: 'model', model } });
    this.changed();
    return this.view() as ServingView;
  }

  private on(): NonNullable<typeof this.running> {
    if (!this.running) throw new UserError('serving:off');
    return this.running;
  }

  private forget(): void {
    if (this.renewal) clearTimeout(this.renewal);
    this.renewal = null;
    this.running = null;
    this.phones = [];
    this.token = newToken();
    this.workers.predictor.onServe = null;
    this.workers.predictor.onExit = null;
  }

  private async listen(options: ServingOptions, model: ServedModel, workFolder: string): Promise<ServeResult> {
    const names = options.host === '0.0.0.0' ? [...hostViews().map(({ address }) => address), 'localhost'] : options.host === '127.0.0.1' ? ['localhost'] : [];
    const ask = (port: number): Promise<ServeResult> => this.workers.predictor.ask<ServeResult>({
      kind: 'serve',
      job: { host: options.host, port, names, certificateFolder: options.certificateFolder, model, pageFolder: options.pageFolder, workFolder, token: this.token, phones: this.phones },
    });
    try {
      return await ask(options.port ?? usualPort);
    } catch (error) {
      if (options.port === null && error instanceof UserError && error.key === 'serving:portTaken') return ask(0);
      throw error;
    }
  }

  private freshPairing({ pairingMinutes }: ServingOptions): PairingToken {
    return { token: newToken(), expiresAt: Date.now() + pairingMinutes * 60_000 };
  }

  private tellPairing(): void {
    const { pairing } = this.on();
    this.workers.predictor.tell({ kind: 'serveCommand', id: 'pairing', command: { kind: 'pairing', tokens: [pairing] } });
    if (this.renewal) clearTimeout(this.renewal);
    this.renewal = setTimeout(() => this.running && this.renew(), pairing.expiresAt - Date.now());
    this.renewal.unref();
  }

  /** The predictor died: the same server again, for the same phones. */
  private async restart(): Promise<void> {
    const { running } = this;
    if (!running) return;
    this.restarts = Date.now() - this.lastRestart > 60_000 ? 1 : this.restarts + 1;
    this.lastRestart = Date.now();
    if (this.restarts > mostRestarts) return this.stop();
    this.log('the predictor ended; the server for phones is started again');
    try {
      await this.listen({ ...running.options, port: running.port }, running.model, running.workFolder);
      if (this.running === running) this.tellPairing();
    } catch (error) {
      this.log(`the server for phones: ${String(error)}`);
      if (this.running === running) this.stop();
    }
  }

  private hear(message: ServeMessage): void {
    const { predictor } = this.workers;
    if (message.kind === 'serveQuestion') {
      this.answer(message.question).then(
        (answer) => predictor.tell({ kind: 'serveAnswer', id: message.id, answer }),
        (error: unknown) => predictor.tell({ kind: 'serveAnswer', id: message.id, error: serializeError(error) }),
      );
      return;
    }
    const { event } = message;
    if (event.kind === 'phones') {
      this.phones = event.phones;
      this.changed();
    }
    if (event.kind === 'paired') {
      this.paired(event.phone);
      if (this.running) this.renew();
    }
  }

  private async answer(question: ServeQuestion): Promise<ServeAnswer> {
    const { source, workFolder } = this.on();
    const path = (file: string): string => {
      if (!/^[\w-]+\.(jpg|png|webp)$/.test(file)) throw new Error(`no picture of the server: ${file}`);
      return join(workFolder, file);
    };
    switch (question.kind) {
      case 'prepare': {
        const target = question.file.replace(/\.\w+$/, '-frame.jpg');
        await asFrame(path(question.file), path(target), outsideLimits);
        return { kind: 'prepare', file: target };
      }
      case 'keep':
        await source.keep(path(question.file), question.feedback);
        return { kind: 'keep' };
      case 'names': {
        const project = source.project();
        const shown = (table: 'classes' | 'backgrounds'): ReturnType<typeof listNames> => listNames(project.db, table).filter(({ hidden }) => !hidden);
        return { kind: 'names', project: project.name, classes: shown('classes').map(({ name, colour }) => ({ name, colour })), backgrounds: shown('backgrounds').map(({ name }) => name) };
      }
    }
  }
}
