import { strToU8, zipSync } from 'fflate';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FileWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface H5Content {
  /** null: weights alone. */
  readonly config: object | null;
  readonly kerasVersion?: string;
  readonly backend?: string;
  readonly layers: readonly { readonly name: string; readonly weights: readonly FileWeight[] }[];
}

/** Writes an `.h5` as Keras does: `layer_names`, `weight_names`, one dataset for each weight. */
export async function writeH5(path: string, { config, kerasVersion, backend, layers }: H5Content): Promise<void> {
  const hdf5 = await import('h5wasm/node');
  await hdf5.ready;
  const file = new hdf5.File(path, 'w');
  try {
    if (config) file.create_attribute('model_config', JSON.stringify(config));
    if (kerasVersion) file.create_attribute('keras_version', kerasVersion);
    if (backend) file.create_attribute('backend', backend);
    const root = config ? file.create_group('model_weights') : file;
    root.create_attribute('layer_names', layers.map(({ name }) => name));
    for (const { name, weights } of layers) {
      const group = root.create_group(name);
      if (weights.length > 0) group.create_attribute('weight_names', weights.map((weight) => weight.name));
      for (const weight of weights) {
        const parts = weight.name.split('/');
        let parent = group;
        for (const part of parts.slice(0, -1)) parent = parent.keys().includes(part) ? (parent.get(part) as typeof group) : parent.create_group(part);
        parent.create_dataset({ name: parts.at(-1)!, data: weight.values, shape: [...weight.shape], dtype: '<f4' });
      }
    }
  } finally {
    file.close();
  }
}

/** A `.keras` archive: `folders` are those of `model.weights.h5`, such as `layers/dense_1`. */
export async function kerasBytes(config: object, folders: Readonly<Record<string, readonly Omit<FileWeight, 'name'>[]>>, more: Readonly<Record<string, Uint8Array>> = {}): Promise<Uint8Array> {
  const hdf5 = await import('h5wasm/node');
  await hdf5.ready;
  const folder = mkdtempSync(join(tmpdir(), 'graft-test-keras-'));
  const path = join(folder, 'w.h5');
  const file = new hdf5.File(path, 'w');
  for (const [name, weights] of Object.entries(folders)) {
    let parent: ReturnType<typeof file.create_group> = file;
    for (const part of [...name.split('/'), 'vars']) parent = parent.keys().includes(part) ? (parent.get(part) as typeof parent) : parent.create_group(part);
    weights.forEach(({ shape, values }, index) => parent.create_dataset({ name: String(index), data: values, shape: [...shape], dtype: '<f4' }));
  }
  file.close();
  const bytes = new Uint8Array(readFileSync(path));
  rmSync(folder, { recursive: true, force: true });
  return zipSync({ 'metadata.json': strToU8(JSON.stringify({ keras_version: '3.15.1' })), 'config.json': strToU8(JSON.stringify(config)), 'model.weights.h5': bytes, ...more });
}

/** Damages a file: bytes flipped, cut off, doubled, zeroed, sizes changed. Repeatable by `random` (0..1). */
export function mutated(bytes: Uint8Array, random: () => number): Uint8Array {
  const at = (): number => Math.floor(random() * bytes.length);
  const result = bytes.slice();
  const kind = Math.floor(random() * 6);
  if (kind === 0) return result.slice(0, at());
  if (kind === 1) return Uint8Array.from([...result.subarray(0, at()), ...result.subarray(at())].slice(0, 4 * bytes.length));
  const places = kind === 2 ? 1 : 1 + Math.floor(random() * 40);
  // The heads of files hold the sizes: they are hit more often.
  for (let count = 0; count < places; count += 1) {
    const place = random() < 0.5 ? Math.floor(random() * Math.min(8192, bytes.length)) : at();
    if (kind === 3) result[place] = 0xff;
    else if (kind === 4) new DataView(result.buffer).setUint32(Math.min(place, bytes.length - 4), Math.floor(random() * 2 ** 32), true);
    else if (kind === 5) result.fill(0, place, place + 1 + Math.floor(random() * 64));
    else result[place]! ^= 1 << Math.floor(random() * 8);
  }
  return result;
}
