import { expect, test } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainContext } from '../../electron/services/jobs';
import { drawSampleFilms } from '../../electron/services/sample';
import { readProject, closeProject } from '../../electron/services/projects';
import { projectStatus } from '../../electron/services/status';
import { runCli } from '../helpers/cli';
import { openStudio, type Studio } from './studio';

test.skip(process.platform === 'win32', 'signals of POSIX');

let folder: string;
let project: string;

test.beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'graft-e2e-'));
  project = join(folder, 'Toys.graft');
});
test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A studio in which a round of so many epochs trains, a few of them done. */
async function openTraining(epochs: number): Promise<Studio> {
  const films = await drawSampleFilms(plainContext(), ['paper']);
  await runCli('new', project);
  await runCli('import', project, films, '--from-folders', 'class/background', '--sampling', 'every:100ms');
  const studio = await openStudio({ folder });
  const { page } = studio;
  await page.evaluate((path) => (window as unknown as { studio: { call(name: string, value: string): Promise<unknown> } }).studio.call('projects:open', path), project);
  await page.getByTestId('rail-rounds').click();
  await page.getByTestId('round-advanced').click();
  await page.getByTestId('config-epochs').fill(String(epochs));
  await page.getByTestId('round-start').click();
  await expect(page.getByTestId('curves')).toBeVisible({ timeout: 60_000 });
  await expect.poll(async () => Number(await page.getByTestId('curves').getAttribute('data-epochs')), { timeout: 60_000 }).toBeGreaterThan(2);
  return studio;
}

/** Process id of the trainer; 0 without one. */
const trainerOf = ({ app }: Studio): Promise<number> => app.evaluate(({ app: electron }) => electron.getAppMetrics().find(({ serviceName, name }) => serviceName === 'graft-trainer' || name === 'graft-trainer')?.pid ?? 0);

test('kill -9 of the trainer: the window says so, and the run goes on from its checkpoint', async () => {
  const studio = await openTraining(300);
  const { page } = studio;
  const pid = await trainerOf(studio);
  expect(pid).toBeGreaterThan(0);
  process.kill(pid, 'SIGKILL');
  await expect(page.getByTestId('round-interrupted')).toBeVisible({ timeout: 20_000 });
  await page.getByTestId('round-resume').click();
  await expect(page.getByTestId('round-running')).toBeVisible({ timeout: 30_000 });
  await expect.poll(async () => Number(await page.getByTestId('curves').getAttribute('data-epochs')), { timeout: 60_000 }).toBeGreaterThan(3);
  await page.getByTestId('round-cancel').click();
  await expect(page.getByTestId('round-running')).toBeHidden({ timeout: 30_000 });
  await studio.close();
});

test('a crash of the window does not end a training: the window comes back with the run still going on', async () => {
  const studio = await openTraining(2000);
  const { app } = studio;
  const trainer = (): Promise<number> => trainerOf(studio);
  const before = await trainer();
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
  // Playwright has lost its page: the new one is asked through the main process.
  // A question that falls between the crash and the new page is never answered.
  const inWindow = (script: string): Promise<unknown> =>
    Promise.race([app.evaluate(({ BrowserWindow }, code) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(code), script), new Promise((resolve) => setTimeout(() => resolve(null), 2000))]).catch(() => null);
  await expect.poll(() => inWindow(`document.querySelector('[data-testid="rail-rounds"]') !== null`), { timeout: 30_000 }).toBe(true);
  await inWindow(`document.querySelector('[data-testid="rail-rounds"]').click()`);
  await expect.poll(() => inWindow(`document.querySelector('[data-testid="round-running"]') !== null`), { timeout: 30_000 }).toBe(true);
  const epochs = async (): Promise<number> => Number(await inWindow(`document.querySelector('[data-testid="curves"]')?.dataset.epochs ?? 0`));
  const seen = await epochs();
  await expect.poll(epochs, { timeout: 30_000 }).toBeGreaterThan(seen);
  expect(await trainer()).toBe(before);
  await studio.close();
});

test('kill -9 of the studio during an import: after the restart the import goes on by itself', async () => {
  const films = await drawSampleFilms(plainContext(), ['paper', 'toys']);
  await runCli('new', project);
  const first = await openStudio({ folder });
  const wishes = ['mug', 'duck', 'car'].flatMap((name) => ['paper', 'toys'].flatMap((background) => [1, 2].map((take) => ({ path: join(films, name, background, `${name}_${background}_${take}.mp4`), class: name, background }))));
  await first.page.evaluate((path) => (window as unknown as { studio: { call(name: string, value: string): Promise<unknown> } }).studio.call('projects:open', path), project);
  await first.page.evaluate((list) => {
    void (window as unknown as { studio: { call(name: string, value: unknown): Promise<unknown> } }).studio.call('clips:import', list);
  }, wishes);
  await expect.poll(() => {
    const reading = readProject(project);
    const { clips } = projectStatus(reading);
    closeProject(reading);
    return clips;
  }, { timeout: 30_000, intervals: [30] }).toBeGreaterThan(1);
  first.app.process().kill('SIGKILL');
  await first.app.close().catch(() => undefined);

  const second = await openStudio({ folder });
  await second.page.getByTestId('start-recent').first().click();
  await expect(second.page.getByTestId('board-cell-car-toys').getByText('car_toys_2.mp4')).toBeAttached({ timeout: 60_000 });
  await second.close();
  const { json } = await runCli('status', project, '--json');
  expect(json).toMatchObject({ clips: 12, frames: 180 });
});

test('what cannot be opened is said in a sentence', async () => {
  const studio = await openStudio({ folder });
  const answer = await studio.page.evaluate((path) => (window as unknown as { studio: { call(name: string, value: string): Promise<{ ok: boolean; error: { key: string } }> } }).studio.call('projects:open', path), join(folder, 'nothing.graft'));
  expect(answer).toMatchObject({ ok: false, error: { key: 'projects:missing' } });
  const refused = await studio.page.evaluate(() => (window as unknown as { studio: { call(name: string, value: unknown): Promise<{ ok: boolean }> } }).studio.call('projects:open', { path: 1 }));
  expect(refused.ok).toBe(false);
  await studio.close();
});
