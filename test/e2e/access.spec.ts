import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openStudio, type Studio } from './studio';
import { openSample, prefer, screens, tabTo } from './walk';

/** With GRAFT_SCREENSHOTS=FOLDER a picture of every screen as it is checked is kept there. */
const keep = process.env['GRAFT_SCREENSHOTS'] ? resolve(process.env['GRAFT_SCREENSHOTS']) : null;
let studio: Studio;

test.describe.configure({ mode: 'serial' });
test.setTimeout(600_000);

test.beforeAll(async () => {
  test.setTimeout(600_000);
  studio = await openStudio();
});
test.afterAll(async () => studio.close());

async function shot(page: Page, name: string): Promise<void> {
  if (!keep) return;
  mkdirSync(keep, { recursive: true });
  await page.screenshot({ path: join(keep, `access-${name}.png`) });
}

/** Makes everything larger, as the menu does, and waits until it is drawn so. */
async function zoom(factor: number): Promise<void> {
  await studio.app.evaluate(({ BrowserWindow }, wanted) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(wanted), factor);
  await studio.page.waitForTimeout(300);
}

/** What axe finds of impact serious or critical, in words; in high contrast also text below 7 : 1. */
async function findings(page: Page, strong = false): Promise<readonly string[]> {
  // Transitions of colours are over, then.
  await page.waitForTimeout(350);
  const builder = new AxeBuilder({ page }).setLegacyMode(true).options({ rules: { 'color-contrast-enhanced': { enabled: strong } } });
  const { violations } = await builder.analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} · ${node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? ''} · ${node.html.slice(0, 160)}`));
}

const looks = [
  ['light', { theme: 'light', language: 'en' }],
  ['dark', { theme: 'dark', language: 'en' }],
  ['contrast', { theme: 'contrast', language: 'ru' }],
] as const;

test('the start screen has no serious finding in any theme', async () => {
  const { page } = studio;
  const found: Record<string, readonly string[]> = {};
  for (const [look, part] of looks) {
    await prefer(page, part);
    await expect(page.getByTestId('start-sample')).toBeVisible();
    found[look] = await findings(page, look === 'contrast');
    await shot(page, `start-${look}`);
  }
  expect(found).toEqual({ light: [], dark: [], contrast: [] });
  await prefer(page, { theme: 'light', language: 'ru' });
  await page.getByTestId('start-sample').waitFor();
  for (const factor of [1, 1.25, 2]) {
    await zoom(factor);
    expect({ factor, misfits: await misfits(page) }).toEqual({ factor, misfits: [] });
    await shot(page, `start-ru-${factor * 100}`);
  }
  await zoom(1);
  await prefer(page, { theme: 'light', language: 'en' });
  await openSample(page, 4);
});

for (const [look, part] of [...looks, ['contrast-dark', { theme: 'contrast', language: 'en' }]] as const) {
  test(`no screen has a serious finding (${look})`, async () => {
    const { page } = studio;
    await page.emulateMedia({ colorScheme: look === 'contrast-dark' ? 'dark' : null });
    await prefer(page, part);
    const found: Record<string, readonly string[]> = {};
    for (const screen of screens) {
      await screen.open(page);
      const here = await findings(page, look.startsWith('contrast'));
      if (here.length > 0) found[screen.name] = here;
      await shot(page, `${screen.name}-${look}`);
      await screen.leave?.(page);
    }
    await page.emulateMedia({ colorScheme: null });
    expect(found).toEqual({});
  });
}

test('high contrast follows the system, too', async () => {
  const { page } = studio;
  await prefer(page, { theme: 'light', language: 'en' });
  const page0 = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--g-card').trim());
  await page.getByTestId('rail-board').waitFor();
  expect(await page0()).toBe('#fffefa');
  for (const media of [{ contrast: 'more' }, { forcedColors: 'active' }] as const) {
    await page.emulateMedia(media);
    await expect.poll(page0).toBe('#ffffff');
    await page.emulateMedia({ contrast: null, forcedColors: null });
    await expect.poll(page0).toBe('#fffefa');
  }
});

/** The look of what has the focus and of its nearest surroundings: a focus that can be seen changes it. */
function ringOf(page: Page): Promise<{ readonly name: string; readonly seen: boolean }> {
  return page.evaluate(async () => {
    const element = document.activeElement as HTMLElement;
    const around = [element, element.parentElement, element.parentElement?.parentElement, element.nextElementSibling, ...(element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [])].filter((part) => part != null);
    const style = (): string => around.map((part) => ((look) => [look.outlineStyle, look.outlineWidth, look.outlineColor, look.boxShadow, look.borderColor, look.backgroundColor].join())(getComputedStyle(part))).join(';');
    const name = `${element.tagName.toLowerCase()} ${element.dataset['testid'] ?? element.getAttribute('aria-label') ?? element.textContent?.slice(0, 40) ?? ''} .${element.className}`;
    const settle = (): Promise<unknown> => new Promise((done) => setTimeout(done, 30));
    await settle();
    const focused = style();
    element.blur();
    await settle();
    const plain = style();
    element.focus({ preventScroll: true });
    return { name, seen: focused !== plain };
  });
}

test('the keyboard alone reaches every place, and the focus is always seen', async () => {
  const { page } = studio;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await prefer(page, { theme: 'light', language: 'en' });
  await page.getByTestId('rail-board').waitFor();
  // What is measured is where a change ends, however busy the machine.
  await page.addStyleTag({ content: '* { transition: none !important; }' });
  const unseen: Record<string, string[]> = {};
  for (const place of ['board', 'frames', 'rounds', 'models', 'migrate', 'try', 'settings'] as const) {
    await page.getByTestId('rail-board').waitFor();
    await tabTo(page, `rail-${place}`);
    await page.keyboard.press('Enter');
    await expect(page.getByTestId(`rail-${place}`)).toHaveAttribute('aria-current', 'page');
    await page.waitForTimeout(600);
    const visited = new Set<string>();
    for (let stop = 0; stop < 40; stop += 1) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(() => document.activeElement === document.body)) continue;
      const { name, seen } = await ringOf(page);
      visited.add(name);
      if (!seen) (unseen[place] ??= []).push(name);
    }
    // Not caught in one element.
    expect(visited.size, place).toBeGreaterThan(5);
  }
  await page.emulateMedia({ reducedMotion: null });
  expect(unseen).toEqual({});
});

/** Texts that are cut off without a sign, and controls that stick out of the window where nothing scrolls. */
function misfits(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const says = (element: Element, why: string): string => `${why}: ${element.tagName.toLowerCase()} ${(element as HTMLElement).dataset['testid'] ?? ''} "${(element.textContent || element.getAttribute('aria-label') || '').slice(0, 60)}"`;
    const scrolls = (element: Element | null): boolean => {
      for (let part = element; part; part = part.parentElement) if (['auto', 'scroll'].includes(getComputedStyle(part).overflowX) && part.scrollWidth > part.clientWidth) return true;
      return false;
    };
    const shown = [...document.querySelectorAll('button, a, input, h1, h2, h3, label, th, td, legend, [role="tab"]')].filter((element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }));
    const cut = shown.filter((element) => element.tagName !== 'INPUT' && element.scrollWidth > element.clientWidth + 2 && getComputedStyle(element).overflowX === 'hidden' && getComputedStyle(element).textOverflow !== 'ellipsis' && element.clientWidth > 1);
    const out = shown.filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 1 && (right > window.innerWidth + 1 || left < -1) && !scrolls(element);
    });
    // What lies outside of a box that hides it and cannot be scrolled cannot be seen at all.
    const swallowed = shown.filter((element) => {
      const own = element.getBoundingClientRect();
      if (own.width <= 1 || own.height <= 1) return false;
      for (let box = element.parentElement; box; box = box.parentElement) {
        const style = getComputedStyle(box);
        if (style.position === 'fixed') return own.top > window.innerHeight - 4;
        if ([style.overflowX, style.overflowY].some((way) => way === 'auto' || way === 'scroll')) return false;
        const { right, bottom } = box.getBoundingClientRect();
        if (style.overflowY !== 'visible' && (own.left > right - 4 || own.top > bottom - 4)) return true;
      }
      return false;
    });
    const page = document.documentElement.scrollWidth > window.innerWidth ? [`the page scrolls sideways: ${document.documentElement.scrollWidth} > ${window.innerWidth}`] : [];
    // Boxes that could be dragged sideways although nobody meant them to.
    const main = [...document.querySelectorAll('main')].filter((box) => box.scrollWidth > box.clientWidth).map((box) => says(box, 'main scrolls sideways'));
    return [...page, ...main, ...cut.map((element) => says(element, 'cut')), ...out.map((element) => says(element, 'outside')), ...swallowed.map((element) => says(element, 'swallowed'))];
  });
}

for (const language of ['en', 'ru'] as const) {
  test(`nothing is cut off or outside of the window at 100 %, 125 % and 200 % (${language})`, async () => {
    const { page } = studio;
    await prefer(page, { theme: 'light', language });
    const found: Record<string, readonly string[]> = {};
    for (const factor of [1, 1.25, 2]) {
      await zoom(factor);
      for (const screen of screens) {
        await screen.open(page);
        await page.waitForTimeout(250);
        const here = await misfits(page);
        if (here.length > 0) found[`${screen.name} at ${factor * 100} %`] = here;
        await shot(page, `${screen.name}-${language}-${factor * 100}`);
        await screen.leave?.(page);
      }
    }
    await zoom(1);
    expect(found).toEqual({});
  });
}

test('nothing moves for those who asked for less motion', async () => {
  const { page } = studio;
  const moving = (): Promise<number> => page.evaluate(() => document.getAnimations().filter(({ effect, playState }) => playState === 'running' && Number(effect?.getComputedTiming().duration) > 20).length);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await prefer(page, { theme: 'light', language: 'en' });
  await page.getByTestId('rail-settings').click();
  expect(await moving()).toBe(0);
  // A dialog comes without sliding in, a job runs without stripes that walk.
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(await moving()).toBe(0);
  await page.keyboard.press('Escape');
  await page.getByTestId('rail-rounds').click();
  await page.getByTestId('round-next').click();
  await page.getByTestId('round-start').click();
  await expect(page.getByTestId('job-tray')).not.toHaveAttribute('data-running', '0');
  expect(await moving()).toBe(0);
  await expect(page.getByTestId('round-2')).toHaveAttribute('data-state', 'done', { timeout: 240_000 });
  await page.emulateMedia({ reducedMotion: null });
});
