import type { Architecture } from './architecture';
import { countParameters, outputShapes, sizeOf, weightSpecs } from './shapes';

export interface LayerSummary {
  readonly name: string;
  readonly type: string;
  readonly outputShape: readonly number[];
  readonly parameters: number;
}

/** The rows and totals that Keras' `model.summary()` prints. */
export function summarize(architecture: Architecture): { readonly layers: readonly LayerSummary[]; readonly parameters: { readonly total: number; readonly trainable: number } } {
  const shapes = outputShapes(architecture);
  const specs = weightSpecs(architecture);
  return {
    layers: architecture.layers.map(({ name, type }) => ({
      name,
      type,
      outputShape: shapes.get(name) ?? [],
      parameters: specs.filter(({ layer }) => layer === name).reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    })),
    parameters: countParameters(architecture),
  };
}
