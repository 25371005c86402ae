/** ffmpeg, and ffprobe where it comes along: named by the user, official, the system's, or a Python wheel. */
import { chmodSync, createReadStream, createWriteStream, existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { cached, downloadsFolder, isCached, place } from './cache.mjs';
import { download } from './download.mjs';
import { SetupError, step } from './log.mjs';
import { PINS, ROOT, findOnPath, isExecutable, platformKey } from './platform.mjs';
import { pythonWheel } from './registry.mjs';
import { run } from './run.mjs';
import { aptInstall, canInstall } from './system.mjs';
import { unzip } from './unzip.mjs';

/** @typedef {{name: string, version: string, source: string, path: string}} Engine */

/**
 * Gives ffmpeg from the first source that works; ffprobe is null where that source has none.
 * @returns {Promise<{ffmpeg: Engine, ffprobe: Engine | null}>}
 */
export async function ensureFfmpeg() {
  const failures = [];
  for (const source of [fromEnvironment, fromOfficial, fromSystem, fromApt, fromWheel]) {
    try {
      const found = await source();
      if (!found) continue;
      const ffmpeg = await engine('ffmpeg', found.source, found.ffmpeg);
      const ffprobe = found.ffprobe && isExecutable(found.ffprobe) ? await engine('ffprobe', found.source, found.ffprobe) : null;
      linkIntoModules(ffmpeg.path);
      return { ffmpeg, ffprobe };
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      failures.push(error.message);
      step(`ffmpeg: ${error.message}`);
    }
  }
  throw new SetupError(`ffmpeg could not be had: ${failures.join('; ')}. Install it and set FFMPEG_BIN to its path.`);
}

/**
 * An ffmpeg that runs without anything beside it, to be put into a package: the system's own does not.
 * @returns {Promise<Engine>}
 */
export async function standaloneFfmpeg() {
  const failures = [];
  for (const source of [fromOfficial, fromWheel]) {
    try {
      const found = await source();
      if (found) return await engine('ffmpeg', found.source, found.ffmpeg);
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      failures.push(error.message);
    }
  }
  throw new SetupError(`An ffmpeg for the package could not be had: ${failures.join('; ')}.`);
}

/** The version in the first line that `ffmpeg -version` prints: `5.1.9-0+deb12u1`. */
export function versionIn(/** @type {string} */ output) {
  return /^ff\w+ version (\S+)/m.exec(output)?.[1] ?? 'unknown';
}

/** @returns {Promise<Engine>} */
async function engine(/** @type {string} */ name, /** @type {string} */ source, /** @type {string} */ path) {
  return { name, version: versionIn(await run(path, ['-version'])), source, path };
}

async function fromEnvironment() {
  const ffmpeg = process.env.FFMPEG_BIN;
  if (!ffmpeg) return null;
  if (!isExecutable(ffmpeg)) throw new SetupError(`FFMPEG_BIN is ${ffmpeg}, which cannot be run`);
  return { source: 'environment', ffmpeg, ffprobe: process.env.FFPROBE_BIN || beside(ffmpeg) || findOnPath('ffprobe') };
}

async function fromOfficial() {
  const pin = PINS.ffmpeg.platforms[platformKey()]?.[0];
  if (!pin) return null;
  const key = `ffmpeg-${pin.version}-${platformKey()}`;
  if (!isCached(key)) step(`ffmpeg ${pin.version} (official release of ffmpeg-static)`);
  const folder = await cached(key, async (temporary) => {
    await fetchExecutable(pin, join(temporary, executable('ffmpeg')), 'ffmpeg');
    await fetchExecutable(pin.ffprobe, join(temporary, executable('ffprobe')), 'ffprobe').catch((error) => {
      step(`ffprobe: ${error.message}; ffmpeg alone is enough`);
    });
  });
  return { source: 'official', ffmpeg: join(folder, executable('ffmpeg')), ffprobe: join(folder, executable('ffprobe')) };
}

async function fromSystem() {
  const ffmpeg = findOnPath('ffmpeg');
  return ffmpeg ? { source: 'system', ffmpeg, ffprobe: beside(ffmpeg) || findOnPath('ffprobe') } : null;
}

async function fromApt() {
  if (!canInstall()) return null;
  await aptInstall(['ffmpeg']);
  return fromSystem();
}

async function fromWheel() {
  const pin = PINS.ffmpeg.wheel;
  const key = `imageio-ffmpeg-${pin.version}-${platformKey()}`;
  if (!isCached(key)) step(`ffmpeg ${pin.version} (Python package ${pin.package})`);
  const folder = await cached(key, (temporary) => unpackWheel(pin, temporary));
  return { source: 'registry', ffmpeg: join(folder, executable('ffmpeg')), ffprobe: null };
}

/**
 * @param {any} pin
 * @param {string} folder
 */
async function unpackWheel(pin, folder) {
  const wheel = await pythonWheel(pin, 'ffmpeg');
  const target = executable('ffmpeg');
  const count = await unzip(wheel, folder, (name) => (/^imageio_ffmpeg\/binaries\/ffmpeg[^/]*$/.test(name) ? target : null));
  rmSync(wheel);
  if (count !== 1) throw new SetupError(`the Python package ${pin.package} holds no ffmpeg for ${platformKey()}`);
  chmodSync(join(folder, target), 0o755);
}

/**
 * @param {any} pin
 * @param {string} target
 * @param {string} label
 */
async function fetchExecutable(pin, target, label) {
  const packed = join(downloadsFolder(), pin.file);
  await download(pin, packed, label);
  await pipeline(createReadStream(packed), createGunzip(), createWriteStream(target));
  chmodSync(target, 0o755);
  rmSync(packed);
}

/** So that `ffmpeg-static`'s own path leads to the ffmpeg that was found. */
function linkIntoModules(/** @type {string} */ ffmpeg) {
  const folder = join(ROOT, 'node_modules', 'ffmpeg-static');
  if (!existsSync(folder)) return;
  if (process.platform === 'win32') place(ffmpeg, join(folder, executable('ffmpeg')), 'file');
  else place(ffmpeg, join(folder, 'ffmpeg'));
}

function beside(/** @type {string} */ ffmpeg) {
  const path = join(dirname(ffmpeg), executable('ffprobe'));
  return isExecutable(path) ? path : null;
}

function executable(/** @type {string} */ name) {
  return process.platform === 'win32' ? `${name}.exe` : name;
}
