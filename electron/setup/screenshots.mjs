/** `npm run screenshots`: a picture of every screen of the sample project, in both themes and languages, into resources/screenshots. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, hasDisplay } from './platform.mjs';
import { ensureReady, runCommand } from './setup.mjs';

await runCommand(async () => {
  await ensureReady({ forTests: true, window: true });
  const cli = [join(ROOT, 'node_modules', '@playwright', 'test', 'cli.js'), 'test', '--config', join('test', 'e2e', 'screenshots.config.ts')];
  const { status } = hasDisplay()
    ? spawnSync(process.execPath, cli, { cwd: ROOT, stdio: 'inherit' })
    : spawnSync('xvfb-run', ['-a', '-s', '-screen 0 1440x900x24', process.execPath, ...cli], { cwd: ROOT, stdio: 'inherit' });
  process.exitCode = status ?? 1;
});
