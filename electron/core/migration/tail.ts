import type { Activation, BatchNormalizationLayer, Layer } from '../architecture';
import type { WeightPlan } from '../migrations';
import { swappedActivation } from './affine';
import { activationOf, lastLayer } from './layerGraph';
import { earlyTensor, mayChangePlaces, onlyReader } from './order';
import type { Affine, Detail, PlanContext, Relation, Side } from './sides';
import { detail } from './sides';

/** What the old model did right behind a layer and the new layer does itself, or the other way round. */
export interface Tail {
  /** The old tensor that the new layer's output stands for. */
  readonly old: string;
  /** A batch normalisation whose scale and shift go into the layer. */
  readonly norm: BatchNormalizationLayer | null;
  /** What another activation means; null where it is the old one, here or in a layer of its own. */
  readonly change: Detail | null;
  /** By what everything before the activation is multiplied, so that another activation serves. */
  readonly inner: number;
  readonly affine?: Affine;
  readonly late?: Relation['late'];
}

const beforeActivation = 'before activation of ';

/** What a layer makes before its activation bends it, as a tensor of the old model. */
export function tensorBefore(layer: string): string {
  return `${beforeActivation}${layer}`;
}

/** The old layer whose activation has not been applied yet; null for ordinary tensors. */
export function pendingLayer(old: Side, tensor: string | null): Layer | null {
  return tensor?.startsWith(beforeActivation) ? old.layers.get(tensor.slice(beforeActivation.length)) ?? null : null;
}

/** Follows the old model behind `from` as far as the new layer does the same. */
export function tailOf(context: PlanContext, layer: Layer, from: Layer): Tail {
  const [next, before] = [activationOf(layer), activationOf(from)];
  const kept = new Set([...context.matches.values()].map(({ name }) => name));
  const follower = (name: string) => {
    const reader = onlyReader(context.old, name);
    return reader && !kept.has(reader.name) ? reader : null;
  };
  const hasKernel = 'activation' in from && from.type !== 'activation';
  const behind = hasKernel && before === 'linear' ? follower(from.name) : null;
  const norm = behind?.type === 'batchNormalization' && 'useBias' in layer && layer.useBias ? behind : null;
  const reached = norm?.name ?? from.name;
  const plain = { norm, change: null, inner: 1 };
  if (next === before || swapsHead(context, layer)) return { ...plain, old: reached };
  const change = activationChange(layer.name, next, before);
  if (before === 'linear') {
    const bend = follower(reached);
    if (bend?.type === 'activation' && bend.activation === next) return { ...plain, old: bend.name };
    const pool = onlyReader(context.old, reached);
    const late = pool && onlyReader(context.old, pool.name);
    if (late?.type === 'activation' && late.activation === next && mayChangePlaces(late, pool!)) return { ...plain, old: earlyTensor(late.name), late: { layer: pool!, then: late.name } };
    return { ...plain, old: reached, change };
  }
  const swapped = 'kernelSize' in layer || layer.type === 'dense' ? swappedActivation(next, before) : null;
  if (swapped && context.next.same.get(lastLayer(context.next.shape.architecture).name) !== layer.name) return { norm, change: null, old: reached, ...swapped };
  return isApart(context, layer, before, next) ? { ...plain, old: tensorBefore(from.name) } : { ...plain, old: from.name, change };
}

/** Whether the layer makes the answers, and one of the two models has one sigmoid for a softmax over two classes. */
export function swapsHead({ next, pair }: PlanContext, layer: Layer): boolean {
  const { heads } = pair;
  return heads !== undefined && heads[0] !== heads[1] && layer.name === lastLayer(next.shape.architecture).name;
}

/** Whether the new model bends in a layer of its own, perhaps behind a maximum. */
function isApart(context: PlanContext, layer: Layer, before: Activation, next: Activation): boolean {
  const reader = next === 'linear' ? onlyReader(context.next, layer.name) : null;
  if (!reader) return false;
  const behind = reader.type === 'maxPooling2d' || reader.type === 'globalMaxPooling2d' ? onlyReader(context.next, reader.name) : null;
  if (behind?.type === 'activation' && behind.activation === before && mayChangePlaces(behind, reader)) return true;
  return (reader.type === 'activation' && reader.activation === before) || (reader.type === 'prelu' && before === 'relu' && !context.matches.has(reader.name));
}

const alike: readonly (readonly Activation[])[] = [
  ['relu', 'relu6', 'elu', 'selu', 'swish', 'gelu', 'softplus'],
  ['sigmoid', 'hardSigmoid'],
  ['tanh', 'softsign'],
];

/** What it means that a layer bends in another way with the same numbers. */
function activationChange(layer: string, next: Activation, before: Activation): Detail {
  const params = { layer, activation: next, before };
  if ([next, before].sort().join() === 'relu,relu6') return detail('A3', 'close', next === 'relu6' ? 'clippedAtSix' : 'noLongerClipped', params);
  if (alike.some((family) => family.includes(next) && family.includes(before))) return detail('A4', 'close', 'activationAlike', params);
  return detail('A4', 'start', 'activationChanged', params);
}

/**
 * The row with a batch normalisation multiplied in: K' = K g and b' = beta + (b - mean) g with
 * g = gamma / sqrt(variance + epsilon) (as in RepVGG, Ding et al. 2021).
 */
export function foldNorm(row: WeightPlan, from: Layer, norm: BatchNormalizationLayer): WeightPlan {
  if (row.weight === 'depthwise_kernel' && from.type === 'separableConv2d') return row;
  const { reason } = detail('B2', 'exact', 'normFolded', { layer: row.layer, norm: norm.name });
  return { ...row, action: 'adapt', rule: row.rule === 'copy' ? 'B2' : `${row.rule}+B2`, reasons: row.rule === 'copy' ? [reason] : [...row.reasons, reason], foldNorm: { layer: norm.name, epsilon: norm.epsilon } };
}
