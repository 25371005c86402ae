/** Downloads from official hosts: resumable, checked, with short patience for hosts that do not answer. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { lookup } from 'node:dns/promises';
import { dirname } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SetupError, progress, step } from './log.mjs';

const LOOKUP_MS = 4_000;
const ANSWER_MS = 12_000;
const STALL_MS = 30_000;
/** @type {Map<string, string>} hosts that failed once in this run, with the reason */
const deadHosts = new Map();

/**
 * @typedef {{url: string, size?: number | null, sha256?: string | null}} Source
 */

/**
 * Downloads to `file` unless it is there and right; a broken-off part is continued.
 * @param {Source} source
 * @param {string} file
 * @param {string} label for the progress line
 */
export async function download(source, file, label) {
  if (existsSync(file)) {
    if ((await problemOf(file, source)) === null) return;
    rmSync(file);
  }
  mkdirSync(dirname(file), { recursive: true });
  await reach(new URL(source.url).hostname);
  const part = `${file}.part`;
  await transfer(source, part, label);
  const problem = await problemOf(part, source);
  if (problem) {
    rmSync(part, { force: true });
    throw new SetupError(`${label}: the download from ${new URL(source.url).hostname} is not the pinned file (${problem}).`);
  }
  if (!source.sha256) step(`${label}: checksum not pinned, the file was taken as it came`);
  renameSync(part, file);
}

/**
 * What is wrong with a file against its pins, or null if it is right.
 * @param {string} file
 * @param {{size?: number | null, sha256?: string | null}} pin
 * @returns {Promise<string | null>}
 */
export async function problemOf(file, pin) {
  const size = statSync(file).size;
  if (pin.size && size !== pin.size) return `expected ${pin.size} bytes, received ${size}`;
  if (!pin.sha256) return null;
  const actual = await sha256Of(file);
  return actual === pin.sha256 ? null : `expected sha256 ${pin.sha256}, received ${actual}`;
}

/** sha256 of a file of any size, as hex. */
export async function sha256Of(/** @type {string} */ file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

/** Fails within seconds when a host's name cannot be resolved; remembers it for this run. */
async function reach(/** @type {string} */ host) {
  const known = deadHosts.get(host);
  if (known) throw new SetupError(known);
  let timer;
  try {
    const patience = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer')), LOOKUP_MS);
    });
    await Promise.race([lookup(host), patience]);
  } catch {
    deadHosts.set(host, `${host} cannot be reached from here`);
    throw new SetupError(`${host} cannot be reached from here`);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {Source} source
 * @param {string} part
 * @param {string} label
 */
async function transfer(source, part, label) {
  const host = new URL(source.url).hostname;
  let have = existsSync(part) ? statSync(part).size : 0;
  if (source.size && have === source.size) return;
  if (source.size && have > source.size) have = 0;
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), ANSWER_MS);
  try {
    const response = await fetch(source.url, { signal: abort.signal, headers: have ? { range: `bytes=${have}-` } : {} });
    if (response.status === 416) {
      rmSync(part, { force: true });
      return await transfer(source, part, label);
    }
    if (!response.ok || !response.body) throw new SetupError(`${host} answered ${response.status} for ${source.url}`);
    if (response.status !== 206) have = 0;
    const length = Number(response.headers.get('content-length')) || 0;
    const total = source.size ?? (length ? have + length : null);
    const meter = new Transform({
      transform(chunk, _encoding, done) {
        clearTimeout(timer);
        timer = setTimeout(() => abort.abort(), STALL_MS);
        have += chunk.length;
        progress(label, have, total);
        done(null, chunk);
      },
    });
    const body = Readable.fromWeb(/** @type {any} */ (response.body));
    await pipeline(body, meter, createWriteStream(part, { flags: have ? 'a' : 'w' }), { signal: abort.signal });
  } catch (error) {
    if (error instanceof SetupError) throw error;
    if (have === 0) deadHosts.set(host, `${host} cannot be reached from here`);
    throw new SetupError(`${host} ${abort.signal.aborted ? 'stopped answering' : 'cannot be reached from here'}`);
  } finally {
    clearTimeout(timer);
  }
}
