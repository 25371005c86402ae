import { expect, test } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainContext } from '../../electron/services/jobs';
import { drawSampleFilms } from '../../electron/services/sample';
import { cli, openStudio, shot, type Studio } from './studio';

const folder = mkdtempSync(join(tmpdir(), 'graft-results-'));
const project = join(folder, 'Results.graft');
let studio: Studio;

test.beforeAll(async () => {
  test.setTimeout(240_000);
  const films = await drawSampleFilms(plainContext(), ['paper', 'toys', 'desk']);
  await cli('new', project, '--classes', 'mug,duck,car');
  for (const object of ['mug', 'duck', 'car']) await cli('import', project, join(films, object, 'paper'), '--from-folders', 'class/background');
  await cli('train', project, '--input', '32x32x3', '--epochs', '3', '--architecture', 'tiny');
  for (const object of ['mug', 'duck', 'car']) await cli('import', project, join(films, object, 'toys'), '--from-folders', 'class/background');
  await cli('train', project, '--epochs', '6');
  await cli('import', project, join(films, 'duck', 'desk'), '--background', 'desk');
});
test.afterAll(async () => {
  await studio.close();
  rmSync(folder, { recursive: true, force: true });
});

test('how sure it is, where it looks, what it suggests, and where two models differ', async () => {
  studio = await openStudio({ folder });
  const { page, app } = studio;
  await app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
  }, project);
  await page.getByTestId('start-open').click();

  // Confidence: a threshold, and what it costs.
  await page.getByTestId('rail-models').click();
  await page.getByTestId('model-round-2').click();
  await expect(page.getByTestId('calibration')).toBeVisible({ timeout: 60_000 });
  await page.getByTestId('threshold').getByRole('slider').focus();
  await page.keyboard.press('End');
  await expect(page.getByTestId('threshold-value')).toContainText('99');
  await expect(page.getByTestId('threshold-cost')).toContainText('right answers');
  await page.getByTestId('confidence').scrollIntoViewIfNeeded();
  await shot(page, 'results-confidence');

  // Beside the model of the first round.
  await page.getByTestId('compare-with').click();
  await page.getByRole('option', { name: 'round-1' }).click();
  await expect(page.getByTestId('comparison')).toBeVisible({ timeout: 60_000 });
  await page.getByTestId('comparison').scrollIntoViewIfNeeded();
  await shot(page, 'results-compare');
  await page.getByTestId('compare-frames').click();
  await expect(page.getByTestId('filter-asked')).toContainText('differ');
  await expect(page.getByTestId('frame').first()).toContainText('→');
  await page.goBack();

  // Unknown in Try it, and the heat over the picture.
  await page.getByTestId('rail-try').click();
  await page.getByTestId('try-frame').click();
  await page.getByRole('dialog').getByRole('button').nth(3).click();
  await expect(page.getByTestId('try-answer')).toBeVisible({ timeout: 60_000 });
  await page.getByTestId('try-saliency').check({ force: true });
  await expect(page.getByTestId('saliency')).toBeVisible({ timeout: 60_000 });
  await shot(page, 'results-saliency');

  // Labels that it suggests: never silently, and taken back with one key.
  await page.getByTestId('rail-models').click();
  await page.getByTestId('ask-suggested').click();
  await expect(page.getByTestId('suggestions')).toBeVisible({ timeout: 60_000 });
  const count = async (): Promise<number> => Number(/\d+/.exec(await page.getByTestId('frames-count').innerText())?.[0]);
  const unlabeled = await count();
  expect(unlabeled).toBeGreaterThan(10);
  await page.getByTestId('accept-sure').getByRole('slider').focus();
  await page.keyboard.press('Home');
  await shot(page, 'results-suggestions');
  await page.getByTestId('frame').first().click();
  await page.keyboard.press('a');
  await expect(page.getByTestId('undo-toast')).toContainText('1 frame');
  await expect.poll(count).toBe(unlabeled - 1);
  await page.getByTestId('accept-sure-all').click();
  await expect(page.getByTestId('frames-nothing').or(page.getByTestId('frames-empty'))).toBeVisible();
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect.poll(count).toBe(unlabeled);

  // Hardest first: wrong ones on top.
  await page.getByTestId('rail-models').click();
  await page.getByTestId('ask-hardest').click();
  await expect(page.getByTestId('filter-asked')).toContainText('hardest first', { timeout: 60_000 });
  await expect(page.getByTestId('frame').first()).toContainText('→');
});
