import type { LayerType } from '../../../electron/core/architecture';
import type { TextParams } from '../../../electron/core/errors';
import type { Grade, LayerMatch, LayerOverride, MigrationPlan, Reason, WeightPlan } from '../../../electron/core/migrations';
import { weightSpecs } from '../../../electron/core/shapes';

/** All that a plan says about one new layer with weights. */
export interface LayerRow {
  readonly layer: string;
  readonly type: LayerType;
  /** The old layer that it follows; null where it starts fresh. */
  readonly from: string | null;
  /** How that was found; null without one. */
  readonly match: LayerMatch | null;
  readonly override: LayerOverride | null;
  readonly weights: readonly WeightPlan[];
  /** The worst of its weights. */
  readonly grade: Grade;
  /** What happens to it; what is said of two of its weights is said once. */
  readonly reasons: readonly Reason[];
}

/** An old layer that a new one could follow. */
export interface PairChoice {
  readonly old: string;
  readonly type: LayerType;
  /** Why it cannot; null when it can. */
  readonly obstacle: { readonly key: 'migrate:pair.otherType' | 'migrate:pair.lockedBy'; readonly params: TextParams } | null;
  /** The new layer that follows it now and would lose it. */
  readonly usedBy: string | null;
}

const order: readonly Grade[] = ['exact', 'close', 'start'];

function worst(rows: readonly WeightPlan[]): Grade {
  return order[Math.max(0, ...rows.map(({ grade }) => order.indexOf(grade)))] as Grade;
}

function once(rows: readonly WeightPlan[]): readonly Reason[] {
  const seen = new Map(rows.flatMap(({ reasons }) => reasons).map((reason) => [JSON.stringify(reason), reason]));
  return [...seen.values()];
}

/** A row for each new layer with weights, in the order of the new network. */
export function layerRows(plan: MigrationPlan): readonly LayerRow[] {
  return plan.target.architecture.layers.flatMap(({ name, type }): LayerRow[] => {
    const weights = plan.weights.filter((row) => row.layer === name && row.action !== 'drop');
    if (weights.length === 0) return [];
    const match = plan.matches?.find(({ layer }) => layer === name) ?? null;
    const override = plan.overrides?.find(({ layer }) => layer === name) ?? null;
    return [{ layer: name, type, from: match?.from ?? null, match, override, weights, grade: worst(weights), reasons: once(weights) }];
  });
}

/** Old layers of which nothing goes into the new network. */
export function droppedLayers(plan: MigrationPlan): readonly { readonly layer: string; readonly reasons: readonly Reason[] }[] {
  const followed = new Set(plan.matches?.map(({ from }) => from));
  const gone = plan.weights.filter(({ action, layer }) => action === 'drop' && !followed.has(layer));
  return [...new Set(gone.map(({ layer }) => layer))].map((layer) => ({ layer, reasons: once(gone.filter((row) => row.layer === layer)) }));
}

/** The old layers with weights, each with what stands against a new layer following it. */
export function pairChoices(plan: MigrationPlan, layer: string): readonly PairChoice[] {
  const type = plan.target.architecture.layers.find(({ name }) => name === layer)?.type;
  const weighted = new Set(weightSpecs(plan.source.architecture).map((spec) => spec.layer));
  return plan.source.architecture.layers.flatMap((old): PairChoice[] => {
    if (!weighted.has(old.name)) return [];
    const holder = plan.matches?.find(({ from, layer: other }) => from === old.name && other !== layer) ?? null;
    const obstacle: PairChoice['obstacle'] =
      old.type !== type ? { key: 'migrate:pair.otherType', params: { type: old.type, wanted: type ?? '?' } } : holder?.locked ? { key: 'migrate:pair.lockedBy', params: { layer: holder.layer } } : null;
    return [{ old: old.name, type: old.type, obstacle, usedBy: holder?.layer ?? null }];
  });
}

/** Lets a new layer follow an old one, or none; another decision about that old layer gives way. */
export function decide(overrides: readonly LayerOverride[], layer: string, from: string | null): readonly LayerOverride[] {
  const locked = overrides.find((pair) => pair.layer === layer)?.locked ?? false;
  const others = overrides.filter((pair) => pair.layer !== layer && (from === null || pair.from !== from));
  return [...others, { layer, from, locked }];
}

/** Takes a decision back: the planner finds the old layer by itself again. */
export function release(overrides: readonly LayerOverride[], layer: string): readonly LayerOverride[] {
  return overrides.filter((pair) => pair.layer !== layer);
}

/** Locks a pair as it is now, or unlocks it. */
export function lock(overrides: readonly LayerOverride[], layer: string, from: string | null, locked: boolean): readonly LayerOverride[] {
  return [...release(overrides, layer), { layer, from, locked }];
}

/** What a decision about a pair did, once the new plan is there. */
export interface PairChange {
  readonly layer: string;
  /** Before it: of the layer, and of the whole plan. */
  readonly grade: Grade | null;
  readonly whole: Grade;
}

/** Grades before and after a decision; null where the layer is gone. */
export function changedGrades(change: PairChange, plan: MigrationPlan): { readonly layer: readonly [Grade, Grade]; readonly whole: readonly [Grade, Grade] } | null {
  const after = layerRows(plan).find(({ layer }) => layer === change.layer)?.grade;
  if (!after || change.grade === null) return null;
  return { layer: [change.grade, after], whole: [change.whole, plan.grade] };
}
