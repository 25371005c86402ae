import { expect, type Page } from '@playwright/test';
import type { Preferences } from '../../electron/ipc/contract';

/** Changes preferences as the window itself does, and draws it anew. */
export async function prefer(page: Page, part: Partial<Preferences>): Promise<void> {
  await page.evaluate((value) => (window as unknown as { studio: { call(name: string, value: object): Promise<unknown> } }).studio.call('app:setPreferences', value), part);
  await page.reload();
}

/** The sample project with its frames, and one short round. */
export async function openSample(page: Page, epochs: number): Promise<void> {
  await page.getByTestId('start-sample').click();
  await expect(page.getByTestId('board-cell-car-toys').getByText('car_toys_2.mp4')).toBeAttached({ timeout: 180_000 });
  await page.getByTestId('rail-rounds').click();
  await page.getByTestId('round-next').click();
  await page.getByTestId('round-advanced').click();
  await page.getByText('Gray', { exact: true }).click();
  await page.getByTestId('config-size').fill('32 px');
  await page.getByTestId('config-epochs').fill(String(epochs));
  await page.getByTestId('round-start').click();
  await expect(page.getByTestId('round-1')).toHaveAttribute('data-state', 'done', { timeout: 240_000 });
}

/** Presses Tab until the element (or what lies in it) has the focus. Throws where it cannot be reached. */
export async function tabTo(page: Page, testId: string, most = 250): Promise<void> {
  for (let presses = 0; presses < most; presses += 1) {
    if (await page.evaluate((id) => document.activeElement?.closest(`[data-testid="${id}"]`) != null, testId)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${testId} cannot be reached with Tab`);
}

export interface Screen {
  readonly name: string;
  readonly open: (page: Page) => Promise<void>;
  /** Back to where the rail can be clicked. */
  readonly leave?: (page: Page) => Promise<void>;
}

const escape = async (page: Page): Promise<void> => {
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
};

/** Every screen of an open sample project with a round that is done. */
export const screens: readonly Screen[] = [
  { name: 'board', open: (page) => page.getByTestId('rail-board').click() },
  {
    name: 'board-menu',
    open: async (page) => {
      await page.getByTestId('clip-menu-1').click({ force: true });
      await expect(page.getByTestId('clip-crop')).toBeVisible();
    },
    leave: (page) => page.keyboard.press('Escape'),
  },
  {
    name: 'timeline',
    open: async (page) => {
      await page.getByTestId('rail-board').click();
      await page.getByTestId('clip-open-1').click();
      await expect(page.getByTestId('timeline-picture')).toBeVisible();
    },
  },
  {
    name: 'frames',
    open: async (page) => {
      await page.getByTestId('rail-frames').click();
      await expect(page.getByTestId('frame').nth(3)).toBeVisible();
    },
  },
  {
    name: 'frame-dialog',
    open: async (page) => {
      await page.getByTestId('frame').first().dblclick();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
    leave: escape,
  },
  {
    name: 'rounds',
    open: async (page) => {
      await page.getByTestId('rail-rounds').click();
      await page.getByTestId('round-1').click();
      await expect(page.getByTestId('round-matrix')).toBeVisible({ timeout: 60_000 });
      await expect(page.getByTestId('confusion')).toBeVisible({ timeout: 60_000 });
    },
  },
  {
    name: 'round-settings',
    open: async (page) => {
      await page.getByTestId('rail-rounds').click();
      await page.getByTestId('round-next').click();
      if (!(await page.getByTestId('settings-length').isVisible())) await page.getByTestId('round-advanced').click();
      await expect(page.getByTestId('settings-length')).toBeVisible();
    },
  },
  {
    name: 'builder-dialog',
    open: async (page) => {
      await page.getByTestId('open-builder').click();
      await page.getByTestId('builder-preset-deeper').click();
      await expect(page.getByTestId('builder-total')).toBeVisible();
    },
    leave: escape,
  },
  {
    name: 'models',
    open: async (page) => {
      await page.getByTestId('rail-models').click();
      await page.getByTestId('model-round-1').click();
      await expect(page.getByTestId('calibration')).toBeVisible({ timeout: 60_000 });
    },
  },
  {
    name: 'migrate',
    open: async (page) => {
      await page.getByTestId('rail-migrate').click();
      // What was begun in the wizard stays: a second click would take it back.
      if ((await page.getByTestId('plan-table').count()) === 0) await page.getByTestId('quick-size').click();
      await expect(page.getByTestId('plan-table')).toBeVisible();
    },
  },
  {
    name: 'try',
    open: async (page) => {
      await page.getByTestId('rail-try').click();
      await page.getByTestId('try-frame').click();
      await page.getByTestId('try-pick').nth(3).click();
      await expect(page.getByTestId('try-answer')).toBeVisible({ timeout: 60_000 });
    },
  },
  {
    name: 'palette-dialog',
    open: async (page) => {
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('dialog')).toBeVisible();
    },
    leave: escape,
  },
  {
    name: 'help-dialog',
    open: async (page) => {
      await page.keyboard.press('F1');
      await expect(page.getByTestId('help')).toBeVisible();
    },
    leave: escape,
  },
  {
    name: 'tour',
    open: async (page) => {
      await page.keyboard.press('F1');
      await page.getByTestId('help-tour').click();
      await expect(page.getByTestId('tour')).toBeVisible();
      await expect(page.getByTestId('help')).toHaveCount(0);
    },
    leave: escape,
  },
  {
    name: 'settings',
    open: async (page) => {
      await page.getByTestId('rail-settings').click();
      await expect(page.getByTestId('keys-search')).toBeVisible();
    },
  },
];
