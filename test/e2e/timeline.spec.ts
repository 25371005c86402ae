import { expect, test, type Page } from '@playwright/test';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { plainContext } from '../../electron/services/jobs';
import { drawSampleFilms } from '../../electron/services/sample';
import { runCli } from '../helpers/cli';
import { openStudio, type Studio } from './studio';

/** With GRAFT_SCREENSHOTS=FOLDER the pictures are kept there. */
const keep = process.env['GRAFT_SCREENSHOTS'] ? resolve(process.env['GRAFT_SCREENSHOTS']) : null;
const folder = mkdtempSync(join(tmpdir(), 'graft-timeline-'));
const project = join(folder, 'Timeline.graft');
let studio: Studio;

test.beforeAll(async () => {
  const films = await drawSampleFilms(plainContext(), ['paper', 'toys']);
  expect((await runCli('new', project, '--classes', 'mug,duck,car')).code).toBe(0);
  expect((await runCli('import', project, join(films, 'mug', 'paper'), '--from-folders', 'class/background', '--sampling', 'every:100ms', '--quiet')).code).toBe(0);
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

async function open(page: Page): Promise<void> {
  await studio.app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
  }, project);
  await page.getByTestId('start-open').click();
  await expect(page.getByTestId('clip-open-1')).toBeVisible();
  await page.getByTestId('clip-open-1').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('timeline-picture')).toBeVisible();
}

async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

test('a clip is labeled piece by piece, by keys and by mouse', async () => {
  studio = await openStudio({ folder });
  const { page } = studio;
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const at = (position: number): Promise<void> => expect(page.getByTestId('timeline')).toHaveAttribute('data-at', String(position));
  const shot = async (name: string): Promise<void> => {
    await page.waitForTimeout(500);
    if (keep) mkdirSync(keep, { recursive: true });
    if (keep) await page.screenshot({ path: join(keep, `${name}.png`) });
  };
  await open(page);
  const before = await labels();
  expect(before['duck']).toBe(0);

  // Left and Right, one and ten.
  await press(page, 'ArrowRight', 'ArrowRight', 'Shift+ArrowRight', 'ArrowLeft');
  await at(11);
  await press(page, 'Shift+ArrowLeft', 'Shift+ArrowLeft');
  await at(0);

  // A segment of six frames becomes duck: the digit chooses and labels.
  await press(page, 'Shift+ArrowRight', 'i', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'o');
  await expect(page.getByTestId('timeline-range')).toBeVisible();
  await shot('timeline-marks');
  await press(page, '2');
  await expect(page.getByTestId('undo-toast')).toBeVisible();
  await expect(page.getByTestId('timeline-segment')).toHaveCount(3);
  await expect.poll(labels).toMatchObject({ mug: (before['mug'] ?? 0) - 6, duck: 6 });

  // Without marks the digit labels the frame; Enter uses the chosen class again.
  await press(page, 'Shift+ArrowRight', '3');
  await expect.poll(labels).toMatchObject({ car: 1 });
  await press(page, 'ArrowRight', 'Enter');
  await expect.poll(labels).toMatchObject({ car: 2 });

  // X leaves out a segment, Ctrl+Z takes it back, X alone the frame.
  await press(page, 'i', 'ArrowRight', 'ArrowRight', 'o', 'x');
  await expect.poll(labels).toMatchObject({ excluded: 3 });
  await shot('timeline-excluded');
  await press(page, 'Control+z');
  await expect.poll(labels).toMatchObject({ excluded: 0 });
  await press(page, 'x');
  await expect.poll(labels).toMatchObject({ excluded: 1 });

  // The same by mouse.
  await page.getByTestId('timeline-segment').first().click();
  await at(0);
  await page.getByTestId('timeline-label-car').click();
  await expect.poll(labels).toMatchObject({ car: 12 });
  await page.getByTestId('timeline-track').click({ position: { x: 400, y: 12 } });
  await expect(page.getByTestId('timeline')).not.toHaveAttribute('data-at', '0');

  // Space plays at the times of the frames, and stops.
  await press(page, 'Home', ' ');
  await page.waitForTimeout(1050);
  await press(page, ' ');
  const played = Number(await page.getByTestId('timeline').getAttribute('data-at'));
  expect(played).toBeGreaterThanOrEqual(8);
  expect(played).toBeLessThanOrEqual(13);

  // The place survives Back; Esc leads to the Board.
  await page.waitForTimeout(400);
  await page.getByTestId('timeline-frames').click();
  await page.getByTestId('frame-grid').waitFor();
  await press(page, 'Alt+ArrowLeft');
  await at(played);
  await press(page, 'Escape');
  await expect(page.getByTestId('board')).toBeVisible();
  expect(errors).toEqual([]);

  if (!keep) return;
  for (const [language, theme] of [['en', 'light'], ['en', 'dark'], ['ru', 'light'], ['ru', 'dark']] as const) {
    await page.evaluate((value) => (window as unknown as { studio: { call(name: string, value: object): Promise<unknown> } }).studio.call('app:setPreferences', value), { language, theme });
    await page.evaluate(() => (location.hash = '#/board?clip=1&frame=14'));
    await page.reload();
    await page.getByTestId('timeline-picture').waitFor();
    await press(page, 'i', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'o', 'ArrowRight');
    await shot(`timeline-${language}-${theme}`);
  }
});
