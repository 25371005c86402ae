/** `npm run package`: the installed program for this system, in `dist/`. */
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { standaloneFfmpeg } from './ffmpeg.mjs';
import { SetupError, note, step } from './log.mjs';
import { unpackedFolder } from './packaging/folders.mjs';
import { writeLicences } from './packaging/licences.mjs';
import { makeArchives } from './packaging/linux.mjs';
import { stageModules } from './packaging/modules.mjs';
import { sizeOfTree } from './packaging/sizes.mjs';
import { ROOT } from './platform.mjs';
import { run } from './run.mjs';
import { ensureReady, runCommand } from './setup.mjs';

const WORK = join(ROOT, 'out', 'package');
const STAGE = join(WORK, 'app');
const EXTRA = join(WORK, 'resources');
/** What an unpacked program may weigh, in MB. TensorFlow alone is two thirds of it. */
const BUDGET = 1400;

await runCommand(async () => {
  const forTests = process.argv.includes('--for-tests');
  const everything = process.argv.includes('--all-targets');
  const { electron } = await ensureReady({ window: true });
  if (!electron) throw new SetupError('There is no Electron to be packed.');
  rmSync(WORK, { recursive: true, force: true });
  mkdirSync(EXTRA, { recursive: true });
  step('package: collecting the program');
  stageProgram(await stageFfmpeg());
  stageModules(STAGE);
  writeLicences(EXTRA, dirname(electron.path));
  await writeBill();
  step('package: electron-builder');
  await build(stageElectron(dirname(electron.path)), electron.version, forTests, everything);
  const unpacked = unpackedFolder(forTests);
  const size = Math.round(sizeOfTree(unpacked) / 1e6);
  note(`${unpacked}: ${size} MB (budget ${BUDGET} MB)`);
  if (size > BUDGET) throw new SetupError(`The package has ${size} MB, more than its budget of ${BUDGET} MB.`);
  if (process.platform === 'linux' && !forTests) for (const file of await makeArchives(unpacked)) note(`${file}: ${Math.round(statSync(file).size / 1e6)} MB`);
});

/** The built program, its description, and where its engines lie. */
function stageProgram(/** @type {{version: string, source: string}} */ ffmpeg) {
  for (const part of ['main', 'preload', 'renderer']) cpSync(join(ROOT, 'out', part), join(STAGE, 'out', part), { recursive: true });
  const { name, version, description, license, type, main, dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const about = { name, productName: 'Graft', version, description, license, author: 'The Graft authors', homepage: 'https://github.com/', type, main, dependencies };
  writeFileSync(join(STAGE, 'package.json'), JSON.stringify(about, null, 1));
  const bundled = { name: 'ffmpeg', version: ffmpeg.version, source: ffmpeg.source, path: join('ffmpeg', process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg') };
  writeFileSync(join(STAGE, 'out', 'engines.json'), JSON.stringify({ engines: [bundled] }));
}

async function stageFfmpeg() {
  const ffmpeg = await standaloneFfmpeg();
  cpSync(ffmpeg.path, join(EXTRA, 'ffmpeg', process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg'), { dereference: true });
  return ffmpeg;
}

/** Electron without the little program that opens checkouts, and without a start image that the fuses switch off. */
function stageElectron(/** @type {string} */ dist) {
  const target = join(WORK, 'electron');
  cpSync(dist, target, { recursive: true, verbatimSymlinks: true, filter: (source) => source !== join(dist, 'resources', 'app') && basename(source) !== 'browser_v8_context_snapshot.bin' });
  return target;
}

/** The bill of materials (CycloneDX): every package inside, with version and licence. */
async function writeBill() {
  const bill = await run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev'], { cwd: ROOT });
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  writeFileSync(join(ROOT, 'dist', 'sbom.cdx.json'), bill);
  cpSync(join(ROOT, 'dist', 'sbom.cdx.json'), join(EXTRA, 'sbom.cdx.json'));
}

async function build(/** @type {string} */ electronDist, /** @type {string} */ electronVersion, /** @type {boolean} */ forTests, /** @type {boolean} */ everything) {
  const builder = join(ROOT, 'node_modules', 'electron-builder', 'out', 'cli', 'cli.js');
  const args = [builder, '--config', forTests ? 'test/e2e/electron-builder.yml' : 'electron-builder.yml', '--publish', 'never', ...(everything ? [] : ['--dir']), `-c.electronDist=${electronDist}`, `-c.electronVersion=${electronVersion}`];
  await run(process.execPath, args, { cwd: ROOT, env: { ...process.env, CSC_IDENTITY_AUTO_DISCOVERY: process.env.CSC_LINK ? 'true' : 'false' } });
}
