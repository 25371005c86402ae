import { expect, test } from '@playwright/test';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainContext } from '../../electron/services/jobs';
import { drawSampleFilms } from '../../electron/services/sample';
import { cli, openStudio, shot, type Studio } from './studio';

const folder = mkdtempSync(join(tmpdir(), 'graft-exports-'));
const project = join(folder, 'Out.graft');
let studio: Studio;

test.beforeAll(async () => {
  test.setTimeout(240_000);
  const films = await drawSampleFilms(plainContext(), ['paper', 'toys']);
  await cli('new', project, '--classes', 'mug,duck,car');
  for (const object of ['mug', 'duck', 'car']) await cli('import', project, join(films, object), '--from-folders', 'class/background');
  await cli('train', project, '--input', '32x32x1', '--epochs', '3', '--architecture', 'tiny');
});
test.afterAll(async () => {
  await studio.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The system's dialogs, answered. */
async function saveAs(path: string): Promise<void> {
  await studio.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, path);
}

test('models go out in every format with their parity, a program for each, and the frames as a dataset', async () => {
  test.setTimeout(240_000);
  studio = await openStudio({ folder });
  const { page, app } = studio;
  await app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
  }, project);
  await page.getByTestId('start-open').click();
  await page.getByTestId('rail-models').click();
  const card = page.getByTestId('model-export');
  for (const [label, file] of [['Keras', 'toys.keras'], ['HDF5 (.h5)', 'toys.h5'], ['ONNX', 'toys.onnx'], ['TensorFlow.js', 'web']] as const) {
    await card.getByText(label, { exact: true }).click();
    await saveAs(join(folder, file));
    await card.getByTestId('export-model').click();
    await expect(card.getByTestId('export-done')).toContainText('of your frames: the largest difference', { timeout: 60_000 });
    expect(existsSync(join(folder, file))).toBe(true);
    await expect(card.getByTestId('snippet')).toContainText(file);
  }
  expect(JSON.parse(readFileSync(join(folder, 'toys.graft.json'), 'utf8')).classNames).toEqual(['mug', 'duck', 'car']);
  await app.evaluate(({ clipboard }) => clipboard.writeText(''));
  await card.getByTestId('snippet-copy').click();
  await expect(card.getByTestId('snippet-copy')).toHaveAttribute('aria-label', 'Copied');

  expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toContain('loadLayersModel');

  // A folder that is there is refused in words.
  await card.getByTestId('export-model').click();
  await expect(page.getByTestId('error')).toContainText('is there already');

  await saveAs(join(folder, 'handoff'));
  await card.getByTestId('hand-off').click();
  await expect(page.getByText('README.md in it says how to go on')).toBeVisible({ timeout: 60_000 });
  expect(existsSync(join(folder, 'handoff', 'train.py'))).toBe(true);

  await page.getByTestId('rail-frames').click();
  await page.getByTestId('export-frames').click();
  await page.getByTestId('dataset-coco').check();
  await saveAs(join(folder, 'coco'));
  await page.getByTestId('export-frames-go').click();
  await expect(page.getByText(`frames are in ${join(folder, 'coco')}`)).toBeVisible({ timeout: 60_000 });
  expect(existsSync(join(folder, 'coco', 'annotations', 'train.json'))).toBe(true);

  for (const [language, theme] of [['en', 'light'], ['ru', 'light'], ['en', 'dark'], ['ru', 'dark']] as const) {
    await page.evaluate((value) => (window as unknown as { studio: { call(name: string, value: object): Promise<unknown> } }).studio.call('app:setPreferences', value), { language, theme });
    await page.reload();
    await page.getByTestId('rail-models').click();
    await page.getByTestId('model-export').scrollIntoViewIfNeeded();
    await shot(page, `export-model-${language}-${theme}`);
    await page.getByTestId('rail-frames').click();
    await page.getByTestId('export-frames').click();
    await page.getByTestId('export-frames-go').waitFor();
    await shot(page, `export-frames-${language}-${theme}`);
    await page.keyboard.press('Escape');
  }
});
