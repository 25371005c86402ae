import { copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainContext } from '../../../electron/services/jobs';
import { drawSampleFilms } from '../../../electron/services/sample';
import { startCli } from '../../helpers/cli';

const tutorial = readFileSync(resolve(import.meta.dirname, '../../../resources/docs/tutorial.md'), 'utf8');
/** The commands of the tutorial, in their order. */
const commands = [...tutorial.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.trim().split('\n')).map((line) => line.split(' ').slice(1));

let folder = '';
const home = process.cwd();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'graft-tutorial-'));
  // What its reader has: films on three backgrounds, and a photo.
  cpSync(await drawSampleFilms(plainContext(), ['paper', 'desk', 'toys']), join(folder, 'films'), { recursive: true });
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

/** Any frame of the project serves as the photo of the last steps. */
function takePhoto(): void {
  const frames = join(folder, 'Desk.graft', 'frames');
  const file = readdirSync(frames, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('.jpg')) as string;
  copyFileSync(join(frames, file), join(folder, 'photo.jpg'));
}

/** The server runs until Ctrl-C: it is enough that it says where it is. */
async function serves(words: readonly string[]): Promise<void> {
  const { child, done } = startCli([...words, '--host', '127.0.0.1', '--port', '0', '--json']);
  const line = await new Promise<string>((tell) => child.stdout?.once('data', (text: string) => tell(text)));
  expect(JSON.parse(line)).toMatchObject({ address: expect.stringContaining('http://127.0.0.1'), token: expect.any(String), pairingUrl: expect.any(String) });
  child.kill('SIGINT');
  expect((await done).code).toBe(130);
}

test('every command of the tutorial works, one after the other', async () => {
  expect(commands.length).toBeGreaterThan(15);
  for (const words of commands) {
    if (words[0] === 'predict') takePhoto();
    if (words[0] === 'serve') {
      await serves(words);
      continue;
    }
    const { code, stdout, stderr } = await startCli([...words, '--quiet']).done;
    expect({ words: words.join(' '), code, stderr: code === 0 ? '' : stderr }).toEqual({ words: words.join(' '), code: 0, stderr: '' });
    if (words[0] === 'predict') expect(stdout).toMatch(/photo\.jpg: (mug|duck|car)/);
  }
  for (const file of ['migration.md', 'desk.keras', 'desk.onnx', 'dataset']) expect({ file, there: existsSync(join(folder, file)) }).toEqual({ file, there: true });
}, 600_000);
