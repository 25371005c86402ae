/** libtensorflow and tfjs-node's addon: official archives or a TensorFlow wheel, addon prebuilt or compiled here. */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cached, downloadsFolder, isCached, place, temporaryFolder } from './cache.mjs';
import { download } from './download.mjs';
import { rebuild } from './gyp.mjs';
import { SetupError, progress, step } from './log.mjs';
import { PINS, ROOT, platformKey } from './platform.mjs';
import { pythonWheel } from './registry.mjs';
import { run } from './run.mjs';
import { unzip } from './unzip.mjs';

const PACKAGE = join(ROOT, 'node_modules', '@tensorflow', 'tfjs-node');
const ADDON = join('lib', 'napi-v8', 'tfjs_binding.node');
/** The headers that the addon includes, directly or not. */
const HEADERS = ['tensorflow/c/', 'tensorflow/core/platform/', 'tsl/platform/', 'xla/tsl/c/'];

/**
 * Gives libtensorflow and an addon that was tried, linked into node_modules.
 * @returns {Promise<{name: string, version: string, source: string, path: string}>} `path` is the addon
 */
export async function ensureTensorflow() {
  const failures = [];
  for (const pin of PINS.tensorflow.platforms[platformKey()] ?? []) {
    const key = `tfjs-node-${PINS.tensorflow.addon.version}-libtensorflow-${pin.version}-${platformKey()}`;
    try {
      if (!isCached(key)) step(`TensorFlow ${pin.version} (${pin.source === 'official' ? 'official archive' : `Python package ${pin.package}`})`);
      const folder = await cached(key, (temporary) => make(pin, temporary));
      place(join(folder, 'lib'), join(PACKAGE, 'lib'));
      place(join(folder, 'deps'), join(PACKAGE, 'deps'));
      return { name: 'TensorFlow', version: pin.version, source: pin.source, path: join(folder, ADDON) };
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      failures.push(error.message);
      step(`TensorFlow ${pin.version}: ${error.message}`);
    }
  }
  const reasons = failures.join('; ') || `there is no libtensorflow for ${platformKey()}`;
  throw new SetupError(`TensorFlow could not be had: ${reasons}`);
}

/** Whether the checkout's links lead to a finished addon. */
export function tensorflowIsLinked() {
  return existsSync(join(PACKAGE, ADDON));
}

/**
 * @param {any} pin
 * @param {string} folder
 */
async function make(pin, folder) {
  mkdirSync(join(folder, 'lib', 'napi-v8'), { recursive: true });
  if (pin.wheelPlatform) await unpackWheel(pin, folder);
  else await unpackArchive(pin, folder);
  if (!(await takePrebuiltAddon(pin, folder))) await compileAddon(folder);
  if (process.platform === 'win32') cpSync(join(folder, 'deps', 'lib', 'tensorflow.dll'), join(folder, 'lib', 'napi-v8', 'tensorflow.dll'));
  rmSync(join(folder, 'deps', 'include'), { recursive: true, force: true });
  step('TensorFlow: trying the addon');
  await run(process.execPath, ['-e', 'require(process.argv[1])', join(folder, ADDON)]).catch((error) => {
    throw new SetupError(`the addon does not load on this machine (it needs a processor with AVX): ${error.message}`);
  });
  rmSync(join(downloadsFolder(), pin.file), { force: true });
}

/**
 * @param {any} pin
 * @param {string} folder
 */
async function unpackWheel(pin, folder) {
  const wheel = await pythonWheel(pin, 'TensorFlow');
  const shown = (/** @type {number} */ done, /** @type {number} */ total) => progress('TensorFlow, unpacking', done, total);
  await unzip(wheel, join(folder, 'deps'), (name) => wheelPath(name, pin.libraries), shown);
  // The names that binding.gyp links against; the addon itself remembers the libraries' own names.
  const links = process.platform === 'darwin' ? ['libtensorflow.2.dylib', 'libtensorflow_framework.2.dylib'] : ['libtensorflow.so', 'libtensorflow_framework.so'];
  links.forEach((link, index) => {
    symlinkSync(pin.libraries[index], join(folder, 'deps', 'lib', link));
  });
}

/**
 * Where an entry of the wheel goes below `deps`, or null.
 * @param {string} name
 * @param {readonly string[]} libraries
 */
export function wheelPath(name, libraries) {
  const [, rest] = /^tensorflow\/(.*)$/.exec(name) ?? [];
  if (!rest) return null;
  if (libraries.includes(rest)) return `lib/${rest}`;
  const header = rest.replace(/^include\//, '');
  return header !== rest && HEADERS.some((start) => header.startsWith(start)) ? rest : null;
}

/**
 * @param {any} pin
 * @param {string} folder
 */
async function unpackArchive(pin, folder) {
  const archive = join(downloadsFolder(), pin.file);
  await download(pin, archive, 'TensorFlow');
  await unpack(archive, join(folder, 'deps'));
}

/**
 * @param {any} pin
 * @param {string} folder
 */
async function takePrebuiltAddon(pin, folder) {
  if (!pin.addon) return false;
  try {
    const archive = join(downloadsFolder(), pin.addon.file);
    await download(pin.addon, archive, 'tfjs-node addon');
    const work = temporaryFolder('addon');
    await unpack(archive, work);
    const found = readdirSync(work, { recursive: true }).map(String).find((name) => name.endsWith('tfjs_binding.node'));
    if (!found) return false;
    cpSync(join(work, found), join(folder, ADDON));
    rmSync(work, { recursive: true });
    rmSync(archive);
    return true;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    step(`tfjs-node addon: ${error.message}; compiling it instead`);
    return false;
  }
}

async function unpack(/** @type {string} */ archive, /** @type {string} */ folder) {
  mkdirSync(folder, { recursive: true });
  if (archive.endsWith('.zip')) await unzip(archive, folder, (name) => name);
  else await run('tar', ['-xzf', archive, '-C', folder]);
}

async function compileAddon(/** @type {string} */ folder) {
  step('TensorFlow: compiling the tfjs-node addon (half a minute)');
  for (const part of ['binding', 'binding.gyp', 'package.json']) cpSync(join(PACKAGE, part), join(folder, part), { recursive: true });
  const target = join(folder, 'lib', 'napi-v8');
  const names = ['--module_name=tfjs_binding', `--module_path=${target}`, `--module=${join(folder, ADDON)}`];
  await rebuild(folder, [...names, '--napi_version=9', '--napi_build_version=8', '--node_napi_label=napi-v8'], { purpose: 'TensorFlow' });
  if (process.platform === 'darwin') {
    await run('install_name_tool', ['-add_rpath', '@loader_path/../../deps/lib', join(folder, ADDON)]);
    await run('codesign', ['--force', '--sign', '-', join(folder, ADDON)]);
  }
  for (const part of ['binding', 'binding.gyp', 'package.json', 'build']) rmSync(join(folder, part), { recursive: true, force: true });
}
