import type { Architecture, InputShape, Layer, Padding } from '../architecture';
import { formatInputShape } from '../architecture';
import { UserError } from '../errors';
import type { ArchitectureChange, ModelShape, OldPictures } from '../migrations';
import { validateArchitecture } from '../shapes';
import { freeName, withLayer } from './addLayer';
import { splitAndMerged } from './classes';
import type { ColourChange } from './colours';
import { colourChange } from './colours';
import { firstStage } from './firstStage';
import { planFront, resampledSize } from './front';
import type { DimensionGroups } from './groups';
import { dimensionGroups, dimensionSize } from './groups';
import { pictureChange } from './pictures';
import type { PictureRelation } from './sides';
import { samePicture } from './sides';

/**
 * The model that a wish asks for: a new architecture with the names and lineage (uids) of the old one.
 * Route `exact`: larger pictures are taken up by the first kernels, or by a layer in front where that is impossible,
 * so that the whole function can be kept. Route `native`: the same layers on the new picture.
 * @throws UserError where the wish has no such route; the sentence says what to choose instead
 */
export function changeArchitecture(source: ModelShape, change: ArchitectureChange): ModelShape {
  const { architecture } = source;
  const input = change.input ?? architecture.input;
  const classNames = changedClasses(source.classNames, change);
  const groups = dimensionGroups(architecture);
  if (groups.output === null && classNames.join('\n') !== source.classNames.join('\n')) throw new UserError('migrations:noHead', { architecture: architecture.name });
  const front = change.route === 'exact' ? exactFront(source, input, change.oldPictures) : nativeFront(source, input, change);
  const sizes = changedSizes(groups, change.widthFactor ?? 1, classNames.length, change.route);
  if (front.coloursFit && groups.input >= 0) sizes.set(groups.input, input.channels);
  const layers = architecture.layers.map((layer) => resized(front.folded?.get(layer.name) ?? layer, groups, sizes));
  const resizedModel: ModelShape = {
    architecture: { ...architecture, input, layers: [...front.layers, ...layers] },
    classNames,
    preprocessing: { ...source.preprocessing, colour: input.channels === 1 ? 'luma' : 'rgb' },
  };
  checkFits(resizedModel.architecture);
  if (!change.addLayer) return resizedModel;
  const { after, kind } = change.addLayer;
  // In front of all old layers, but behind those that give the old model the picture it knows.
  const place = { after: after ?? front.layers.at(-1)?.name ?? null, kind };
  return { ...resizedModel, architecture: withLayer(resizedModel, place, after === null ? architecture.input.channels : 0) };
}

function changedClasses(old: readonly string[], change: ArchitectureChange): readonly string[] {
  const { addClasses = [], removeClasses = [] } = change;
  for (const name of removeClasses) if (!old.includes(name)) throw new UserError('migrations:classUnknown', { name, classes: old.join(', ') });
  const kept = splitAndMerged(old, change).filter((name) => !removeClasses.includes(name));
  for (const name of addClasses) if (kept.includes(name)) throw new UserError('migrations:classExists', { name });
  if (kept.length === 0) throw new UserError('migrations:noSharedClass');
  const names = [...kept, ...addClasses];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UserError('migrations:classTwice', { name: twice });
  if (!change.classNames) return names;
  const asked = change.classNames;
  if (asked.length !== names.length || names.some((name) => !asked.includes(name))) {
    throw new UserError('migrations:classOrder', { asked: asked.join(', '), names: names.join(', ') });
  }
  return asked;
}

function changedSizes(groups: DimensionGroups, widthFactor: number, classes: number, route: ArchitectureChange['route']): Map<number, number> {
  if (!(widthFactor >= 1) && !(route === 'native' && widthFactor > 0)) throw new UserError('migrations:narrower', { factor: widthFactor });
  const sizes = new Map(groups.sizes);
  for (const [id, size] of groups.sizes) {
    if (id === groups.output) sizes.set(id, classes);
    else if (id !== groups.input && !groups.fixed.has(id)) sizes.set(id, Math.max(1, Math.round(size * widthFactor)));
  }
  return sizes;
}

function resized(layer: Layer, groups: DimensionGroups, sizes: ReadonlyMap<number, number>): Layer {
  const size = () => dimensionSize(groups.of.get(layer.name)!, sizes);
  if (layer.type === 'conv2d' || layer.type === 'separableConv2d') return { ...layer, filters: size() };
  if (layer.type === 'dense') return { ...layer, units: size() };
  return layer;
}

interface Front {
  readonly layers: readonly Layer[];
  readonly folded: ReadonlyMap<string, Layer> | null;
  readonly coloursFit: boolean;
}

/** Layers in front and changed first layers, so that the old model's picture is seen again behind them. */
function exactFront(source: ModelShape, input: InputShape, view: OldPictures = {}): Front {
  const old = source.architecture.input;
  const colour = colourChange(input.channels, old.channels, view.channels);
  if (!colour.exact) throw new UserError('migrations:channelsNotExact', { old: old.channels, next: input.channels });
  const factors = [input.height / old.height, input.width / old.width] as const;
  const finer = factors.every(Number.isInteger);
  const coarser = factors.every((factor) => Number.isInteger(1 / factor));
  const picture = pictureChange(old, input, view);
  if (!finer && !coarser && picture.kind === 'other') throw sizeError(old, input);
  const { folded, coloursFit } = planFront(source, picture, colour);
  const layers: Layer[] = [];
  const resamples = picture.kind === 'resampled' && folded === null;
  const mixed = !coloursFit || (resamples && colour.rule !== null);
  if (picture.kind === 'finer' && folded === null) {
    layers.push({ type: 'averagePooling2d', ...freeName(source.architecture, 'front_mean'), poolSize: factors, strides: factors, padding: 'valid' });
  }
  if (picture.kind === 'coarser') layers.push({ type: 'upSampling2d', ...freeName(source.architecture, 'front_repeat'), size: [1 / factors[0], 1 / factors[1]] });
  if (mixed) layers.push(colourMixer(source.architecture, colour));
  if (resamples) layers.push(resampler(source.architecture, picture, old.channels));
  return { layers, folded: picture.kind === 'inside' ? null : folded, coloursFit: !mixed };
}

/** The same layers on the new picture; colours that the first layers cannot take up are mixed in front. */
function nativeFront(source: ModelShape, input: InputShape, { oldPictures = {}, firstKernels = 'copied' }: ArchitectureChange): Front {
  const old = source.architecture.input;
  const colour = colourChange(input.channels, old.channels, oldPictures.channels);
  const coloursFit = !colour.exact || planFront(source, samePicture, colour).coloursFit;
  const picture = pictureChange(old, input, oldPictures);
  if (firstKernels !== 'copied' && picture.kind !== 'finer') throw new UserError('migrations:firstKernelsNotWhole', { old: formatInputShape(old), next: formatInputShape(input) });
  const folded = firstKernels === 'copied' || picture.kind !== 'finer' ? null : firstStage(source, [picture.height, picture.width], firstKernels);
  return { layers: coloursFit ? [] : [colourMixer(source.architecture, colour)], folded, coloursFit };
}

/** A layer that makes of each new picture the old one, by the filter that made it. */
function resampler(architecture: Architecture, { height, width }: PictureRelation & { kind: 'resampled' }, channels: number): Layer {
  const sizes = [height, width].map((side, axis) => {
    const old = { size: axis === 0 ? architecture.input.height : architecture.input.width, kernel: 1, stride: 1 };
    const padding = side.margin > 0 || side.factor === 1 ? 'valid' : 'same';
    return { ...resampledSize({ ...old, padding }, side), padding } as const;
  });
  const [rows, columns] = sizes as [{ kernel: number; stride: number; padding: Padding }, { kernel: number; stride: number; padding: Padding }];
  const padding = rows.padding === 'same' || columns.padding === 'same' ? 'same' : 'valid';
  return { type: 'conv2d', ...freeName(architecture, 'front_resample'), filters: channels, kernelSize: [rows.kernel, columns.kernel], strides: [rows.stride, columns.stride], padding, activation: 'linear', useBias: false };
}

function colourMixer(architecture: Architecture, { zeros }: ColourChange): Layer {
  return {
    type: 'conv2d',
    ...freeName(architecture, 'front_colours'),
    filters: architecture.input.channels,
    kernelSize: [1, 1],
    strides: [1, 1],
    padding: 'valid',
    activation: 'linear',
    useBias: zeros.some((zero) => zero !== 0),
  };
}

function sizeError(old: InputShape, input: InputShape): UserError {
  const suggestion = { height: wholeSize(input.height, old.height), width: wholeSize(input.width, old.width), channels: input.channels };
  const mixed = (input.height > old.height) !== (input.width > old.width) && input.height !== old.height && input.width !== old.width;
  const params = { old: formatInputShape(old), wanted: formatInputShape(input), suggestion: formatInputShape(suggestion) };
  return new UserError(mixed ? 'migrations:mixedDirections' : 'migrations:sizeNotWhole', params);
}

/** The next size that has an exact route: a whole multiple for larger pictures, a whole part for smaller ones. */
function wholeSize(wanted: number, old: number): number {
  if (wanted > old) {
    const up = Math.ceil(wanted / old) * old;
    return up <= 1024 ? up : Math.max(old, Math.floor(1024 / old) * old);
  }
  for (let parts = Math.floor(old / wanted); parts > 1; parts--) if (old % parts === 0) return old / parts;
  return old;
}

function checkFits(architecture: Architecture): void {
  try {
    validateArchitecture(architecture);
  } catch (error) {
    if (error instanceof UserError) throw new UserError('migrations:doesNotFit', { input: formatInputShape(architecture.input) }, { cause: error });
    throw error;
  }
}
