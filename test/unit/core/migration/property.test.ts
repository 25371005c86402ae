import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../electron/core/errors';
import { applyPlan } from '../../../../electron/core/migration/apply';
import { changeArchitecture } from '../../../../electron/core/migration/change';
import { planMigration } from '../../../../electron/core/migration/plan';
import type { ArchitectureChange, MigrationPlan, ModelShape } from '../../../../electron/core/migrations';
import { weightSpecs } from '../../../../electron/core/shapes';
import type { Random } from '../../../helpers/randomNetworks';
import { oldPicture, pick, random, randomModel, randomPicture, randomWeights } from '../../../helpers/randomNetworks';
import { referenceLogits } from '../../../helpers/referenceNetwork';

function randomChange(next: Random, source: ModelShape): ArchitectureChange {
  const { height, width, channels } = source.architecture.input;
  const factors = pick(next, [[1, 1], [2, 2], [2, 2], [3, 3], [1, 2], [0.5, 0.5], [1.5, 1.5]] as const);
  const input = { height: Math.round(height * factors[0]), width: Math.round(width * factors[1]), channels: next() < 0.5 ? channels : pick(next, [1, 3, 4]) };
  return {
    input,
    widthFactor: pick(next, [1, 1, 1.5, 2]),
    addClasses: next() < 0.3 ? ['new'] : [],
    removeClasses: next() < 0.2 ? ['cat'] : [],
    route: next() < 0.85 ? 'exact' : 'native',
  };
}

/** Largest difference of the shared logits, relative to the largest of them. */
function largestDifference(plan: MigrationPlan, next: Random): number {
  const old = randomWeights(plan.source.architecture, next);
  const migrated = applyPlan(plan, old, 1);
  const { height, width, channels } = plan.target.architecture.input;
  const picture = randomPicture([height, width, channels], next);
  const after = referenceLogits(plan.target.architecture, migrated, picture).values;
  const before = referenceLogits(plan.source.architecture, old, oldPicture(plan, picture)).values;
  let difference = 0;
  let largest = 1;
  plan.classMap.forEach((oldClass, i) => {
    if (oldClass < 0) return;
    difference = Math.max(difference, Math.abs(after[i]! - before[oldClass]!));
    largest = Math.max(largest, Math.abs(before[oldClass]!));
  });
  return difference / largest;
}

describe('1500 random networks under random changes', () => {
  it('keep the function wherever the plan says exact, and refuse only with a sentence', () => {
    const grades = { exact: 0, close: 0, start: 0, refused: 0 };
    for (let seed = 1; seed <= 1500; seed++) {
      const next = random(seed);
      const source = randomModel(next);
      const change = randomChange(next, source);
      let target: ModelShape;
      try {
        target = changeArchitecture(source, change);
      } catch (error) {
        if (!(error instanceof UserError)) throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
        grades.refused++;
        continue;
      }
      const plan = planMigration({ source, target, route: change.route });
      grades[plan.grade]++;
      const named = new Set(plan.weights.filter((row) => row.action !== 'drop').map((row) => `${row.layer}/${row.weight}`));
      expect(named, `seed ${seed}`).toEqual(new Set(weightSpecs(target.architecture).map((spec) => spec.name)));
      if (change.route === 'exact') expect(`${seed} ${plan.grade} ${JSON.stringify(plan.weights.filter((r) => r.grade !== 'exact').map((r) => r.reasons))}`).toBe(`${seed} exact []`);
      if (plan.grade === 'exact') expect(largestDifference(plan, next), `seed ${seed}`).toBeLessThan(2e-6);
      else applyPlan(plan, randomWeights(source.architecture, next), 1);
    }
    console.info(grades);
    expect(grades.exact).toBeGreaterThan(500);
  }, 120_000);
});
