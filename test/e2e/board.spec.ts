import { expect, test, type Page } from '@playwright/test';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFfmpeg } from '../../electron/media/ffmpeg';
import { plainContext } from '../../electron/services/jobs';
import { drawSampleFilms } from '../../electron/services/sample';
import { runCli } from '../helpers/cli';
import { realData } from '../helpers/shared';
import { openStudio, shot, type Studio } from './studio';

const folder = mkdtempSync(join(tmpdir(), 'graft-board-'));
let studio: Studio;
let films: string;

test.beforeAll(async () => {
  films = await drawSampleFilms(plainContext(), ['paper', 'toys']);
});
test.afterEach(async () => studio.close());
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder dropped on the middle of the window, with its real path, as the system hands it over. */
async function dropFolder(page: Page, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const at = { x: 600, y: 400, data: { items: [], files: [path], dragOperationsMask: 1 } };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await session.send('Input.dispatchDragEvent', { type, ...at });
  await session.detach();
}

async function openFromDisk(page: Page, path: string): Promise<void> {
  await studio.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, path);
  await page.getByTestId('start-open').click();
  await expect(page.getByTestId('rail-board')).toBeVisible();
}

async function newProject(page: Page, name: string): Promise<void> {
  await studio.app.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: path });
  }, join(folder, name));
  await page.getByTestId('start-new').click();
  await expect(page.getByTestId('board-empty')).toBeVisible();
}

/** Class and background of each proposed clip, as the dialog shows them. */
async function proposals(page: Page): Promise<string[]> {
  const rows = page.getByTestId('proposal-row');
  await expect(rows.first()).toBeVisible({ timeout: 60_000 });
  return rows.evaluateAll((elements) => elements.map((row) => [...row.querySelectorAll('input[type="text"], input:not([type])')].map((field) => (field as HTMLInputElement).value || '-').join('/')));
}

test('a dropped folder is proposed from its names; clips are changed together, one by one, and taken back', async () => {
  const tree = join(folder, 'Съёмка');
  for (const object of ['mug', 'duck']) for (const background of ['paper', 'toys']) cpSync(join(films, object, background), join(tree, object, background), { recursive: true });
  studio = await openStudio();
  const { page } = studio;
  await newProject(page, 'Dropped');
  await dropFolder(page, tree);
  expect(new Set(await proposals(page))).toEqual(new Set(['mug/paper', 'mug/toys', 'duck/paper', 'duck/toys']));
  await shot(page, 'proposal');
  await page.getByTestId('proposal-import').click();
  const cell = (object: string, background: string) => page.getByTestId(`board-cell-${object}-${background}`);
  // All of them: what is imported later would be the last change, and the one that undo takes back.
  for (const object of ['duck', 'mug']) for (const background of ['paper', 'toys']) await expect(cell(object, background)).toHaveAttribute('data-clips', '2', { timeout: 120_000 });

  // Two clips chosen together: set aside as a test, in one step.
  for (const box of await cell('duck', 'toys').getByRole('checkbox').all()) await box.check({ force: true });
  await expect(page.getByTestId('chosen-bar')).toContainText('2');
  await shot(page, 'board-chosen');
  await page.getByTestId('chosen-menu').click();
  await page.getByTestId('clip-aside').click();
  await expect(cell('duck', 'toys').getByTestId('clip-test-mark')).toHaveCount(2);
  await expect(page.getByTestId('chosen-bar')).toBeHidden();
  await page.keyboard.press('Control+z');
  await expect(cell('duck', 'toys').getByTestId('clip-test-mark')).toHaveCount(0);

  // The part of the picture that counts, moved and sized by keys.
  await cell('mug', 'paper').locator('[data-testid^="clip-menu-"]').first().click();
  await page.getByTestId('clip-crop').click();
  await expect(page.getByTestId('crop-picture')).toBeVisible();
  await expect(page.getByTestId('crop-save')).toBeDisabled();
  const picture = await page.getByTestId('crop-picture').boundingBox();
  if (!picture) throw new Error('no picture');
  await page.mouse.move(picture.x + picture.width - 1, picture.y + picture.height - 1);
  await page.mouse.down();
  await page.mouse.move(picture.x + picture.width * 0.7, picture.y + picture.height * 0.75, { steps: 5 });
  await page.mouse.up();
  await shot(page, 'crop');
  await page.getByTestId('crop-save').click();
  await expect(cell('mug', 'paper').getByTestId('clip-crop-mark')).toHaveCount(1);

  // Other frames of a film: those that stay keep their labels.
  const first = cell('mug', 'paper').locator('[data-testid^="clip-menu-"]').first();
  await first.click();
  await page.getByTestId('clip-sampling').click();
  await page.getByTestId('sampling-count').click();
  await page.getByTestId('sampling-number').fill('5');
  await shot(page, 'sampling');
  await page.getByTestId('sampling-start').click();
  await expect(page.getByTestId('undo-toast')).toContainText('5 frames', { timeout: 60_000 });

  // One class of two.
  await page.getByTestId('class-menu-duck').click();
  await page.getByTestId('name-merge').hover();
  await page.getByTestId('name-merge-mug').click();
  await expect(page.getByTestId('class-head-duck')).toBeHidden();
  await expect(cell('mug', 'toys')).toHaveAttribute('data-clips', '4');
  await page.keyboard.press('Control+z');
  await expect(cell('duck', 'toys')).toHaveAttribute('data-clips', '2');
});

test('linked films that are gone are named and found; a copy in one file opens elsewhere', async () => {
  const own = join(folder, 'linked');
  const project = join(folder, 'Linked.graft');
  cpSync(join(films, 'mug', 'paper'), own, { recursive: true });
  expect((await runCli('new', project, '--classes', 'mug')).code).toBe(0);
  expect((await runCli('import', project, own, '--class', 'mug', '--background', 'paper', '--link', '--quiet')).code).toBe(0);
  const moved = join(folder, 'moved');
  mkdirSync(moved);
  for (const name of readdirSync(own)) renameSync(join(own, name), join(moved, `other_${name}`));

  studio = await openStudio();
  const { page } = studio;
  await openFromDisk(page, project);
  await expect(page.getByTestId('missing-films')).toContainText('2 linked films');
  await shot(page, 'missing');
  await studio.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
  }, moved);
  await page.getByTestId('missing-find').click();
  await expect(page.getByTestId('missing-films')).toBeHidden();

  const copy = join(folder, 'Copy.graft.zip');
  await studio.app.evaluate(({ dialog }, file) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: file });
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [file] });
  }, copy);
  await page.getByTestId('project-menu').click();
  await page.getByTestId('project-save-copy').click();
  await expect(page.getByText('Copy.graft.zip')).toBeVisible();
  await page.getByTestId('project-menu').click();
  await page.getByTestId('project-close').click();
  await page.getByTestId('start-open-copy').click();
  await expect(page.getByTestId('project-menu')).toContainText('Copy');
  await expect(page.getByTestId('board-cell-mug-paper')).toHaveAttribute('data-clips', '2');
});

test('of a film with two pictures the other one is a click away; which frames to take is asked before', async () => {
  const film = join(folder, 'two streams.mkv');
  const { exitCode } = await runFfmpeg(['-y', '-f', 'lavfi', '-i', 'testsrc2=size=160x120:rate=10:duration=2', '-f', 'lavfi', '-i', 'mandelbrot=size=160x120:rate=10', '-map', '0', '-map', '1', '-t', '2', '-c:v', 'mpeg4', film]);
  expect(exitCode).toBe(0);
  studio = await openStudio({ language: 'ru', theme: 'dark' });
  const { page } = studio;
  await newProject(page, 'Streams');
  await studio.app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
  }, film);
  await page.getByTestId('board-import').click();
  await page.getByTestId('proposal-sampling').click();
  await page.getByTestId('sampling-count').click();
  await page.getByTestId('sampling-number').fill('3');
  await shot(page, 'proposal-sampling-ru-dark');
  await page.getByTestId('proposal-import').click();
  await expect(page.getByTestId('clip-1')).toContainText('3', { timeout: 60_000 });
  await page.getByTestId('clip-menu-1').click();
  await page.getByTestId('clip-report').click();
  await expect(page.getByTestId('import-report')).toContainText('1 из 2');
  await shot(page, 'report-streams-ru-dark');
  await page.getByTestId('report-stream-1').click();
  await expect(page.getByTestId('clip-2')).toBeVisible({ timeout: 60_000 });
});

test('real folders of films and pictures, dropped whole, land where their names say', async () => {
  const data = realData('multibg');
  test.skip(data === null, 'no real films beside this checkout');
  studio = await openStudio();
  const { page } = studio;
  await newProject(page, 'Real');
  await dropFolder(page, data as string);
  const found = await proposals(page);
  const rows = await page.getByTestId('proposal-row').locator('td[title]').evaluateAll((cells) => cells.map((cell) => cell.getAttribute('title') ?? ''));
  expect(found.length).toBeGreaterThan(100);
  found.forEach((said, index) => {
    // <set>/videos/<class>/<background>.mp4 and <set>/frames/<class>/<background>/
    const [, className = '', background = ''] = /(?:videos|frames)\/([^/]+)\/([^/]+?)(?:\.mp4)?$/.exec(rows[index] ?? '') ?? [];
    expect(said, rows[index]).toBe(`${className}/${background}`);
  });
  await shot(page, 'proposal-real');
});
