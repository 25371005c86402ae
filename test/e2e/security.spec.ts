import { expect, test } from '@playwright/test';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { callSchemas } from '../../electron/ipc/schemas';
import { Random } from '../../electron/core/random';
import { openStudio, type Studio } from './studio';

let studio: Studio;
test.beforeAll(async () => {
  studio = await openStudio();
});
test.afterAll(async () => studio.close());

test('the page has no Node, no raw IPC, and a policy without eval', async () => {
  const { page } = studio;
  expect(await page.evaluate(() => [typeof (globalThis as { require?: unknown }).require, typeof (globalThis as { process?: unknown }).process, Object.keys((window as unknown as { studio: object }).studio).sort().join()])).toEqual(['undefined', 'undefined', 'call,on,pathsOf']);
  const policy = await page.evaluate(async () => (await fetch(location.href)).headers.get('content-security-policy'));
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe-eval');
  // Later, not at once: what the test tool itself evaluates is exempt from the policy.
  const evaluated = await page.evaluate(
    () =>
      new Promise((resolve) =>
        setTimeout(() => {
          try {
            resolve(new Function('return 1')());
          } catch (error) {
            resolve((error as Error).name);
          }
        }, 10),
      ),
  );
  expect(evaluated).toBe('EvalError');
});

test('it cannot leave: other pages, windows and permissions are denied', async () => {
  const { page, app } = studio;
  const before = page.url();
  await page.evaluate(() => {
    location.href = 'https://example.com/';
  });
  await page.waitForTimeout(300);
  expect(page.url()).toBe(before);
  await page.evaluate(() => void window.open('https://example.com/'));
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  expect(await page.evaluate(() => navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'granted', (error: Error) => error.name))).toMatch(/NotAllowedError|NotFoundError/);
});

test('the scheme gives files of the window only', async () => {
  const { page } = studio;
  const status = (path: string): Promise<number> => page.evaluate((url) => fetch(url).then((response) => response.status, () => 0), path);
  expect(await status('/index.html')).toBe(200);
  for (const path of ['/..%2f..%2fpackage.json', '/%2e%2e/%2e%2e/package.json', '/../main/index.js', '/..%5cpackage.json', '/frame/../../package.json', '/frame/1', '/frame/99999999999999999', '/picture/00000000-0000-0000-0000-000000000000', '/%00', '/etc/passwd', '//etc/passwd']) {
    expect({ path, status: await status(path) }).not.toEqual({ path, status: 200 });
  }
  expect(await page.evaluate(() => fetch('studio://other/index.html').then((response) => response.status, () => 0))).not.toBe(200);
});

/** Messages for each channel; GRAFT_FUZZ=10000 for a long run. */
const perChannel = Number(process.env['GRAFT_FUZZ'] ?? 100);

/** Everything under a folder, with its content; what SQLite writes beside a database that is open does not count. */
function contentOf(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile() && !/-(wal|shm)$/.test(name));
  return Object.fromEntries(files.sort().map((name) => [name, createHash('sha256').update(readFileSync(join(folder, name))).digest('hex')]));
}

test('random messages on every channel: none crashes it, none gets through its schema, none touches a file', async () => {
  test.setTimeout(perChannel * 20_000);
  const { page } = studio;
  const project = await page.evaluate(async (film) => {
    const { call } = (window as unknown as { studio: { call(name: string, ...args: unknown[]): Promise<{ ok: boolean; value?: { folder: string } }> } }).studio;
    return (await call('projects:newFor', [film])).value?.folder ?? '';
  }, join(studio.folder, 'cup.mp4'));
  const before = contentOf(project);
  const random = Random.seeded(7);
  const values = (depth = 0): unknown => {
    const kind = random.below(depth > 2 ? 7 : 9);
    return [null, undefined, -1, 1e308, '', '../../etc/passwd', 'x'.repeat(5000), depth > 2 ? 0 : Array.from({ length: random.below(4) }, () => values(depth + 1)), depth > 2 ? '' : { path: values(depth + 1), id: values(depth + 1), __proto__: null, kind: 'file' }][kind];
  };
  // Calls that open a dialog or change the project on purpose are not random's business.
  const names = Object.keys(callSchemas).filter((name) => !/choose|projects:|setPreferences|app:info/.test(name));
  const passed = new Set<string>();
  // Some thousands at a time: a long run sends a million.
  for (let sent = 0; sent < perChannel; sent += 50) {
    const messages = Array.from({ length: Math.min(50, perChannel - sent) * names.length }, (_, index) => ({ name: names[index % names.length] as string, args: Array.from({ length: 1 + random.below(3) }, () => values()) }));
    const answered = await page.evaluate(async (list) => {
      const bridge = (window as unknown as { studio: { call(name: string, ...args: unknown[]): Promise<{ ok: boolean }> } }).studio;
      const answers: boolean[] = [];
      for (const { name, args } of list) answers.push(await bridge.call(name, ...args).then(({ ok }) => ok, () => false));
      return answers;
    }, messages);
    // A random text may well be a name of the right form (of a job to cancel, say): those may be answered.
    messages.forEach(({ name, args }, index) => answered[index] && !callSchemas[name as keyof typeof callSchemas].safeParse(args).success && passed.add(name));
  }
  expect([...passed]).toEqual([]);
  expect(contentOf(project)).toEqual(before);
  expect(await page.evaluate(() => (window as unknown as { studio: { call(name: string): Promise<{ ok: boolean }> } }).studio.call('app:info').then(({ ok }) => ok))).toBe(true);
});
