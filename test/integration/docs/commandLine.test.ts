import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../helpers/cli';

const file = resolve(import.meta.dirname, '../../../resources/docs/command-line.md');
const head = `# The command line, command by command

What each command says of itself with \`--help\`. \`--json\`, \`--quiet\` and \`--lang en|ru\` are understood by all of them. Exit codes: 0 done, 1 you can mend it (one sentence says how), 2 wrong usage, 3 a bug, 130 cancelled.

This page is made by the test that checks it: \`GRAFT_UPDATE_DOCS=1 npx vitest run --project integration test/integration/docs\`.
`;

/** Names of the commands in a help text. */
function commandsIn(help: string): readonly string[] {
  const list = help.split(/^Commands:$/m)[1] ?? '';
  return [...list.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name]) => name as string).filter((name) => name !== 'help');
}

async function pageOf(words: readonly string[]): Promise<string> {
  const { stdout, code } = await runCli(...words, '--help');
  expect({ words, code }).toEqual({ words, code: 0 });
  const inner = commandsIn(stdout);
  if (inner.length > 0) return (await Promise.all(inner.map((name) => pageOf([...words, name])))).join('');
  const shared = /^ {2}(--json|--quiet|--lang <language>|-h, --help) .*\n/gm;
  expect({ words, example: /^Example/m.test(stdout) }).toEqual({ words, example: true });
  return `\n## graft ${words.join(' ')}\n\n\`\`\`\n${stdout.replace(shared, '').replace(/^Options:\n\n/m, '').trim()}\n\`\`\`\n`;
}

test('the reference of the command line is what the commands say, each with an example', async () => {
  const page = head + (await pageOf([]));
  if (process.env['GRAFT_UPDATE_DOCS']) writeFileSync(file, page);
  expect(readFileSync(file, 'utf8')).toBe(page);
});
