import { expect, test, type Page } from '@playwright/test';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runFfmpeg } from '../../electron/media/ffmpeg';
import { openStudio } from './studio';
import { prefer, screens, type Screen } from './walk';

const target = resolve(import.meta.dirname, '../../resources/screenshots');
const raw = mkdtempSync(join(tmpdir(), 'graft-screenshots-'));
test.afterAll(() => rmSync(raw, { recursive: true, force: true }));

/** Screens of which a picture is kept; the name of each is the page of the help that shows it. */
const wanted = ['board', 'timeline', 'frames', 'rounds', 'models', 'migrate', 'try', 'settings'];
/** Bytes that all pictures may have together: they lie in the repository. */
const budget = 8_000_000;

/** Keeps the window as it is now with at most 256 colours: a third of the size, and nothing to be seen of it. */
async function keep(page: Page, name: string): Promise<void> {
  // What runs is done, pictures are decoded, then.
  if ((await page.getByTestId('job-tray').count()) > 0) await expect(page.getByTestId('job-tray')).toHaveAttribute('data-running', '0');
  await page.waitForTimeout(900);
  const file = join(raw, `${name}.png`);
  await page.screenshot({ path: file, scale: 'css' });
  await runFfmpeg(['-y', '-i', file, '-filter_complex', 'split[a][b];[a]palettegen=stats_mode=full[p];[b][p]paletteuse=dither=sierra2_4a', '-pred', 'mixed', join(target, `${name}.png`)]);
}

async function train(page: Page, number: number, backgrounds: readonly string[] | 'all'): Promise<void> {
  await page.getByTestId('rail-rounds').click();
  await page.getByTestId('round-next').click();
  for (const box of await page.getByRole('checkbox').all()) if (backgrounds !== 'all' && (await box.isChecked()) && !backgrounds.includes((await box.getAttribute('value')) ?? '')) await box.uncheck();
  if (!(await page.getByTestId('settings-length').isVisible())) await page.getByTestId('round-advanced').click();
  await page.getByTestId('config-epochs').fill('25');
  if (number === 1) await page.getByText('Gray', { exact: true }).click();
  await page.getByTestId('round-start').click();
  await expect(page.getByTestId(`round-${number}`)).toHaveAttribute('data-state', 'done', { timeout: 400_000 });
}

/** Three rounds instead of one: the last is the one to look at. */
const instead: Readonly<Record<string, Screen['open']>> = {
  rounds: async (page) => {
    await page.getByTestId('rail-rounds').click();
    await page.getByTestId('round-3').click();
    await expect(page.getByTestId('round-matrix')).toBeVisible();
    await expect(page.getByTestId('confusion')).toBeVisible();
  },
  models: async (page) => {
    await page.getByTestId('rail-models').click();
    await page.getByTestId('model-round-3').click();
    await expect(page.getByTestId('calibration')).toBeVisible();
  },
};

test('a picture of every screen in both themes and both languages', async () => {
  mkdirSync(target, { recursive: true });
  const studio = await openStudio();
  const { page, app } = studio;
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1280, 800));
  const looks = [['en', 'light'], ['en', 'dark'], ['ru', 'light'], ['ru', 'dark']] as const;
  for (const [language, theme] of looks) {
    await prefer(page, { language, theme });
    await page.getByTestId('tour-offer').waitFor();
    await keep(page, `start-${language}-${theme}`);
  }
  await prefer(page, { language: 'en', theme: 'light' });
  await page.getByTestId('start-sample').click();
  await expect(page.getByTestId('board-cell-car-toys').getByText('car_toys_2.mp4')).toBeAttached({ timeout: 180_000 });
  await train(page, 1, ['paper']);
  await train(page, 2, ['wood', 'cloth']);
  await train(page, 3, 'all');
  for (const [language, theme] of looks) {
    await prefer(page, { language, theme });
    for (const { name, open } of screens.filter((screen) => wanted.includes(screen.name))) {
      await (instead[name] ?? open)(page);
      // Where the mouse is something is marked.
      await page.mouse.move(640, 5);
      await keep(page, `${name}-${language}-${theme}`);
    }
  }
  await studio.close();
  const files = readdirSync(target);
  expect(files.length).toBe(looks.length * (wanted.length + 1));
  expect(files.reduce((sum, file) => sum + statSync(join(target, file)).size, 0)).toBeLessThan(budget);
});
