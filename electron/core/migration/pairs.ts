import type { LayerPair } from '../migrations';
import { dimensionMap, isOneToOne, isUnmixed } from './dimensionMaps';
import { INPUT, doesNothing } from './layerGraph';
import type { PlanContext } from './sides';
import { samePicture } from './sides';
import { pendingLayer } from './tail';

/** Which layers of both models give the same numbers when nothing was lost before them, in the order of the new one. */
export function layerPairs(context: PlanContext): LayerPair[] {
  return [...context.next.layers.values()].flatMap((layer): LayerPair[] => {
    const { old, picture, affine, late } = context.relations.get(layer.name)!;
    if (old === null || old === INPUT || doesNothing(layer) || context.next.idle.has(layer.name) || pendingLayer(context.old, old)) return [];
    if (affine || late || context.moved.has(old)) return [];
    if (picture.kind === 'denser' || picture.kind === 'padded' || picture.kind === 'repeated' || picture.kind === 'inside') return []; // compared again where the sizes agree
    if (picture.kind !== 'same') return [{ layer: layer.name, old, map: null }];
    const { map, changes } = dimensionMap(context.pair, 'consume', context.next.groups.of.get(layer.name)!, context.old.groups.of.get(old)!, samePicture);
    const comparable = isUnmixed(map) && isOneToOne(map) && !changes.has('cells') && !changes.has('structure');
    return [{ layer: layer.name, old, map: comparable ? map : null }];
  });
}
