import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { PairedPhone, PairingToken, PhoneView } from '../../ipc/serving';

const mostPhones = 50;

/** SHA-256: tokens of any length are compared by it, in the same time whatever they are. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Whether two tokens are the same, in constant time. */
export function sameToken(given: string, expected: string): boolean {
  return timingSafeEqual(hashToken(given), hashToken(expected));
}

/** What a browser says it runs on, in words of our own: nothing of its header is shown as it came. */
export function phoneName(userAgent: string | undefined): string {
  const text = (userAgent ?? '').slice(0, 500);
  const device = [['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Android', 'Android'], ['CrOS', 'Chromebook'], ['Windows', 'Windows'], ['Macintosh', 'Mac'], ['Linux', 'Linux']].find(([mark]) => text.includes(mark as string))?.[1];
  const browser = [['SamsungBrowser', 'Samsung Internet'], ['YaBrowser', 'Yandex Browser'], ['EdgA', 'Edge'], ['Edg/', 'Edge'], ['OPR/', 'Opera'], ['FxiOS', 'Firefox'], ['Firefox', 'Firefox'], ['CriOS', 'Chrome'], ['Chrome', 'Chrome'], ['Safari', 'Safari']].find(([mark]) => text.includes(mark as string))?.[1];
  return [device, browser].filter((part) => part !== undefined).join(', ') || '?';
}

/** Phones that may ask, and the tokens with which further ones may be paired. Secrets are kept as hashes only. */
export class Phones {
  private readonly paired = new Map<string, PairedPhone>();
  private tokens: readonly PairingToken[] = [];

  constructor(
    known: readonly PairedPhone[],
    private readonly changed: (phones: readonly PairedPhone[]) => void,
  ) {
    for (const phone of known) this.paired.set(phone.id, phone);
  }

  /** Tokens that count from now on; all others are void. */
  setTokens(tokens: readonly PairingToken[]): void {
    this.tokens = tokens;
  }

  /** Pairs a phone with a token that was not used yet; null for a wrong, used or old one. */
  pair(token: string, userAgent: string | undefined, address: string): { readonly phone: PhoneView; readonly secret: string } | null {
    // Every token is compared, also after a match: the time says nothing.
    const matching = this.tokens.filter((candidate) => sameToken(token, candidate.token));
    const valid = matching.filter(({ expiresAt }) => expiresAt > Date.now());
    if (valid.length === 0) return null;
    this.tokens = this.tokens.filter((candidate) => !valid.includes(candidate));
    const secret = randomBytes(32).toString('base64url');
    const now = Date.now();
    const phone: PairedPhone = { id: randomUUID(), name: phoneName(userAgent), address, pairedAt: now, lastSeenAt: now, pictures: 0, tokenHash: hashToken(secret).toString('hex') };
    // Who was not seen for longest makes room.
    const oldest = [...this.paired.values()].sort((a, b) => a.lastSeenAt - b.lastSeenAt)[0];
    if (this.paired.size >= mostPhones && oldest) this.paired.delete(oldest.id);
    this.paired.set(phone.id, phone);
    this.tell();
    return { phone, secret };
  }

  /** The phone that has this secret; null for nobody's. */
  identify(secret: string): PairedPhone | null {
    const hash = hashToken(secret);
    let found: PairedPhone | null = null;
    for (const phone of this.paired.values()) if (timingSafeEqual(hash, Buffer.from(phone.tokenHash, 'hex'))) found = phone;
    return found;
  }

  /** Notes that a phone sent a picture. */
  countPicture(id: string): void {
    const phone = this.paired.get(id);
    if (!phone) return;
    this.paired.set(id, { ...phone, lastSeenAt: Date.now(), pictures: phone.pictures + 1 });
    this.tell();
  }

  /** The phone has to be paired again. */
  revoke(id: string): void {
    if (this.paired.delete(id)) this.tell();
  }

  private tell(): void {
    this.changed([...this.paired.values()]);
  }
}
