import type { InputShape } from '../core/architecture';
import type { SerializedError } from '../core/errors';

/** The server for phones and programs (REST): it lives in the predictor process and is told everything by its parent. */

/** The model that answers. */
export interface ServedModel {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly classNames: readonly string[];
  readonly input: InputShape;
  /** The score below which it answers "unknown"; null: it always answers. */
  readonly threshold: number | null;
}

/** A token that pairs one phone, once. */
export interface PairingToken {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface ServeJob {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Further names or addresses under which it may be asked for (the interfaces of the machine when `host` means all). */
  readonly names: readonly string[];
  /** Folder where the certificate is kept: then it speaks https. null: plain http. */
  readonly certificateFolder: string | null;
  readonly model: ServedModel;
  /** Folder of the built window: the phone page is in it. */
  readonly pageFolder: string;
  /** Pictures on their way lie here; the parent deletes it. */
  readonly workFolder: string;
  /** For REST, as `Authorization: Bearer`. */
  readonly token: string;
  /** Phones that were paired before the predictor was started again. */
  readonly phones: readonly PairedPhone[];
}

export interface ServeResult {
  readonly kind: 'serve';
  readonly port: number;
  /** SHA-256 of the certificate, `AB:CD:…`; null for http. */
  readonly fingerprint: string | null;
}

/** A phone as its parent keeps it: with what proves that it is that phone. */
export interface PairedPhone extends PhoneView {
  /** SHA-256 of its token, hexadecimal. */
  readonly tokenHash: string;
}

/** A phone as the window shows it. */
export interface PhoneView {
  readonly id: string;
  /** What its browser says it is, e.g. `iPhone, Safari`. */
  readonly name: string;
  readonly address: string;
  readonly pairedAt: number;
  readonly lastSeenAt: number;
  readonly pictures: number;
}

/** What the parent tells the server; nothing of it waits for a running evaluation. */
export type ServeCommand = Readonly<
  | { kind: 'pairing'; tokens: readonly PairingToken[] }
  | { kind: 'revoke'; phoneId: string }
  | { kind: 'model'; model: ServedModel }
  | { kind: 'stop' }
>;

/** A label that a picture gets. */
export interface Feedback {
  readonly class: string;
  readonly background: string | null;
}

/** What the server asks its parent, which has ffmpeg and the project. File names are its own, inside the work folder. */
export type ServeQuestion = Readonly<
  /** Turns and reduces a picture as frames are: gives the name of the new file. */
  | { kind: 'prepare'; file: string }
  /** Keeps a picture as a labeled frame. */
  | { kind: 'keep'; file: string; feedback: Feedback }
  | { kind: 'names' }
>;

export type ServeAnswer = Readonly<
  | { kind: 'prepare'; file: string }
  | { kind: 'keep' }
  | { kind: 'names'; project: string; classes: readonly { readonly name: string; readonly colour: string }[]; backgrounds: readonly string[] }
>;

/** What happened, for the parent to show. */
export type ServeEvent = Readonly<{ kind: 'phones'; phones: readonly PairedPhone[] } | { kind: 'paired'; phone: PhoneView } | { kind: 'picture'; phoneId: string | null }>;

/** Parent -> server. */
export type ServeRequest = Readonly<
  | { kind: 'serve'; id: string; job: ServeJob }
  | { kind: 'serveCommand'; id: string; command: ServeCommand }
  | { kind: 'serveAnswer'; id: string; answer?: ServeAnswer; error?: SerializedError }
>;

/** Server -> parent. */
export type ServeMessage = Readonly<{ kind: 'serveQuestion'; id: string; question: ServeQuestion } | { kind: 'serveEvent'; event: ServeEvent }>;

/** An address of this machine at which a phone may reach it. */
export interface HostView {
  readonly address: string;
  /** Name of the network interface, e.g. `Wi-Fi`. */
  readonly name: string;
  /** Only this machine reaches it. */
  readonly internal: boolean;
}

/** What the window knows of the running server. */
export interface ServingView {
  /** `http://192.168.1.5:8460` */
  readonly address: string;
  readonly host: string;
  readonly https: boolean;
  readonly fingerprint: string | null;
  readonly model: { readonly id: string; readonly name: string };
  readonly token: string;
  /** Address in the QR code, with the token that pairs one phone. */
  readonly pairingUrl: string;
  /** The QR code as SVG: squares of a grid, as one path. */
  readonly qr: { readonly size: number; readonly path: string };
  readonly pairingExpiresAt: number;
  readonly phones: readonly PhoneView[];
}

export interface ServingWish {
  readonly modelId: string;
  readonly host: string;
  readonly https: boolean;
}

/** Calls of the window about the server. */
export interface ServingCalls {
  'serving:hosts': () => readonly HostView[];
  'serving:start': (wish: ServingWish) => ServingView;
  'serving:stop': () => void;
  /** null while it is off. */
  'serving:state': () => ServingView | null;
  /** Another QR code; the one before is void. */
  'serving:renew': () => ServingView;
  'serving:revoke': (phoneId: string) => ServingView;
  /** Lets another model answer. */
  'serving:model': (modelId: string) => ServingView;
}

export interface ServingEvents {
  'serving:changed': ServingView | null;
}
