/** better-sqlite3's binding: the packaged one where Node-API is new enough, else compiled once. */
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cached, isCached, place } from './cache.mjs';
import { rebuild } from './gyp.mjs';
import { SetupError, step } from './log.mjs';
import { PINS, ROOT, platformKey } from './platform.mjs';
import { run } from './run.mjs';

const PACKAGE = join(ROOT, 'node_modules', 'better-sqlite3');
const BUILT = join(PACKAGE, 'build', 'Release', 'better_sqlite3.node');
/** Without Node-API 10, the one newer function is reached through Node's experimental names. */
const FLAGS = '-UNAPI_VERSION -DNAPI_EXPERIMENTAL -DNODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT';

/**
 * Whether the binding inside the package may be loaded; it crashes a process with an older Node-API.
 * @param {readonly number[]} nodeApis of everything that will load it
 */
export function prebuildSuits(nodeApis) {
  return nodeApis.every((version) => version >= PINS.sqlite.prebuildNodeApi);
}

/**
 * Gives a binding that this Node and the chosen Electron can load.
 * @param {number | null} electronNodeApi null if there is no Electron
 * @returns {Promise<{name: string, version: string, source: string, path: string}>}
 */
export async function ensureSqlite(electronNodeApi) {
  const { version } = PINS.sqlite;
  const own = Number(process.versions.napi);
  const packaged = join(PACKAGE, 'prebuilds', `${platformKey()}.node`);
  if (prebuildSuits([own, electronNodeApi ?? own]) && existsSync(packaged)) {
    rmSync(join(PACKAGE, 'build'), { recursive: true, force: true });
    return { name: 'better-sqlite3', version, source: 'official', path: packaged };
  }
  const key = `better-sqlite3-${version}-compiled-${platformKey()}`;
  if (!isCached(key)) step('SQLite: compiling the binding, since this Node or Electron is too old for the packaged one (two minutes)');
  const folder = await cached(key, compile);
  place(join(folder, 'better_sqlite3.node'), BUILT, 'file');
  return { name: 'better-sqlite3', version, source: 'registry', path: BUILT };
}

async function compile(/** @type {string} */ folder) {
  const work = join(folder, 'work');
  mkdirSync(work);
  for (const part of ['binding.gyp', 'package.json', 'deps', 'src', 'lib']) cpSync(join(PACKAGE, part), join(work, part), { recursive: true });
  cpSync(join(ROOT, 'node_modules', 'node-addon-api'), join(work, 'node_modules', 'node-addon-api'), { recursive: true });
  try {
    await rebuild(work, ['--force_build=1'], { purpose: 'SQLite', env: { CXXFLAGS: FLAGS } });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new SetupError(`SQLite could not be compiled; Node 22.14 or newer needs no compiler. ${error.message}`);
  }
  const binding = join(folder, 'better_sqlite3.node');
  cpSync(join(work, 'build', 'Release', 'better_sqlite3.node'), binding);
  rmSync(work, { recursive: true });
  const trial = 'const D=require(process.argv[1]); new D(":memory:",{nativeBinding:process.argv[2]}).prepare("select 1").get()';
  await run(process.execPath, ['-e', trial, PACKAGE, binding]);
}
