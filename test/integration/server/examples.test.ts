import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../helpers/projects';
import { framesOf, makeServedProject, startServe, type Served } from '../../helpers/served';

const run = promisify(execFile);
const holder = temporaryFolder();
const text = readFileSync(resolve(import.meta.dirname, '../../../resources/docs/rest.md'), 'utf8');
const examples = [...text.matchAll(/<!-- run: (\w+) -->\n```\w+\n([\s\S]*?)```/g)].map(([, language = '', code = '']) => ({ language, code }));
let served: Served;

beforeAll(async () => {
  const project = join(holder.folder, 'Examples.graft');
  await makeServedProject(project, 2);
  copyFileSync(framesOf(project)[0] ?? '', join(holder.folder, 'photo.jpg'));
  served = await startServe(project, '--host', '127.0.0.1');
}, 240_000);
afterAll(async () => {
  await served?.stop();
  holder.remove();
});

const commands: Readonly<Record<string, readonly [command: string, file: string]>> = { sh: ['sh', 'example.sh'], python: ['python3', 'example.py'], javascript: [process.execPath, 'example.mjs'] };

test('the description has examples in curl, Python and JavaScript', () => {
  expect(new Set(examples.map(({ language }) => language))).toEqual(new Set(['sh', 'python', 'javascript']));
});

test.each(examples.map(({ language, code }, index) => ({ name: `${index + 1}, ${language}`, language, code })))('the example $name works as it is written', async ({ language, code }) => {
  const [command, file] = commands[language] ?? ['', ''];
  const needed = language === 'sh' ? 'curl' : command;
  if (await run(needed, ['--version']).then(() => false, () => true)) return console.warn(`SKIPPED: no ${needed} for the example in ${language}`);
  writeFileSync(join(holder.folder, file), code);
  const { stdout } = await run(command, [file], { cwd: holder.folder, env: { ...process.env, GRAFT_ADDRESS: served.address, GRAFT_TOKEN: served.token } });
  const answer = JSON.parse(stdout) as Record<string, unknown>;
  expect(answer).toMatchObject(code.includes('/v1/model') ? { id: served.model, classes: ['mug', 'duck', 'car'] } : { model: served.model, class: expect.any(String), scores: expect.any(Array), unknown: false });
});
