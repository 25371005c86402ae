/** Files out of npm and Python packages, fetched by the registries' ordinary clients and checked against the pins. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { downloadsFolder, temporaryFolder } from './cache.mjs';
import { problemOf } from './download.mjs';
import { SetupError, note } from './log.mjs';
import { npm, run } from './run.mjs';
import { ensurePython } from './system.mjs';

/**
 * @typedef {{package: string, file?: string, size?: number | null, sha256?: string | null,
 *   wheelPlatform?: string, checksums?: Record<string, {size: number, sha256: string}>}} PackagePin
 */

/**
 * The tarball of an npm package, as a file that the caller removes after use.
 * @param {PackagePin} pin
 * @param {string} label
 * @returns {Promise<string>}
 */
export function npmTarball(pin, label) {
  return fetchOnce(pin, async (work) => {
    const watch = { label, folder: join(work, 'cache'), total: pin.size ?? null };
    await npm(['pack', pin.package, '--pack-destination', work, '--cache', join(work, 'cache'), '--silent'], { cwd: work, watch });
  });
}

/**
 * A Python wheel, as a file that the caller removes after use.
 * @param {PackagePin} pin
 * @param {string} label
 * @returns {Promise<string>}
 */
export function pythonWheel(pin, label) {
  return fetchOnce(pin, async (work) => {
    const python = await ensurePython({ compiler: false, purpose: label });
    const platform = pin.wheelPlatform ? ['--implementation', 'cp', '--python-version', '3.11', '--platform', pin.wheelPlatform] : [];
    const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '-q', ...platform, '-d', work, pin.package];
    await run(python, args, { env: { TMPDIR: work }, watch: { label, folder: work, total: pin.size ?? null } });
  });
}

/**
 * @param {PackagePin} pin
 * @param {(work: string) => Promise<void>} fetchInto puts exactly one package file into the folder
 */
async function fetchOnce(pin, fetchInto) {
  const kept = pin.file && join(downloadsFolder(), pin.file);
  if (kept && existsSync(kept) && (await problemOf(kept, pin)) === null) return kept;
  const work = temporaryFolder('package');
  try {
    await fetchInto(work);
    const file = readdirSync(work).find((name) => /\.(tgz|whl)$/.test(name));
    if (!file || (pin.file && file !== pin.file)) throw new SetupError(`${pin.package} brought ${file ?? 'nothing'} instead of ${pin.file ?? 'a file'}`);
    await check(pin, join(work, file));
    mkdirSync(downloadsFolder(), { recursive: true });
    renameSync(join(work, file), join(downloadsFolder(), file));
    return join(downloadsFolder(), file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {PackagePin} pin
 * @param {string} path
 */
async function check(pin, path) {
  const name = path.split(/[\\/]/).at(-1) ?? '';
  const checksum = pin.checksums ? pin.checksums[name] : pin;
  if (!checksum?.sha256) {
    note(`${name}: checksum not pinned, the file was taken as it came`);
    return;
  }
  const problem = await problemOf(path, checksum);
  if (problem) throw new SetupError(`${pin.package} is not the pinned file (${problem})`);
}
