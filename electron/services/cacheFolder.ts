import { homedir } from 'node:os';
import { join } from 'node:path';

/** The program's folder for what can be made again: engines that the set-up fetched, drawn sample films. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment['GRAFT_CACHE']) return environment['GRAFT_CACHE'];
  if (process.platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'graft', 'cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'graft');
  return join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'graft');
}
