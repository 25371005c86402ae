/** `npm run -s graft -- ARGS`: the command line, after the set-up if something is missing. */
import { runCli } from './cli.mjs';
import { ensureReady, runCommand } from './setup.mjs';

await runCommand(async () => {
  await ensureReady({ window: false });
  await runCli(process.argv.slice(2));
});
