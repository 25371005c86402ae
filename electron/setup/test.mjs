/** `npm test [-- STEP...]`: every check, fast ones first; the last line reads `N passed, N failed`. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildReady } from './build.mjs';
import { closingLines, countPlaywright, countVitest, oneCheck, sum, trusted } from './counts.mjs';
import { SetupError, note } from './log.mjs';
import { packagesReady } from './packages.mjs';
import { unpackedFolder } from './packaging/folders.mjs';
import { ROOT, hasDisplay, npmFolder } from './platform.mjs';
import { ensureReady, runCommand } from './setup.mjs';
import { ensurePhoneBrowser } from './system.mjs';

const REPORTS = join(ROOT, 'out', 'test-reports');

/** @typedef {import('./counts.mjs').Counts} Counts */

/** @type {[name: string, step: () => Promise<Counts>][]} */
const STEPS = [
  ['lint', () => npmScript('lint')],
  ['types', () => npmScript('types')],
  ['unit', () => vitest('unit')],
  ['integration', () => vitest('integration')],
  ['e2e', () => playwright('e2e', [], {})],
  ['package', packaged],
];

await runCommand(async () => {
  const names = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
  const known = STEPS.map(([name]) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new SetupError(`There is no step ${unknown.join(', ')}; the steps are ${known.join(', ')}.`);
  const chosen = STEPS.filter(([name]) => names.length === 0 || names.includes(name));
  const window = chosen.some(([name]) => name === 'e2e' || name === 'package');
  const results = [];
  const prepared = await timed('set-up', () => prepare(window));
  if (prepared.counts.failed > 0) results.push(prepared);
  mkdirSync(REPORTS, { recursive: true });
  for (const [name, check] of chosen) {
    if (!packagesReady()) break;
    process.stdout.write(`\n== ${name}\n`);
    results.push(await timed(name, check));
  }
  summarize(results);
});

/**
 * Set-up and build; a failure is said and counted, and what can be checked without is checked.
 * @param {boolean} window
 */
async function prepare(window) {
  try {
    await ensureReady({ forTests: window, window });
    if (window) await ensurePhoneBrowser();
    return oneCheck(true);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    note(error.message);
    return oneCheck(false);
  }
}

/**
 * @param {string} name
 * @param {() => Promise<Counts>} check
 */
async function timed(name, check) {
  const start = Date.now();
  return { name, counts: await check(), seconds: (Date.now() - start) / 1000 };
}

/** @param {{name: string, counts: Counts, seconds: number}[]} results */
function summarize(results) {
  process.stdout.write('\n');
  for (const { name, counts, seconds } of results) {
    const skipped = counts.skipped.length > 0 ? `, ${counts.skipped.length} skipped` : '';
    process.stdout.write(`${name.padEnd(12)} ${counts.passed} passed, ${counts.failed} failed${skipped} (${seconds.toFixed(1)} s)\n`);
  }
  const total = sum(results.map(({ counts }) => counts));
  process.stdout.write(`${closingLines(total).join('\n')}\n`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

async function npmScript(/** @type {string} */ name) {
  const npm = npmFolder();
  return oneCheck(npm !== null && (await succeeds(process.execPath, [join(npm, 'bin', 'npm-cli.js'), 'run', '-s', name])));
}

async function vitest(/** @type {string} */ project) {
  const report = freshReport(project);
  const cli = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const succeeded = await succeeds(process.execPath, ['--no-deprecation', cli, ...args]);
  return trusted(readReport(report, countVitest), succeeded);
}

/** Makes the installed program, puts it into a folder that has nothing of this checkout, and drives it there. */
async function packaged() {
  if (!(await succeeds(process.execPath, [join(ROOT, 'electron', 'setup', 'package.mjs'), '--for-tests']))) return oneCheck(false);
  const folder = mkdtempSync(join(tmpdir(), 'graft-installed-'));
  try {
    const installed = join(folder, 'Graft');
    cpSync(unpackedFolder(true), installed, { recursive: true, verbatimSymlinks: true });
    return await playwright('package', ['packaged.spec', 'story.spec'], { GRAFT_PACKAGED: installed });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} name of the report
 * @param {readonly string[]} specs files; all without them
 * @param {Record<string, string>} extra environment
 */
async function playwright(name, specs, extra) {
  if (!buildReady()) {
    process.stdout.write('There is no build to test.\n');
    return oneCheck(false);
  }
  const report = freshReport(name);
  const cli = [join(ROOT, 'node_modules', '@playwright', 'test', 'cli.js'), 'test', ...specs, '--reporter=list,json'];
  const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: report, ...extra };
  const succeeded = hasDisplay()
    ? await succeeds(process.execPath, cli, env)
    : await succeeds('xvfb-run', ['-a', '-s', '-screen 0 1440x900x24', process.execPath, ...cli], env);
  return trusted(readReport(report, countPlaywright), succeeded);
}

function freshReport(/** @type {string} */ name) {
  const file = join(REPORTS, `${name}.json`);
  rmSync(file, { force: true });
  return file;
}

/**
 * @param {string} file
 * @param {(report: any) => Counts} count
 */
function readReport(file, count) {
  try {
    return count(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/**
 * Runs a program in the checkout with its output shown; true if it ended with 0.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env]
 * @returns {Promise<boolean>}
 */
function succeeds(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
    child.once('error', (error) => {
      process.stderr.write(`${command} did not start: ${error.message}\n`);
      resolve(false);
    });
    child.once('close', (code) => resolve(code === 0));
  });
}
