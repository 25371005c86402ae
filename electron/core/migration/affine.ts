import type { Activation, Layer } from '../architecture';
import type { WeightPlan } from '../migrations';
import { rowsOf } from './axisMaps';
import type { ColourChange } from './colours';
import type { Affine, Detail, PlanContext, Relation } from './sides';
import { detail } from './sides';

const none: Affine = { scale: 1, shift: 0 };

/** The relation with its numbers' linear function; without one where the numbers are the old ones. */
export function withAffine(relation: Relation, { scale, shift, shifts }: Affine): Relation {
  const apart = shifts?.some((value) => Math.abs(value) > 1e-12) ? { shifts } : {};
  const plain = Math.abs(scale - 1) < 1e-12 && Math.abs(shift) < 1e-12 && !apart.shifts;
  return { ...relation, affine: plain ? undefined : { scale, shift, ...apart } };
}

/** Behind a rescaling of the new model (y = s x + o): what was old = A x + B is A / s y + B - A o / s. */
export function behindNewRescaling(relation: Relation, layer: Layer & { type: 'rescaling' }): Relation {
  const { scale, shift, shifts } = relation.affine ?? none;
  const moved = (scale * layer.offset) / layer.scale;
  return withAffine(relation, { scale: scale / layer.scale, shift: shift - moved, shifts: relation.sums?.map((sum, c) => (shifts?.[c] ?? 0) + moved * (1 - sum)) ?? shifts });
}

/** As if the old model's rescaling had been done: its output is s (A x + B) + o. */
export function behindOldRescaling(relation: Relation, layer: Layer & { type: 'rescaling' }): Relation {
  const { scale, shift, shifts } = relation.affine ?? none;
  return withAffine({ ...relation, old: layer.name }, { scale: layer.scale * scale, shift: layer.scale * shift + layer.offset, shifts: shifts?.map((value) => layer.scale * value) });
}

/** How sigmoid and tanh stand for each other: sigmoid(x) = (1 + tanh(x / 2)) / 2. `inner`: by what everything before it is multiplied. */
export function swappedActivation(next: Activation, old: Activation): { readonly inner: number; readonly affine: Affine } | null {
  if (next === 'tanh' && old === 'sigmoid') return { inner: 1 / 2, affine: { scale: 1 / 2, shift: 1 / 2 } };
  if (next === 'sigmoid' && old === 'tanh') return { inner: 2, affine: { scale: 2, shift: -1 } };
  return null;
}

/** Whether the layer, which only moves or averages numbers, hands the linear function on. */
export function handsOnAffine(layer: Layer, { scale, shift, shifts }: Affine): boolean {
  switch (layer.type) {
    case 'flatten':
    case 'reshape':
    case 'cropping2d':
    case 'averagePooling2d':
    case 'globalAveragePooling2d':
    case 'upSampling2d':
    case 'rescaling':
      return true;
    case 'maxPooling2d':
    case 'globalMaxPooling2d':
      return scale > 0;
    case 'zeroPadding2d':
      return shift === 0 && !shifts;
    default:
      return false;
  }
}

/** What a linear function in front of (and an `inner` factor on) a layer means for it, and where that is not the same everywhere. */
export function affineDetails(layer: Layer, { affine, old }: Relation, inner: number): Detail[] {
  const swapped = inner === 1 ? [] : [detail('A2', 'exact', 'activationSwapped', { layer: layer.name, factor: inner })];
  if (!affine) return swapped;
  const rule = old === '' ? (affine.shift === 0 && !affine.shifts ? 'N1' : 'N2') : 'A2';
  const params = { layer: layer.name, scale: rounded(affine.scale), shift: rounded(affine.shift) };
  const byChannel = affine.shifts !== undefined;
  const takes = ['conv2d', 'dense'].includes(layer.type) || (!byChannel && ['batchNormalization', 'depthwiseConv2d'].includes(layer.type)) || (layer.type === 'separableConv2d' && affine.shift === 0 && !byChannel);
  if (!takes) return [...swapped, detail(rule, 'start', 'affineNotTaken', params)];
  const shifted = (affine.shift !== 0 || byChannel) && layer.type !== 'batchNormalization';
  if (shifted && !('useBias' in layer && layer.useBias)) return [...swapped, detail(rule, 'start', 'affineNoBias', params)];
  const pads = 'kernelSize' in layer && layer.padding === 'same' && layer.kernelSize[0] * layer.kernelSize[1] > 1;
  if (shifted && pads) return [...swapped, detail(rule, 'close', 'affineRim', params)];
  return [...swapped, detail(rule, 'exact', 'affineTaken', params)];
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** How a weight takes up the linear function of what it reads, and the factor before its activation. */
export function linearOf(role: WeightPlan['weight'], { affine = none }: Relation, inner: number, layer: Layer): WeightPlan['linear'] {
  const { scale, shift, shifts } = affine;
  if (layer.type === 'batchNormalization') {
    if (role === 'gamma') return plainly({ scale });
    return role === 'moving_mean' ? plainly({ scale: 1 / scale, add: -shift }) : undefined;
  }
  switch (role) {
    case 'kernel':
    case 'pointwise_kernel':
      return plainly({ scale: scale * inner });
    case 'depthwise_kernel':
      return layer.type === 'depthwiseConv2d' ? plainly({ scale: scale * inner }) : undefined;
    case 'bias': {
      const still = shift === 0 && !shifts;
      const sum = still || layer.type === 'separableConv2d' ? undefined : ({ weight: layer.type === 'depthwiseConv2d' ? 'depthwise_kernel' : 'kernel', factor: shift, ...(shifts ? { channels: shifts } : {}) } as const);
      return sum ? { scale: inner, sum } : plainly({ scale: inner });
    }
    default:
      return undefined;
  }
}

function plainly(linear: { readonly scale: number; readonly add?: number }): WeightPlan['linear'] {
  return linear.scale === 1 && !linear.add ? undefined : linear;
}

/** The linear function between the pixels of both models. */
export function pixelAffine({ next, old }: Pick<PlanContext, 'next' | 'old'>, colour: ColourChange): Affine {
  const [a, b] = [next.shape.preprocessing, old.shape.preprocessing];
  const scale = b.scale / a.scale;
  const shifts = mixedSums(colour)?.map((sum, c) => b.scale * colour.zeros[c]! + scale * a.offset * (1 - sum));
  return { scale, shift: b.offset - a.offset * scale, ...(shifts ? { shifts } : {}) };
}

/** What each old channel takes of the new ones together; null where that is 1 for all. */
export function mixedSums({ rule, consume }: ColourChange): readonly number[] | null {
  if (rule !== 'C7') return null;
  return Array.from({ length: consume.oldSize }, (_, channel) => rowsOf(consume).reduce((sum, row) => sum + row.reduce((own, [c, share]) => own + (c === channel ? share : 0), 0), 0));
}
