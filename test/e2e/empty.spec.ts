import { expect, test } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openStudio } from './studio';

const keep = process.env['GRAFT_SCREENSHOTS'] ? resolve(process.env['GRAFT_SCREENSHOTS']) : null;

test('every empty screen says what belongs there and offers the sample project', async () => {
  const studio = await openStudio({ language: 'en' });
  const { page, app } = studio;
  await app.evaluate(({ dialog }, folder) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: `${folder}/Empty` });
  }, studio.folder);
  await page.getByTestId('start-new').click();
  for (const [language, theme] of [['en', 'light'], ['ru', 'dark']] as const) {
    await page.evaluate((value) => (window as unknown as { studio: { call(name: string, value: object): Promise<unknown> } }).studio.call('app:setPreferences', value), { language, theme });
    await page.reload();
    for (const place of ['board', 'frames', 'rounds', 'models', 'migrate', 'try'] as const) {
      await page.getByTestId(`rail-${place}`).click();
      await page.waitForTimeout(250);
      await expect(page.locator('main, [role=main]').first()).toContainText(language === 'ru' ? /[а-яё]{4}/i : /[a-z]{4}/i);
      if (!keep) continue;
      mkdirSync(keep, { recursive: true });
      await page.screenshot({ path: join(keep, `empty-${place}-${language}-${theme}.png`) });
    }
    // The menu of the whole program by keyboard.
    await page.keyboard.press('Control+k');
    await page.waitForTimeout(400);
    if (keep) await page.screenshot({ path: join(keep, `palette-${language}-${theme}.png`) });
    await page.keyboard.press('Escape');
  }
  await studio.close();
});
