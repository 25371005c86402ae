import type { FileSentence } from '../../core/modelFile';
import { list, record, text, type Json } from './json';
import { modernLayer } from './kerasWords';
import { layerSentence, LayerProblem } from './problems';

/** What a network reads, where layers are named. */
export const INPUT = '';

/** A layer of a model, or of a model inside it, with its place in files. */
export interface FlatNode {
  /** Unique, of letters, digits, _ . and -. */
  readonly name: string;
  readonly original: string;
  /** As the file calls the class; `className` is the word of Keras 2. */
  readonly writtenClass: string;
  readonly className: string;
  readonly config: Json;
  readonly module: string;
  readonly registered: string;
  readonly reads: readonly string[];
  /** Values that an operation gets beside tensors. */
  readonly constants: Json;
  /** The layer of the outermost model that it is, or is in: the name of its group in an `.h5`. */
  readonly outermost: string;
  /** Its folder in the weights of a `.keras`. */
  readonly folder: string;
}

export interface FlatModel {
  readonly nodes: readonly FlatNode[];
  readonly output: string;
  /** Without the batch axis; null where the file does not say. */
  readonly inputShape: readonly (number | null)[] | null;
  readonly problems: readonly FileSentence[];
  readonly name: string;
}

const mostLayers = 4000;
const deepest = 12;
const models: ReadonlySet<string> = new Set(['Sequential', 'Functional', 'Model']);

/** `to_snake_case` of Keras 3: names of folders in `model.weights.h5`. */
export function snakeCase(name: string): string {
  return name.replaceAll(/\W+/g, '').replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2').replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
}

/** True for what Keras writes about a model. */
export function isModelConfig(json: unknown): boolean {
  return models.has(text(record(json)['class_name']));
}

interface Entry {
  readonly writtenClass: string;
  readonly config: Json;
  readonly name: string;
  readonly json: Json;
  readonly folder: string;
}

interface Call {
  readonly reads: readonly string[];
  readonly constants: Json;
}

class Flattener {
  readonly nodes: FlatNode[] = [];
  readonly problems: FileSentence[] = [];
  private readonly taken = new Set<string>();
  inputShape: readonly (number | null)[] | null = null;

  private uniqueName(wished: string, path: readonly string[]): string {
    const clean = (name: string): string => name.replaceAll(/[^\w.-]/g, '_').slice(0, 80) || 'layer';
    const candidates = [clean(wished), ...(path.length > 0 ? [clean(`${path.at(-1)}_${wished}`)] : [])];
    for (let count = 1; ; count += 1) {
      const name = candidates[count - 1] ?? `${candidates[0]}_${count}`;
      if (this.taken.has(name)) continue;
      this.taken.add(name);
      return name;
    }
  }

  private entries(model: Json, folder: string): readonly Entry[] {
    const config = model['config'];
    // Keras 1 and 2.1 wrote the layers of a Sequential as a bare list.
    const layers = Array.isArray(config) ? config : list(record(config)['layers']);
    const used = new Map<string, number>();
    return layers.map((value) => {
      const json = record(value);
      const writtenClass = text(json['class_name']);
      const own = record(json['config']);
      const base = snakeCase(writtenClass);
      const count = used.get(base) ?? 0;
      used.set(base, count + 1);
      const part = count === 0 ? base : `${base}_${count}`;
      return { writtenClass, config: own, name: text(json['name']) || text(own['name']) || part, json, folder: `${folder}/layers/${part}` };
    });
  }

  private noteInput(config: Json): void {
    if (this.inputShape) return;
    const batch = config['batch_shape'] ?? config['batch_input_shape'];
    const shape = Array.isArray(batch) ? batch.slice(1) : Array.isArray(config['input_shape']) ? config['input_shape'] : null;
    if (shape) this.inputShape = shape.map((size) => (typeof size === 'number' && size > 0 ? size : null));
    else if (typeof config['input_dim'] === 'number') this.inputShape = [config['input_dim']];
  }

  private add(entry: Entry, { reads, constants }: Call, path: readonly string[]): string {
    const { className, config } = modernLayer(entry.writtenClass, entry.config);
    const name = this.uniqueName(entry.name, path);
    this.nodes.push({ name, original: entry.name, writtenClass: entry.writtenClass, className, config, module: text(entry.json['module']), registered: text(entry.json['registered_name']), reads, constants, outermost: path[0] ?? entry.name, folder: entry.folder });
    if (this.nodes.length > mostLayers) throw new LayerProblem('TooMany', { most: mostLayers });
    return name;
  }

  /** Puts a layer, or all layers of a model, behind what it reads. */
  private place(entry: Entry, call: Call, path: readonly string[]): string {
    if (!isModelConfig(entry.json)) return this.add(entry, call, path);
    if (call.reads.length > 1) this.refuse(entry, 'ManyInputs');
    return this.model(entry.json, call.reads[0] ?? INPUT, [...path, entry.name], entry.folder);
  }

  private refuse(entry: Entry, why: string): void {
    this.problems.push(layerSentence(entry.name, entry.writtenClass, new LayerProblem(why)));
  }

  /** The layers of a model behind a tensor; gives its output. */
  model(model: Json, input: string, path: readonly string[], folder: string): string {
    if (path.length > deepest) throw new LayerProblem('TooMany', { most: deepest });
    if (input === INPUT && path.length === 0) {
      const built = record(model['build_config'])['input_shape'] ?? record(model['config'])['build_input_shape'];
      const entries = this.entries(model, folder);
      const output = text(model['class_name']) === 'Sequential' ? this.sequential(entries, input, path) : this.functional(model, entries, input, path);
      if (!this.inputShape && Array.isArray(built)) this.noteInput({ batch_shape: built });
      return output;
    }
    const entries = this.entries(model, folder);
    return text(model['class_name']) === 'Sequential' ? this.sequential(entries, input, path) : this.functional(model, entries, input, path);
  }

  private sequential(entries: readonly Entry[], input: string, path: readonly string[]): string {
    let last = input;
    for (const entry of entries) {
      if (last === INPUT) this.noteInput(entry.config);
      if (entry.writtenClass === 'InputLayer') continue;
      last = this.place(entry, { reads: [last], constants: {} }, path);
    }
    return last;
  }

  private functional(model: Json, entries: readonly Entry[], input: string, path: readonly string[]): string {
    const made = new Map<string, string>();
    const inputs = entries.filter(({ writtenClass }) => writtenClass === 'InputLayer');
    if (inputs.length > 1) for (const entry of inputs.slice(1)) this.refuse(entry, 'ManyInputs');
    for (const entry of inputs) {
      if (input === INPUT) this.noteInput(entry.config);
      made.set(entry.name, input);
    }
    let waiting = entries.filter(({ writtenClass }) => writtenClass !== 'InputLayer');
    while (waiting.length > 0) {
      const later = waiting.filter((entry) => !this.tryPlace(entry, made, path));
      if (later.length === waiting.length) {
        for (const entry of later) this.refuse(entry, 'NotReached');
        break;
      }
      waiting = later;
    }
    const outputs = outputNames(record(model['config'])['output_layers']);
    if (outputs.length > 1) {
      const entry = entries.find(({ name }) => name === outputs[1]);
      if (entry) this.refuse(entry, 'ManyOutputs');
    }
    return made.get(outputs[0] ?? '') ?? made.get(entries.at(-1)?.name ?? '') ?? input;
  }

  /** False while something that it reads is not there yet. */
  private tryPlace(entry: Entry, made: Map<string, string>, path: readonly string[]): boolean {
    const calls = callsOf(entry.json['inbound_nodes']);
    const first = calls[0];
    if (!first) return false;
    const reads = first.reads.map((name) => made.get(name));
    if (reads.some((name) => name === undefined)) return false;
    if (calls.length > 1) this.refuse(entry, 'Shared');
    made.set(entry.name, this.place(entry, { reads: reads as string[], constants: first.constants }, path));
    return true;
  }
}

function outputNames(value: unknown): readonly string[] {
  const [first] = list(value);
  // Keras 3 writes a single one without the outer list.
  if (typeof first === 'string') return [first];
  return list(value).map((entry) => text(list(entry)[0]));
}

/** The calls of a layer by its `inbound_nodes`: of Keras 1 and 2 (nested lists) or Keras 3 (tensors with a history). */
function callsOf(nodes: unknown): readonly Call[] {
  return list(nodes).map((node): Call => {
    if (Array.isArray(node)) {
      const entries = typeof node[0] === 'string' ? [node] : node;
      return { reads: entries.map((entry: unknown) => text(list(entry)[0])), constants: record(list(entries[0])[3]) };
    }
    const reads: string[] = [];
    const numbers: number[] = [];
    const visit = (value: unknown): void => {
      if (Array.isArray(value)) for (const entry of value) visit(entry);
      else if (typeof value === 'number') numbers.push(value);
      else if (text(record(value)['class_name']) === '__keras_tensor__') reads.push(text(list(record(record(value)['config'])['keras_history'])[0]));
    };
    visit(record(node)['args']);
    return { reads, constants: numbers.length > 0 ? { y: numbers[0], ...record(record(node)['kwargs']) } : record(record(node)['kwargs']) };
  });
}

/**
 * All layers of a Sequential or Functional model one after the other, models inside it taken apart, each layer behind
 * those it reads, and only those that the output depends on.
 */
export function flattenModel(json: Json): FlatModel {
  const flattener = new Flattener();
  const output = flattener.model(json, INPUT, [], '');
  const needed = new Set([output]);
  for (const node of [...flattener.nodes].reverse()) if (needed.has(node.name)) for (const name of node.reads) needed.add(name);
  const nodes = flattener.nodes.filter(({ name }) => needed.has(name));
  // The output is the last one: layers behind it would have to read it.
  const last = nodes.findIndex(({ name }) => name === output);
  const ordered = last < 0 ? nodes : [...nodes.slice(0, last), ...nodes.slice(last + 1), nodes[last] as FlatNode];
  const config = record(json['config']);
  return { nodes: ordered, output, inputShape: flattener.inputShape, problems: flattener.problems, name: text(config['name']) };
}
