/** The packages that go into the installed program, without what only their makers need. */
import { cpSync, existsSync, lstatSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ROOT } from '../platform.mjs';

/** @typedef {{path: string, name: string, version: string, license: string, folder: string}} Module `path`: in the lock file, e.g. `node_modules/a/node_modules/b` */

/** @returns {Record<string, any>} */
function lockedPackages() {
  return JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
}

/** Path in the lock file of what `name` means to a package: beside it, or in a folder above. */
function resolveFrom(/** @type {Record<string, any>} */ locked, /** @type {string} */ from, /** @type {string} */ name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = `${at ? `${at}/` : ''}node_modules/${name}`;
    if (locked[path]) return path;
    if (at === '') return null;
    if (!at.includes('/node_modules/')) at = '';
  }
}

/**
 * All packages that `names` need when they run, themselves included, by the lock file.
 * @param {readonly string[]} names
 * @returns {readonly Module[]}
 */
export function modulesOf(names) {
  const locked = lockedPackages();
  /** @type {Map<string, Module>} */
  const found = new Map();
  const visit = (/** @type {string | null} */ path) => {
    if (!path || found.has(path) || !existsSync(join(ROOT, path))) return;
    const { version, license, dependencies = {}, optionalDependencies = {} } = locked[path];
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    found.set(path, { path, name, version, license: license ?? 'see its files', folder: join(ROOT, path) });
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) visit(resolveFrom(locked, path, needed));
  };
  for (const name of names) visit(resolveFrom(locked, '', name));
  return [...found.values()].sort((a, b) => a.path.localeCompare(b.path));
}

/** Names of what the program needs when it runs. */
export function runtimeNames() {
  return Object.keys(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).dependencies);
}

const system = process.platform;

/** Whether a file of a package is needed when the program runs. `inside`: its path in the package, with `/`. */
export function isNeeded(/** @type {string} */ name, /** @type {string} */ inside) {
  if (inside === '') return true;
  if (/(^|\/)(\.github|\.vscode|test|tests|__tests__|example|examples|docs|coverage|\.nyc_output)(\/|$)/.test(inside) && !name.startsWith('@tensorflow/tfjs-node')) return false;
  if (/\.(map|ts|mts|cts|cc|h|hpp|md|markdown|tsbuildinfo|flow)$/i.test(inside)) return false;
  if (name.startsWith('@tensorflow/')) {
    // Bundles for browsers; Node loads tf*.node.js.
    if (/^dist\/(tf[^/]*|miniprogram\/.*)$/.test(inside) && !/\.node\.js$/.test(inside)) return false;
    if (/(_test\.js|^src\/|^benchmarks\/|^dist\/.*_benchmark)/.test(inside)) return false;
  }
  if (name === '@tensorflow/tfjs-node') return !/^(binding|scripts|deps\/include|wasm-out)(\/|$)/.test(inside);
  if (name === 'better-sqlite3') return !/^(deps|src|binding\.gyp|build\/(?!Release$|Release\/better_sqlite3\.node$))/.test(inside) && (!inside.startsWith('prebuilds/') || inside.includes(`${system}-${process.arch}`));
  if (name === 'onnxruntime-node') {
    const [, , platform, arch] = inside.split('/');
    return !inside.startsWith('bin/') || ((platform === undefined || platform === system) && (arch === undefined || arch === process.arch));
  }
  // The program itself comes from the resources folder.
  if (name === 'ffmpeg-static') return !/^(ffmpeg|ffprobe)(\.exe)?$/.test(inside);
  return true;
}

/** Copies the packages into the folder of the program; links become what they lead to. */
export function stageModules(/** @type {string} */ stage) {
  for (const { path, name, folder } of modulesOf(runtimeNames())) {
    cpSync(folder, join(stage, path), {
      recursive: true,
      dereference: true,
      filter: (source) => {
        const inside = relative(folder, source).split(sep).join('/');
        // Packages inside this one are on the list themselves, if they are needed.
        // A second name of a library would become a second library.
        const alias = /\.(so|dylib)$/.test(inside) && lstatSync(source).isSymbolicLink();
        return !alias && !/(^|\/)node_modules(\/|$)/.test(inside) && isNeeded(name, inside);
      },
    });
  }
}
