import { join } from 'node:path';
import { ROOT } from '../platform.mjs';

/** Where electron-builder leaves the unpacked program. `forTests`: the one that a driver may look into. */
export function unpackedFolder(/** @type {boolean} */ forTests) {
  const system = process.platform === 'darwin' ? (process.arch === 'arm64' ? 'mac-arm64' : 'mac') : process.platform === 'win32' ? 'win-unpacked' : 'linux-unpacked';
  return join(ROOT, forTests ? 'out/package/e2e' : 'dist', system);
}
