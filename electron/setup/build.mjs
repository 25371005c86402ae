/** The app's build in `out/`, made again when a source is newer. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { step } from './log.mjs';
import { ROOT } from './platform.mjs';
import { run } from './run.mjs';
import { hashOfTree, stampMatches, writeStamp } from './stamps.mjs';

const STAMP = join(ROOT, 'out', '.build-stamp');
const SOURCES = ['electron', 'renderer', 'resources', 'electron.vite.config.ts', 'package.json', 'package-lock.json'];

/** The built command line. */
export const CLI = join(ROOT, 'out', 'main', 'cli.js');

/** Whether the build is there and as new as the sources. */
export function buildReady() {
  return existsSync(CLI) && stampMatches(STAMP, key());
}

/** Builds main, preload, workers, command line and window, unless nothing changed. */
export async function ensureBuild() {
  if (buildReady()) return;
  step('app: building (electron-vite)');
  const before = key();
  await run(process.execPath, [join(ROOT, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build'], { cwd: ROOT });
  writeStamp(STAMP, before);
}

function key() {
  return hashOfTree(ROOT, SOURCES, (path) => path === 'electron/setup' || path.endsWith('.tsbuildinfo'));
}
