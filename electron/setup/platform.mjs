/** Where we are: platform key, folders, rights, display. Nothing here touches the network. */
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's folder. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * Pinned names, versions, sizes and checksums of every engine.
 * @type {any}
 */
export const PINS = JSON.parse(readFileSync(new URL('./engines.json', import.meta.url), 'utf8'));

/** `linux-x64`, `darwin-arm64`, `win32-x64` ... as the pins name it. */
export function platformKey(platform = process.platform, arch = process.arch) {
  return `${platform}-${arch}`;
}

/**
 * The folder that outlives checkouts: GRAFT_CACHE, else the platform's cache folder.
 * @param {Record<string, string | undefined>} env
 * @param {string} platform
 * @param {string} home
 */
export function cacheFolder(env = process.env, platform = process.platform, home = homedir()) {
  if (env.GRAFT_CACHE) return resolve(env.GRAFT_CACHE);
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'graft', 'cache');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'graft');
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'graft');
}

/** Whether system packages may be installed without asking. */
export function isRoot() {
  return typeof process.getuid === 'function' && process.getuid() === 0;
}

/** Whether a window can be shown. */
export function hasDisplay(env = process.env, platform = process.platform) {
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/**
 * The full path of a command on PATH, or null.
 * @param {string} name
 * @param {Record<string, string | undefined>} env
 */
export function findOnPath(name, env = process.env) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (env.PATH || '').split(delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (isExecutable(file)) return file;
    }
  }
  return null;
}

/** Whether the path is a file that may be run. */
export function isExecutable(/** @type {string} */ file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** npm's own folder, which also holds node-gyp; null if npm was not found. */
export function npmFolder() {
  const beside = dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath && dirname(dirname(process.env.npm_execpath)),
    join(beside, 'node_modules', 'npm'),
    join(beside, '..', 'lib', 'node_modules', 'npm'),
    ...(process.env.PATH || '').split(delimiter).flatMap((folder) => [
      join(folder, '..', 'lib', 'node_modules', 'npm'),
      join(folder, 'node_modules', 'npm'),
    ]),
  ];
  for (const folder of candidates) {
    if (folder && existsSync(join(folder, 'bin', 'npm-cli.js'))) return resolve(folder);
  }
  return null;
}
