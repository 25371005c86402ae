import type { Architecture, Layer, Weights } from './architecture';
import { weightSpecs, sizeOf } from './shapes';

/** Whether a batch normalisation of the network lacks its scale or its centre: only models in files do. */
export function lacksNorms({ layers }: Architecture): boolean {
  return layers.some((layer) => layer.type === 'batchNormalization' && (layer.scale === false || layer.center === false));
}

function full(layer: Layer): Layer {
  if (layer.type !== 'batchNormalization') return layer;
  const { uid, name, inputs, trainable, epsilon, momentum } = layer;
  return { type: 'batchNormalization', uid, name, ...(inputs ? { inputs } : {}), ...(trainable === undefined ? {} : { trainable }), epsilon, momentum };
}

/** The model with a scale of 1 and a centre of 0 where a batch normalisation has none: the same answers, and all of a project's tools know it. */
export function withFullNorms<M extends { readonly architecture: Architecture; readonly weights: Weights }>(model: M): M {
  if (!lacksNorms(model.architecture)) return model;
  const architecture = { ...model.architecture, layers: model.architecture.layers.map(full) };
  const weights = new Map(weightSpecs(architecture).map(({ name, role, shape }) => [name, model.weights.get(name) ?? new Float32Array(sizeOf(shape)).fill(role === 'gamma' ? 1 : 0)]));
  return { ...model, architecture, weights };
}
