import type { Architecture, InputShape, Preprocessing } from '../../core/architecture';
import { preprocessingOf, type FileSentence, type ModelFileFacts, type ModelFileFormat, type Scaling } from '../../core/modelFile';
import { outputShapes, sizeOf } from '../../core/shapes';
import { summarize } from '../../core/summary';
import { list, record, text, type Json } from './json';

/** What a file says beside the network. */
export interface FileWords {
  readonly format: ModelFileFormat;
  readonly source: ModelFileFacts['source'];
  readonly kerasVersion: string | null;
  readonly classNames: readonly string[] | null;
  readonly preprocessing: Preprocessing | null;
  /** Id of the model that was handed off, in a file that comes back. */
  readonly parentId?: string | null;
  readonly warnings: readonly FileSentence[];
}

const say = (key: string, params: FileSentence['params'] = {}): FileSentence => ({ key: `models:${key}`, params });

/** A preprocessing as this program writes it; null where it is none. */
export function preprocessingIn(value: unknown): Preprocessing | null {
  const { colour, scale, offset, resampler } = record(value);
  if ((colour !== 'rgb' && colour !== 'luma') || typeof scale !== 'number' || typeof offset !== 'number' || resampler !== 'area') return null;
  return Number.isFinite(scale) && Number.isFinite(offset) ? { colour, scale, offset, resampler } : null;
}

/** Class names in a list; null where it is none. */
export function namesIn(value: unknown): readonly string[] | null {
  const names = list(value).map((name) => text(name).trim().slice(0, 200));
  return names.length > 0 && names.every((name) => name !== '') ? names : null;
}

/** Classes, preprocessing and, after a hand-off, the parent that this program left in a file (`graft.json`, the attribute `graft`, `userDefinedMetadata`). */
export function graftWords(json: Json): { readonly classNames: readonly string[] | null; readonly preprocessing: Preprocessing | null; readonly parentId: string | null } {
  return { classNames: namesIn(json['classNames']), preprocessing: preprocessingIn(json['preprocessing']), parentId: text(json['parent']).slice(0, 200) || null };
}

/** What pixels are made into where the file does not say, and by what it was guessed. */
function guess(architecture: Architecture): { readonly scaling: Scaling; readonly reason: FileSentence } {
  const first = architecture.layers.find(({ type }) => type !== 'zeroPadding2d' && type !== 'flatten' && type !== 'dropout' && !(type === 'activation'));
  if (first?.type === 'rescaling') return { scaling: '0..255', reason: say('scalingByLayer', { layer: first.name }) };
  if (first?.type === 'batchNormalization') return { scaling: '0..255', reason: say('scalingByNorm', { layer: first.name }) };
  const names = [architecture.name, ...architecture.layers.map(({ name }) => name)].join(' ');
  if ((/mobilenet|inception|xception/i.test(names) || /expanded_conv|\bConv1_pad\b/.test(names)) && architecture.input.channels === 3) return { scaling: '-1..1', reason: say('scalingByFamily') };
  return { scaling: '0..1', reason: say('scalingUsual') };
}

/** Why this program cannot go on training a model; empty where it can. */
export function trainingObstacles(architecture: Architecture): readonly FileSentence[] {
  const { input } = architecture;
  const reasons: FileSentence[] = [];
  if (input.vector) reasons.push(say('obstacleVector', { count: input.channels }));
  else if (input.channels !== 1 && input.channels !== 3) reasons.push(say('obstacleChannels', { channels: input.channels }));
  const output = outputShapes(architecture).get(architecture.layers.at(-1)?.name ?? '') ?? [];
  if (output.length !== 1) reasons.push(say('obstaclePerPixel', { shape: output.join(' x ') }));
  const last = architecture.layers.at(-1);
  if (output.length === 1 && !(last && 'activation' in last && last.activation === 'softmax')) reasons.push(say('obstacleHead', { layer: last?.name ?? '' }));
  return reasons;
}

/** All that is said about a model that was read. */
export function factsOf(architecture: Architecture, words: FileWords): ModelFileFacts {
  const { layers, parameters } = summarize(architecture);
  const outputs = sizeOf(outputShapes(architecture).get(architecture.layers.at(-1)?.name ?? '') ?? []);
  const { scaling, reason } = guess(architecture);
  const fits = words.classNames === null || words.classNames.length === outputs;
  const reasons = trainingObstacles(architecture);
  return {
    format: words.format,
    source: words.source,
    kerasVersion: words.kerasVersion,
    name: architecture.name,
    input: architecture.input,
    layers,
    parameters,
    outputs,
    classNames: fits ? words.classNames : null,
    preprocessing: withColour(words.preprocessing ?? preprocessingOf(scaling, architecture.input.channels), architecture.input),
    preprocessingReason: words.preprocessing ? say(words.source === 'teachableMachine' ? 'scalingByTeachable' : 'scalingInFile') : reason,
    preprocessingKnown: words.preprocessing !== null,
    handoff: words.parentId ? { parentId: words.parentId, check: null } : null,
    warnings: [...words.warnings, ...(fits ? [] : [say('namesDoNotFit', { names: words.classNames?.length ?? 0, outputs })])],
    trainable: reasons.length === 0,
    reasons,
  };
}

function withColour(preprocessing: Preprocessing, { channels }: InputShape): Preprocessing {
  return { ...preprocessing, colour: channels === 1 ? 'luma' : 'rgb' };
}
