import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import { runFfmpeg } from '../../electron/media/ffmpeg';
import { addName } from '../../electron/services/names';
import { plainContext } from '../../electron/services/jobs';
import { closeProject, createProject, readProject, withProject } from '../../electron/services/projects';
import { makeThumbs, missingThumbs } from '../../electron/services/thumbs';
import { insertClip } from '../../electron/store/clips';
import { frameFile, insertFrames } from '../../electron/store/frames';
import { openStudio } from '../e2e/studio';

/**
 * The grid with 100,000 frames in the real window (needs a built studio and a screen): from a label key to the paint
 * that shows it, how long the frames of the screen take while scrolling, with and without pictures, how long cells stay
 * white, and the memory of the window. With `--pictures` only the run with pictures.
 */
const frames = 100_000;
const perClip = 1000;
const pictures = 500;
const presses = 60;

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const quantile = (values: readonly number[], q: number): number => Math.round((sorted(values)[Math.min(values.length - 1, Math.floor(values.length * q))] as number) * 10) / 10;
const summary = (values: readonly number[]): object => ({ count: values.length, median: quantile(values, 0.5), p95: quantile(values, 0.95), max: quantile(values, 1) });

/** Pictures of 640 x 480, the largest that the studio keeps, in the project's folder; gives their hashes. */
async function drawPictures(folder: string): Promise<readonly string[]> {
  const drawn = mkdtempSync(join(tmpdir(), 'graft-bench-pictures-'));
  await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=size=640x480:rate=25', '-frames:v', String(pictures), '-q:v', '4', join(drawn, '%04d.jpg')]);
  const hashes = readdirSync(drawn).map((name) => {
    const hash = createHash('sha256').update(readFileSync(join(drawn, name))).digest('hex');
    const target = join(folder, frameFile(hash));
    mkdirSync(dirname(target), { recursive: true });
    renameSync(join(drawn, name), target);
    return hash;
  });
  rmSync(drawn, { recursive: true });
  return hashes;
}

async function makeProject(folder: string, withPictures: boolean): Promise<void> {
  const project = createProject(folder);
  const hashes = withPictures ? await drawPictures(project.folder) : ['0'.repeat(64)];
  const classIds = ['one', 'two', 'three'].map((name) => addName(project, 'classes', name).id);
  const backgroundId = addName(project, 'backgrounds', 'test').id;
  project.db.transaction(() => {
    for (let clip = 0; clip < frames / perClip; clip += 1) {
      const classId = classIds[clip % 3] as number;
      const id = insertClip(project.db, {
        sha256: String(clip).padStart(64, '0'), name: `clip-${clip}.mp4`, sourcePath: `/clip-${clip}.mp4`, storedFile: null, kind: 'film', status: 'complete', reason: null, classId, backgroundId,
        container: 'mp4', codec: 'h264', width: 320, height: 240, rotation: 0, hdr: null, variableFrameRate: false, durationMs: perClip * 40, framesDecoded: perClip, framesStored: perClip, sampling: 'all', importedAt: new Date().toISOString(),
      });
      insertFrames(project.db, id, classId, Array.from({ length: perClip }, (_, index) => ({ timeMs: index * 40, name: null, sha256: hashes[(clip * perClip + index) % hashes.length] as string, width: 320, height: 240, differenceHash: null })));
    }
    project.db.prepare('UPDATE clips SET removed = 0').run();
  })();
  closeProject(project);
}

/** Starts to write down, for every key, the time to the paint after the change that it made. */
function watchKeys(page: Page): Promise<void> {
  return page.evaluate(() => {
    const found: number[] = [];
    Object.assign(window, { keyTimes: found });
    let pressed = 0;
    addEventListener('keydown', (event) => (pressed = event.timeStamp), true);
    new MutationObserver((changes) => {
      if (pressed === 0 || !changes.some(({ target }) => target.parentElement?.closest('[data-focused]'))) return;
      const start = pressed;
      pressed = 0;
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => found.push(performance.now() - start);
        port2.postMessage(0);
      });
    }).observe(document.querySelector('[data-testid="frame-grid"]') as Element, { subtree: true, characterData: true, childList: true });
  });
}

async function pressKeys(page: Page, gapMs: number): Promise<readonly number[]> {
  await page.evaluate(() => ((window as unknown as { keyTimes: number[] }).keyTimes.length = 0));
  for (let press = 0; press < presses; press += 1) {
    await page.keyboard.press(String((press % 2) + 2));
    await page.waitForTimeout(gapMs);
  }
  await page.waitForTimeout(1500);
  return page.evaluate(() => [...(window as unknown as { keyTimes: number[] }).keyTimes]);
}

/** Scrolls steadily and gives the time between paints. */
function scroll(page: Page, pixels: number): Promise<readonly number[]> {
  return page.evaluate(
    (step) =>
      new Promise<number[]>((done) => {
        const grid = document.querySelector('[data-testid="frame-grid"]') as HTMLElement;
        const times: number[] = [];
        let last = performance.now();
        requestAnimationFrame(function tick(now) {
          times.push(now - last);
          last = now;
          grid.scrollTop += step;
          if (times.length < 300) requestAnimationFrame(tick);
          else done(times.slice(5));
        });
      }),
    pixels,
  );
}

/**
 * Scrolls as a hand does, with stops, and gives how long cells that came into view stayed without their picture (ms; one
 * that left before it had one counts as long as it was seen).
 */
function whiteCells(page: Page, pixels: number): Promise<readonly number[]> {
  return page.evaluate(
    (step) =>
      new Promise<number[]>((done) => {
        const grid = document.querySelector('[data-testid="frame-grid"]') as HTMLElement;
        const box = grid.getBoundingClientRect();
        const since = new Map<string, number>();
        const white: number[] = [];
        const known = new Set<string>();
        let frame = 0;
        requestAnimationFrame(function tick(now) {
          const seen = new Set<string>();
          for (const tile of grid.querySelectorAll<HTMLElement>('[data-frame]')) {
            const place = tile.getBoundingClientRect();
            if (place.bottom <= box.top || place.top >= box.bottom) continue;
            const id = tile.dataset['frame'] as string;
            seen.add(id);
            if (known.has(id)) continue;
            const start = since.get(id) ?? now;
            since.set(id, start);
            const image = tile.querySelector('img');
            if (!image || !image.complete || image.naturalWidth === 0) continue;
            known.add(id);
            white.push(now - start);
          }
          for (const [id, start] of since) {
            if (seen.has(id)) continue;
            if (!known.has(id)) white.push(now - start);
            since.delete(id);
            known.delete(id);
          }
          frame += 1;
          // Two seconds of scrolling, half a second of looking.
          if (frame % 150 < 120) grid.scrollTop += step;
          if (frame < 600) requestAnimationFrame(tick);
          else done(white);
        });
      }),
    pixels,
  );
}

/** Memory of the window's process in MB. */
async function rendererMemory(app: ElectronApplication): Promise<number> {
  return app.evaluate(({ app: electron }) => Math.round(Math.max(...electron.getAppMetrics().filter(({ type }) => type === 'Tab').map(({ memory }) => memory.workingSetSize)) / 1024));
}

async function measure(withPictures: boolean): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'graft-bench-'));
  const project = join(folder, 'Large.graft');
  await makeProject(project, withPictures);
  const making = performance.now();
  if (withPictures) await withProject(() => readProject(project), async (opened) => makeThumbs(opened, await missingThumbs(opened), plainContext()));
  const thumbsSeconds = Math.round((performance.now() - making) / 1000);
  writeFileSync(join(folder, 'read.me'), 'made by test/bench/grid.ts\n');
  const { app, page, close } = await openStudio({ folder });
  try {
    await app.evaluate(({ dialog }, path) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
    }, project);
    const started = performance.now();
    await page.getByTestId('start-open').click();
    await page.getByTestId('rail-frames').click();
    await page.getByTestId('frame').nth(5).waitFor();
    const openingMs = Math.round(performance.now() - started);
    await page.getByTestId('frame').nth(5).click();
    await watchKeys(page);
    const calm = await pressKeys(page, 600);
    const fast = await pressKeys(page, 120);
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+End');
    await page.keyboard.press('Home');
    const scrolled = await scroll(page, 60);
    const scrolledFast = await scroll(page, 1200);
    return {
      pictures: withPictures, openingMs, keyToPaintMs: summary(calm), keyToPaintFastMs: summary(fast), scrollFrameMs: summary(scrolled), scrollFastFrameMs: summary(scrolledFast),
      ...(withPictures ? { whiteCellMs: summary(await whiteCells(page, 60)), whiteCellFastMs: summary(await whiteCells(page, 400)) } : {}),
      rendererMB: await rendererMemory(app),
      ...(withPictures ? { thumbsSeconds } : {}),
    };
  } finally {
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const results = { frames, cpus: cpus().length, cpu: cpus()[0]?.model, runs: process.argv.includes('--pictures') ? [await measure(true)] : [await measure(false), await measure(true)] };
console.log(JSON.stringify(results, null, 2));
