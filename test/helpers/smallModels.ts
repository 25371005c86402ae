import type { Activation, Architecture, InputShape, Layer, Padding, Weights } from '../../electron/core/architecture';
import { defaultPreprocessing } from '../../electron/core/architecture';
import type { ModelShape } from '../../electron/core/migrations';

interface ConvSettings {
  readonly stride?: number;
  readonly padding?: Padding;
  readonly activation?: Activation;
}

export function conv(name: string, filters: number, kernel: number, settings: ConvSettings = {}): Layer {
  const { stride = 1, padding = 'same', activation = 'linear' } = settings;
  return { uid: name, name, type: 'conv2d', filters, kernelSize: [kernel, kernel], strides: [stride, stride], padding, activation, useBias: true };
}

export function dense(name: string, units: number, activation: Activation = 'linear'): Layer {
  return { uid: name, name, type: 'dense', units, activation, useBias: true };
}

export function maxPool(name: string): Layer {
  return { uid: name, name, type: 'maxPooling2d', poolSize: [2, 2], strides: [2, 2], padding: 'valid' };
}

export function flatten(name = 'flatten'): Layer {
  return { uid: name, name, type: 'flatten' };
}

export function globalMean(name = 'mean'): Layer {
  return { uid: name, name, type: 'globalAveragePooling2d' };
}

export function network(input: InputShape, layers: readonly Layer[], name = 'network'): Architecture {
  return { formatVersion: 1, name, input, layers };
}

/** A model without weights; classes are called a, b, c… where no names are given. */
export function model(architecture: Architecture, classNames: readonly string[]): ModelShape {
  return { architecture, classNames, preprocessing: defaultPreprocessing(architecture.input.channels) };
}

export function picture(height: number, width = height, channels = 1): InputShape {
  return { height, width, channels };
}

/** Weights by name from plain lists. */
export function weightsOf(lists: Readonly<Record<string, readonly number[]>>): Weights {
  return new Map(Object.entries(lists).map(([name, values]) => [name, Float32Array.from(values)])) as Weights;
}
