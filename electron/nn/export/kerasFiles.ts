import { strToU8, zipSync } from 'fflate/browser';
import type { Group } from 'h5wasm/node';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Architecture, Weights } from '../../core/architecture';
import { kerasNodes, inputName, type KerasNode } from './kerasNodes';
import { sidecarText, type ModelSidecar } from './sidecar';

/** What a writer of model files needs. */
export interface ExportedModel {
  readonly architecture: Architecture;
  readonly weights: Weights;
  readonly sidecar: ModelSidecar;
}

/** The Keras whose files these are like. */
const kerasVersion = '3.15.1';


/** Writes an HDF5 file by `fill`, and gives its bytes. */
async function hdf5Bytes(fill: (file: Group) => void): Promise<Uint8Array> {
  // 4 MB of WebAssembly: read when it is needed.
  const hdf5 = await import('h5wasm/node');
  await hdf5.ready;
  const folder = mkdtempSync(join(tmpdir(), 'graft-hdf5-'));
  try {
    const path = join(folder, 'file.h5');
    const file = new hdf5.File(path, 'w');
    try {
      fill(file);
    } finally {
      file.close();
    }
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `Conv2D` -> `conv2d`, `LeakyReLU` -> `leaky_re_lu`: `to_snake_case` of Keras 3. */
export function snakeCase(name: string): string {
  return name.replaceAll(/\W+/g, '').replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2').replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
}

/** `model.weights.h5` of Keras 3: a folder per layer, named by its class and a counter in the order of `model.layers`. */
function weightsFile(nodes: readonly KerasNode[]): Promise<Uint8Array> {
  return hdf5Bytes((file) => {
    file.create_group('vars').create_attribute('name', 'graft');
    const layers = file.create_group('layers');
    const used = new Map<string, number>();
    for (const { className, name, weights } of nodes) {
      const base = snakeCase(className);
      const count = used.get(base) ?? 0;
      used.set(base, count + 1);
      const variables = layers.create_group(count === 0 ? base : `${base}_${count}`).create_group('vars');
      variables.create_attribute('name', name);
      weights.forEach(({ values, shape }, index) => variables.create_dataset({ name: String(index), data: values, shape: [...shape], dtype: '<f4' }));
    }
  });
}

function kerasTensor(node: KerasNode): object {
  return { class_name: '__keras_tensor__', config: { shape: [null, ...node.outputShape], dtype: 'float32', keras_history: [node.name, 0, 0] } };
}

/** `config.json` of Keras 3. */
function kerasConfig(nodes: readonly KerasNode[]): object {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const layers = nodes.map(({ name, className, config, reads }) => {
    const tensors = reads.map((read) => kerasTensor(byName.get(read) as KerasNode));
    return {
      module: 'keras.layers',
      class_name: className,
      config,
      registered_name: null,
      name,
      // A layer that merges takes a list of tensors as its one argument.
      inbound_nodes: tensors.length === 0 ? [] : [{ args: tensors.length === 1 ? tensors : [tensors], kwargs: {} }],
    };
  });
  return {
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    config: { name: 'graft', trainable: true, layers, input_layers: [[inputName, 0, 0]], output_layers: [[(nodes.at(-1) as KerasNode).name, 0, 0]] },
    registered_name: 'Functional',
    build_config: { input_shape: null },
  };
}

/**
 * A `.keras` archive that `keras.saving.load_model` opens (Keras 3): config.json, metadata.json, model.weights.h5, and
 * graft.json with classes and preprocessing. The model takes preprocessed pictures [n, height, width, channels].
 */
export async function kerasArchive({ architecture, weights, sidecar }: ExportedModel): Promise<Uint8Array> {
  const nodes = kerasNodes(architecture, weights, 'keras3');
  const date = new Date().toISOString().slice(0, 19).replace('T', '@');
  return zipSync({
    'metadata.json': strToU8(JSON.stringify({ keras_version: kerasVersion, date_saved: date })),
    'config.json': strToU8(JSON.stringify(kerasConfig(nodes))),
    'model.weights.h5': [await weightsFile(nodes), { level: 0 }],
    'graft.json': strToU8(sidecarText(sidecar)),
  });
}

/** `model_config` of Keras 2. */
function legacyConfig(nodes: readonly KerasNode[]): object {
  return {
    class_name: 'Functional',
    config: {
      name: 'graft',
      trainable: true,
      layers: nodes.map(({ name, className, config, reads }) => ({ class_name: className, config, name, inbound_nodes: reads.length === 0 ? [] : [reads.map((read) => [read, 0, 0, {}])] })),
      input_layers: [[inputName, 0, 0]],
      output_layers: [[(nodes.at(-1) as KerasNode).name, 0, 0]],
    },
  };
}

/**
 * An `.h5` that Keras 2 (tf_keras) and Keras 3 open with `load_model`; the attribute `graft` holds classes and
 * preprocessing. The model takes preprocessed pictures [n, height, width, channels].
 */
export function h5File({ architecture, weights, sidecar }: ExportedModel): Promise<Uint8Array> {
  const nodes = kerasNodes(architecture, weights, 'keras2');
  return hdf5Bytes((file) => {
    file.create_attribute('backend', 'tensorflow');
    file.create_attribute('keras_version', '2.15.0');
    file.create_attribute('model_config', JSON.stringify(legacyConfig(nodes)));
    file.create_attribute('graft', sidecarText(sidecar));
    const group = file.create_group('model_weights');
    group.create_attribute('backend', 'tensorflow');
    group.create_attribute('keras_version', '2.15.0');
    group.create_attribute('layer_names', nodes.map(({ name }) => name));
    for (const node of nodes) {
      const own = group.create_group(node.name);
      if (node.weights.length === 0) {
        own.create_attribute('weight_names', [], [0], 'S1');
        continue;
      }
      own.create_attribute('weight_names', node.weights.map(({ role }) => `${node.name}/${role}:0`));
      const values = own.create_group(node.name);
      for (const weight of node.weights) values.create_dataset({ name: `${weight.role}:0`, data: weight.values, shape: [...weight.shape], dtype: '<f4' });
    }
  });
}
