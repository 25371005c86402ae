import { expect, test, type Locator, type Page } from '@playwright/test';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { plainContext } from '../../electron/services/jobs';
import { drawSampleFilms } from '../../electron/services/sample';
import { runCli } from '../helpers/cli';
import { makeFilm } from '../helpers/films';
import { openStudio, type Studio } from './studio';

/** With GRAFT_SCREENSHOTS=FOLDER the pictures are kept there. */
const keep = process.env['GRAFT_SCREENSHOTS'] ? resolve(process.env['GRAFT_SCREENSHOTS']) : null;
const folder = mkdtempSync(join(tmpdir(), 'graft-frames-'));
const project = join(folder, 'Frames.graft');
let studio: Studio;

test.beforeAll(async () => {
  const films = await drawSampleFilms(plainContext(), ['paper', 'toys']);
  expect((await runCli('new', project, '--classes', 'mug,duck,car')).code).toBe(0);
  expect((await runCli('import', project, films, '--from-folders', 'class/background', '--sampling', 'every:100ms', '--quiet')).code).toBe(0);
  // Twelve frames of a camera that stands still.
  const still = await makeFilm(folder, 'still.mp4', { source: 'testsrc2=size=320x240:rate=10:duration=2,trim=end_frame=1,loop=loop=11:size=1,setpts=N/10/TB' });
  expect((await runCli('import', project, still, '--class', 'mug', '--background', 'paper', '--sampling', 'all', '--quiet')).code).toBe(0);
});
test.afterAll(async () => {
  await studio.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Frames of each class, and what is left out, as the command line sees it. */
async function labels(): Promise<Record<string, number>> {
  const { json } = await runCli('status', project, '--json');
  return { ...Object.fromEntries(json.classes.map(({ name, frames }: { name: string; frames: number }) => [name, frames])), excluded: json.excluded };
}

async function openFrames(page: Page): Promise<void> {
  await studio.app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
  }, project);
  await page.getByTestId('start-open').click();
  await page.getByTestId('rail-frames').click();
  await page.getByTestId('frame-grid').waitFor();
  await page.getByTestId('stacks-switch').waitFor({ state: 'attached' });
}

async function count(choice: Locator): Promise<number> {
  return Number(await choice.getAttribute('data-count'));
}

async function shot(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(600);
  if (!keep) return;
  mkdirSync(keep, { recursive: true });
  await page.screenshot({ path: join(keep, `${name}.png`) });
}

test('filters combine, stacks are thinned, a band is labeled, keys are changed', async () => {
  studio = await openStudio({ folder });
  const { page } = studio;
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await openFrames(page);
  const shown = async (): Promise<number> => Number((await page.getByTestId('frames-count').innerText()).replaceAll(/[^\d ]/g, '').trim().split(/\s+/)[0]);
  const selected = async (): Promise<number> => count(page.getByTestId('frames-selected'));
  const box = (id: string): Locator => page.getByTestId(id);

  // Each count is what the choice shows together with the other filters; Back takes the last one back.
  const all = await shown();
  const mugs = await count(box('filter-class-mug'));
  const onPaper = await count(box('filter-background-paper'));
  expect(mugs).toBeGreaterThan(0);
  expect(onPaper).toBeLessThan(all);
  await box('filter-class-mug').click();
  await expect.poll(shown).toBe(mugs);
  const mugsOnPaper = await count(box('filter-background-paper'));
  expect(mugsOnPaper).toBeGreaterThan(0);
  expect(mugsOnPaper).toBeLessThan(Math.min(mugs, onPaper));
  await box('filter-background-paper').click();
  await expect.poll(shown).toBe(mugsOnPaper);
  const blurred = await count(box('filter-sharpness-0'));
  if (blurred > 0) {
    await box('filter-sharpness-0').click();
    await expect.poll(shown).toBe(blurred);
    await page.keyboard.press('Alt+ArrowLeft');
  }
  await expect.poll(shown).toBe(mugsOnPaper);
  await page.keyboard.press('Alt+ArrowLeft');
  await expect.poll(shown).toBe(mugs);
  await expect(box('filter-background-paper').getByRole('checkbox')).not.toBeChecked();
  await box('filter-clear').click();
  await expect.poll(shown).toBe(all);

  // A stack opens by click and by key; thinning leaves out all but one, says so, and is undone.
  const alike = await count(box('filter-alike-1'));
  expect(alike).toBeGreaterThanOrEqual(12);
  await box('filter-alike-1').click();
  await expect.poll(shown).toBe(alike);
  await shot(page, 'frames-stacks');
  const stack = page.getByTestId('frame').filter({ has: page.getByTestId('stack').filter({ hasText: '12' }) });
  const size = Number(await stack.getByTestId('stack').innerText());
  const tiles = await page.getByTestId('frame').count();
  await stack.getByTestId('stack').click();
  await expect(page.locator('[data-stack="open"]')).toHaveCount(size);
  await stack.getByTestId('stack').click();
  await expect(page.getByTestId('frame')).toHaveCount(tiles);
  await stack.click();
  await expect.poll(selected).toBe(size);
  await page.keyboard.press('s');
  await expect(page.locator('[data-stack="open"]')).toHaveCount(size);
  await shot(page, 'frames-stack-open');
  await page.keyboard.press('t');
  await expect.poll(labels).toMatchObject({ excluded: size - 1 });
  await expect(page.getByTestId('undo-toast')).toBeVisible();
  await shot(page, 'frames-thinned');
  await page.keyboard.press('Control+z');
  await expect.poll(labels).toMatchObject({ excluded: 0 });
  await page.keyboard.press('s');
  await page.keyboard.press('Escape');
  await expect.poll(selected).toBe(0);
  await box('filter-clear').click();

  // A band over two rows; digits label what it chose, X leaves it out; Ctrl+A chooses all frames, in stacks, too.
  await page.locator('label').filter({ has: page.getByTestId('stacks-switch') }).or(page.getByTestId('stacks-switch')).first().click({ force: true });
  await expect(page.getByTestId('stack')).toHaveCount(0);
  await page.keyboard.press('Home');
  await expect(page.getByTestId('frame').first()).toHaveAttribute('data-focused');
  const firstTile = (await page.getByTestId('frame').first().getAttribute('aria-label')) ?? '';
  const first = (await page.getByTestId('frame').first().boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(first.x + first.width / 2, first.y + first.height / 2);
  await page.mouse.down();
  await page.mouse.move(first.x + first.width * 2.5, first.y + first.height * 1.6, { steps: 5 });
  await expect(page.getByTestId('band')).toBeVisible();
  await shot(page, 'frames-band');
  await page.mouse.up();
  await expect(page.getByTestId('band')).toHaveCount(0);
  await expect.poll(selected).toBe(6);
  const before = await labels();
  const classOfFirst = ['mug', 'duck', 'car'].find((name) => firstTile.includes(`: ${name}`)) ?? '';
  const other = classOfFirst === 'car' ? 'duck' : 'car';
  await page.keyboard.press(other === 'car' ? '3' : '2');
  await expect.poll(labels).toMatchObject({ [classOfFirst]: (before[classOfFirst] ?? 0) - 6, [other]: (before[other] ?? 0) + 6 });
  await page.keyboard.press('x');
  await expect.poll(labels).toMatchObject({ excluded: 6 });
  for (let step = 0; step < 2; step += 1) await page.keyboard.press('Control+z');
  await expect.poll(labels).toEqual(before);
  await page.keyboard.press('Control+a');
  await expect.poll(selected).toBe(all);
  await page.keyboard.press('Escape');
  await page.getByTestId('frame').nth(4).click();
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(selected).toBe(2);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('frame-viewer')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('frame-viewer')).toHaveCount(0);
  await page.locator('label').filter({ has: page.getByTestId('stacks-switch') }).or(page.getByTestId('stacks-switch')).first().click({ force: true });

  // Another key for leaving out; one that is taken is said in words.
  await page.getByTestId('rail-settings').click();
  await page.getByTestId('key-exclude-0').click();
  await page.keyboard.press('i');
  await expect(page.getByTestId('key-conflict-exclude')).toContainText('I');
  await page.getByTestId('key-row-exclude').scrollIntoViewIfNeeded();
  await shot(page, 'keys-conflict');
  await page.getByTestId('key-exclude-0').click();
  await page.keyboard.press('q');
  await expect(page.getByTestId('key-exclude-0')).toHaveText('Q');
  await expect(page.getByTestId('keys-conflicts')).toHaveCount(0);
  await excludesWith(page, 'x', 'q');
  expect(errors).toEqual([]);
  await studio.close();

  // It is still there after a restart, and gone with the way back to the defaults.
  studio = await openStudio({ folder });
  await openFrames(studio.page);
  await excludesWith(studio.page, 'x', 'q');
  await studio.page.getByTestId('rail-settings').click();
  await studio.page.getByTestId('keys-reset').click();
  await expect(studio.page.getByTestId('key-exclude-0')).toHaveText('X');
  await excludesWith(studio.page, 'q', 'x');

  if (!keep) return;
  for (const [language, theme] of [['en', 'light'], ['en', 'dark'], ['ru', 'light'], ['ru', 'dark']] as const) {
    await studio.page.evaluate((value) => (window as unknown as { studio: { call(name: string, value: object): Promise<unknown> } }).studio.call('app:setPreferences', value), { language, theme });
    await studio.page.reload();
    await studio.page.getByTestId('rail-frames').click();
    await studio.page.getByTestId('frame').nth(3).click();
    await studio.page.keyboard.press('Shift+ArrowRight');
    await shot(studio.page, `frames-${language}-${theme}`);
    await studio.page.getByTestId('rail-settings').click();
    await shot(studio.page, `settings-${language}-${theme}`);
    await studio.page.getByTestId('keys-search').scrollIntoViewIfNeeded();
    await studio.page.getByTestId('key-row-timeline.leave').scrollIntoViewIfNeeded();
    await shot(studio.page, `keys-${language}-${theme}`);
  }
});

/** In Frames the one key does nothing (any more), the other leaves out a frame and takes it in again. */
async function excludesWith(page: Page, dead: string, key: string): Promise<void> {
  await page.getByTestId('rail-frames').click();
  await page.getByTestId('frame').first().click();
  await page.keyboard.press(dead);
  await page.keyboard.press(key);
  await expect.poll(async () => (await labels())['excluded']).toBeGreaterThan(0);
  await page.keyboard.press('Control+z');
  await expect.poll(labels).toMatchObject({ excluded: 0 });
}
