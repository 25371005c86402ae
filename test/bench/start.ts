import { _electron } from '@playwright/test';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Cold start of the installed program, from the call to a window that can be used, and the memory of all its processes ten
 * seconds later: `npm run package -- --for-tests`, then `npm run bench -- start [--repeats 5] [--json]`. Linux, with a display.
 */
const repeats = process.argv.includes('--repeats') ? Number(process.argv[process.argv.indexOf('--repeats') + 1]) : 5;
const binary = resolve(process.env['GRAFT_PACKAGED'] ?? 'out/package/e2e/linux-unpacked', 'graft-studio');
if (!existsSync(binary)) {
  console.error(`There is no ${binary}. Make it first: npm run package -- --for-tests`);
  process.exit(1);
}

/** A process and all that it started. */
function family(pid: number): readonly number[] {
  const parents = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      return [[Number(name), Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1])] as const];
    } catch {
      return [];
    }
  });
  const found = [pid];
  for (const at of found) found.push(...parents.filter(([, parent]) => parent === at).map(([child]) => child));
  return found;
}

/** MiB of a process, shared pages shared out among those that share them. */
function memoryOf(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

async function once(): Promise<{ readonly seconds: number; readonly memoryMiB: number; readonly processes: number; readonly tensorflow: boolean }> {
  const folder = mkdtempSync(join(tmpdir(), 'graft-start-'));
  const started = performance.now();
  const app = await _electron.launch({ executablePath: binary, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [], env: { ...(process.env as Record<string, string>), GRAFT_USER_DATA: join(folder, 'user'), GRAFT_DOCUMENTS: folder } });
  try {
    const page = await app.firstWindow();
    await page.getByTestId('start-sample').waitFor();
    const seconds = (performance.now() - started) / 1000;
    await new Promise((done) => setTimeout(done, 10_000));
    const processes = family(app.process().pid as number);
    const tensorflow = processes.some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/maps`, 'utf8').includes('libtensorflow');
      } catch {
        return false;
      }
    });
    return { seconds, memoryMiB: Math.round(processes.reduce((sum, pid) => sum + memoryOf(pid), 0)), processes: processes.length, tensorflow };
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
await once();
const runs = [];
for (let repeat = 0; repeat < repeats; repeat += 1) runs.push(await once());
const result = { startSeconds: Number(median(runs.map(({ seconds }) => seconds)).toFixed(2)), memoryMiB: median(runs.map(({ memoryMiB }) => memoryMiB)), processes: median(runs.map(({ processes }) => processes)), tensorflowLoaded: runs.some(({ tensorflow }) => tensorflow) };
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok: true, ...result, runs })}\n`);
else console.log(result);
process.exit(0);
