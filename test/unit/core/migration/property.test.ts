import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../electron/core/errors';
import { applyPlan } from '../../../../electron/core/migration/apply';
import { placeOf } from '../../../../electron/core/migration/addLayer';
import { changeArchitecture } from '../../../../electron/core/migration/change';
import { planMigration } from '../../../../electron/core/migration/plan';
import type { Layer } from '../../../../electron/core/architecture';
import type { ArchitectureChange, MigrationPlan, ModelShape } from '../../../../electron/core/migrations';
import { outputShapes, weightSpecs } from '../../../../electron/core/shapes';
import type { Random } from '../../../helpers/randomNetworks';
import { oldPicture, pick, random, randomModel, randomPicture, randomWeights } from '../../../helpers/randomNetworks';
import { expectSentences } from '../../../helpers/planned';
import { referenceLogits } from '../../../helpers/referenceNetwork';

function randomChange(next: Random, source: ModelShape): ArchitectureChange {
  const { height, width, channels } = source.architecture.input;
  const factors = pick(next, [[1, 1], [2, 2], [2, 2], [3, 3], [1, 2], [0.5, 0.5], [1.5, 1.5]] as const);
  const input = { height: Math.round(height * factors[0]), width: Math.round(width * factors[1]), channels: next() < 0.5 ? channels : pick(next, [1, 3, 4]) };
  const route = next() < 0.85 ? 'exact' : 'native';
  return {
    input,
    widthFactor: pick(next, route === 'exact' ? [1, 1, 1.5, 2] : [1, 0.5, 0.7, 2]),
    addClasses: next() < 0.3 ? ['new'] : [],
    removeClasses: next() < 0.2 ? ['cat'] : [],
    addLayer: next() < 0.3 ? placeOf(source.architecture, pick(next, ['front', 'middle', 'top'] as const)) : undefined,
    route,
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

describe('1000 random networks under random changes', () => {
  it('keep the function wherever the plan says exact, and refuse only with a sentence', () => {
    const grades = { exact: 0, close: 0, start: 0, refused: 0 };
    for (let seed = 1; seed <= 1000; seed++) {
      const next = random(seed);
      const source = randomModel(next);
      let change: ArchitectureChange;
      let target: ModelShape;
      try {
        change = randomChange(next, source);
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
      expectSentences(plan);
      if (change.route === 'exact') expect(`${seed} ${plan.grade} ${JSON.stringify(plan.weights.filter((r) => r.grade !== 'exact').map((r) => r.reasons))}`).toBe(`${seed} exact []`);
      if (plan.grade === 'exact') expect(largestDifference(plan, next), `seed ${seed}`).toBeLessThan(2e-6);
      else applyPlan(plan, randomWeights(source.architecture, next), 1);
    }
    expect(grades.exact).toBeGreaterThan(500);
  }, 120_000);
});

function randomLayer(next: Random, type: string): object {
  const size = pick(next, [1, 2, 3, 3, 4]);
  const activation = pick(next, ['linear', 'relu', 'relu6', 'elu', 'tanh', 'sigmoid'] as const);
  const width = 1 + Math.floor(next() * 5);
  const window = { kernelSize: [size, pick(next, [size, 1])], strides: pick(next, [[1, 1], [1, 1], [1, 1], [2, 2]]), padding: pick(next, ['same', 'same', 'valid'] as const), depthMultiplier: pick(next, [1, 1, 2]) };
  return { type, ...(type === 'dense' ? { units: width } : { filters: width, ...window }), activation, useBias: next() < 0.7 };
}

/** A new branch around the place before layer i: two layers or one, and a sum. */
function withBranch(next: Random, layers: readonly Layer[], i: number): Layer[] {
  const before = layers[i - 1];
  if (!before) return [...layers];
  const flat = layers.slice(0, i).some((layer) => ['flatten', 'globalAveragePooling2d', 'globalMaxPooling2d'].includes(layer.type));
  const first = { ...randomLayer(next, flat ? 'dense' : pick(next, ['conv2d', 'separableConv2d'])), uid: 'branch1', name: 'branch1', inputs: [before.name] } as unknown as Layer;
  const end = { ...randomLayer(next, flat ? 'dense' : 'conv2d'), uid: 'branch2', name: 'branch2', inputs: ['branch1'] } as unknown as Layer;
  const bend = { type: 'activation', activation: pick(next, ['relu', 'tanh', 'sigmoid'] as const), uid: 'branch3', name: 'branch3', inputs: ['branch2'] } as const;
  const branch: Layer[] = [first, end, ...(next() < 0.5 ? [bend] : [])];
  const sum: Layer = { type: 'add', uid: 'sum', name: 'sum', inputs: pick(next, [[before.name, branch.at(-1)!.name], [branch.at(-1)!.name, before.name]]) };
  const rest = layers.slice(i).map((layer, k) => (k === 0 && !layer.inputs ? { ...layer, inputs: ['sum'] } : layer.inputs ? { ...layer, inputs: layer.inputs.map((name) => (name === before.name ? 'sum' : name)) } : layer));
  return [...layers.slice(0, i), ...branch, sum, ...rest];
}

/** One change by hand, as in the builder: a layer goes, comes, or gets another setting. */
function editedByHand(next: Random, layers: readonly Layer[]): Layer[] {
  const i = Math.floor(next() * (layers.length - 1));
  const layer = layers[i]!;
  const replaced = (change: object) => layers.map((other, k) => (k === i ? ({ ...other, ...change } as Layer) : other));
  const inserted = (fresh: object) => [...layers.slice(0, i), { uid: `new${i}`, name: `new${i}`, ...fresh } as Layer, ...layers.slice(i)];
  const edits: (() => Layer[])[] = [
    () => layers.filter((_, k) => k !== i),
    () => inserted({ type: 'dropout', rate: 0.5 }),
    () => inserted({ type: 'activation', activation: pick(next, ['relu', 'tanh', 'linear', 'softmax'] as const) }),
    () => inserted({ type: 'averagePooling2d', poolSize: [2, 2], strides: [2, 2], padding: 'valid' }),
    () => inserted({ type: 'conv2d', filters: 1 + Math.floor(next() * 4), kernelSize: [1, 1], strides: [1, 1], padding: 'same', activation: 'linear', useBias: next() < 0.5 }),
    () => inserted({ type: 'batchNormalization', epsilon: 1e-3, momentum: 0.9 }),
    () => inserted(randomLayer(next, 'conv2d')),
    () => inserted(randomLayer(next, pick(next, ['depthwiseConv2d', 'separableConv2d', 'dense']))),
    () => inserted(pick(next, [{ type: 'prelu' }, { type: 'leakyReLU', alpha: 0.3 }])),
    () => layers.map((other): Layer => (other.type === 'globalAveragePooling2d' ? { type: 'flatten', uid: 'flat', name: 'flat' } : other)),
    () => withBranch(next, layers, i),
    () => layers.filter(({ type }) => type !== 'batchNormalization'),
    () => layers.flatMap((other, k): Layer[] => (k === i && 'activation' in other && other.type !== 'activation' ? [{ ...other, activation: 'linear' }, { type: 'activation', activation: other.activation, uid: 'apart', name: 'apart' }] : [other])),
    () => layers.flatMap((other): Layer[] => ('activation' in other && other.activation === 'relu' && other.type !== 'activation' ? [{ ...other, activation: 'linear' }, { type: 'prelu', uid: `slope_${other.uid}`, name: `slope_${other.name}` }] : other.type === 'leakyReLU' ? [{ type: 'prelu', uid: `slope_${other.uid}`, name: other.name }] : [other])),
    () => replaced('kernelSize' in layer ? { kernelSize: layer.kernelSize.map((size) => size + pick(next, [-1, 0, 1, 2])) } : {}),
    () => replaced('activation' in layer ? { activation: pick(next, ['relu', 'tanh', 'softmax'] as const) } : {}),
    () => replaced('strides' in layer ? { strides: [2, 2] } : {}),
    () => replaced('padding' in layer && layer.type !== 'zeroPadding2d' ? { padding: layer.padding === 'same' ? 'valid' : 'same' } : {}),
    () => replaced('filters' in layer ? { filters: Math.max(1, layer.filters + pick(next, [-1, 1, 2])) } : {}),
    () => replaced('units' in layer ? { units: Math.max(1, layer.units + pick(next, [-1, 1, 2])) } : {}),
    () => replaced('useBias' in layer ? { useBias: !layer.useBias } : {}),
    () => replaced('depthMultiplier' in layer ? { depthMultiplier: layer.depthMultiplier + 1 } : {}),
    () => [...layers.slice(0, i), ...layers.slice(i, i + 2).reverse(), ...layers.slice(i + 2)],
  ];
  return pick(next, edits)();
}

describe('3000 networks edited by hand', () => {
  it('are never promised more than holds', () => {
    const grades = { exact: 0, close: 0, start: 0, impossible: 0 };
    for (let seed = 1; seed <= 3000; seed++) {
      const next = random(seed + 1_000_000);
      const source = randomModel(next);
      let target: ModelShape;
      try {
        const changed = next() < 0.5 ? source : changeArchitecture(source, randomChange(next, source));
        const layers = editedByHand(next, next() < 0.3 ? editedByHand(next, changed.architecture.layers) : changed.architecture.layers);
        target = { ...changed, architecture: { ...changed.architecture, layers } };
        outputShapes(target.architecture);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        grades.impossible++;
        continue;
      }
      let plan: MigrationPlan;
      try {
        plan = planMigration({ source, target, route: 'exact' });
      } catch (error) {
        if (!(error instanceof UserError)) throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
        grades.impossible++;
        continue;
      }
      grades[plan.grade]++;
      expectSentences(plan);
      if (plan.grade === 'exact') expect(largestDifference(plan, next), `seed ${seed}`).toBeLessThan(2e-6);
      else for (const [name, values] of applyPlan(plan, randomWeights(source.architecture, next), 1)) expect(values.every(Number.isFinite), name).toBe(true);
    }
    expect(grades.exact).toBeGreaterThan(800);
  }, 120_000);
});
