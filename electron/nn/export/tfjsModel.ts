import { weightSpecs } from '../../core/shapes';
import { kerasTopology } from '../kerasTopology';
import { packWeights } from '../modelFiles';
import type { ExportedModel } from './kerasFiles';

/** `model.json` and `weights.bin` of a tfjs layers model: opens with `tf.loadLayersModel`. Classes and preprocessing are in `userDefinedMetadata`. */
export function tfjsFiles({ architecture, weights, sidecar }: ExportedModel): { readonly json: string; readonly weights: Uint8Array } {
  const manifest = [{ paths: ['weights.bin'], weights: weightSpecs(architecture).map(({ name, shape }) => ({ name, shape, dtype: 'float32' })) }];
  const json = { format: 'layers-model', generatedBy: sidecar.createdBy, convertedBy: null, modelTopology: kerasTopology(architecture), weightsManifest: manifest, userDefinedMetadata: sidecar };
  return { json: JSON.stringify(json), weights: packWeights(architecture, weights) };
}
