/** System packages on Debian and its relatives: installed as root, otherwise named in one command. */
import { existsSync } from 'node:fs';
import { note, step, SetupError } from './log.mjs';
import { findOnPath, hasDisplay, isRoot } from './platform.mjs';
import { run } from './run.mjs';

/** What Electron needs on Linux; `t64` variants are the names since Debian 13 and Ubuntu 24.04. */
export const WINDOW_PACKAGES = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libxss1', 'libxtst6'];
let listsAreFresh = false;

/** Whether packages can be installed here without asking anybody. */
export function canInstall() {
  return process.platform === 'linux' && isRoot() && findOnPath('apt-get') !== null;
}

/**
 * Installs packages with apt; needs `canInstall()`.
 * @param {readonly string[]} names
 */
export async function aptInstall(names) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  if (!listsAreFresh) {
    step('system packages: reading the package lists');
    await run('apt-get', ['update', '-q'], { env });
    listsAreFresh = true;
  }
  const real = await realNames(names);
  step(`system packages: installing ${real.join(' ')}`);
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...real], { env });
}

/**
 * The names as this system's release spells them.
 * @param {readonly string[]} names
 */
async function realNames(names) {
  const known = new Set((await run('apt-cache', ['pkgnames'])).split('\n'));
  return names.map((name) => spelling(name, known));
}

/**
 * `libgtk-3-0` or `libgtk-3-0t64`, whichever is known.
 * @param {string} name
 * @param {ReadonlySet<string>} known
 */
export function spelling(name, known) {
  return known.has(`${name}t64`) ? `${name}t64` : name;
}

/**
 * Libraries that an executable wants and the system does not have.
 * @param {string} executable
 * @returns {Promise<string[]>}
 */
export async function missingLibraries(executable) {
  if (process.platform !== 'linux' || !findOnPath('ldd')) return [];
  return notFound(await run('ldd', [executable]).catch(() => ''));
}

/** The names in ldd's output that were not found. */
export function notFound(/** @type {string} */ ldd) {
  return [...ldd.matchAll(/^\s*(\S+) => not found/gm)].map((match) => String(match[1]));
}

/**
 * Makes sure that Electron can open a window, or a hidden one in tests; says the command if it may not.
 * @param {string} executable Electron's
 * @param {boolean} hidden whether windows will be opened without a display
 * @returns {Promise<string[]>} libraries that are still missing
 */
export async function ensureWindowLibraries(executable, hidden) {
  if (process.platform !== 'linux') return [];
  const missing = await missingLibraries(executable);
  const wanted = [...(missing.length > 0 ? WINDOW_PACKAGES : []), ...(hidden ? displayPackages() : [])];
  if (wanted.length === 0) return [];
  if (canInstall()) {
    await aptInstall(wanted);
    return missingLibraries(executable);
  }
  note(`the window needs system packages (${[...missing, ...wanted].join(', ')}); install them with: ${installCommand(wanted)}`);
  return missing;
}

/** Whether hidden windows can be opened (`xvfb-run`), or need not be. */
export function displayPackages() {
  if (process.platform !== 'linux' || hasDisplay()) return [];
  const packages = { 'xvfb-run': 'xvfb', Xvfb: 'xvfb', xauth: 'xauth' };
  const missing = Object.entries(packages).filter(([command]) => !findOnPath(command));
  return [...new Set(missing.map(([, name]) => name))];
}

/** The browser in which the phone page is tested, where there is one. */
export function phoneBrowser() {
  return ['chromium', 'chromium-browser', 'google-chrome'].map((name) => findOnPath(name)).find((path) => path !== null) ?? null;
}

/** Makes sure that the phone page can be tested in a real browser; says so where it cannot: those tests are skipped then. */
export async function ensurePhoneBrowser() {
  if (process.platform !== 'linux' || phoneBrowser()) return;
  if (canInstall()) {
    try {
      await aptInstall(['chromium']);
      return;
    } catch {
      note('Chromium could not be installed; the tests of the phone page are skipped.');
      return;
    }
  }
  note(`the tests of the phone page need Chromium and are skipped; install it with: ${installCommand(['chromium'])}`);
}

/**
 * Makes sure that Python with pip (and a compiler) is there; installs or says what to install.
 * @param {{compiler: boolean, purpose: string}} need
 * @returns {Promise<string>} the Python command
 */
export async function ensurePython({ compiler, purpose }) {
  const found = await pythonWithPip();
  const hasCompiler = !compiler || process.platform !== 'linux' || Boolean(findOnPath('make') && (findOnPath('c++') || findOnPath('g++')));
  if (found && hasCompiler) return found;
  const names = ['python3', 'python3-pip', ...(compiler ? ['build-essential'] : [])];
  if (canInstall()) {
    await aptInstall(names);
    const now = await pythonWithPip();
    if (now) return now;
  }
  throw new SetupError(`${purpose} needs Python 3 with pip${compiler ? ' and a C++ compiler' : ''}; install them with: ${installCommand(names)}`);
}

async function pythonWithPip() {
  for (const name of process.platform === 'win32' ? ['python', 'python3', 'py'] : ['python3', 'python']) {
    const works = findOnPath(name) && (await run(name, ['-m', 'pip', '--version']).catch(() => null));
    if (works) return name;
  }
  return null;
}

/** The one command that a user without root rights is told. */
export function installCommand(/** @type {readonly string[]} */ names) {
  if (process.platform === 'darwin') return 'xcode-select --install && brew install python';
  if (process.platform === 'win32') return 'winget install Python.Python.3.12 Microsoft.VisualStudio.2022.BuildTools';
  if (existsSync('/usr/bin/dnf')) return `sudo dnf install ${names.map(fedoraName).join(' ')}`;
  return `sudo apt-get install -y ${names.join(' ')}`;
}

function fedoraName(/** @type {string} */ name) {
  const names = /** @type {Record<string, string>} */ ({
    'build-essential': 'gcc-c++ make',
    'libgtk-3-0': 'gtk3',
    libnss3: 'nss',
    libasound2: 'alsa-lib',
    libgbm1: 'mesa-libgbm',
    libxss1: 'libXScrnSaver',
    libxtst6: 'libXtst',
    xvfb: 'xorg-x11-server-Xvfb',
    xauth: 'xorg-x11-xauth',
  });
  return names[name] ?? name;
}
