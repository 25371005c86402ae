import { UserError } from '../errors';
import type { ClassMerge, ClassSplit, MigrationPlan } from '../migrations';
import { activationOf, doesNothing, lastLayer } from './layerGraph';
import type { Side } from './sides';

/** Classes that a wish or a plan takes apart and joins. */
export interface ClassChanges {
  readonly splitClasses?: readonly ClassSplit[] | undefined;
  readonly mergeClasses?: readonly ClassMerge[] | undefined;
}

/**
 * The old class names with some of them split or merged, each new one in the place of the (first) old one.
 * Errors: `migrations:classUnknown`, `classExists`, `classTwice`
 */
export function splitAndMerged(old: readonly string[], { splitClasses = [], mergeClasses = [] }: ClassChanges): readonly string[] {
  const used = [...splitClasses.map(({ name }) => name), ...mergeClasses.flatMap(({ from }) => from)];
  for (const name of used) {
    if (!old.includes(name)) throw new UserError('migrations:classUnknown', { name, classes: old.join(', ') });
    if (used.filter((other) => other === name).length > 1) throw new UserError('migrations:classTwice', { name });
  }
  const made = [...splitClasses.flatMap(({ into }) => into), ...mergeClasses.map(({ into }) => into)];
  for (const name of made) {
    if (made.filter((other) => other === name).length > 1) throw new UserError('migrations:classTwice', { name });
    if (old.includes(name) && !used.includes(name)) throw new UserError('migrations:classExists', { name });
  }
  return old.flatMap((name) => {
    const split = splitClasses.find((other) => other.name === name);
    if (split) return split.into;
    const merge = mergeClasses.find(({ from }) => from.includes(name));
    if (!merge) return [name];
    return merge.from.find((other) => old.includes(other) && old.indexOf(other) <= Math.min(...merge.from.map((each) => old.indexOf(each)))) === name ? [merge.into] : [];
  });
}

/** For each new class the old ones that it stands for: none for a new class, several where they were merged. */
export function oldClasses(next: readonly string[], old: readonly string[], { splitClasses = [], mergeClasses = [] }: ClassChanges): readonly (readonly number[])[] {
  return next.map((name) => {
    const merge = mergeClasses.find(({ into }) => into === name);
    if (merge) return merge.from.map((from) => old.indexOf(from)).filter((index) => index >= 0).sort((a, b) => a - b);
    const split = splitClasses.find(({ into }) => into.includes(name));
    const index = old.indexOf(split?.name ?? name);
    return index < 0 ? [] : [index];
  });
}

/** Classes of both models that mean the same together: `next` shares between them what `old` had together. */
export interface SharedClasses {
  readonly next: readonly number[];
  readonly old: readonly number[];
}

/** What can be compared of both models' answers, in the order of the new classes. */
export function sharedClasses(plan: Pick<MigrationPlan, 'source' | 'target' | 'splitClasses' | 'mergeClasses'>): readonly SharedClasses[] {
  const groups = new Map<string, { next: number[]; old: readonly number[] }>();
  oldClasses(plan.target.classNames, plan.source.classNames, plan).forEach((old, next) => {
    if (old.length === 0) return;
    const group = groups.get(String(old));
    if (group) group.next.push(next);
    else groups.set(String(old), { next: [next], old });
  });
  return [...groups.values()];
}

/** ln of the sum of e^logit: what several classes have together. */
export function together(logits: ArrayLike<number>, indices: readonly number[]): number {
  if (indices.length === 1) return logits[indices[0]!]!;
  const most = Math.max(...indices.map((index) => logits[index]!));
  return most + Math.log(indices.reduce((sum, index) => sum + Math.exp(logits[index]! - most), 0));
}

/** What is added to the bias of each new class, so that the parts of one have its probability together; 0 for most. */
export function classShifts(side: Side, old: Side, changes: ClassChanges): readonly number[] {
  const sources = oldClasses(side.shape.classNames, old.shape.classNames, changes);
  return sources.map((own) => {
    const parts = sources.filter((other) => own.length === 1 && String(other) === String(own)).length;
    return Math.log(Math.max(1, own.length)) - Math.log(Math.max(1, parts));
  });
}

/** The layer with a bias whose numbers go straight into the softmax of the classes; null where there is none. */
export function classHead(side: Side): string | null {
  const { architecture } = side.shape;
  const last = architecture.layers.findLast((layer) => !doesNothing(layer)) ?? lastLayer(architecture);
  const name = last.type === 'activation' && last.activation === 'softmax' ? side.same.get(side.inputs.get(last.name)![0]!)! : last.name;
  const head = side.layers.get(name);
  if (!head || !('useBias' in head) || !head.useBias || head.type === 'depthwiseConv2d') return null;
  const activation = activationOf(head);
  return activation === 'softmax' || activation === 'linear' ? name : null;
}
