/** `npm start`: the studio's window, or the demo in the terminal where there is no display. */
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCli } from './cli.mjs';
import { SetupError } from './log.mjs';
import { ROOT, hasDisplay, isRoot } from './platform.mjs';
import { ensureReady, runCommand } from './setup.mjs';

await runCommand(async () => {
  const window = hasDisplay();
  const engines = await ensureReady({ window });
  if (!window) {
    process.stderr.write('There is no display here, so the demo runs in the terminal instead of the window.\n');
    await runCli(['demo', ...process.argv.slice(2)]);
    return;
  }
  const electron = /** @type {NonNullable<typeof engines.electron>} */ (engines.electron);
  if (electron.missingLibraries.length > 0) {
    throw new SetupError(`The window cannot open without ${electron.missingLibraries.join(', ')}.`);
  }
  explainSandbox(electron.path);
  openWindow(electron.path);
});

function openWindow(/** @type {string} */ electron) {
  const env = { ...process.env };
  delete env.ELECTRON_RUN_AS_NODE;
  const args = [...(process.platform === 'linux' && isRoot() ? ['--no-sandbox'] : []), ROOT, ...process.argv.slice(2)];
  const child = spawn(electron, args, { stdio: 'inherit', env, windowsHide: false });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    // From a terminal Electron gets Ctrl-C itself; this one is for signals sent to us alone.
    process.on(signal, () => child.kill(signal));
  }
  child.once('error', (error) => {
    process.stderr.write(`Electron did not start: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.once('close', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
  });
}

/** Some Linux systems forbid the sandbox to programs outside the system folders; better a sentence than a crash. */
function explainSandbox(/** @type {string} */ electron) {
  if (process.platform !== 'linux' || isRoot()) return;
  const forbidden = setting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1' || setting('/proc/sys/kernel/unprivileged_userns_clone') === '0';
  const helper = join(dirname(electron), 'chrome-sandbox');
  if (!forbidden || isSetuid(helper)) return;
  throw new SetupError(`This system lets Electron's sandbox work only after: sudo chown root:root '${helper}' && sudo chmod 4755 '${helper}'`);
}

function setting(/** @type {string} */ file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

function isSetuid(/** @type {string} */ file) {
  const info = statSync(file, { throwIfNoEntry: false });
  return info !== undefined && info.uid === 0 && (info.mode & 0o4000) !== 0;
}
