/** The licences of everything inside the installed program, in one file that is read by people. */
import { copyFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../platform.mjs';
import { modulesOf, runtimeNames } from './modules.mjs';

/** Packages that are bundled into the window: everything that its sources import. */
function bundledNames() {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const tools = /^(@types\/|@eslint\/|eslint|typescript|vite|vitest|@vitest|@vitejs\/|electron|@electron\/|@playwright\/|@axe-core\/)/;
  return Object.keys(devDependencies).filter((name) => !tools.test(name));
}

function licenceText(/** @type {string} */ folder) {
  const names = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  return names.map((name) => readFileSync(join(folder, name), 'utf8').trim()).join('\n\n');
}

const engines = `TensorFlow (libtensorflow): Apache License 2.0, https://github.com/tensorflow/tensorflow/blob/master/LICENSE
ffmpeg: a program of its own beside Graft, under the GNU General Public License, version 3; which build it is, \`ffmpeg -version\` says.
  Its source: https://ffmpeg.org/download.html, and that of its parts where the build says so.
SQLite: in the public domain, https://sqlite.org/copyright.html
ONNX Runtime: MIT License, https://github.com/microsoft/onnxruntime/blob/main/LICENSE`;

/**
 * Writes THIRD-PARTY-LICENCES.txt, and Electron's own texts beside it.
 * @param {string} folder
 * @param {string} electron Electron's unpacked folder
 */
export function writeLicences(folder, electron) {
  const modules = new Map(modulesOf([...runtimeNames(), ...bundledNames()]).map((module) => [`${module.name} ${module.version}`, module]));
  const parts = [...modules].map(([title, module]) => `${'='.repeat(78)}\n${title} (${module.license})\n\n${licenceText(module.folder) || `Its package names the licence ${module.license} and brings no text.`}\n`);
  writeFileSync(join(folder, 'THIRD-PARTY-LICENCES.txt'), `Graft contains the work of others, with thanks. Programs and libraries:\n\n${engines}\n\nPackages:\n\n${parts.join('\n')}`);
  for (const name of ['LICENSE', 'LICENSES.chromium.html']) if (existsSync(join(electron, name))) copyFileSync(join(electron, name), join(folder, name === 'LICENSE' ? 'LICENSE.electron.txt' : name));
}
