import { expect, test } from '@playwright/test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../helpers/cli';
import { kerasBytes } from '../helpers/kerasFiles';
import { noise } from '../helpers/networks';
import { openStudio, shot, type Studio } from './studio';

const folder = mkdtempSync(join(tmpdir(), 'graft-import-'));
const project = join(folder, 'Import.graft');
let studio: Studio | null = null;

const entry = (className: string, config: object) => ({ module: 'keras.layers', class_name: className, config });
const weight = (shape: readonly number[], seed: number) => ({ shape, values: noise(shape.reduce((a, b) => a * b, 1), seed, 0.3) });

/** Answers every file dialog with one path. */
async function chooses(app: Studio['app'], path: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, path);
}

test.beforeAll(async () => {
  const layers = [
    entry('InputLayer', { name: 'i', batch_shape: [null, 32, 32, 3] }),
    entry('Rescaling', { name: 'scale', scale: 1 / 255, offset: 0 }),
    entry('Conv2D', { name: 'c', filters: 4, kernel_size: [3, 3], strides: [2, 2], padding: 'same', activation: 'relu' }),
    entry('GlobalAveragePooling2D', { name: 'g' }),
    entry('Dense', { name: 'd', units: 3, activation: 'softmax' }),
  ];
  writeFileSync(join(folder, 'toys.keras'), await kerasBytes({ module: 'keras', class_name: 'Sequential', config: { name: 'toys', layers } }, { 'layers/conv2d': [weight([3, 3, 3, 4], 1), weight([4], 2)], 'layers/dense': [weight([4, 3], 3), weight([3], 4)] }));
  const strange = [...layers.slice(0, 3), entry('LSTM', { name: 'memory' }), entry('Lambda', { name: 'code' })];
  writeFileSync(join(folder, 'strange.keras'), await kerasBytes({ module: 'keras', class_name: 'Sequential', config: { name: 'strange', layers: strange } }, {}));
  const { code, stderr } = await runCli('new', project, '--classes', 'mug,duck,car', '--quiet');
  expect(code, stderr).toBe(0);
});
test.afterEach(async () => {
  await studio?.close();
  studio = null;
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a Keras file becomes a model of the project; one with foreign layers is refused layer by layer', async () => {
  studio = await openStudio();
  const { page, app } = studio;
  await chooses(app, project);
  await page.getByTestId('start-open').click();
  await page.getByTestId('rail-models').click();
  await expect(page.getByTestId('models-empty')).toBeVisible();

  await chooses(app, join(folder, 'strange.keras'));
  await page.getByTestId('model-import').click();
  const refused = page.getByTestId('import-refused');
  await expect(refused).toContainText('memory (LSTM)');
  await expect(refused).toContainText('code (Lambda)');
  await shot(page, 'import-refused-light');

  await chooses(app, join(folder, 'toys.keras'));
  await refused.getByRole('button', { name: 'Choose another file' }).click();
  await expect(page.getByTestId('import-layers')).toBeAttached();
  await expect(page.getByTestId('import-scaling')).toHaveValue('0 to 255');
  await page.getByTestId('import-classes').fill('mug\nduck');
  await expect(page.getByTestId('import-go')).toBeDisabled();
  await page.getByTestId('import-classes').fill('Mug\nduck\nlamp');
  await shot(page, 'import-form-light');
  await page.getByTestId('import-go').click();

  await expect(page.getByTestId('model-details')).toContainText('toys');
  await expect(page.getByTestId('model-details')).toContainText('imported');
  // A class that the project has is spelled as there; one that it lacks is added.
  await expect(page.getByTestId('model-details')).toContainText('mug, duck, and lamp');
  await shot(page, 'import-done-light');
});

test('in Russian and dark', async () => {
  studio = await openStudio({ language: 'ru', theme: 'dark' });
  const { page, app } = studio;
  if (process.env['GRAFT_SCREENSHOTS']) await page.emulateMedia({ colorScheme: 'dark' });
  await chooses(app, project);
  await page.getByTestId('start-open').click();
  await page.getByTestId('rail-models').click();
  await chooses(app, join(folder, 'toys.keras'));
  await page.getByTestId('model-import').click();
  await expect(page.getByText('Импорт модели')).toBeVisible();
  await expect(page.getByTestId('import-scaling')).toHaveValue('от 0 до 255');
  await shot(page, 'import-form-dark-ru');
  await chooses(app, join(folder, 'strange.keras'));
  await page.keyboard.press('Escape');
  await page.getByTestId('model-import').click();
  await expect(page.getByTestId('import-refused')).toContainText('memory (LSTM)');
  await shot(page, 'import-refused-dark-ru');
});
