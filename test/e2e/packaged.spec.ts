import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStudio } from './studio';

/** The installed program, in a folder that has nothing of the checkout: `npm test -- package` makes it and comes here. */
const installed = process.env['GRAFT_PACKAGED'] ?? '';
test.skip(installed === '', 'no GRAFT_PACKAGED: this is about the installed program');

const resources = join(installed, process.platform === 'darwin' ? 'Graft.app/Contents/Resources' : 'resources');
let folder = '';
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-packaged-'));
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `graft` on the command line, without a display. */
function graft(...words: string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const env = { ...process.env, HOME: folder, LC_ALL: 'C' };
  delete (env as Record<string, string | undefined>)['DISPLAY'];
  return spawnSync(join(installed, process.platform === 'win32' ? 'graft.cmd' : 'graft'), words, { env, encoding: 'utf8', cwd: folder });
}

test('the command line answers without a display: engines, exit codes, one JSON document, no noise', () => {
  test.skip(process.platform === 'darwin', 'the package for macOS has its command line inside the application');
  const doctor = graft('doctor', '--json', '--quiet');
  expect({ status: doctor.status, stderr: doctor.stderr }).toEqual({ status: 0, stderr: '' });
  const { engines } = JSON.parse(doctor.stdout) as { engines: { name: string; ok: boolean }[] };
  expect(engines.filter(({ ok }) => ok).map(({ name }) => name)).toEqual(['node', 'ffmpeg', 'sqlite', 'tensorflow']);
  expect(graft('new', 'Toys.graft', '--classes', 'cup,car', '--json').status).toBe(0);
  expect(JSON.parse(graft('status', 'Toys.graft', '--json').stdout)).toMatchObject({ ok: true, classes: [{ name: 'cup' }, { name: 'car' }] });
  const wrong = graft('status', 'Nowhere.graft');
  expect(wrong.status).toBe(1);
  expect(wrong.stderr).toMatch(/^There is no folder .*\n$/);
  expect(graft('status').status).toBe(2);
});

test('a double click on a project opens it', async () => {
  graft('new', 'Clicked.graft', '--classes', 'cup');
  const studio = await openStudio({ flags: [join(folder, 'Clicked.graft')] });
  await expect(studio.page.getByTestId('rail-board')).toBeVisible();
  await expect.poll(() => studio.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle())).toContain('Clicked');
  await studio.close();
});

test('it is closed to others, and says whose work is inside', async () => {
  const binary = join(installed, { darwin: 'Graft.app', win32: 'Graft.exe' }[process.platform as string] ?? 'graft-studio');
  const wire = (await getCurrentFuseWire(binary)) as unknown as Record<number, number>;
  const on = (fuse: FuseV1Options): boolean => String.fromCharCode(wire[fuse] ?? 0) === '1';
  expect({ node: on(FuseV1Options.RunAsNode), options: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable), archive: on(FuseV1Options.OnlyLoadAppFromAsar) }).toEqual({ node: false, options: false, archive: true });
  const licences = readFileSync(join(resources, 'THIRD-PARTY-LICENCES.txt'), 'utf8');
  for (const name of ['@tensorflow/tfjs-node', 'better-sqlite3', 'react ', 'fastify', 'ffmpeg', 'TensorFlow']) expect(licences).toContain(name);
  expect(JSON.parse(readFileSync(join(resources, 'sbom.cdx.json'), 'utf8'))).toMatchObject({ bomFormat: 'CycloneDX' });
  expect(existsSync(join(resources, 'LICENSE'))).toBe(true);
});
