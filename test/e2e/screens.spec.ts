import { expect, test } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openStudio, type Studio } from './studio';

/**
 * Every screen, in both themes and both languages, with the sample project: nothing throws, nothing is clipped.
 * With GRAFT_SCREENSHOTS=FOLDER the pictures are kept there.
 */
const keep = process.env['GRAFT_SCREENSHOTS'] ? resolve(process.env['GRAFT_SCREENSHOTS']) : null;
let studio: Studio;

test('every screen, light and dark, English and Russian', async () => {
  studio = await openStudio();
  const { page } = studio;
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const shot = async (name: string): Promise<void> => {
    await page.waitForTimeout(700);
    if (!keep) return;
    mkdirSync(keep, { recursive: true });
    await page.screenshot({ path: join(keep, `${name}.png`) });
  };
  const preferences = (part: object): Promise<unknown> => page.evaluate((value) => (window as unknown as { studio: { call(name: string, value: object): Promise<unknown> } }).studio.call('app:setPreferences', value), part);
  /** Clipped text: an element that hides what is in it and holds more than it shows, outside of what is meant to scroll. */
  const clipped = (): Promise<string[]> =>
    page.evaluate(() =>
      [...document.querySelectorAll('button, h1, h2, h3, label, th')]
        .filter((element) => element.scrollWidth > element.clientWidth + 2 && getComputedStyle(element).overflow === 'hidden' && getComputedStyle(element).textOverflow !== 'ellipsis')
        .map((element) => element.textContent ?? ''),
    );
  await shot('start-en-light');
  await page.getByTestId('start-sample').click();
  await expect(page.getByTestId('board-cell-car-toys').getByText('car_toys_2.mp4')).toBeAttached({ timeout: 180_000 });
  const train = async (number: number, choose: readonly string[]): Promise<void> => {
    await page.getByTestId('rail-rounds').click();
    await page.getByTestId('round-next').click();
    for (const box of await page.getByRole('checkbox').all()) if (!choose.some((name) => name === 'all') && (await box.isChecked()) && !choose.includes((await box.getAttribute('value')) ?? '')) await box.uncheck();
    await page.getByTestId('round-advanced').click();
    await page.getByTestId('config-epochs').fill('25');
    if (number === 1) await page.getByText('Gray', { exact: false }).first().click();
    await page.getByTestId('round-start').click();
    if (number === 2) {
      await page.waitForTimeout(2500);
      await shot('rounds-running-en-light');
    }
    await expect(page.getByTestId(`round-${number}`)).toHaveAttribute('data-state', 'done', { timeout: 180_000 });
  };
  await train(1, ['paper']);
  await train(2, ['wood', 'cloth']);
  await train(3, ['all']);
  await page.getByTestId('rail-migrate').click();
  await page.getByTestId('quick-size').click();
  await page.getByTestId('quick-colour').click();
  await page.getByTestId('migrate-check').click();
  await expect(page.getByTestId('migrate-verdict')).toHaveAttribute('data-passed', 'true', { timeout: 120_000 });
  for (const [language, theme] of [['en', 'light'], ['en', 'dark'], ['ru', 'light'], ['ru', 'dark']] as const) {
    await preferences({ language, theme });
    await page.reload();
    await page.getByTestId('rail-board').waitFor();
    for (const place of ['board', 'frames', 'rounds', 'models', 'migrate', 'try', 'settings'] as const) {
      await page.getByTestId(`rail-${place}`).click();
      if (place === 'rounds') {
        await page.getByTestId('round-3').click();
        await expect(page.getByTestId('round-matrix')).toBeVisible({ timeout: 60_000 });
      }
      if (place === 'migrate') {
        await page.getByTestId('quick-size').click();
        await page.getByTestId('quick-colour').click();
        await page.getByTestId('plan-table').waitFor();
        await page.getByTestId('migrate-check').click();
        await expect(page.getByTestId('migrate-verdict')).toBeVisible({ timeout: 60_000 });
      }
      if (place === 'try') {
        await page.getByTestId('try-frame').click();
        await page.getByTestId('try-pick').nth(3).click();
        await page.getByTestId('try-answer').waitFor({ timeout: 60_000 });
      }
      await shot(`${place}-${language}-${theme}`);
      expect({ place, language, clipped: await clipped() }).toEqual({ place, language, clipped: [] });
    }
  }
  expect(errors).toEqual([]);
  await studio.close();
});
