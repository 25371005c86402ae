/** Stamps: small files that say which inputs a finished step was made from. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** sha256 of texts, in order, as hex. */
export function hashOf(/** @type {(string | Buffer)[]} */ ...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

/** sha256 of a file's content, or null if it cannot be read. */
export function hashOfFile(/** @type {string} */ file) {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return null;
  }
}

/**
 * A hash of names, sizes and times of the files below the given places; contents are not read.
 * @param {string} root
 * @param {readonly string[]} places files or folders, relative to root
 * @param {(path: string) => boolean} [leaveOut] by path relative to root, with forward slashes
 */
export function hashOfTree(root, places, leaveOut = () => false) {
  /** @type {string[]} */
  const lines = [];
  const visit = (/** @type {string} */ path) => {
    const name = relative(root, path).split(sep).join('/');
    if (leaveOut(name)) return;
    let info;
    try {
      info = statSync(path);
    } catch {
      return;
    }
    if (info.isDirectory()) for (const child of readdirSync(path).sort()) visit(join(path, child));
    else lines.push(`${name} ${info.size} ${Math.floor(info.mtimeMs)}`);
  };
  for (const place of places) visit(join(root, place));
  return hashOf(lines.join('\n'));
}

/** Whether the stamp file holds exactly this key. */
export function stampMatches(/** @type {string} */ file, /** @type {string} */ key) {
  try {
    return readFileSync(file, 'utf8').trim() === key;
  } catch {
    return false;
  }
}

/** Writes a stamp so that a crash leaves the old one or the new one. */
export function writeStamp(/** @type {string} */ file, /** @type {string} */ key) {
  writeWhole(file, `${key}\n`);
}

/** Writes a file under a temporary name, then renames it. */
export function writeWhole(/** @type {string} */ file, /** @type {string} */ text) {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}
