import type { BatchNormalizationLayer, Layer } from '../architecture';
import type { WeightPlan } from '../migrations';
import { activationOf } from './layerGraph';
import type { PlanContext, Side } from './sides';
import { detail } from './sides';

/** What the old model did right behind a layer and the new layer does itself, or the other way round. */
export interface Tail {
  /** The old tensor that the new layer's output stands for. */
  readonly old: string;
  /** A batch normalisation whose scale and shift go into the layer. */
  readonly norm: BatchNormalizationLayer | null;
  /** Whether its activation is the old one, here or in a layer of its own. */
  readonly activationHolds: boolean;
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
  if (next === before) return { old: reached, norm, activationHolds: true };
  if (before === 'linear') {
    const bend = follower(reached);
    const fused = bend?.type === 'activation' && bend.activation === next;
    return { old: fused ? bend.name : reached, norm, activationHolds: fused };
  }
  const reader = next === 'linear' ? onlyReader(context.next, layer.name) : null;
  const apart = reader !== null && ((reader.type === 'activation' && reader.activation === before) || (reader.type === 'prelu' && before === 'relu' && !context.matches.has(reader.name)));
  return { old: apart ? tensorBefore(from.name) : from.name, norm, activationHolds: apart };
}

function onlyReader(side: Side, name: string): Layer | null {
  const readers = [...side.layers.values()].filter((layer) => side.inputs.get(layer.name)!.includes(name));
  return readers.length === 1 ? readers[0]! : null;
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
