import { describe, expect, it } from 'vitest';
import type { Layer } from '../../../../electron/core/architecture';
import { UserError } from '../../../../electron/core/errors';
import { applyPlan } from '../../../../electron/core/migration/apply';
import { planMigration } from '../../../../electron/core/migration/plan';
import type { MigrationPlan, ModelShape } from '../../../../electron/core/migrations';
import { outputShapes } from '../../../../electron/core/shapes';
import { difference, expectSentences } from '../../../helpers/planned';
import type { Random } from '../../../helpers/randomNetworks';
import { pick, random, randomModel, randomWeights } from '../../../helpers/randomNetworks';

type Edit = (next: Random, layers: readonly Layer[], i: number) => Layer[];

const windowed = (layer: Layer) => 'kernelSize' in layer;

/** Puts layers in front of (or behind) layer i in a chain; layers that name their inputs keep them. */
function around(layers: readonly Layer[], i: number, before: readonly object[], changed: object, behind: readonly object[]): Layer[] {
  const named = (place: string) => (layer: object, k: number) => ({ uid: `${place}${i}_${k}`, name: `${place}${i}_${k}`, ...layer }) as Layer;
  return [...layers.slice(0, i), ...before.map(named('before')), { ...layers[i]!, ...changed } as Layer, ...behind.map(named('behind')), ...layers.slice(i + 1)];
}

const zeros = (a: number, b: number) => ({ type: 'zeroPadding2d', padding: [[a, b], [a, b]] });
const every = (times: number) => ({ type: 'maxPooling2d', poolSize: [1, 1], strides: [times, times], padding: 'valid' });

/** Edits of single layers, by rule of the catalogue. */
const edits: Readonly<Record<string, Edit>> = {
  X2: (next, layers, i) => {
    const layer = layers[i]!;
    if (!('kernelSize' in layer)) return [...layers];
    const more = Math.floor(next() * 3);
    return around(layers, i, [zeros(Math.floor(next() * 3), Math.floor(next() * 3))], { kernelSize: layer.kernelSize.map((size) => size + more), padding: pick(next, ['valid', 'valid', 'same']) }, []);
  },
  X4: (next, layers, i) => {
    const layer = layers[i]!;
    if (!('kernelSize' in layer)) return [...layers];
    const bend = next() < 0.3 ? [{ type: 'activation', activation: pick(next, ['relu', 'sigmoid'] as const) }] : [];
    return around(layers, i, [], { strides: [1, 1] }, [...bend, every(pick(next, [2, 2, 1, 3]))]);
  },
  unpadded: (_, layers) => layers.filter(({ type }) => type !== 'zeroPadding2d'),
  padding: (next, layers, i) => around(layers, i, [zeros(1, next() < 0.7 ? 1 : 0)], {}, []),
};

describe('3000 networks under edits of every kind in the catalogue', () => {
  it('are never promised more than holds, and never throw', () => {
    const exact = new Map<string, number>();
    let planned = 0;
    for (let seed = 1; seed <= 3000; seed++) {
      const next = random(seed + 5_000_000);
      const source = randomModel(next);
      const kind = pick(next, Object.keys(edits));
      const places = source.architecture.layers.flatMap((layer, k) => (k < source.architecture.layers.length - 1 && (windowed(layer) || next() < 0.3) ? [k] : []));
      if (places.length === 0) continue;
      let layers = edits[kind]!(next, source.architecture.layers, pick(next, places));
      if (next() < 0.2) layers = edits[pick(next, Object.keys(edits))]!(next, layers, Math.floor(next() * (layers.length - 1)));
      const plan = planOf(seed, source, layers);
      if (!plan) continue;
      planned++;
      expectSentences(plan);
      if (plan.grade === 'exact') {
        exact.set(kind, (exact.get(kind) ?? 0) + 1);
        expect(difference(plan, seed), `seed ${seed} ${kind} ${JSON.stringify(layers)}`).toBeLessThan(1e-5);
      } else for (const [name, values] of applyPlan(plan, randomWeights(source.architecture, next), 1)) expect(values.every(Number.isFinite), name).toBe(true);
    }
    expect(planned).toBeGreaterThan(2000);
    for (const kind of Object.keys(edits)) expect(exact.get(kind) ?? 0, kind).toBeGreaterThan(0);
  }, 120_000);
});

/** The plan; null where no such network can be. */
function planOf(seed: number, source: ModelShape, layers: readonly Layer[]): MigrationPlan | null {
  const target: ModelShape = { ...source, architecture: { ...source.architecture, layers } };
  try {
    outputShapes(target.architecture);
    return planMigration({ source, target, route: 'exact' });
  } catch (error) {
    if (!(error instanceof UserError)) throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
    return null;
  }
}
