import { expect, test, type Page } from '@playwright/test';
import { openStudio, shot, type Studio } from './studio';

/** With GRAFT_SCREENSHOTS=FOLDER pictures of the settings and the builder are kept there. */
let studio: Studio;
test.afterEach(async () => studio.close());
test.setTimeout(600_000);

async function choose(page: Page, field: string, option: string | RegExp): Promise<void> {
  await page.getByTestId(field).click();
  await page.getByRole('option', { name: option }).click();
}

async function openNext(page: Page): Promise<void> {
  await page.getByTestId('rail-rounds').click();
  await page.getByTestId('round-next').click();
  if (!(await page.getByTestId('settings-length').isVisible())) await page.getByTestId('round-advanced').click();
  await expect(page.getByTestId('settings-length')).toBeVisible();
}

async function start(page: Page, number: number): Promise<void> {
  await page.getByTestId('round-start').click();
  await expect(page.getByTestId(`round-${number}`)).toHaveAttribute('data-state', 'done', { timeout: 180_000 });
}

const pictures = (page: Page): Promise<(string | null)[]> => page.getByTestId('augment-picture').evaluateAll((all) => all.map((picture) => picture.getAttribute('src')));
const preferences = (page: Page, part: object): Promise<unknown> => page.evaluate((value) => (window as unknown as { studio: { call(name: string, value: object): Promise<unknown> } }).studio.call('app:setPreferences', value), part);
const recorded = (page: Page): Promise<readonly { readonly config: Record<string, unknown>; readonly architectureName: string }[]> =>
  page.evaluate(async () => ((await (window as unknown as { studio: { call(name: string): Promise<{ value: unknown }> } }).studio.call('rounds:list')) as { value: never }).value);

/** Sets the numbers of round 1: SGD with momentum, L2, smoothing, weights of my own. */
async function tune(page: Page): Promise<void> {
  await page.getByText('Gray', { exact: true }).click();
  await page.getByTestId('config-size').fill('32 px');
  await choose(page, 'config-preset', /^tiny/);
  await page.getByTestId('config-epochs').fill('4');
  await choose(page, 'config-optimizer', 'SGD');
  await page.getByTestId('config-momentum').fill('0.8');
  await page.getByTestId('config-learningRate').fill('0.01');
  await choose(page, 'config-schedule', /cosine/);
  await page.getByTestId('config-l2').fill('0.0005');
  await page.getByTestId('config-labelSmoothing').fill('0.1');
  await choose(page, 'config-balance', /^by class$/);
  await choose(page, 'config-classWeights', 'my own numbers');
  await page.getByTestId('config-weight-mug').fill('2');
}

async function augment(page: Page): Promise<void> {
  await expect(page.getByTestId('mirror-question')).toBeHidden();
  await page.getByTestId('config-augmentation').getByText('light').click();
  await expect(page.getByTestId('augment-picture')).toHaveCount(15, { timeout: 60_000 });
  const light = await pictures(page);
  await page.getByTestId('config-augmentation').getByText('strong').click();
  await expect.poll(() => pictures(page), { timeout: 30_000 }).not.toEqual(light);
  const strong = await pictures(page);
  await page.getByTestId('augment-cutout').uncheck({ force: true });
  await expect.poll(() => pictures(page), { timeout: 30_000 }).not.toEqual(strong);
  // The mirror question: tested, answered, and not asked again.
  await expect(page.getByTestId('mirror-question')).toBeVisible();
  await shot(page, 'augmentation-en-light');
  await page.getByTestId('mirror-test').click();
  await expect(page.getByTestId('mirror-result')).toContainText('%', { timeout: 120_000 });
  await page.getByTestId('mirror-result').scrollIntoViewIfNeeded();
  await shot(page, 'mirror-tested-en-light');
  await page.getByTestId('mirror-yes').click();
  await expect(page.getByTestId('mirror-answer')).toHaveAttribute('data-mirror', 'true');
}

async function build(page: Page): Promise<void> {
  await choose(page, 'config-from', 'a fresh model');
  await page.getByTestId('open-builder').click();
  await page.getByTestId('builder-preset-tiny').click();
  const total = page.getByTestId('builder-total');
  await expect(total).toBeVisible();
  const before = Number(await total.getAttribute('data-parameters'));
  // By mouse: a layer behind the first pooling, with other numbers.
  await page.getByTestId('layer-pool1').click();
  await page.getByTestId('builder-add').click();
  await page.getByTestId('builder-add-conv2d').click();
  await expect(page.getByTestId('layer-conv3')).toBeVisible();
  await page.getByTestId('argument-filters').fill('8');
  await page.getByTestId('argument-filters').blur();
  await expect.poll(async () => Number(await total.getAttribute('data-parameters'))).toBe(before + 8 * 8 * 9 + 8);
  // By keys: down behind Flatten, where it cannot be; said in words; and back.
  await page.getByTestId('layers').focus();
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('Alt+ArrowDown');
  await expect(page.getByTestId('builder-problem')).toBeVisible();
  await expect(page.getByTestId('layer-conv3')).toContainText('needs a picture');
  await expect(page.getByTestId('builder-save')).toBeDisabled();
  await shot(page, 'builder-problem-en-light');
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('Alt+ArrowUp');
  await expect(total).toBeVisible();
  await page.keyboard.press('Delete');
  await expect(page.getByTestId('layer-conv3')).toBeHidden();
  await page.keyboard.press('Control+z');
  await expect(page.getByTestId('layer-conv3')).toBeVisible();
  await page.getByTestId('builder-name').fill('my net');
  await page.getByTestId('builder-save').click();
  await expect(page.getByTestId('builder')).toBeHidden();
  await expect(page.getByTestId('config-preset')).toHaveValue(/my net/);
}

/** Long names of backgrounds at 100 % to 200 %: the window itself never scrolls sideways. */
async function longNames(page: Page): Promise<void> {
  await preferences(page, { language: 'en', theme: 'light' });
  await page.evaluate(async () => {
    const { call } = (window as unknown as { studio: { call(name: string, ...args: readonly unknown[]): Promise<{ value: never }> } }).studio;
    const { backgrounds } = (await call('names:list')).value as { readonly backgrounds: readonly { readonly id: number; readonly name: string }[] };
    for (const { id, name } of backgrounds) await call('names:rename', 'backgrounds', id, `${name} on the kitchen table beside the southern window, in the evening`);
    for (let more = 1; more <= 6; more += 1) await call('names:add', 'backgrounds', `a background that was only thought of so far, number ${more}`);
  });
  await page.reload();
  for (const zoom of [1, 1.5, 2]) {
    await studio.app.evaluate(({ BrowserWindow }, factor) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(factor), zoom);
    await page.getByTestId('rail-rounds').click();
    await page.getByTestId('round-2').click();
    await expect(page.getByTestId('round-matrix')).toBeVisible({ timeout: 60_000 });
    await shot(page, `long-names-ladder-${zoom * 100}`);
    await page.getByTestId('round-matrix').scrollIntoViewIfNeeded();
    await shot(page, `long-names-matrix-${zoom * 100}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    await expect(page.getByTestId('round-matrix').locator('thead th')).toHaveCount(13);
  }
}

test('settings, augmentation, an architecture of my own, more epochs', async () => {
  studio = await openStudio();
  const { page } = studio;
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.getByTestId('start-sample').click();
  await expect(page.getByTestId('board-cell-car-toys').getByText('car_toys_2.mp4')).toBeAttached({ timeout: 180_000 });

  await openNext(page);
  await shot(page, 'settings-en-light');
  await tune(page);
  await expect(page.getByTestId('config-changed')).toHaveAttribute('data-changed', 'epochs optimizer learningRate schedule momentum l2 labelSmoothing classWeights balance');
  // What is chosen stays while another place is shown.
  await page.getByTestId('rail-board').click();
  await openNext(page);
  await expect(page.getByTestId('config-changed')).toHaveAttribute('data-changed', /^epochs optimizer/);
  await shot(page, 'settings-changed-en-light');
  await augment(page);
  await page.getByTestId('estimate').click();
  await expect(page.getByTestId('estimated')).toContainText('an epoch', { timeout: 60_000 });
  expect(Number(await page.getByTestId('estimated').getAttribute('data-seconds'))).toBeGreaterThan(0);
  await shot(page, 'estimated-en-light');
  await start(page, 1);
  await expect(page.getByText('SGD', { exact: false }).first()).toBeVisible();
  const [first] = await recorded(page);
  expect(first?.architectureName).toBe('tiny');
  expect(first?.config).toMatchObject({ epochs: 4, optimizer: 'sgd', momentum: 0.8, learningRate: 0.01, schedule: 'cosine', l2: 0.0005, labelSmoothing: 0.1, balance: 'class', classWeights: { mug: 2, duck: 1, car: 1 }, augmentation: 'strong', augment: { cutout: 0, flip: true } });

  // Three epochs more; the first model stays.
  await page.getByTestId('extend-epochs').fill('3');
  await page.getByTestId('round-extend').click();
  await expect(page.getByTestId('curves')).toHaveAttribute('data-epochs', '7', { timeout: 120_000 });
  await expect(page.getByTestId('round-1')).toHaveAttribute('data-state', 'done', { timeout: 60_000 });
  expect(Number(await page.getByTestId('curves').getAttribute('data-steps'))).toBeGreaterThan(0);
  await expect(page.getByTestId('confusion')).toBeVisible({ timeout: 60_000 });
  await page.getByTestId('round-extend').scrollIntoViewIfNeeded();
  await shot(page, 'extended-en-light');
  await expect(page.getByTestId('round-matrix').getByRole('row')).toHaveCount(2);

  // The losses inside the epochs are there after the window was closed, too.
  await page.reload();
  await expect(page.getByTestId('curves')).toHaveAttribute('data-epochs', '7', { timeout: 60_000 });
  expect(Number(await page.getByTestId('curves').getAttribute('data-steps'))).toBeGreaterThan(0);

  // The mirror question is not asked again. Weights that do not fit are refused in words.
  await openNext(page);
  await page.getByTestId('config-augmentation').getByText('light').click();
  await expect(page.getByTestId('mirror-answer')).toBeVisible();
  await page.getByTestId('config-augmentation').getByText('none').click();
  await choose(page, 'config-preset', /^deeper/);
  await expect(page.getByTestId('misfit')).toContainText('Migrate the model first');
  await expect(page.getByTestId('round-start')).toBeDisabled();
  await page.getByTestId('misfit').scrollIntoViewIfNeeded();
  await shot(page, 'misfit-en-light');
  await page.getByTestId('misfit-same').click();
  await expect(page.getByTestId('misfit')).toBeHidden();

  await build(page);
  await page.getByTestId('config-epochs').fill('2');
  await start(page, 2);
  expect((await recorded(page))[1]?.architectureName).toBe('my net');

  for (const [language, theme] of [['en', 'dark'], ['ru', 'light'], ['ru', 'dark']] as const) {
    await preferences(page, { language, theme });
    await page.reload();
    await openNext(page);
    await shot(page, `settings-${language}-${theme}`);
    await page.getByTestId('settings-steps').scrollIntoViewIfNeeded();
    await shot(page, `settings-steps-${language}-${theme}`);
    await page.getByTestId('config-augmentation').locator('label').nth(2).click();
    await expect(page.getByTestId('augment-picture')).toHaveCount(15, { timeout: 60_000 });
    await page.getByTestId('augment-preview').scrollIntoViewIfNeeded();
    await shot(page, `augmentation-${language}-${theme}`);
    await page.getByTestId('open-builder').click();
    await page.getByTestId('builder-preset-deeper').click();
    await shot(page, `builder-${language}-${theme}`);
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('builder')).toBeHidden();
  }
  await longNames(page);
  expect(errors).toEqual([]);
});
