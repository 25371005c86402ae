import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InputShape } from '../../../electron/core/architecture';
import type { MigrationCheck, MigrationPlan } from '../../../electron/core/migrations';
import { plainContext } from '../../../electron/services/jobs';
import { importModel } from '../../../electron/services/modelImport';
import { checkMigration, planFor } from '../../../electron/services/migrations';
import { stopWorkers, type Workers } from '../../../electron/services/workers';
import { builtWorkers, buildWorkers } from '../../helpers/builtWorkers';
import { expectSentences } from '../../helpers/planned';
import { temporaryProject } from '../../helpers/projects';
import { realData } from '../../helpers/shared';

/** Models that others made: their layers have no ids that an earlier network shares, so that pairs are found by name and place. */
const keras = (name: string): string | null => realData('models', 'keras', name);
const mobileNet = keras('keras2.4.0_mobilenetv1_025_vww96.h5');
const xception = keras('keras2.0.5_tiny_xception_64gray.hdf5');
const teachable = realData('models', 'tfjs', 'teachable_machine_3_toys', 'model.json');

let holder: ReturnType<typeof temporaryProject>;
let built: Awaited<ReturnType<typeof buildWorkers>>;
let workers: Workers;
const context = plainContext();

beforeAll(async () => {
  holder = temporaryProject();
  built = await buildWorkers();
  workers = builtWorkers(built.folder);
});
afterAll(() => {
  stopWorkers(workers);
  holder.remove();
  built.remove();
});

interface Wish {
  readonly input?: InputShape;
  readonly addClasses?: readonly string[];
  readonly route?: 'exact' | 'native';
}

async function migrate(file: string, { input, addClasses = [], route = 'exact' }: Wish): Promise<{ readonly plan: MigrationPlan; readonly check: MigrationCheck }> {
  const { model } = await importModel(holder.project, { file }, { classNames: null, scaling: null, name: null }, workers, context);
  const plan = planFor(holder.project, model, { input: input ?? null, width: 1, addClasses, removeClasses: [], route });
  expectSentences(plan);
  return { plan, check: await checkMigration(holder.project, model, plan, workers, context) };
}

/** Nothing of the old network is lost or started anew. */
function expectAllTaken(plan: MigrationPlan): void {
  expect(plan.weights.filter(({ action }) => action === 'init' || action === 'drop').map(({ layer, weight, action }) => `${action} ${layer}/${weight}`)).toEqual([]);
  for (const { layer, from } of plan.weights) expect(from).toBe(layer);
}

describe('a model from elsewhere', () => {
  test.skipIf(!mobileNet)('MobileNet 0.25 for 96x96 -> 128x128', async () => {
    const input = { height: 128, width: 128, channels: 3 };
    // 128 is no whole multiple of 96: the old answers cannot be promised, and the sentence names the next size where they can.
    await expect(migrate(mobileNet!, { input })).rejects.toMatchObject({ key: 'migrations:sizeNotWhole', params: { suggestion: '192x192x3' } });
    const { plan, check } = await migrate(mobileNet!, { input, route: 'native' });
    expectAllTaken(plan);
    expect(plan.grade).toBe('close');
    expect(plan.weights.some(({ grade, reasons }) => grade === 'close' && reasons.length > 0)).toBe(true);
    expect(check.passed).toBe(true);
  });

  test.skipIf(!mobileNet)('MobileNet 0.25 for 96x96 -> 192x192 is the same function', async () => {
    const { plan, check } = await migrate(mobileNet!, { input: { height: 192, width: 192, channels: 3 } });
    expectAllTaken(plan);
    expect([plan.grade, check.grade, check.passed]).toEqual(['exact', 'exact', true]);
  });

  test.skipIf(!xception)('Xception for 64x64 gray -> colour is the same function', async () => {
    const { plan, check } = await migrate(xception!, { input: { height: 64, width: 64, channels: 3 } });
    expectAllTaken(plan);
    expect([plan.grade, check.grade, check.passed]).toEqual(['exact', 'exact', true]);
  });

  test.skipIf(!teachable)('a Teachable Machine model with one more class', async () => {
    const { plan, check } = await migrate(teachable!, { addClasses: ['a fourth toy'] });
    expect(plan.target.classNames).toHaveLength(4);
    expectAllTaken(plan);
    expect([plan.grade, check.grade, check.passed]).toEqual(['exact', 'exact', true]);
  });
});
