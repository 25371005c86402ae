/** The cache outside the checkout: finished folders appear by rename, so a folder that exists is whole. */
import { chmodSync, copyFileSync, existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SetupError, step } from './log.mjs';
import { cacheFolder } from './platform.mjs';

/** Where broken-off downloads wait to be continued. */
export function downloadsFolder() {
  return join(cacheFolder(), 'downloads');
}

/** A fresh folder for work in progress, on the same disk as the cache. */
export function temporaryFolder(/** @type {string} */ name) {
  const parent = join(cacheFolder(), 'tmp');
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, `${name}-`));
}

/**
 * The cached folder of that key; made once by `make`, which fills a temporary folder.
 * @param {string} key name-version-platform
 * @param {(folder: string) => Promise<void>} make
 * @returns {Promise<string>}
 */
export async function cached(key, make) {
  const folder = join(cacheFolder(), key);
  if (existsSync(folder)) return folder;
  const temporary = temporaryFolder(key);
  try {
    await make(temporary);
    chmodSync(temporary, 0o755);
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}

/** Whether the cache holds that key already. */
export function isCached(/** @type {string} */ key) {
  return existsSync(join(cacheFolder(), key));
}

/**
 * Puts a cached file or folder into the checkout: a symbolic link where the system allows it, else a copy.
 * @param {string} from
 * @param {string} to
 * @param {'symbolic' | 'file'} kind `file` makes a hard link or a copy, for things found by their real path
 */
export function place(from, to, kind = 'symbolic') {
  mkdirSync(dirname(to), { recursive: true });
  rmSync(to, { recursive: true, force: true });
  if (kind === 'symbolic') {
    symlinkSync(from, to, process.platform === 'win32' ? 'junction' : undefined);
    return;
  }
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/**
 * Runs `work` while no other set-up on this machine works on the cache.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(work) {
  const lock = join(cacheFolder(), 'lock');
  try {
    mkdirSync(cacheFolder(), { recursive: true });
  } catch {
    throw unwritable();
  }
  for (let told = false; !takeLock(lock); ) {
    if (!told) step(`another set-up is at work; waiting for it (if there is none, delete ${lock})`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  try {
    // Whatever a killed set-up left half done is of no use to anybody.
    rmSync(join(cacheFolder(), 'tmp'), { recursive: true, force: true });
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** @returns {boolean} */
function takeLock(/** @type {string} */ lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw unwritable();
    if (isAlive(lock)) return false;
    rmSync(lock, { force: true });
    return takeLock(lock);
  }
}

function isAlive(/** @type {string} */ lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

function unwritable() {
  return new SetupError(`The cache folder ${cacheFolder()} cannot be written; set GRAFT_CACHE to another folder.`);
}
