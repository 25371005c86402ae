import { expect, test, type Page } from '@playwright/test';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { plainContext } from '../../electron/services/jobs';
import { drawSampleFilms } from '../../electron/services/sample';
import { openStudio, type Studio } from './studio';

let studio: Studio;
let films: string;

test.beforeAll(async () => {
  films = await drawSampleFilms(plainContext(), ['paper', 'toys']);
});
test.afterEach(async () => studio.close());

const film = (object: string, background: string, take: number): string => join(films, object, background, `${object}_${background}_${take}.mp4`);

/** Drops real files: their paths come from a file input, as only real files have one. */
async function drop(page: Page, selector: string, paths: readonly string[]): Promise<void> {
  await page.evaluate(() => {
    const input = Object.assign(document.createElement('input'), { type: 'file', multiple: true, id: 'test-files' });
    document.body.append(input);
  });
  await page.locator('#test-files').setInputFiles([...paths]);
  await page.evaluate((target) => {
    const input = document.querySelector('#test-files') as HTMLInputElement;
    const data = new DataTransfer();
    for (const file of input.files ?? []) data.items.add(file);
    const element = document.querySelector(target) as Element;
    for (const type of ['dragenter', 'dragover', 'drop']) element.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
    input.remove();
  }, selector);
}

async function importThroughProposal(page: Page, object: string, background: string): Promise<void> {
  await drop(page, 'body', [film(object, background, 1), film(object, background, 2)]);
  await fillProposal(page, object, background);
}

async function fillProposal(page: Page, object: string, background: string): Promise<void> {
  await page.getByTestId('proposal-class-all').fill(object);
  await page.getByTestId('proposal-background-all').fill(background);
  await page.keyboard.press('Escape');
  await page.getByTestId('proposal-import').click();
  await expect(page.getByTestId(`board-cell-${object}-${background}`).getByText(`${object}_${background}_2.mp4`)).toBeVisible({ timeout: 60_000 });
}

async function trainRound(page: Page, epochs: number, number: number): Promise<void> {
  await page.getByTestId('rail-rounds').click();
  await page.getByTestId('round-next').click();
  await page.getByTestId('round-advanced').click();
  await page.getByTestId('config-epochs').fill(String(epochs));
  await page.getByTestId('round-start').click();
  await expect(page.getByTestId('curves')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByTestId(`round-${number}`)).toHaveAttribute('data-state', 'done', { timeout: 120_000 });
}

test('the whole story: films, labels, two rounds, a migration, an answer', async () => {
  studio = await openStudio();
  const { page, app } = studio;
  await app.evaluate(({ dialog }, folder) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: `${folder}/Toys` });
  }, studio.folder);
  await page.getByTestId('start-new').click();
  await expect(page.getByTestId('rail-board')).toBeVisible();

  // Films dropped on the window are proposed before they count; on a cell they are labeled at once.
  for (const object of ['mug', 'duck', 'car']) await importThroughProposal(page, object, 'paper');
  // The file dialog goes the same way.
  await app.evaluate(({ dialog }, paths) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: paths });
  }, [film('mug', 'toys', 1), film('mug', 'toys', 2)]);
  await page.getByTestId('board-import').click();
  await fillProposal(page, 'mug', 'toys');
  for (const object of ['duck', 'car']) {
    await drop(page, `[data-testid="board-cell-${object}-toys"]`, [film(object, 'toys', 1), film(object, 'toys', 2)]);
    await expect(page.getByTestId(`board-cell-${object}-toys`).getByText(`${object}_toys_2.mp4`)).toBeVisible({ timeout: 60_000 });
  }

  // Labels: a clip is taken back and brought again.
  await page.keyboard.press('Control+z');
  await expect(page.getByTestId('board-cell-car-toys').getByText('car_toys_2.mp4')).toBeHidden();
  await page.keyboard.press('Control+Shift+z');
  await expect(page.getByTestId('board-cell-car-toys').getByText('car_toys_2.mp4')).toBeVisible();

  // Round 1 from the plain background only, gray.
  await page.getByTestId('rail-rounds').click();
  await page.getByRole('checkbox', { name: /^toys/ }).uncheck();
  await page.getByTestId('round-advanced').click();
  await page.getByText('Gray', { exact: false }).first().click();
  await page.getByTestId('config-epochs').fill('20');
  await page.getByTestId('round-start').click();
  await expect(page.getByTestId('round-1')).toHaveAttribute('data-state', 'done', { timeout: 120_000 });
  await expect(page.getByTestId('confusion')).toBeVisible({ timeout: 60_000 });

  // Round 2 adds the busy one and starts from the weights of round 1.
  await trainRound(page, 20, 2);
  await expect(page.getByTestId('round-matrix')).toBeVisible();

  // Migration to 128 x 128 in colour: exact, proven, kept.
  await page.getByTestId('rail-migrate').click();
  await page.getByTestId('quick-size').click();
  await page.getByTestId('quick-colour').click();
  await expect(page.getByTestId('plan-table')).toBeVisible();
  await page.getByTestId('migrate-check').click();
  await expect(page.getByTestId('migrate-verdict')).toHaveAttribute('data-passed', 'true', { timeout: 120_000 });
  await page.getByTestId('migrate-keep').click();
  await expect(page.getByTestId('migrate-kept')).toBeVisible({ timeout: 120_000 });

  // A dropped picture gets its answer from the migrated model.
  const photo = join(studio.folder, 'photo.png');
  mkdirSync(studio.folder, { recursive: true });
  const { runFfmpeg } = await import('../../electron/media/ffmpeg');
  await runFfmpeg(['-y', '-ss', '1.5', '-i', film('duck', 'paper', 2), '-frames:v', '1', photo]);
  copyFileSync(photo, join(studio.folder, 'again.png'));
  await page.getByTestId('rail-try').click();
  await drop(page, '[data-testid="try-drop"]', [photo]);
  await expect(page.getByTestId('try-answer')).toContainText(/duck|mug|car/, { timeout: 60_000 });
  await expect(page.getByTestId('try-scores')).toContainText('%');

  // Training goes on from the migrated model.
  await trainRound(page, 2, 3);
  await page.getByTestId('rail-models').click();
  await expect(page.getByText('round-3').first()).toBeVisible();
});
