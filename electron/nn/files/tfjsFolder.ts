import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FlatNode } from './flatten';
import { list, number, record, text, type Json } from './json';
import { badFile } from './problems';
import type { RawWeight, WeightSource } from './weights';

interface Placed {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantized: boolean;
  /** First byte in the files of its group, put together. */
  readonly start: number;
  readonly group: readonly string[];
}

/** Bytes `start` to `start + size` of files that are one after the other. */
function readPart(folder: string, files: readonly string[], start: number, size: number, file: string): Uint8Array {
  const result = new Uint8Array(size);
  let [skipped, filled] = [0, 0];
  for (const name of files) {
    let handle: number;
    try {
      handle = openSync(join(folder, name), 'r');
    } catch {
      throw badFile(file, 'shardMissing', { shard: name });
    }
    try {
      const length = fstatSync(handle).size;
      const from = Math.max(0, start - skipped);
      if (from < length && filled < size) filled += readSync(handle, result, filled, Math.min(size - filled, length - from), from);
      skipped += length;
    } finally {
      closeSync(handle);
    }
  }
  if (filled < size) throw badFile(file, 'shardShort');
  return result;
}

const widths: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2, complex64: 8 };

/** Where every tensor of a `weightsManifest` lies. Errors: `models:badManifest`. */
function placed(manifest: unknown, file: string): readonly Placed[] {
  const bad = (problem: string): Error => badFile(file, 'badManifest', { problem });
  return list(manifest).flatMap((value) => {
    const group = record(value);
    const paths = list(group['paths']).map(text);
    if (paths.some((path) => path === '' || /^([a-z]+:|\/|\\)/i.test(path) || path.split(/[/\\]/).includes('..'))) throw bad('paths that lead out of the folder');
    let start = 0;
    return list(group['weights']).map((entry): Placed => {
      const weight = record(entry);
      const shape = list(weight['shape']).map((size) => number(size, -1));
      if (shape.some((size) => !Number.isInteger(size) || size < 0)) throw bad(`shape of ${text(weight['name'])}`);
      const quantization = record(weight['quantization']);
      const dtype = text(quantization['dtype']) || text(weight['dtype']) || 'float32';
      const one = { name: text(weight['name']), shape, dtype, quantized: 'quantization' in weight, start, group: paths };
      start += shape.reduce((product, size) => product * size, 1) * (widths[dtype] ?? 4);
      return one;
    });
  });
}

/** The weights of a tfjs layers model, by `layer/role`. Errors: `models:badManifest`, `models:shardMissing`, `models:shardShort`, `models:otherNumbers`. */
export function tfjsWeights(json: Json, file: string): WeightSource {
  const folder = dirname(file);
  const byLayer = new Map<string, Placed[]>();
  for (const one of placed(json['weightsManifest'], file)) {
    const layer = one.name.split('/').slice(0, -1).join('/');
    byLayer.set(layer, [...(byLayer.get(layer) ?? []), one]);
  }
  const raw = ({ name, shape, dtype, quantized, start, group }: Placed): RawWeight => ({
    role: name.split('/').at(-1) ?? '',
    shape,
    read: () => {
      if (dtype !== 'float32' || quantized) throw badFile(file, 'otherNumbers', { weight: name });
      const bytes = readPart(folder, group, start, 4 * shape.reduce((product, size) => product * size, 1), file);
      return new Float32Array(bytes.buffer);
    },
  });
  return { of: (node: FlatNode) => byLayer.get(node.original)?.map(raw) ?? null };
}

/** `metadata.json` beside a tfjs model: that of Teachable Machine, or an empty object. */
export function metadataBeside(file: string): Json {
  try {
    return record(JSON.parse(readFileSync(join(dirname(file), 'metadata.json'), 'utf8')));
  } catch {
    return {};
  }
}
