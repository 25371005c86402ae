import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import type { InputShape } from '../../core/architecture';
import { UserError } from '../../core/errors';
import { preprocessingOf, type ModelFileFacts, type ModelFileFormat } from '../../core/modelFile';
import { loadModel, type StoredModel } from '../modelFiles';
import { checkPictures, type CheckPictures } from './checkPictures';
import { factsOf, graftWords, namesIn, type FileWords } from './facts';
import { isModelConfig } from './flatten';
import { h5Header, h5Weights, kerasWeights, openHdf5 } from './hdf5';
import { list, record, text, type Json } from './json';
import { badFile, refusedFile } from './problems';
import { metadataBeside, tfjsWeights } from './tfjsFolder';
import { translateModel, type Translation } from './translate';
import { assignWeights, type WeightSource } from './weights';
import { openArchive } from './zip';

export interface ReadOptions {
  /** The network of a file that has only weights (`to_json()` of Keras); without it one of the same name beside the file is looked for. */
  readonly architecture?: string | null;
  /** Size of the pictures, where the file leaves it open, or reads a vector that is a flattened picture. */
  readonly input?: InputShape | null;
}

/** A model out of a file: it can be kept by `saveModel`, and `facts` says what the file was. Class names are numbers where the file has none. */
export interface ModelFile extends StoredModel {
  readonly facts: ModelFileFacts;
  /** Check pictures that came back with it from a hand-off. */
  readonly check?: CheckPictures | null;
}

const mostBytes = 1_200_000_000;
const mostJson = 100_000_000;

/** Keras' generation by its version: 1 (also for files without one that speak its words), 2 or 3. */
function generation(version: string | null, config: Json): 1 | 2 | 3 {
  const major = Number(/^(\d+)\./.exec(version ?? '')?.[1] ?? Number.NaN);
  if (major >= 3) return 3;
  if (major === 1 || major === 2) return major;
  return /"(nb_filter|output_dim|border_mode|dim_ordering)"/.test(JSON.stringify(config).slice(0, 200_000)) ? 1 : 2;
}

function parsed(content: string, file: string): Json {
  try {
    return record(JSON.parse(content));
  } catch (error) {
    throw badFile(file, 'badJson', { problem: (error as Error).message.slice(0, 200) });
  }
}

interface Opened {
  readonly config: Json;
  readonly kerasVersion: string | null;
  readonly theano: boolean;
  readonly weights: (translation: Translation) => WeightSource;
  readonly words: Pick<FileWords, 'source' | 'classNames' | 'preprocessing' | 'parentId'>;
  readonly format: ModelFileFormat;
}

function build(file: string, opened: Opened, options: ReadOptions): ModelFile {
  const keras = generation(opened.kerasVersion, opened.config);
  const translation = translateModel(opened.config, { keras, theano: opened.theano, input: options.input ?? undefined });
  if ('problems' in translation) throw refusedFile(file, translation.problems);
  const weights = assignWeights(translation, opened.weights(translation));
  const { architecture } = translation;
  const facts = factsOf(architecture, { ...opened.words, format: opened.format, kerasVersion: opened.kerasVersion, warnings: translation.warnings });
  return { architecture, weights, classNames: facts.classNames ?? Array.from({ length: facts.outputs }, (_, index) => String(index)), preprocessing: facts.preprocessing, facts };
}

const nobodysWords = { source: null, classNames: null, preprocessing: null } as const;

function words(graft: string | null): Opened['words'] {
  if (graft === null) return nobodysWords;
  try {
    return { source: 'graft', ...graftWords(record(JSON.parse(graft))) };
  } catch {
    return nobodysWords;
  }
}

/** The words beside an exported model: `toys.keras` has `toys.graft.json`. */
function sidecarBeside(file: string): string | null {
  const path = join(dirname(file), `${basename(file, extname(file))}.graft.json`);
  return existsSync(path) && statSync(path).size < mostJson ? readFileSync(path, 'utf8') : null;
}

/** The configuration for a file of weights alone. Errors: `models:weightsOnly`. */
function configBeside(file: string, given: string | null): { readonly config: Json; readonly kerasVersion: string | null; readonly backend: string | null } {
  const stem = join(dirname(file), basename(file, extname(file)));
  const without = stem.replace(/[_.-]?weights([_.-]?only)?$/i, '');
  const candidates = given ? [given] : [...new Set([`${stem}.json`, `${without}.json`, `${without}_arch.json`, `${without}_architecture.json`, `${without}_model.json`, `${without}_config.json`])];
  const found = candidates.find((path) => existsSync(path));
  if (!found) throw badFile(file, given ? 'architectureMissing' : 'weightsOnly', { architecture: given ?? '' });
  const json = parsed(readFileSync(found, 'utf8'), found);
  if (!isModelConfig(json)) throw badFile(found, 'notAModelJson');
  return { config: json, kerasVersion: text(json['keras_version']) || null, backend: text(json['backend']) || null };
}

async function readH5(file: string, options: ReadOptions): Promise<ModelFile> {
  const hdf5 = await openHdf5(file, file);
  try {
    const header = h5Header(hdf5);
    const beside = header.config && !options.architecture ? null : configBeside(file, options.architecture ?? null);
    if (beside && hdf5.names('layer_names', header.root).length === 0) throw badFile(file, 'noModelInside');
    const config = beside?.config ?? parsed(header.config as string, file);
    if (!isModelConfig(config)) throw badFile(file, 'noModelInside');
    const backend = header.backend ?? beside?.backend ?? null;
    const kerasVersion = header.kerasVersion ?? beside?.kerasVersion ?? null;
    // Keras 1 did not write the backend; weights were called `dense_1_W:0` under TensorFlow, without the number under Theano.
    const theano = backend === 'theano' || (backend === null && generation(kerasVersion, config) === 1 && namesWithoutNumber(hdf5, header.root));
    return build(file, { config, kerasVersion, theano, format: 'h5', words: words(header.graft ?? sidecarBeside(file)), weights: ({ nodes }) => h5Weights(hdf5, header.root, nodes) }, options);
  } finally {
    hdf5.close();
  }
}

function namesWithoutNumber(hdf5: Awaited<ReturnType<typeof openHdf5>>, root: string): boolean {
  const names = hdf5.names('layer_names', root).flatMap((layer) => hdf5.names('weight_names', root ? `${root}/${layer}` : layer));
  return names.length > 0 && names.every((name) => !/:\d+$/.test(name));
}

async function readKeras(file: string, options: ReadOptions): Promise<ModelFile> {
  const archive = openArchive(readFileSync(file), file);
  const part = (name: string): string | null => {
    const bytes = archive.read(name, mostJson);
    return bytes ? Buffer.from(bytes).toString('utf8') : null;
  };
  const configText = part('config.json');
  if (configText === null) throw badFile(file, 'noModelInside');
  const config = parsed(configText, file);
  if (!isModelConfig(config)) {
    const layer = text(config['class_name']) || 'Model';
    throw refusedFile(file, [{ key: 'models:layerSubclassed', params: { layer, type: layer } }]);
  }
  const kerasVersion = text(parsed(part('metadata.json') ?? '{}', file)['keras_version']) || '3';
  // What cannot be read is said before the weights are unpacked.
  const folder = mkdtempSync(join(tmpdir(), 'graft-keras-'));
  try {
    const bytes = archive.read('model.weights.h5', mostBytes);
    if (!bytes) throw badFile(file, 'noModelInside');
    writeFileSync(join(folder, 'weights.h5'), bytes);
    const hdf5 = await openHdf5(join(folder, 'weights.h5'), file);
    try {
      const model = build(file, { config, kerasVersion, theano: false, format: 'keras', words: words(part('graft.json') ?? sidecarBeside(file)), weights: () => kerasWeights(hdf5) }, options);
      return { ...model, check: model.facts.handoff ? checkPictures(archive, file, model.architecture, model.facts.outputs) : null };
    } finally {
      hdf5.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readTfjs(file: string, options: ReadOptions): ModelFile {
  const json = parsed(readFileSync(file, 'utf8'), file);
  if (text(json['format']) === 'graph-model') throw badFile(file, 'graphModel');
  const topology = record(json['modelTopology'] ?? json);
  const config = record(topology['model_config'] ?? topology);
  if (!isModelConfig(config)) throw badFile(file, 'notAModelJson');
  if (list(json['weightsManifest']).length === 0) throw badFile(file, 'noWeights');
  const beside = metadataBeside(file);
  const labels = namesIn(beside['labels']);
  const teachable = labels !== null && ('tmVersion' in beside || text(beside['packageName']).includes('teachablemachine'));
  const own = graftWords(record(json['userDefinedMetadata']));
  const known: Opened['words'] = teachable
    ? { source: 'teachableMachine', classNames: labels, preprocessing: preprocessingOf('-1..1', 3) }
    : { source: own.preprocessing ? 'graft' : null, classNames: own.classNames ?? labels, preprocessing: own.preprocessing };
  return build(file, { config, kerasVersion: text(topology['keras_version']) || null, theano: false, format: 'tfjs', words: known, weights: () => tfjsWeights(json, file) }, options);
}

function readGraft(folder: string): ModelFile {
  const model = loadModel(folder);
  const facts = factsOf(model.architecture, { format: 'graft', source: 'graft', kerasVersion: null, classNames: model.classNames, preprocessing: model.preprocessing, warnings: [] });
  return { ...model, facts };
}

/** True for a folder of this program's own models. */
function isGraftFolder(folder: string): boolean {
  const metadata = metadataBeside(join(folder, 'model.json'));
  return metadata['formatVersion'] === 1 && 'architecture' in metadata && existsSync(join(folder, 'weights.bin'));
}

/**
 * Reads a model file: `.h5`/`.hdf5` of Keras 1, 2 and 3 (also weights alone, with a network beside them), `.keras`, a tfjs
 * layers model (`model.json` or its folder, also of Teachable Machine), or a folder of this program. What it is, is told by
 * the content, not the ending. Answers are those of the program that wrote it; what cannot be promised is refused.
 * Errors: `models:fileRefused` (all layers without a counterpart, as `details`), `models:*` for damaged files, `clips:missing`.
 * A damaged HDF5 file may hang or end the process: ask in a process that can be ended.
 */
export async function readModelFile(path: string, options: ReadOptions = {}): Promise<ModelFile> {
  try {
    return await readByContent(path, options);
  } catch (error) {
    if (error instanceof UserError || (error as NodeJS.ErrnoException).code) throw error;
    // Whatever a damaged file makes HDF5 or this program stumble over.
    throw new UserError('models:damaged', { file: path, problem: String((error as Error).message ?? error).slice(0, 200) }, { cause: error });
  }
}

async function readByContent(path: string, options: ReadOptions): Promise<ModelFile> {
  if (!existsSync(path)) throw new UserError('clips:missing', { file: path });
  const isFolder = statSync(path).isDirectory();
  const file = isFolder ? join(path, 'model.json') : path;
  if (!existsSync(file)) throw badFile(path, 'unknownFormat');
  if (basename(file) === 'model.json' && isGraftFolder(dirname(file))) return readGraft(dirname(file));
  if (statSync(file).size > mostBytes) throw badFile(path, 'fileTooLarge', { most: Math.round(mostBytes / 1e6) });
  const head = readFileHead(file);
  if (head.startsWith('\x89HDF\r\n\x1a\n')) return readH5(file, options);
  if (head.startsWith('PK')) return readKeras(file, options);
  if (/^[\s\ufeff]*\{/.test(head)) {
    if (statSync(file).size > mostJson) throw badFile(path, 'fileTooLarge', { most: Math.round(mostJson / 1e6) });
    return readTfjs(file, options);
  }
  throw badFile(path, 'unknownFormat');
}

function readFileHead(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(64);
    return bytes.subarray(0, readSync(handle, bytes, 0, 64, 0)).toString('latin1');
  } finally {
    closeSync(handle);
  }
}
