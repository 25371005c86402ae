import type { Activation, Layer } from '../architecture';
import { activationOf } from './layerGraph';
import type { PlanContext, Relation, Side } from './sides';
import { pendingLayer } from './tail';
import { entrywise, sameSettings, unmixed, windowed } from './unweighted';

const rising: readonly Activation[] = ['linear', 'relu', 'relu6', 'elu', 'selu', 'sigmoid', 'hardSigmoid', 'tanh', 'softplus', 'softsign'];

/** A bend that never falls and a maximum may change places: the largest number stays the largest. */
export function mayChangePlaces(bend: Layer, pool: Layer): boolean {
  const maximum = pool.type === 'maxPooling2d' || pool.type === 'globalMaxPooling2d';
  return maximum && ((bend.type === 'activation' && rising.includes(bend.activation)) || (bend.type === 'leakyReLU' && bend.alpha >= 0));
}

/** A tensor that the old model never makes: a step of it has been done before its turn. */
export function earlyTensor(then: string): string {
  return `one step early for ${then}`;
}

/** The only layer that reads a tensor; null where there are none or several. */
export function onlyReader(side: Side, name: string): Layer | null {
  const readers = [...side.layers.values()].filter((layer) => side.inputs.get(layer.name)!.includes(name));
  return readers.length === 1 ? readers[0]! : null;
}

/** The relation behind a layer that does what the old model does one step later, or has done one step earlier. */
export function otherOrder(context: PlanContext, layer: Layer, first: Relation): Relation | null {
  const { old } = context;
  if (first.affine) return null;
  const done = (by: Layer) => (by.type === 'maxPooling2d' || by.type === 'globalMaxPooling2d' ? windowed(first) : entrywise(first, true));
  if (first.late) {
    if (!sameSettings(layer, first.late.layer)) return null;
    const { late, ...rest } = done(layer);
    return unmixed(context, layer, old.layers.get(late!.then)!, { ...rest, old: late!.then });
  }
  const next = first.old === null ? null : nextTwo(old, first.old);
  if (!next || !sameSettings(layer, next[1])) return null;
  const [between, then] = next;
  if (!mayChangePlaces(between, layer) && !mayChangePlaces(layer, between)) return null;
  return unmixed(context, layer, then, { ...done(layer), old: earlyTensor(then.name), late: { layer: between, then: then.name } });
}

/** The two layers behind an old tensor; the activation of the layer that makes it counts as one. */
function nextTwo(old: Side, tensor: string): readonly [Layer, Layer] | null {
  const pending = pendingLayer(old, tensor);
  const bend: Layer | null = pending ? { type: 'activation', activation: activationOf(pending), uid: pending.uid, name: pending.name } : onlyReader(old, tensor);
  const then = bend && onlyReader(old, bend.name);
  return then ? [bend, then] : null;
}
