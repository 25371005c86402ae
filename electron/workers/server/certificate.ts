import { createHash, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** SHA-256, `AB:CD:…`, as browsers show it. */
  readonly fingerprint: string;
}

const day = 24 * 3600 * 1000;
/** iPhones refuse certificates that are valid for longer than 825 days. */
const validDays = 700;

function fits(cert: string, names: readonly string[]): boolean {
  const parsed = new X509Certificate(cert);
  return Date.parse(parsed.validTo) > Date.now() + day && names.every((name) => (isIP(name) ? parsed.checkIP(name) : parsed.checkHost(name)) !== undefined);
}

function fingerprintOf(cert: string): string {
  return (createHash('sha256').update(new X509Certificate(cert).raw).digest('hex').toUpperCase().match(/../g) ?? []).join(':');
}

/** The certificate for these addresses, signed by itself: the kept one where it still fits, else a new one. Errors: those of the file system. */
export async function certificateFor(folder: string, names: readonly string[]): Promise<Certificate> {
  const [keyFile, certFile] = [join(folder, 'server.key'), join(folder, 'server.crt')];
  try {
    const [key, cert] = [readFileSync(keyFile, 'utf8'), readFileSync(certFile, 'utf8')];
    if (fits(cert, names)) return { key, cert, fingerprint: fingerprintOf(cert) };
  } catch {
    // None yet, or a damaged one: a new one is made.
  }
  const made = await generate([{ name: 'commonName', value: 'Graft' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - day),
    notAfterDate: new Date(Date.now() + validDays * day),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })) },
    ],
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(keyFile, made.private, { mode: 0o600 });
  writeFileSync(certFile, made.cert);
  return { key: made.private, cert: made.cert, fingerprint: fingerprintOf(made.cert) };
}
