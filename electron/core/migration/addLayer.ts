import type { Architecture, Layer } from '../architecture';
import { UserError } from '../errors';
import type { AddedLayer, LayerPlace, ModelShape } from '../migrations';
import { outputShapes, shapeOfInput } from '../shapes';
import { INPUT, doesNothing, inputsByLayer, lastLayer, sameTensors } from './layerGraph';
import { leavesAlone, valueRanges } from './ranges';

/** A dense layer of more units than this would have more numbers than the rest of a small network. */
const mostUnits = 1024;

/** Where a layer at the front, in the middle or on top goes, and of which kind it is there. Errors: `migrations:noPlace`. */
export function placeOf(architecture: Architecture, place: LayerPlace): AddedLayer {
  if (place === 'front') return { after: null, kind: 'conv' };
  const inputs = inputsByLayer(architecture);
  const shapes = outputShapes(architecture);
  const name = place === 'top' ? beforeHead(architecture, inputs) : beforeFlat(architecture, inputs, shapes);
  if (!name) throw new UserError('migrations:noPlace', { architecture: architecture.name });
  return { after: name, kind: shapes.get(name)!.length === 1 ? 'dense' : 'conv' };
}

/** What the layer that makes the answers reads. */
function beforeHead(architecture: Architecture, inputs: ReadonlyMap<string, readonly string[]>): string {
  const head = architecture.layers.findLast((layer) => !doesNothing(layer) && layer.type !== 'activation');
  return head ? inputs.get(head.name)![0]! : INPUT;
}

/** The last map before it is flattened or averaged; in a network that never is, what the first layer makes. */
function beforeFlat(architecture: Architecture, inputs: ReadonlyMap<string, readonly string[]>, shapes: ReturnType<typeof outputShapes>): string {
  const flat = architecture.layers.find((layer) => shapes.get(layer.name)!.length === 1);
  return flat ? inputs.get(flat.name)![0]! : architecture.layers.length > 1 ? architecture.layers[0]!.name : INPUT;
}

/**
 * The model with one layer more, of a kind that can start without changing an answer: as many channels as it reads,
 * padding `same`, ReLU where nothing below zero reaches it, otherwise linear with a PReLU (slope 1) behind it.
 * @param leastChannels channels that must fit through it (those of the old picture, in front of everything)
 * @throws UserError where such a layer cannot stand there
 */
export function withLayer(model: ModelShape, { after, kind }: AddedLayer, leastChannels = 0): Architecture {
  const { architecture } = model;
  const at = after === null ? -1 : architecture.layers.findIndex((layer) => layer.name === after);
  if (after !== null && at < 0) throw new UserError('migrations:layerUnknown', { layer: after, layers: architecture.layers.map(({ name }) => name).join(', ') });
  const name = after ?? INPUT;
  const same = sameTensors(architecture);
  if (same.get(name) === same.get(lastLayer(architecture).name)) throw new UserError('migrations:addedBehindAnswers', { layer: name });
  const shape = after === null ? shapeOfInput(architecture.input) : outputShapes(architecture).get(after)!;
  if (kind === 'conv' && shape.length === 1) throw new UserError('migrations:noMapThere', { layer: name });
  const size = Math.max(shape.at(-1)!, leastChannels);
  if (kind === 'dense' && size > mostUnits) throw new UserError('migrations:addedTooWide', { layer: name, size, most: mostUnits });
  const added = layersOfKind(architecture, kind, size, leavesAlone('relu', valueRanges(model).get(name)!));
  const read = added.at(-1)!.name;
  const layers = architecture.layers.map((layer) => (layer.inputs?.includes(name) ? { ...layer, inputs: layer.inputs.map((input) => (input === name ? read : input)) } : layer));
  return { ...architecture, layers: [...layers.slice(0, at + 1), ...added, ...layers.slice(at + 1)] };
}

function layersOfKind(architecture: Architecture, kind: AddedLayer['kind'], size: number, relu: boolean): Layer[] {
  const shared = { ...freeName(architecture, `added_${kind}`), activation: relu ? 'relu' : 'linear', useBias: true } as const;
  const layer: Layer =
    kind === 'conv' ? { type: 'conv2d', ...shared, filters: size, kernelSize: [3, 3], strides: [1, 1], padding: 'same' } : { type: 'dense', ...shared, units: size };
  return relu ? [layer] : [layer, { type: 'prelu', ...freeName(architecture, `${layer.name}_slope`) }];
}

/** A name (and lineage) that no layer has yet. */
export function freeName(architecture: Architecture, wish: string): { readonly uid: string; readonly name: string } {
  const taken = new Set(architecture.layers.flatMap((layer) => [layer.uid, layer.name]));
  let name = wish;
  for (let i = 2; taken.has(name); i++) name = `${wish}_${i}`;
  return { uid: name, name };
}
