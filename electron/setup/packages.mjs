/** The npm packages of the lock file, with install scripts off. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, step } from './log.mjs';
import { ROOT, platformKey } from './platform.mjs';
import { npm } from './run.mjs';
import { hashOf, stampMatches, writeStamp } from './stamps.mjs';

const LOCK = join(ROOT, 'package-lock.json');
const STAMP = join(ROOT, 'node_modules', '.graft-packages');

/** Whether node_modules was made from this lock file. */
export function packagesReady() {
  return stampMatches(STAMP, key());
}

/** Installs exactly what the lock file says, unless it is there. */
export async function ensurePackages() {
  if (packagesReady()) return;
  if (!isInstalled()) {
    step('packages: installing what package-lock.json names (npm ci, half a minute)');
    try {
      await npm(['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: ROOT });
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      throw new SetupError(`The packages could not be installed; check the connection to the npm registry and try again. ${error.message}`);
    }
  }
  writeStamp(STAMP, key());
}

function key() {
  return hashOf(readFileSync(LOCK), platformKey());
}

/** Somebody may have run `npm ci` by hand; npm then leaves its own list of what it installed. */
function isInstalled() {
  const list = join(ROOT, 'node_modules', '.package-lock.json');
  return existsSync(list) && sameVersions(JSON.parse(readFileSync(LOCK, 'utf8')), JSON.parse(readFileSync(list, 'utf8')));
}

/**
 * Whether an installed list holds every package that the lock asks for, in its version.
 * @param {{packages: Record<string, any>}} lock
 * @param {{packages: Record<string, any>}} installed
 */
export function sameVersions(lock, installed) {
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === '' || wanted.link) return true;
    const found = installed.packages[path];
    return found ? found.version === wanted.version : Boolean(wanted.optional || wanted.devOptional || wanted.peer);
  });
}
