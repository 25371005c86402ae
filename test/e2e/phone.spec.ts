import { expect, test, type Browser, type Page } from '@playwright/test';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { runFfmpeg } from '../../electron/media/ffmpeg';
import { hostViews } from '../../electron/services/hosts';
import { withOrientation } from '../helpers/exif';
import { ask } from '../helpers/http';
import { openBrowser, openPhone, systemChromium } from '../helpers/phoneBrowser';
import { drawRoadPictures } from '../helpers/road';
import { framesOf, makeServedProject } from '../helpers/served';
import { openStudio, type Studio } from './studio';

const keep = process.env['GRAFT_SCREENSHOTS'] ? resolve(process.env['GRAFT_SCREENSHOTS']) : null;
const chromiumPath = systemChromium();
/** Over the machine's own address, as a phone comes. */
const host = hostViews()[0]?.address ?? '127.0.0.1';
const fakeCamera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

test.describe.configure({ mode: 'serial' });

let folder: string;
let studio: Studio;
let browser: Browser | null = null;
let address = '';
let token = '';

async function picture(page: Page, name: string): Promise<void> {
  if (!keep) return;
  mkdirSync(keep, { recursive: true });
  await page.screenshot({ path: join(keep, `${name}.png`) });
}

/** Opens the phone page with the code that the window shows now. */
async function pairPhone(options: Parameters<typeof openPhone>[1] = {}): Promise<Page> {
  const url = (await studio.page.getByTestId('phones-qr').getAttribute('data-url')) ?? '';
  const page = await (await openPhone(browser as Browser, options)).newPage();
  // The browser's inspector forgets bodies of answers: the page itself remembers the last one.
  await page.addInitScript(() => {
    const real = window.fetch;
    window.fetch = async (...args) => {
      const response = await real(...args);
      if (String(args[0]).endsWith('/v1/predict')) Object.assign(window, { lastSaid: await response.clone().json() });
      return response;
    };
  });
  await page.goto(url);
  await expect(page.getByTestId('phone-ready')).toBeVisible();
  return page;
}

interface Said {
  readonly milliseconds: number;
  readonly scores: readonly { readonly class: string; readonly score: number }[];
}

/** Takes a picture with the phone page; gives what the server said, and how long it took until the answer stood there. */
async function takePicture(page: Page, file: string): Promise<Said & { readonly seen: number }> {
  await page.evaluate(() => {
    Object.assign(window, { lastSaid: null });
    document.querySelector('[data-testid="phone-answer"]')?.remove();
  });
  const started = performance.now();
  await page.getByTestId('phone-file').setInputFiles(file);
  await page.waitForSelector('[data-testid="phone-answer"]');
  const seen = performance.now() - started;
  return { ...(await page.evaluate(() => (window as unknown as { lastSaid: Said }).lastSaid)), seen };
}

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'graft-phone-e2e-'));
  const project = join(folder, 'Toys.graft');
  await makeServedProject(project, 6);
  await runFfmpeg(['-y', '-loglevel', 'error', '-i', framesOf(project)[0] ?? '', '-vf', 'scale=4000:3000', '-q:v', '3', join(folder, 'photo.jpg')]);
  studio = await openStudio({ folder, flags: fakeCamera.slice(0, 1) });
  await studio.page.evaluate((path) => (window as unknown as { studio: { call(name: string, ...rest: unknown[]): Promise<unknown> } }).studio.call('projects:open', path), project);
  await studio.page.getByTestId('rail-try').click();
  if (chromiumPath) browser = await openBrowser(chromiumPath, fakeCamera);
});
test.afterAll(async () => {
  await browser?.close();
  await studio.close();
  rmSync(folder, { recursive: true, force: true });
});

const count = (what: 'frames:list'): Promise<number> => studio.page.evaluate(async (name) => ((await (window as unknown as { studio: { call(name: string, ...rest: unknown[]): Promise<{ value: { ids: unknown[] } }> } }).studio.call(name, {})).value.ids.length), what);

test('webcam: live bars, a picture taken, labeled with its background, undone', async () => {
  const { page } = studio;
  const before = await count('frames:list');
  await page.getByTestId('try-webcam').click();
  await expect(page.getByTestId('try-answer')).toBeVisible();
  await expect(page.getByTestId('try-latency')).toContainText('ms');
  await picture(page, 'window-webcam');
  await page.getByTestId('try-shot').click();
  await expect(page.getByTestId('try-webcam-picture')).toBeHidden();
  await page.getByTestId('try-label-duck').click();
  await page.getByTestId('try-background').fill('lab');
  await picture(page, 'window-background');
  await page.getByTestId('try-background-keep').click();
  await expect(page.getByTestId('try-kept')).toContainText('duck');
  expect(await count('frames:list')).toBe(before + 1);
  await page.getByTestId('undo-toast').getByRole('button').click();
  await expect.poll(() => count('frames:list')).toBe(before);
  await expect(page.getByTestId('try-kept')).not.toContainText('duck');
});

test('a webcam that shows something else than our page is denied', async () => {
  expect(await studio.page.evaluate(() => navigator.mediaDevices.getUserMedia({ audio: true, video: true }).then(() => 'granted', (error: Error) => error.name))).toMatch(/NotAllowedError|NotFoundError/);
});

test('the server is off until it is started, and shows its code', async () => {
  const { page } = studio;
  await page.getByTestId('try-phones').click();
  await expect(page.getByTestId('phones-start')).toBeVisible();
  await picture(page, 'window-phones-off');
  await page.getByTestId('phones-start').click();
  await expect(page.getByTestId('phones-qr')).toBeVisible();
  address = (await page.getByTestId('phones-address').textContent()) ?? '';
  token = (await page.getByTestId('phones-token').textContent()) ?? '';
  expect(address).toContain(host);
  await picture(page, 'window-phones-on');
});

test('a phone takes a picture, says what it is, and is revoked', async () => {
  test.skip(!chromiumPath, 'no Chromium');
  const problems: string[] = [];
  const phone = await pairPhone();
  phone.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  phone.on('pageerror', (error) => problems.push(error.message));
  await picture(phone, 'phone-ready');
  const before = await count('frames:list');
  const { seen, milliseconds } = await takePicture(phone, join(folder, 'photo.jpg'));
  console.log(`12 million pixels: seen after ${seen.toFixed(0)} ms, of these ${milliseconds} ms in the server`);
  await picture(phone, 'phone-answer');
  await phone.getByTestId('phone-wrong').tap();
  await picture(phone, 'phone-classes');
  await phone.getByTestId('phone-class').first().tap();
  await phone.getByTestId('phone-new-background').fill('кухня');
  await picture(phone, 'phone-background');
  await phone.getByRole('button', { name: 'Add' }).tap();
  await expect(phone.getByTestId('phone-good')).toBeVisible();
  await picture(phone, 'phone-kept');
  expect(await count('frames:list')).toBe(before + 1);
  // The background is asked once.
  await takePicture(phone, join(folder, 'photo.jpg'));
  await phone.getByTestId('phone-right').tap();
  await expect(phone.getByTestId('phone-good')).toBeVisible();
  await expect(studio.page.getByTestId('phones-phone')).toContainText('Android, Chrome');
  await studio.page.getByTestId('phones-revoke').click();
  await expect(studio.page.getByTestId('phones-phone')).toBeHidden();
  await phone.getByTestId('phone-file').setInputFiles(join(folder, 'photo.jpg'));
  await expect(phone.getByTestId('phone-scan')).toBeVisible();
  expect(problems.filter((text) => !text.includes('401'))).toEqual([]);
  await phone.context().close();
});

test('the phone page sends pictures down the same road: all EXIF orientations', async () => {
  test.skip(!chromiumPath, 'no Chromium');
  const files = await drawRoadPictures(framesOf(join(folder, 'Toys.graft'))[0] ?? '', join(folder, 'road'));
  const phone = await pairPhone();
  const camera = readFileSync(join(folder, 'photo.jpg'));
  const cameras = [1, 3, 6, 8].map((orientation) => {
    const file = join(folder, `camera-${orientation}.jpg`);
    writeFileSync(file, withOrientation(camera, orientation));
    return file;
  });
  const largest = { small: 0, large: 0, camera: 0 };
  const seen: number[] = [];
  for (const file of [...files.filter((name) => name.endsWith('.jpg')), ...cameras]) {
    const rest = JSON.parse((await ask(address, '/v1/predict', { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'image/jpeg' }, body: readFileSync(file) })).text) as Said;
    const said = await takePicture(phone, file);
    const size = basename(file).split('-')[0] as keyof typeof largest;
    if (size === 'camera') seen.push(said.seen);
    for (const { class: name, score } of rest.scores) largest[size] = Math.max(largest[size], Math.abs(score - (said.scores.find((entry) => entry.class === name)?.score ?? NaN)));
  }
  console.log(`largest difference of a probability between phone page and REST: ${JSON.stringify(largest)}; 12 million pixels: seen after ${seen.map((time) => time.toFixed(0)).join(', ')} ms`);
  expect(Math.max(largest.small, largest.large)).toBeLessThanOrEqual(1e-4);
  // A picture of 12 million pixels is reduced by the phone first, by its browser's means.
  expect(largest.camera).toBeLessThan(0.01);
  await phone.context().close();
});

test('the page speaks Russian to a Russian phone, in the dark', async () => {
  test.skip(!chromiumPath, 'no Chromium');
  const phone = await pairPhone({ language: 'ru', dark: true });
  await expect(phone.getByText('Сделать снимок')).toBeVisible();
  await takePicture(phone, join(folder, 'photo.jpg'));
  await picture(phone, 'phone-answer-ru-dark');
  await phone.getByTestId('phone-wrong').tap();
  await picture(phone, 'phone-classes-ru-dark');
  // A code that was used once is void.
  const again = await (await openPhone(browser as Browser)).newPage();
  await again.goto(`${address}/#k=${'x'.repeat(22)}`);
  await expect(again.getByTestId('phone-scan')).toBeVisible();
  await picture(again, 'phone-unpaired');
  await again.context().close();
  await phone.context().close();
});

test('https: a live camera on the phone', async () => {
  test.skip(!chromiumPath, 'no Chromium');
  const { page } = studio;
  await page.getByTestId('phones-stop').click();
  await page.getByTestId('phones-https').click({ force: true });
  await page.getByTestId('phones-start').click();
  await expect(page.getByTestId('phones-qr')).toHaveAttribute('data-url', /^https:/);
  const phone = await pairPhone({ insecure: true });
  await phone.getByTestId('phone-live').tap();
  await expect(phone.getByTestId('phone-answer')).toBeVisible();
  await picture(phone, 'phone-live');
  await phone.getByTestId('phone-shot').tap();
  await expect(phone.getByTestId('phone-wrong')).toBeVisible();
  await phone.context().close();
});

test('it stops with the project', async () => {
  const url = (await studio.page.getByTestId('phones-address').textContent()) ?? '';
  await studio.page.evaluate(() => (window as unknown as { studio: { call(name: string): Promise<unknown> } }).studio.call('projects:close'));
  await expect.poll(async () => (await ask(url, '/')).status).toBe(null);
});
