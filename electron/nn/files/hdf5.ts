import type { Attribute, Dataset, File as Hdf5File, Group } from 'h5wasm/node';
import type { FlatNode } from './flatten';
import { text } from './json';
import { badFile } from './problems';
import type { RawWeight, WeightSource } from './weights';

const mostAttributeValues = 2_000_000;
const mostNames = 100_000;

/** An open HDF5 file. Everything is read through here, and nothing whose size was not looked at before. */
export interface Hdf5 {
  /** A text of the root, or of a group; null where there is none. */
  text(name: string, group?: string): string | null;
  /** A list of names; Keras cuts long ones into `name0`, `name1`, ... */
  names(name: string, group: string): readonly string[];
  has(group: string): boolean;
  /** Names in a group. */
  keys(group: string): readonly string[];
  /** A tensor of numbers; null where there is none. `role`: what it is called in messages. */
  weight(path: string, role: string): RawWeight | null;
  close(): void;
}

function decoded(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value) && value.length === 1) return decoded(value[0]);
  return null;
}

/** Opens an HDF5 file. Errors: `models:notHdf5`. */
export async function openHdf5(path: string, file: string): Promise<Hdf5> {
  // 4 MB of WebAssembly: read when it is needed.
  const hdf5 = await import('h5wasm/node');
  await hdf5.ready;
  let opened: Hdf5File;
  try {
    opened = new hdf5.File(path, 'r');
    if (opened.file_id < 0n) throw new Error('not opened');
  } catch (error) {
    throw badFile(file, 'notHdf5', { problem: (error as Error).message.slice(0, 200) });
  }
  const at = (path: string): Group | Dataset | null => {
    try {
      const found = path === '' ? opened : opened.get(path);
      return found instanceof hdf5.Group || found instanceof hdf5.Dataset ? found : null;
    } catch {
      return null;
    }
  };
  const attribute = (name: string, path: string): unknown => {
    const holder = at(path);
    if (!holder) return null;
    const found: Attribute | undefined = Object.hasOwn(holder.attrs, name) ? holder.attrs[name] : undefined;
    if (!found || (found.shape ?? []).reduce((product, size) => product * size, 1) > mostAttributeValues) return null;
    return found.value;
  };
  const words = (value: unknown): readonly string[] => (Array.isArray(value) ? value.slice(0, mostNames).flatMap((one) => decoded(one) ?? []) : typeof value === 'string' ? [value] : []);
  return {
    text: (name, group = '') => decoded(attribute(name, group)),
    names: (name, group) => {
      const whole = attribute(name, group);
      if (whole !== null) return words(whole);
      const parts: string[] = [];
      for (let index = 0; index < 1000; index += 1) {
        const part = attribute(`${name}${index}`, group);
        if (part === null) break;
        parts.push(...words(part));
      }
      return parts;
    },
    has: (group) => at(group) instanceof hdf5.Group,
    keys: (group) => {
      const found = at(group);
      return found instanceof hdf5.Group ? found.keys().slice(0, mostNames) : [];
    },
    weight: (path, role) => {
      const found = at(path);
      if (!(found instanceof hdf5.Dataset)) return null;
      const shape = (found.shape ?? []).map(Number);
      return {
        role,
        shape,
        read: () => {
          const { type, size } = found.metadata;
          // 1: floating point numbers (H5T_FLOAT), of four or eight bytes.
          if (type !== 1 || (size !== 4 && size !== 8)) throw badFile(file, 'otherNumbers', { weight: path });
          const { value } = found;
          if (value instanceof Float32Array) return value;
          if (value instanceof Float64Array) return Float32Array.from(value);
          if (typeof value === 'number') return Float32Array.of(value);
          throw badFile(file, 'otherNumbers', { weight: path });
        },
      };
    },
    close: () => void opened.close(),
  };
}

/** `block/conv/kernel:0` -> its parts, without the number of the output. */
function nameParts(name: string): readonly string[] {
  return name.replace(/:\d+$/, '').split('/');
}

/** The role in the name of a weight; Keras 1 wrote `dense_1_W`. */
function roleIn(name: string, layer: string): string {
  const last = nameParts(name).at(-1) ?? '';
  return last.startsWith(`${layer}_`) ? last.slice(layer.length + 1) : last;
}

/** The weights in an `.h5` of Keras: by `weight_names` of the group of each outermost layer. `root`: where those groups are. */
export function h5Weights(file: Hdf5, root: string, nodes: readonly FlatNode[]): WeightSource {
  const path = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('/');
  const inside = new Map<string, FlatNode[]>();
  for (const node of nodes) inside.set(node.outermost, [...(inside.get(node.outermost) ?? []), node]);
  const raw = (group: string, name: string, layer: string): RawWeight | null => file.weight(path(group, name), roleIn(name, layer));
  return {
    of: (node) => {
      const group = path(root, node.outermost);
      if (!file.has(group)) return null;
      const names = file.names('weight_names', group);
      const own = node.outermost === node.original && (inside.get(node.outermost)?.length ?? 0) <= 1;
      // In the group of a model in a model, names tell whose they are.
      const chosen = own ? names : names.filter((name) => nameParts(name).slice(0, -1).at(-1) === node.original || nameParts(name).at(-1)?.startsWith(`${node.original}_`) === true);
      const found = chosen.map((name) => raw(group, name, node.original));
      return found.some((one) => one === null) ? null : (found as RawWeight[]);
    },
  };
}

/** The weights in `model.weights.h5` of a `.keras`: by the `name` that newer versions write down, otherwise by class and counter. */
export function kerasWeights(file: Hdf5): WeightSource {
  const byName = new Map<string, string>();
  const folderOf = (folder: string): string => {
    const parts = folder.split('/').filter((part) => part !== '');
    // TensorFlow 2.13 to 2.15 called the list of layers otherwise.
    const other = parts.map((part, index) => (index % 2 === 0 ? '_layer_checkpoint_dependencies' : part)).join('/');
    return file.has(other) ? other : parts.join('/');
  };
  const namesIn = (parent: string): void => {
    if (byName.has(parent)) return;
    byName.set(parent, '');
    for (const key of file.keys(parent)) {
      const name = file.text('name', `${parent}/${key}/vars`);
      if (name) byName.set(`${parent}\n${name}`, `${parent}/${key}`);
    }
  };
  return {
    of: (node) => {
      const counted = folderOf(node.folder);
      const parent = counted.split('/').slice(0, -1).join('/');
      namesIn(parent);
      const folder = `${byName.get(`${parent}\n${node.original}`) ?? counted}/vars`;
      if (!file.has(folder)) return null;
      const keys = [...file.keys(folder)].filter((key) => /^\d+$/.test(key)).sort((a, b) => Number(a) - Number(b));
      const found = keys.map((key) => file.weight(`${folder}/${key}`, ''));
      return found.some((one) => one === null) ? null : (found as RawWeight[]);
    },
  };
}

/** Versions and configuration that Keras leaves in an `.h5`. */
export function h5Header(file: Hdf5): { readonly config: string | null; readonly kerasVersion: string | null; readonly backend: string | null; readonly graft: string | null; readonly root: string } {
  const root = file.has('model_weights') ? 'model_weights' : '';
  const either = (name: string): string | null => file.text(name) ?? (root ? file.text(name, root) : null);
  return { config: text(file.text('model_config')) || null, kerasVersion: either('keras_version'), backend: either('backend'), graft: file.text('graft'), root };
}
