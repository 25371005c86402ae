import { defaultPreprocessing } from '../../../electron/core/architecture';
import { changeArchitecture } from '../../../electron/core/migration/change';
import { planMigration } from '../../../electron/core/migration/plan';
import type { ArchitectureChange, MigrationPlan } from '../../../electron/core/migrations';
import { buildPreset } from '../../../electron/core/presets';
import { recipeFor, shrinkAndPerturb, type Recipe } from '../../../electron/core/recipe';
import { sizeOf, weightSpecs } from '../../../electron/core/shapes';

const source = { architecture: buildPreset('small', { height: 32, width: 32, channels: 1 }, 3), classNames: ['cup', 'ball', 'car'], preprocessing: defaultPreprocessing(1) };
const planned = (change: ArchitectureChange): MigrationPlan => planMigration({ source, target: changeArchitecture(source, change), route: change.route });
const recipe = (plan: MigrationPlan, more: { readonly labeled?: number; readonly unlabelled?: number } = {}): Recipe => recipeFor({ plan, check: { grade: plan.grade }, sourceId: 'm-old', labeled: 640, unlabelled: 0, ...more });
const keys = ({ reasons }: Recipe): readonly string[] => reasons.map(({ key }) => key.replace('recipes:', ''));

describe('the recipe after a migration', () => {
  it('lets all layers learn where all is exact: inherited ones at a tenth, cosine, warm-up of a twentieth of the steps', () => {
    const exact = recipe(planned({ widthFactor: 2, route: 'exact' }));
    expect(exact.first).toEqual([]);
    expect(exact.config).toMatchObject({ schedule: 'cosine', learningRate: 1e-3, inherited: ['conv1', 'conv2', 'conv3', 'dense1', 'head'], inheritedFactor: 0.1, warmUp: 10, patience: 3 });
    expect(exact.config).not.toHaveProperty('frozen');
    expect(keys(exact)).toContain('exact');
    expect(recipe(planned({ widthFactor: 2, route: 'exact' }), { labeled: 100_000 }).config.warmUp).toBe(50);
  });

  it('trains what is not exact first, and the head where the classes changed', () => {
    const classes = recipe(planned({ addClasses: ['duck'], route: 'exact' }));
    expect(classes.first).toEqual(['head']);
    expect(classes.config).toMatchObject({ frozen: ['conv1', 'conv2', 'conv3', 'dense1'], thawAfter: 1 });
    expect(keys(classes)).toEqual(expect.arrayContaining(['first', 'classes']));
    const native = planned({ input: { height: 64, width: 64, channels: 1 }, route: 'native' });
    const larger = recipe(native);
    expect(keys(larger)).toContain('input');
    expect(larger.first.length === 0 || larger.first.includes('conv1')).toBe(true);
    const all = new Set([...larger.first, ...(larger.config.frozen ?? [])]);
    if (larger.first.length > 0) expect(all.size).toBe(5);
  });

  it('lets the old model teach where labels are few, not where nothing has changed', () => {
    const plan = planned({ input: { height: 64, width: 64, channels: 1 }, route: 'native' });
    expect(recipe(plan, { labeled: 60, unlabelled: 900 }).config).toMatchObject({ teacher: 'm-old', unlabelled: true });
    expect(recipe(plan, { labeled: 640, unlabelled: 900 }).config).not.toHaveProperty('teacher');
    expect(recipe(planned({ widthFactor: 2, route: 'exact' }), { labeled: 60, unlabelled: 900 }).config).not.toHaveProperty('teacher');
  });
});

describe('shrink and perturb', () => {
  it('takes 0.6 of each weight plus noise of 0.01, by seed, and leaves statistics alone', () => {
    const architecture = buildPreset('small-bn', { height: 32, width: 32, channels: 3 }, 3);
    const weights = new Map(weightSpecs(architecture).map(({ name, shape }) => [name, new Float32Array(sizeOf(shape)).fill(1)]));
    const start = shrinkAndPerturb(architecture, weights, { shrink: 0.6, noise: 0.01 }, 7);
    expect(start).toEqual(shrinkAndPerturb(architecture, weights, { shrink: 0.6, noise: 0.01 }, 7));
    expect(start).not.toEqual(shrinkAndPerturb(architecture, weights, { shrink: 0.6, noise: 0.01 }, 8));
    const kernel = start.get('conv3/kernel') as Float32Array;
    const mean = kernel.reduce((sum, value) => sum + value, 0) / kernel.length;
    const deviation = Math.sqrt(kernel.reduce((sum, value) => sum + (value - mean) ** 2, 0) / kernel.length);
    expect(mean).toBeCloseTo(0.6, 3);
    expect(deviation).toBeCloseTo(0.01, 3);
    expect(start.get('norm1/moving_variance')).toBe(weights.get('norm1/moving_variance'));
    expect(weights.get('conv3/kernel')?.[0]).toBe(1);
  });
});
