/** `npm run setup`, and the first act of `npm start`, `npm test` and `npm run graft`. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildReady, ensureBuild } from './build.mjs';
import { withLock } from './cache.mjs';
import { ensureElectron } from './electron.mjs';
import { ensureFfmpeg } from './ffmpeg.mjs';
import { SetupError, note, setQuiet, step } from './log.mjs';
import { ensurePackages, packagesReady } from './packages.mjs';
import { PINS, ROOT, cacheFolder, isExecutable, platformKey } from './platform.mjs';
import { stopOnSignals } from './run.mjs';
import { ensureSqlite } from './sqlite.mjs';
import { hashOf, writeWhole } from './stamps.mjs';
import { displayPackages, ensureWindowLibraries } from './system.mjs';
import { ensureTensorflow, tensorflowIsLinked } from './tensorflow.mjs';

const ENGINES = join(ROOT, 'out', 'engines.json');

/**
 * @typedef {{name: string, version: string, source: string, path: string}} Engine `source`: official, registry, system or environment
 * @typedef {{
 *   key: string,
 *   electron: (Engine & {nodeApi: number, missingLibraries: string[]}) | null,
 *   electronProblem: string | null,
 *   tensorflow: Engine,
 *   sqlite: Engine,
 *   ffmpeg: Engine,
 *   ffprobe: Engine | null,
 *   engines: Engine[],
 * }} Engines
 */

/**
 * Does what is missing: packages, engines, system libraries, build. Quick when nothing is.
 * @param {{forTests?: boolean, quiet?: boolean, window?: boolean, build?: boolean}} [options]
 *   `window`: a window will be opened, so Electron and its libraries must be there; without it they may be missing.
 *   `build`: the app is built as well
 * @returns {Promise<Engines>}
 */
export async function ensureReady({ forTests = false, quiet = false, window = true, build = true } = {}) {
  const ready = quickCheck({ forTests, window, build });
  if (ready) return ready;
  setQuiet(quiet);
  const release = stopOnSignals();
  const start = Date.now();
  try {
    return await withLock(async () => {
      await ensurePackages();
      const engines = await ensureEngines(window);
      if (window) await ensureWindow(engines, forTests);
      if (build) await ensureBuild();
      step(`ready after ${Math.round((Date.now() - start) / 1000)} s`);
      return engines;
    });
  } finally {
    release();
  }
}

/** The engines that the last set-up found, or null before the first. */
export function readEngines() {
  try {
    return /** @type {Engines} */ (JSON.parse(readFileSync(ENGINES, 'utf8')));
  } catch {
    return null;
  }
}

/** Electron's executable; throws a sentence before the set-up has run. */
export function electronPath() {
  const path = readEngines()?.electron?.path;
  if (!path) throw new SetupError('Electron is not set up yet; run: npm run setup');
  return path;
}

/** @param {{forTests: boolean, window: boolean, build: boolean}} need */
function quickCheck({ forTests, window, build }) {
  const engines = currentEngines();
  if (!engines || !packagesReady() || (build && !buildReady())) return null;
  if (window && (!engines.electron || engines.electron.missingLibraries.length > 0)) return null;
  if (forTests && displayPackages().length > 0) return null;
  return engines;
}

/** What out/engines.json says, if it was made for this machine and everything it names is still there. */
function currentEngines() {
  const engines = readEngines();
  if (!engines || engines.key !== enginesKey() || !tensorflowIsLinked()) return null;
  const { electron, tensorflow, sqlite, ffmpeg } = engines;
  const present = existsSync(tensorflow.path) && existsSync(sqlite.path) && isExecutable(ffmpeg.path) && (!electron || isExecutable(electron.path));
  return present ? engines : null;
}

function enginesKey() {
  const { FFMPEG_BIN = '', FFPROBE_BIN = '' } = process.env;
  const newNodeApi = Number(process.versions.napi) >= PINS.sqlite.prebuildNodeApi;
  return hashOf(JSON.stringify(PINS), platformKey(), String(newNodeApi), cacheFolder(), FFMPEG_BIN, FFPROBE_BIN);
}

/** @returns {Promise<Engines>} */
async function ensureEngines(/** @type {boolean} */ window) {
  const current = currentEngines();
  if (current && (current.electron || !window)) return current;
  let electronProblem = null;
  const electron = await ensureElectron().catch((error) => {
    if (window || !(error instanceof SetupError)) throw error;
    electronProblem = error.message;
    note(`${error.message} The command line works without it.`);
    return null;
  });
  const tensorflow = await ensureTensorflow();
  const sqlite = await ensureSqlite(electron?.nodeApi ?? null);
  const { ffmpeg, ffprobe } = await ensureFfmpeg();
  save({ key: enginesKey(), electron, electronProblem, tensorflow, sqlite, ffmpeg, ffprobe });
  return /** @type {Engines} */ (readEngines());
}

/**
 * @param {Engines} engines
 * @param {boolean} forTests
 */
async function ensureWindow(engines, forTests) {
  if (!engines.electron) return;
  engines.electron.missingLibraries = await ensureWindowLibraries(engines.electron.path, forTests);
  save(engines);
}

/** Each engine by its part in the app, and all of them as a list for whoever only shows them. */
function save(/** @type {Omit<Engines, 'engines'>} */ found) {
  const { electron, tensorflow, sqlite, ffmpeg, ffprobe } = found;
  const engines = [electron, tensorflow, sqlite, ffmpeg, ffprobe].flatMap((engine) => engine ?? []);
  writeWhole(ENGINES, `${JSON.stringify({ ...found, engines }, null, 2)}\n`);
}

/**
 * Runs a command's `main` and turns a set-up failure into its sentence and exit code 1.
 * @param {() => Promise<void>} main
 */
export async function runCommand(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    note(error.message);
    const log = join(cacheFolder(), 'logs', 'setup.log');
    if (existsSync(log)) note(`what the tools printed is in ${log}`);
    process.exitCode = 1;
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await runCommand(async () => {
    const { engines } = await ensureReady({ forTests: process.argv.includes('--tests') });
    for (const { name, version, source, path } of engines) process.stdout.write(`${name} ${version} (${source}): ${path}\n`);
  });
}
