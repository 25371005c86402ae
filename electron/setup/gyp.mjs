/** Compiling addons with the node-gyp that npm brings along. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SetupError } from './log.mjs';
import { npmFolder } from './platform.mjs';
import { run } from './run.mjs';
import { ensurePython } from './system.mjs';

/**
 * Runs `node-gyp rebuild --release` in a folder; installs the compiler where that is allowed.
 * @param {string} folder
 * @param {readonly string[]} args
 * @param {{purpose: string, env?: Record<string, string>}} options `purpose` names the engine in error messages
 */
export async function rebuild(folder, args, { purpose, env = {} }) {
  const python = await ensurePython({ compiler: true, purpose });
  const npm = npmFolder();
  const gyp = npm && join(npm, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  if (!gyp || !existsSync(gyp)) throw new SetupError(`${purpose} needs node-gyp, which comes with npm; npm was not found.`);
  const headers = headersFolder();
  await run(process.execPath, [gyp, 'rebuild', '--release', ...(headers ? [`--nodedir=${headers}`] : []), `--python=${python}`, ...args], {
    cwd: folder,
    env: { JOBS: 'max', ...env },
  });
}

/**
 * A folder with `include/node`; both addons use Node-API only, so the headers of any Node do.
 * Null lets node-gyp fetch the official headers.
 */
function headersFolder() {
  const beside = dirname(dirname(process.execPath));
  const candidates = [process.env.npm_config_nodedir, beside, '/usr/local', '/usr'];
  return candidates.find((folder) => folder && existsSync(join(folder, 'include', 'node', 'node_api.h')) && existsSync(join(folder, 'include', 'node', 'common.gypi')));
}
