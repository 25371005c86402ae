import { classHead } from './classes';
import type { DimensionMap } from './dimensionMaps';
import type { Detail, PlanContext } from './sides';
import { detail } from './sides';

type Names = Readonly<Record<'layer' | 'from', string>>;

const colourSentences = { C1: 'meanShares', C2: 'lumaShares', C3: 'coloursAdded', C4: 'channelSilent', C5: 'channelDropped', C6: 'channelsReordered', C7: 'colourSpaceMixed', C8: 'framesStacked' } as const;

/**
 * What happens to the axis that a kernel reads.
 * @param cells how exactly the old cells of the picture are found again in the new ones
 */
export function axisDetails(context: PlanContext, axis: DimensionMap, names: Names, cells: 'shared' | 'repeated' | 'inside' = 'shared'): Detail[] {
  const details: Detail[] = [];
  const { map, changes } = axis;
  const count = map.newSize - map.oldSize;
  const { rule, exact } = context.pair.colour;
  if (changes.has('colours')) {
    details.push(detail(rule, exact ? 'exact' : 'close', colourSentences[rule!], { ...names, old: map.oldSize, next: map.newSize }));
  }
  if (changes.has('spread')) details.push(detail('G1', 'exact', 'meanSpread', { ...names, count: map.newSize / map.oldSize }));
  if (changes.has('gathered')) details.push(detail('G2', 'close', 'placesGathered', { ...names, count: map.oldSize / map.newSize }));
  if (changes.has('cells')) {
    const [rule, grade, key] = cells === 'inside' ? (['H11', 'exact', 'cellsInside'] as const) : cells === 'repeated' ? (['H5', 'exact', 'cellsRepeated'] as const) : ([map.newSize >= map.oldSize ? 'H4' : 'H8', 'close', 'cellsShared'] as const);
    details.push(detail(rule, grade, key, { ...names, old: map.oldSize, next: map.newSize }));
  } else if (changes.has('wider')) details.push(detail(map.kind === 'product' ? 'W3' : 'W2', 'exact', map.kind === 'product' ? 'silentCells' : 'silentChannels', { ...names, count }));
  if (changes.has('copied')) details.push(detail('W1', 'exact', 'copiesShared', { ...names, count }));
  if (changes.has('narrower')) details.push(lostDetail(context, names));
  if (changes.has('structure')) details.push(detail(null, 'start', 'structureDiffers', names));
  return details;
}

/** What happens to the axis that a weight makes, or has one entry for each of. */
export function outputDetails(context: PlanContext, axis: DimensionMap, names: Names, each: boolean): Detail[] {
  const { map, changes } = axis;
  const params = { ...names, old: map.oldSize, next: map.newSize, count: map.newSize - map.oldSize };
  const details: Detail[] = [];
  if (changes.has('colours') && !changes.has('structure')) {
    if (map.kind === 'select') return [detail('C6', 'exact', 'channelsReordered', params)];
    const copies = map.kind === 'replicate';
    details.push(copies ? detail('C9', 'exact', 'copiedPerColour', params) : detail('C4', 'exact', 'entriesAdded', params));
  }
  if (changes.has('copied')) details.push(detail('W1', 'exact', 'channelsCopied', params));
  if (changes.has('wider')) details.push(detail('W2', 'exact', each ? 'entriesAdded' : 'channelsAdded', params));
  if (changes.has('narrower')) details.push(lostDetail(context, names));
  if (changes.has('structure')) details.push(detail(null, 'start', 'structureDiffers', params));
  return details;
}

function lostDetail(context: PlanContext, names: Names): Detail {
  const chosen = context.pair.kept.size > 0;
  return detail('W6', chosen ? 'close' : 'start', chosen ? 'channelsChosen' : 'channelsLost', names);
}

/** What happens to the classes of the head. */
export function classDetails(context: PlanContext, bias: boolean, withoutBias: boolean, layer: string): Detail[] {
  const { classMap } = context.pair;
  const newNames = context.next.shape.classNames;
  const oldNames = context.old.shape.classNames;
  const added = newNames.filter((_, i) => classMap[i]! < 0);
  const removed = oldNames.filter((_, i) => !context.pair.oldClasses.some((from) => from.includes(i)));
  const kept = classMap.filter((old) => old >= 0);
  const details: Detail[] = [];
  if (kept.some((old, i) => i > 0 && old < kept[i - 1]!)) details.push(detail('K1', 'exact', 'classesReordered', { count: kept.length }));
  if (removed.length > 0) details.push(detail('K2', 'exact', 'classesRemoved', { classes: removed.join(', '), count: removed.length }));
  for (const { name, into } of context.classes.splitClasses ?? []) {
    const shared = classHead(context.next) === layer;
    details.push(detail('K4', shared ? 'exact' : 'close', shared ? 'classSplit' : 'classSplitCopied', { class: name, into: into.join(', ') }));
  }
  for (const { into, from } of context.classes.mergeClasses ?? []) details.push(detail('K5', 'close', 'classesMerged', { class: into, from: from.join(', ') }));
  const started = context.newClasses.filter(({ name, method }) => added.includes(name) && method !== 'silent');
  for (const { name, frames, method } of started) details.push(detail('K3', 'exact', { centred: 'newClassCentred', imprint: 'newClassImprint', logistic: 'newClassLogistic', silent: '' }[method], { class: name, count: frames }));
  const silent = added.filter((name) => !started.some((other) => other.name === name));
  if (silent.length > 0) {
    const key = bias ? 'newClassBias' : withoutBias ? 'newClassNoBias' : 'newClassColumn';
    details.push(detail('K3', 'exact', key, { classes: silent.join(', '), count: silent.length }));
  }
  if (details.length === 0) details.push(detail('K1', 'exact', 'classesReordered', { count: kept.length }));
  return details;
}
