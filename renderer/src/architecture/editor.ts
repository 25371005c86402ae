import type { Architecture, Layer, LayerType } from '../../../electron/core/architecture';
import { liveShapes } from './liveShapes';

/** Fields of layers that can be edited in place. */
export interface LayerPart {
  readonly filters?: number;
  readonly units?: number;
  readonly kernelSize?: readonly [number, number];
  readonly poolSize?: readonly [number, number];
  readonly size?: readonly [number, number];
  readonly strides?: readonly [number, number];
  readonly padding?: 'same' | 'valid';
  readonly activation?: Extract<Layer, { type: 'conv2d' }>['activation'];
  readonly rate?: number;
  readonly depthMultiplier?: number;
  readonly alpha?: number;
  readonly dilationRate?: readonly [number, number];
}

/** One step of editing a network. */
export type Edit =
  | { readonly kind: 'change'; readonly layer: string; readonly part: LayerPart }
  | { readonly kind: 'rename'; readonly layer: string; readonly name: string }
  | { readonly kind: 'insert'; readonly after: string | null; readonly type: InsertType }
  | { readonly kind: 'remove'; readonly layer: string }
  | { readonly kind: 'move'; readonly layer: string; readonly by: -1 | 1 };

/** Layers that can be put in anywhere; those that merge two others need branches, which only a file can bring. */
export const insertTypes = [
  'conv2d', 'depthwiseConv2d', 'separableConv2d', 'dense', 'batchNormalization', 'activation', 'leakyReLU', 'prelu', 'maxPooling2d', 'averagePooling2d',
  'globalAveragePooling2d', 'globalMaxPooling2d', 'flatten', 'dropout', 'spatialDropout2d', 'zeroPadding2d', 'cropping2d', 'upSampling2d',
] as const satisfies readonly LayerType[];
export type InsertType = (typeof insertTypes)[number];

const shortNames: Readonly<Record<InsertType, string>> = {
  conv2d: 'conv', depthwiseConv2d: 'depthwise', separableConv2d: 'separable', dense: 'dense', batchNormalization: 'norm', activation: 'relu', leakyReLU: 'leaky', prelu: 'prelu',
  maxPooling2d: 'pool', averagePooling2d: 'mean', globalAveragePooling2d: 'average', globalMaxPooling2d: 'maximum', flatten: 'flatten', dropout: 'dropout', spatialDropout2d: 'spatial', zeroPadding2d: 'zeros', cropping2d: 'crop', upSampling2d: 'larger',
};

/** A new layer with the usual numbers: as many channels as it reads (`channels`), so that it changes no size. */
function made(type: InsertType, base: { readonly name: string; readonly uid: string }, channels: number): Layer {
  const window = { strides: [1, 1], padding: 'same', activation: 'relu', useBias: true } as const;
  switch (type) {
    case 'conv2d':
      return { type, ...base, filters: channels, kernelSize: [3, 3], ...window };
    case 'depthwiseConv2d':
      return { type, ...base, depthMultiplier: 1, kernelSize: [3, 3], ...window };
    case 'separableConv2d':
      return { type, ...base, filters: channels, depthMultiplier: 1, kernelSize: [3, 3], ...window };
    case 'dense':
      return { type, ...base, units: Math.min(channels, 64), activation: 'relu', useBias: true };
    case 'batchNormalization':
      return { type, ...base, epsilon: 1e-3, momentum: 0.9 };
    case 'activation':
      return { type, ...base, activation: 'relu' };
    case 'leakyReLU':
      return { type, ...base, alpha: 0.3 };
    case 'maxPooling2d':
    case 'averagePooling2d':
      return { type, ...base, poolSize: [2, 2], strides: [2, 2], padding: 'valid' };
    case 'dropout':
    case 'spatialDropout2d':
      return { type, ...base, rate: 0.3 };
    case 'zeroPadding2d':
      return { type, ...base, padding: [[1, 1], [1, 1]] };
    case 'cropping2d':
      return { type, ...base, cropping: [[1, 1], [1, 1]] };
    case 'upSampling2d':
      return { type, ...base, size: [2, 2] };
    default:
      return { type, ...base };
  }
}

function free(wish: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) if (!taken.has(`${wish}_${number}`)) return `${wish}_${number}`;
}

function reading(layer: Layer, from: string, to: string): Layer {
  return layer.inputs?.includes(from) ? { ...layer, inputs: layer.inputs.map((name) => (name === from ? to : name)) } : layer;
}

/** Without a layer; those that read it read what it read. */
function without({ layers, ...rest }: Architecture, name: string): Architecture {
  const at = layers.findIndex((layer) => layer.name === name);
  const gone = layers[at];
  if (!gone) return { ...rest, layers };
  const before = layers[at - 1]?.name;
  const read = gone.inputs?.[0] ?? before;
  const left = layers.flatMap((layer, index): Layer[] => {
    if (index === at) return [];
    // The layer behind it read it without saying so: it has to say what it reads now, unless that stands before it.
    if (index === at + 1 && !layer.inputs && read !== undefined && read !== before) return [{ ...layer, inputs: [read] }];
    return [read === undefined ? layer : reading(layer, name, read)];
  });
  return { ...rest, layers: left };
}

/** With a layer behind another (`null`: before all); what read that one reads the new layer. */
function withBehind({ layers, ...rest }: Architecture, added: Layer, after: string | null): Architecture {
  const at = after === null ? 0 : layers.findIndex((layer) => layer.name === after) + 1;
  const alone = Object.fromEntries(Object.entries(added).filter(([field]) => field !== 'inputs')) as unknown as Layer;
  const read = after === null ? layers : layers.map((layer) => reading(layer, after, added.name));
  return { ...rest, layers: [...read.slice(0, at), alone, ...read.slice(at)] };
}

function isMerge({ type }: Layer): boolean {
  return type === 'add' || type === 'multiply' || type === 'concatenate';
}

/** Whether a layer can change places with its neighbour: layers that merge branches stay where they are. */
export function canMove({ layers }: Architecture, name: string, by: -1 | 1): boolean {
  const at = layers.findIndex((layer) => layer.name === name);
  const [layer, other] = [layers[at], layers[at + by]];
  return layer !== undefined && other !== undefined && !isMerge(layer) && !isMerge(other);
}

/** Whether a layer can be taken out: not the last one of all, and not one that merges branches. */
export function canRemove({ layers }: Architecture, name: string): boolean {
  const layer = layers.find((other) => other.name === name);
  return layer !== undefined && layers.length > 1 && !isMerge(layer);
}

function moved(architecture: Architecture, name: string, by: -1 | 1): Architecture {
  if (!canMove(architecture, name, by)) return architecture;
  const layer = architecture.layers.find((other) => other.name === name) as Layer;
  const at = architecture.layers.indexOf(layer);
  const rest = without(architecture, name);
  return withBehind(rest, layer, by === 1 ? (architecture.layers[at + 1]?.name ?? null) : (architecture.layers[at - 2]?.name ?? null));
}

function renamed({ layers, ...rest }: Architecture, from: string, to: string): Architecture {
  if (!/^[\w.-]{1,100}$/u.test(to) || layers.some(({ name }) => name === to)) return { ...rest, layers };
  return { ...rest, layers: layers.map((layer) => reading(layer.name === from ? { ...layer, name: to } : layer, from, to)) };
}

/**
 * The network after one step of editing; lineage (`uid`) stays with every layer, so that a migration knows which is which.
 * `reserved`: lineage ids that no new layer may get (those of the model that it began with). What cannot be done changes nothing.
 */
export function edited(architecture: Architecture, step: Edit, reserved: readonly string[] = []): Architecture {
  switch (step.kind) {
    case 'change':
      // Only fields that the layer has are taken over.
      return { ...architecture, layers: architecture.layers.map((layer) => (layer.name === step.layer ? ({ ...layer, ...Object.fromEntries(Object.entries(step.part).filter(([field]) => field in layer || (field === 'dilationRate' && 'kernelSize' in layer))) } as Layer) : layer)) };
    case 'rename':
      return renamed(architecture, step.layer, step.name);
    case 'remove':
      return canRemove(architecture, step.layer) ? without(architecture, step.layer) : architecture;
    case 'move':
      return moved(architecture, step.layer, step.by);
    case 'insert': {
      const name = free(shortNames[step.type], new Set(architecture.layers.map((layer) => layer.name)));
      const uid = free(`new/${name}`, new Set([...architecture.layers.map((layer) => layer.uid), ...reserved]));
      const channels = (step.after === null ? architecture.input.channels : liveShapes(architecture).layers.get(step.after)?.outputShape.at(-1)) ?? 16;
      return withBehind(architecture, made(step.type, { name, uid }, channels), step.after);
    }
  }
}
