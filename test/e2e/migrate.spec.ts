import { expect, test, type Page } from '@playwright/test';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openStudio, type Studio } from './studio';

/** With GRAFT_SCREENSHOTS=FOLDER the pictures of every step are kept there. */
const pictures = process.env['GRAFT_SCREENSHOTS'] ? resolve(process.env['GRAFT_SCREENSHOTS']) : null;
let studio: Studio;

test.afterEach(async () => {
  await studio.close();
});

/** Tab until the element has the focus: what cannot be reached by it fails. */
async function tabTo(page: Page, testId: string): Promise<void> {
  for (let presses = 0; presses < 250; presses += 1) {
    const there = await page.evaluate((id) => document.activeElement?.closest(`[data-testid="${id}"]`) !== null && document.activeElement !== document.body, testId);
    if (there) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${testId} cannot be reached with Tab`);
}

/** Arrow down in an open menu until the entry has the focus. */
async function arrowTo(page: Page, testId: string): Promise<void> {
  await expect(page.getByTestId(testId)).toBeVisible();
  for (let presses = 0; presses < 60; presses += 1) {
    if (await page.getByTestId(testId).evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`${testId} cannot be reached with the arrow keys`);
}

/** Language and theme in the settings, and back: what was begun in the wizard is still there. */
async function look(page: Page, language: string, theme: string): Promise<void> {
  await page.getByTestId('rail-settings').click();
  await page.getByTestId('settings-language').locator(`label[for$="-${language}"]`).click();
  await page.getByTestId('settings-theme').locator(`label[for$="-${theme}"]`).click();
  await page.getByTestId('rail-migrate').click();
  await expect(page.getByTestId('migrate-recipe')).toBeVisible();
  await page.waitForTimeout(500);
}

async function shoot(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  for (const step of ['migrate-change', 'migrate-plan', 'migrate-check-step', 'migrate-keep-step']) await page.getByTestId(step).screenshot({ path: join(pictures, `${step}-${name}.png`) });
}

async function firstRound(page: Page): Promise<void> {
  await page.getByTestId('start-sample').click();
  await expect(page.getByTestId('board-cell-car-toys').getByText('car_toys_2.mp4')).toBeAttached({ timeout: 180_000 });
  await page.getByTestId('rail-rounds').click();
  await page.getByTestId('round-next').click();
  await page.getByTestId('round-advanced').click();
  await page.getByTestId('config-epochs').fill('6');
  await page.getByText('Gray', { exact: false }).first().click();
  await page.getByTestId('round-start').click();
  await expect(page.getByTestId('round-1')).toHaveAttribute('data-state', 'done', { timeout: 180_000 });
}

test('the wizard with the keyboard alone: change, edit, another pair, check, keep, train on, the floor', async () => {
  studio = await openStudio();
  const { page } = studio;
  await firstRound(page);
  await page.getByTestId('rail-migrate').click();
  await expect(page.getByTestId('structure')).toBeVisible();

  // A quick choice by keys.
  await tabTo(page, 'quick-wider');
  await page.keyboard.press('Space');
  await expect(page.getByTestId('plan-table')).toHaveAttribute('data-grade', 'exact');

  // Another old layer for conv2: all plans of it are only start values; back again: exact.
  await tabTo(page, 'pair-conv2');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('option', { name: /dense1/ }).first()).toHaveAttribute('data-combobox-disabled', 'true');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('pair-change')).toContainText('exact → start value');
  await expect(page.getByTestId('plan-row-conv2')).not.toHaveAttribute('data-from', 'conv2');
  await shoot(page, 'pair-en-light');
  await tabTo(page, 'pair-conv2');
  await page.keyboard.press('Enter');
  // Below the old layers: start fresh, then as found.
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('plan-row-conv2')).toHaveAttribute('data-from', 'conv2');
  await expect(page.getByTestId('plan-table')).toHaveAttribute('data-grade', 'exact');
  // Locked, it is greyed for the others.
  await tabTo(page, 'lock-conv2');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('lock-conv2')).toHaveAttribute('aria-pressed', 'true');

  // The structure is edited in place: 24 filters become 40, a pool that does not fit is said in words and taken back.
  await tabTo(page, 'layer-conv1');
  await page.keyboard.press('Enter');
  await tabTo(page, 'layer-conv1-filters');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('40');
  await expect(page.getByTestId('plan-row-conv1')).toContainText('40');
  await tabTo(page, 'layer-menu-flatten');
  await page.keyboard.press('Enter');
  await arrowTo(page, 'layer-insert-conv2d');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('structure-problem')).toContainText('needs a picture');
  await tabTo(page, 'layer-menu-conv_1');
  await page.keyboard.press('Enter');
  await arrowTo(page, 'layer-remove-conv_1');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('structure-problem')).toHaveCount(0);
  await expect(page.getByTestId('plan-table')).toHaveAttribute('data-grade', 'exact');

  await tabTo(page, 'migrate-check');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('migrate-verdict')).toHaveAttribute('data-passed', 'true', { timeout: 120_000 });
  await expect(page.getByTestId('migrate-recipe')).toContainText('exactly as before');
  for (const [language, theme] of [['en', 'dark'], ['ru', 'light'], ['ru', 'dark'], ['en', 'light']] as const) {
    if (!pictures) break;
    await look(page, language, theme);
    await shoot(page, `${language}-${theme}`);
  }

  // One key saves it and trains on by the recipe.
  await tabTo(page, 'migrate-keep-train');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('round-2')).toHaveAttribute('data-state', 'done', { timeout: 240_000 });
  await page.getByTestId('round-2').click();
  await expect(page.getByTestId('curves-floor')).toContainText('%');
  if (pictures) await page.screenshot({ path: join(pictures, 'floor-en-light.png'), fullPage: true });
});

test('a whole network from a file, and a file that is none', async () => {
  studio = await openStudio();
  const { page, app } = studio;
  await firstRound(page);
  const conv = (name: string, filters: number) => ({ type: 'conv2d', name, filters, kernelSize: [3, 3], activation: 'relu' });
  const pool = (name: string) => ({ type: 'maxPooling2d', name, poolSize: [2, 2], strides: [2, 2] });
  const layers = [conv('conv1', 16), pool('pool1'), conv('conv2', 32), pool('pool2'), conv('conv3', 64), pool('pool3'), { type: 'globalAveragePooling2d', name: 'mean' }, { type: 'dense', name: 'head', units: 3, activation: 'softmax' }];
  const [good, bad] = [join(studio.folder, 'net.json'), join(studio.folder, 'bad.json')];
  writeFileSync(good, JSON.stringify({ formatVersion: 1, name: 'mine', input: { height: 64, width: 64, channels: 1 }, layers }));
  writeFileSync(bad, '{"layers": 3}');
  const choose = (path: string) => app.evaluate(({ dialog }, file) => void (dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [file] })), path);
  await page.getByTestId('rail-migrate').click();
  await choose(bad);
  await page.getByTestId('quick-file').click();
  await expect(page.getByTestId('error').first()).toBeVisible();
  await choose(good);
  await page.getByTestId('quick-file').click();
  await expect(page.getByTestId('plan-row-head')).toBeVisible();
  await expect(page.getByTestId('plan-dropped-dense1')).toBeVisible();

  // An old layer is dragged from the structure to a row of the plan.
  const carried = await page.evaluateHandle(() => new DataTransfer());
  await page.getByTestId('structure').locator('code[draggable="true"]', { hasText: 'conv2' }).first().dispatchEvent('dragstart', { dataTransfer: carried });
  await page.getByTestId('plan-row-conv3').dispatchEvent('dragover', { dataTransfer: carried });
  await page.getByTestId('plan-row-conv3').dispatchEvent('drop', { dataTransfer: carried });
  await expect(page.getByTestId('plan-row-conv3')).toHaveAttribute('data-from', 'conv2');
  await expect(page.getByTestId('pair-change')).toBeVisible();

  // Checked and kept, it is a record in Models: saved as a report, carried out once more.
  await page.getByTestId('migrate-check').click();
  await expect(page.getByTestId('migrate-verdict')).toHaveAttribute('data-passed', 'true', { timeout: 120_000 });
  await page.getByTestId('migrate-keep').click();
  await page.getByTestId('migrate-kept').getByRole('button').last().click();
  await expect(page.getByTestId('model-weights')).toContainText('SHA-256');
  const report = join(studio.folder, 'report.json');
  await app.evaluate(({ dialog }, file) => void (dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: file })), report);
  await page.getByTestId('record-save').click();
  await expect.poll(() => existsSync(report)).toBe(true);
  expect((JSON.parse(readFileSync(report, 'utf8')) as { readonly target: string | null }).target).not.toBeNull();
  const name = await page.getByTestId('model-details').getByRole('heading').first().textContent();
  await page.getByTestId('record-repeat').click();
  await expect(page.getByTestId('model-details').getByRole('heading').first()).not.toHaveText(name ?? '', { timeout: 120_000 });
});
