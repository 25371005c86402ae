import type { FastifyRequest } from 'fastify';
import type { PairedPhone } from '../../ipc/serving';
import { sameToken, type Phones } from './phones';
import { Refusal } from './refusals';

/** Who asks. */
export type Asker = { readonly kind: 'program' } | { readonly kind: 'phone'; readonly phone: PairedPhone } | { readonly kind: 'nobody' };

declare module 'fastify' {
  interface FastifyRequest {
    asker: Asker;
  }
  interface FastifyContextConfig {
    /** Who may ask here; `all`: everybody who knows the address. Without it: programs and phones. */
    readonly for?: 'all' | 'phones';
  }
}

/** Name of the cookie that a paired phone has. */
export const cookieName = 'graft';

/** Values of the Host header under which the server may be asked for. */
export function allowedHosts(names: readonly string[], port: number, https: boolean): ReadonlySet<string> {
  const usual = https ? 443 : 80;
  return new Set(names.flatMap((name) => {
    const host = (name.includes(':') ? `[${name}]` : name).toLowerCase();
    return port === usual ? [host, `${host}:${port}`] : [`${host}:${port}`];
  }));
}

function cookieOf(header: string | undefined): string | null {
  for (const part of (header ?? '').split(';').slice(0, 50)) {
    const [name, value] = part.trim().split('=', 2);
    if (name === cookieName && value) return value.slice(0, 200);
  }
  return null;
}

/** Who asks, by bearer token or by the cookie of a paired phone. */
export function askerOf(request: FastifyRequest, token: string, phones: Phones): Asker {
  const bearer = /^Bearer ([\w\-.~+/]{1,200}=*)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return sameToken(bearer, token) ? { kind: 'program' } : { kind: 'nobody' };
  const secret = cookieOf(request.headers.cookie);
  const phone = secret === null ? null : phones.identify(secret);
  return phone ? { kind: 'phone', phone } : { kind: 'nobody' };
}

/**
 * Refuses what comes under a foreign name (DNS rebinding) or from a page of another site. A phone's cookie is sent by its
 * browser whoever asks, so a change asked for with it has to come from our own page. Errors: `Refusal`.
 */
export function refuseForeign(request: FastifyRequest, hosts: ReadonlySet<string>, https: boolean): void {
  const host = (request.headers.host ?? '').toLowerCase();
  if (!hosts.has(host)) throw new Refusal('foreignHost');
  const { origin } = request.headers;
  if (origin !== undefined && origin.toLowerCase() !== `${https ? 'https' : 'http'}://${host}`) throw new Refusal('foreignOrigin');
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  if (changes && origin === undefined && request.headers.cookie !== undefined) throw new Refusal('foreignOrigin');
}

/** Refuses who may not ask here. Errors: `Refusal`. */
export function refuseUnknown(request: FastifyRequest): void {
  const { for: who } = request.routeOptions.config;
  if (who === 'all') return;
  if (request.asker.kind === 'nobody' || (who === 'phones' && request.asker.kind !== 'phone')) throw new Refusal('unauthorized');
}
