import { expect, test } from '@playwright/test';
import { openStudio, type Studio } from './studio';
import { prefer } from './walk';

let studio: Studio;
test.afterEach(async () => studio.close());

test('the tour is offered once, walks by keys, and is there again in the help', async () => {
  studio = await openStudio();
  const { page } = studio;
  const began = Date.now();
  await page.getByTestId('tour-start').click();
  await expect(page.getByTestId('tour')).toHaveAttribute('data-step', 'board', { timeout: 180_000 });
  for (const place of ['frames', 'rounds', 'models', 'migrate', 'try']) {
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('tour')).toHaveAttribute('data-step', place);
    await expect(page.getByTestId(`rail-${place}`)).toHaveAttribute('aria-current', 'page');
    // The card lies beside the place that it speaks of, and wholly in the window.
    const card = await page.getByTestId('tour').boundingBox();
    const target = await page.getByTestId(`rail-${place}`).boundingBox();
    expect(card && target && card.x >= target.x + target.width && card.y < target.y + target.height && card.y + card.height > target.y).toBe(true);
  }
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByTestId('tour')).toHaveAttribute('data-step', 'migrate');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('tour')).toHaveCount(0);
  expect(Date.now() - began).toBeLessThan(180_000);

  // Help: the page of the place, its keys from the table of keys, and the tour once more.
  await page.keyboard.press('F1');
  await expect(page.getByTestId('help')).toHaveAttribute('data-topic', 'migrate');
  await page.getByTestId('help-tour').click();
  await expect(page.getByTestId('tour')).toHaveAttribute('data-step', 'board');
  await page.getByTestId('tour-skip').click();

  // Not offered any more on the start screen, also after a restart of the window.
  await page.getByTestId('project-menu').click();
  await page.getByTestId('project-close').click();
  await expect(page.getByTestId('start-sample')).toBeVisible();
  await expect(page.getByTestId('tour-offer')).toHaveCount(0);
  await page.reload();
  await expect(page.getByTestId('start-sample')).toBeVisible();
  await expect(page.getByTestId('tour-offer')).toHaveCount(0);
});

test('every place has a page of help, in both languages, with the keys as they are now', async () => {
  studio = await openStudio();
  const { page } = studio;
  await page.getByTestId('start-sample').waitFor();
  await page.keyboard.press('F1');
  await expect(page.getByTestId('help')).toHaveAttribute('data-topic', 'start');
  await page.keyboard.press('Escape');
  await page.getByTestId('tour-decline').click();
  await expect(page.getByTestId('tour-offer')).toHaveCount(0);
  await page.getByTestId('start-sample').click();
  await expect(page.getByTestId('board-cell-car-toys').getByText('car_toys_2.mp4')).toBeAttached({ timeout: 180_000 });
  for (const language of ['en', 'ru'] as const) {
    await prefer(page, { language, keys: { exclude: ['Q'] } });
    for (const place of ['board', 'frames', 'rounds', 'models', 'migrate', 'try', 'settings'] as const) {
      await page.getByTestId(`rail-${place}`).click();
      await page.getByTestId('help-open').click();
      await expect(page.getByTestId('help')).toHaveAttribute('data-topic', place);
      expect(await page.getByTestId('help').locator('h3').count()).toBeGreaterThan(1);
      await expect(page.getByTestId('help')).toContainText(language === 'ru' ? /[а-яё]{6}/ : /[a-z]{6}/);
      if (place === 'frames') await expect(page.getByTestId('help').locator('dl > div', { hasText: language === 'ru' ? 'Исключить или вернуть' : 'Leave out, or take in again' })).toContainText('Q');
      // Whoever closes it with a key is back at the question mark.
      await page.keyboard.press('Escape');
      await expect(page.getByTestId('help')).toHaveCount(0);
      await expect(page.getByTestId('help-open')).toBeFocused();
    }
  }
  await page.getByTestId('rail-board').click();
  await page.getByTestId('clip-open-1').click();
  await page.getByTestId('timeline-picture').waitFor();
  await page.keyboard.press('F1');
  await expect(page.getByTestId('help')).toHaveAttribute('data-topic', 'timeline');
});
