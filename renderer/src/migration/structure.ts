import type { Architecture } from '../../../electron/core/architecture';
import type { LayerSummary } from '../../../electron/core/summary';
import { liveShapes } from '../architecture/liveShapes';

/** `moved`: the same layer, with another output or another number of parameters. */
export type LayerChange = 'same' | 'moved' | 'new' | 'gone';

/** A layer before and after; null where it does not exist. */
export interface StructureRow {
  readonly before: LayerSummary | null;
  readonly after: LayerSummary | null;
  readonly change: LayerChange;
}

function row(before: LayerSummary | null, after: LayerSummary | null): StructureRow {
  if (!before || !after) return { before, after, change: before ? 'gone' : 'new' };
  const same = before.type === after.type && before.parameters === after.parameters && before.outputShape.join() === after.outputShape.join();
  return { before, after, change: same ? 'same' : 'moved' };
}

function inputOf({ input }: Architecture): LayerSummary {
  return { name: 'input', type: '', outputShape: [input.height, input.width, input.channels], parameters: 0 };
}

/** Layers in words; where the network cannot be built so far, without shapes. */
function summaries(architecture: Architecture): readonly LayerSummary[] {
  const { layers } = liveShapes(architecture);
  return architecture.layers.map(({ name, type }) => layers.get(name) ?? { name, type, outputShape: [], parameters: 0 });
}

/** Both structures layer by layer, a layer beside what became of it (by its lineage). */
export function compareStructures(source: Architecture, target: Architecture): readonly StructureRow[] {
  const before = summaries(source);
  const after = summaries(target);
  const stays = new Set(target.layers.map(({ uid }) => uid));
  const places = new Map(source.layers.map(({ uid }, index) => [uid, index]));
  const rows: StructureRow[] = [row(inputOf(source), inputOf(target))];
  let next = 0;
  const leave = (until: number): void => {
    for (; next < until; next += 1) if (!stays.has(source.layers[next]?.uid ?? '')) rows.push(row(before[next] ?? null, null));
  };
  target.layers.forEach(({ uid }, index) => {
    const place = places.get(uid);
    if (place !== undefined) leave(place);
    rows.push(row(place === undefined ? null : (before[place] ?? null), after[index] ?? null));
  });
  leave(source.layers.length);
  return rows;
}
