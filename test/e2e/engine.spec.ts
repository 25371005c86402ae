import { expect, test } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer, RoundView } from '../../electron/ipc/contract';
import { defaultTrainingConfig } from '../../electron/core/training';
import { drawSampleFilms } from '../../electron/services/sample';
import { plainContext } from '../../electron/services/jobs';
import { runCli } from '../helpers/cli';
import { openStudio } from './studio';

interface Window {
  readonly studio: { call(name: string, ...args: readonly unknown[]): Promise<Answer<unknown>> };
}

test('in the processes of the studio: threads change the pictures, a run is extended, a preview is shown', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'graft-e2e-'));
  const project = join(folder, 'Toys.graft');
  await runCli('new', project);
  await runCli('import', project, await drawSampleFilms(plainContext(), ['paper']), '--from-folders', 'class/background');
  const studio = await openStudio({ folder });
  const call = async <T>(name: string, ...args: readonly unknown[]): Promise<T> => {
    const answer = await studio.page.evaluate(([which, values]) => (globalThis as unknown as Window).studio.call(which, ...values), [name, args] as const);
    if (!answer.ok) throw new Error(JSON.stringify(answer.error));
    return answer.value as T;
  };
  await call('projects:open', project);
  const input = { height: 32, width: 32, channels: 3 };
  const config = { ...defaultTrainingConfig, epochs: 2, augmentation: 'strong', augment: { flip: true }, optimizer: 'adamw', balance: 'both', classWeights: 'balanced' };
  const round = await call<RoundView>('rounds:train', { backgrounds: null, input, preset: 'tiny', from: 'none', config });
  expect(round).toMatchObject({ runState: 'done', config });
  const longer = await call<RoundView>('rounds:extend', round.runId, 1);
  expect(longer).toMatchObject({ id: round.id, runState: 'done', config: { epochs: 3 } });
  expect(longer.modelId).not.toBe(round.modelId);
  const { ids } = await call<{ readonly ids: readonly number[] }>('frames:list', {});
  const pictures = await call<readonly string[]>('rounds:augmentPreview', ids[0], { augmentation: 'strong', seed: 1, input }, 4);
  expect(new Set(pictures).size).toBe(4);
  // Shown as it is: the window's own rules let such pictures in.
  const size = await studio.page.evaluate((source) => new Promise((resolve) => {
    const picture = new Image();
    picture.onload = () => resolve([picture.naturalWidth, picture.naturalHeight]);
    picture.onerror = () => resolve(null);
    picture.src = source;
  }), pictures[0] as string);
  expect(size).toEqual([32, 32]);
  await studio.close();
  rmSync(folder, { recursive: true, force: true });
});
