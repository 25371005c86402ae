import { expect } from 'vitest';
import type { Layer } from '../../electron/core/architecture';
import { applyPlan } from '../../electron/core/migration/apply';
import { planMigration } from '../../electron/core/migration/plan';
import type { MigrationPlan } from '../../electron/core/migrations';
import { textResources } from '../../electron/core/texts';
import { oldPicture, promisedPicture, random, randomPicture, randomWeights } from './randomNetworks';
import { referenceLogits } from './referenceNetwork';
import { model, network, picture } from './smallModels';

/** The plan from one list of layers to another, on square pictures of the same size; three classes. */
export function planBetween(size: number, old: readonly Layer[], next: readonly Layer[], channels = 1): MigrationPlan {
  const input = picture(size, size, channels);
  return planMigration({ source: model(network(input, old), [...'abc']), target: model(network(input, next), [...'abc']), route: 'exact' });
}

/** Largest logit difference of both models on a random picture, over the classes that both have. */
export function difference(plan: MigrationPlan, seed = 1): number {
  const next = random(seed);
  const old = randomWeights(plan.source.architecture, next);
  const { height, width, channels } = plan.target.architecture.input;
  const seen = promisedPicture(plan, randomPicture([height, width, channels], next));
  const after = referenceLogits(plan.target.architecture, applyPlan(plan, old, 1), seen).values;
  const before = referenceLogits(plan.source.architecture, old, oldPicture(plan, seen)).values;
  return Math.max(...plan.classMap.map((from, i) => (from < 0 ? 0 : Math.abs(after[i]! - before[from]!))));
}

/** The rules by which a layer's first weight is made. */
export function rulesOf(plan: MigrationPlan, layer: string): string {
  return plan.weights.find((row) => row.layer === layer && row.action !== 'drop')!.rule;
}

/** Every sentence of the plan is there, with all the values that it names. */
export function expectSentences(plan: MigrationPlan): void {
  for (const { key, params } of [...plan.weights.flatMap((row) => row.reasons), ...plan.notes]) {
    const name = key.replace('migrations:', '');
    const english = textResources.en.migrations!;
    const text = english[name] ?? english[`${name}_other`];
    expect(text, key).toBeDefined();
    for (const [, value] of text!.matchAll(/\{\{(\w+)\}\}/g)) expect(params, key).toHaveProperty(value!);
  }
}
