import type { Activation, Architecture, Layer, Padding, Weights } from '../../electron/core/architecture';

/** A tensor without batch axis: row-major float64. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

type Role = (role: string) => Float32Array;

/** Plain forward pass in float64, written for clarity: the yardstick of migrations. Gives logits (no final softmax). */
export function referenceLogits(architecture: Architecture, weights: Weights, picture: Tensor): Tensor {
  const tensors = new Map<string, Tensor>();
  const output = outputIndex(architecture.layers);
  architecture.layers.forEach((layer, i) => {
    const inputs = layer.inputs?.map((name) => tensors.get(name)!) ?? [i === 0 ? picture : tensors.get(architecture.layers[i - 1]!.name)!];
    const last = i === output;
    const role: Role = (name) => weights.get(`${layer.name}/${name}` as never)!;
    tensors.set(layer.name, runLayer(last ? withoutSoftmax(layer) : layer, inputs, role));
  });
  return tensors.get(architecture.layers.at(-1)!.name)!;
}

/** The last layer that does anything when predicting. */
function outputIndex(layers: readonly Layer[]): number {
  return layers.findLastIndex((layer) => layer.type !== 'dropout' && !(layer.type === 'activation' && layer.activation === 'linear'));
}

function withoutSoftmax(layer: Layer): Layer {
  return 'activation' in layer && layer.activation === 'softmax' ? { ...layer, activation: 'linear' } : layer;
}

export function softmax(logits: Float64Array | readonly number[]): number[] {
  const most = Math.max(...logits);
  const powers = Array.from(logits, (value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

function runLayer(layer: Layer, inputs: readonly Tensor[], role: Role): Tensor {
  const x = inputs[0]!;
  const [h, w, c] = x.shape as [number, number, number];
  const channels = x.shape.at(-1)!;
  switch (layer.type) {
    case 'conv2d':
      return activate(addBias(conv(x, role('kernel'), layer, layer.filters), layer.useBias ? role('bias') : null), layer.activation);
    case 'depthwiseConv2d':
      return activate(addBias(depthwise(x, role('depthwise_kernel'), layer), layer.useBias ? role('bias') : null), layer.activation);
    case 'separableConv2d': {
      const spread = depthwise(x, role('depthwise_kernel'), layer);
      return activate(addBias(dense(spread, role('pointwise_kernel'), layer.filters), layer.useBias ? role('bias') : null), layer.activation);
    }
    case 'dense':
      return activate(addBias(dense(x, role('kernel'), layer.units), layer.useBias ? role('bias') : null), layer.activation);
    case 'batchNormalization': {
      const [mean, variance] = ['moving_mean', 'moving_variance'].map(role) as [Float32Array, Float32Array];
      const gamma = layer.scale === false ? new Float32Array(channels).fill(1) : role('gamma');
      const beta = layer.center === false ? new Float32Array(channels) : role('beta');
      return each(x, (value, i) => ((value - mean[i % channels]!) / Math.sqrt(variance[i % channels]! + layer.epsilon)) * gamma[i % channels]! + beta[i % channels]!);
    }
    case 'activation':
      return activate(x, layer.activation);
    case 'leakyReLU':
      return each(x, (value) => (value > 0 ? value : value * layer.alpha));
    case 'reLU':
      return each(x, (value) => (value < layer.threshold ? layer.negativeSlope * (value - layer.threshold) : Math.min(value, layer.maxValue ?? Infinity)));
    case 'prelu':
      return each(x, (value, i) => (value > 0 ? value : value * role('alpha')[i % channels]!));
    case 'maxPooling2d':
    case 'averagePooling2d':
      return pool(x, layer.poolSize, layer.strides, layer.padding, layer.type === 'maxPooling2d');
    case 'globalAveragePooling2d':
    case 'globalMaxPooling2d': {
      const pooled = pool(x, [h, w], [h, w], 'valid', layer.type === 'globalMaxPooling2d');
      return { shape: [c], values: pooled.values };
    }
    case 'flatten':
      return { shape: [x.values.length], values: x.values };
    case 'reshape':
      return { shape: layer.shape, values: x.values };
    case 'dropout':
    case 'spatialDropout2d':
      return x;
    case 'cropping2d': {
      const [[top, bottom], [left, right]] = layer.cropping;
      return build([h - top - bottom, w - left - right, c], (y, xx, k) => at(x, y + top, xx + left, k));
    }
    case 'zeroPadding2d': {
      const [[top, bottom], [left, right]] = layer.padding;
      return build([h + top + bottom, w + left + right, c], (y, xx, k) => at(x, y - top, xx - left, k));
    }
    case 'upSampling2d':
      return build([h * layer.size[0], w * layer.size[1], c], (y, xx, k) => at(x, Math.floor(y / layer.size[0]), Math.floor(xx / layer.size[1]), k));
    case 'add':
      return each(x, (value, i) => inputs.slice(1).reduce((sum, other) => sum + other.values[i]!, value));
    case 'multiply':
      return each(x, (value, i) => inputs.slice(1).reduce((sum, other) => sum * other.values[i]!, value));
    case 'concatenate':
      return concatenate(inputs);
    case 'rescaling':
      return each(x, (value) => value * layer.scale + layer.offset);
  }
}

function each(x: Tensor, f: (value: number, i: number) => number): Tensor {
  return { shape: x.shape, values: x.values.map(f) };
}

function at(x: Tensor, y: number, xx: number, k: number): number {
  const [h, w, c] = x.shape as [number, number, number];
  return y < 0 || xx < 0 || y >= h || xx >= w ? 0 : x.values[(y * w + xx) * c + k]!;
}

function build(shape: readonly [number, number, number], f: (y: number, x: number, c: number) => number): Tensor {
  const [h, w, c] = shape;
  const values = new Float64Array(h * w * c);
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) for (let k = 0; k < c; k++) values[(y * w + x) * c + k] = f(y, x, k);
  return { shape, values };
}

function concatenate(inputs: readonly Tensor[]): Tensor {
  const sizes = inputs.map((input) => input.shape.at(-1)!);
  const total = sizes.reduce((a, b) => a + b, 0);
  const places = inputs[0]!.values.length / sizes[0]!;
  const values = new Float64Array(places * total);
  for (let p = 0; p < places; p++) {
    let start = p * total;
    inputs.forEach((input, i) => {
      for (let k = 0; k < sizes[i]!; k++) values[start++] = input.values[p * sizes[i]! + k]!;
    });
  }
  return { shape: [...inputs[0]!.shape.slice(0, -1), total], values };
}

interface Window {
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
  readonly dilationRate?: readonly [number, number];
  readonly groups?: number;
}

/** TensorFlow's rule: outputs, and zeros in front, along one axis. */
function axisOf(size: number, taps: number, stride: number, padding: Padding): readonly [outputs: number, before: number] {
  if (padding === 'valid') return [Math.floor((size - taps) / stride) + 1, 0];
  const outputs = Math.ceil(size / stride);
  return [outputs, Math.floor(Math.max((outputs - 1) * stride + taps - size, 0) / 2)];
}

function conv(x: Tensor, kernel: ArrayLike<number>, { kernelSize: [kh, kw], strides: [sh, sw], padding, dilationRate: [dh, dw] = [1, 1], groups = 1 }: Window, filters: number): Tensor {
  const [h, w, c] = x.shape as [number, number, number];
  const [oh, top] = axisOf(h, (kh - 1) * dh + 1, sh, padding);
  const [ow, left] = axisOf(w, (kw - 1) * dw + 1, sw, padding);
  const seen = c / groups;
  return build([oh, ow, filters], (y, xx, o) => {
    const first = Math.floor(o / (filters / groups)) * seen;
    let sum = 0;
    for (let i = 0; i < kh; i++)
      for (let j = 0; j < kw; j++)
        for (let k = 0; k < seen; k++) sum += at(x, y * sh - top + i * dh, xx * sw - left + j * dw, first + k) * kernel[((i * kw + j) * seen + k) * filters + o]!;
    return sum;
  });
}

function depthwise(x: Tensor, kernel: ArrayLike<number>, window: Window & { readonly depthMultiplier: number }): Tensor {
  const { kernelSize: [kh, kw], strides: [sh, sw], padding, depthMultiplier: times, dilationRate: [dh, dw] = [1, 1] } = window;
  const [h, w, c] = x.shape as [number, number, number];
  const [oh, top] = axisOf(h, (kh - 1) * dh + 1, sh, padding);
  const [ow, left] = axisOf(w, (kw - 1) * dw + 1, sw, padding);
  return build([oh, ow, c * times], (y, xx, o) => {
    let sum = 0;
    for (let i = 0; i < kh; i++) for (let j = 0; j < kw; j++) sum += at(x, y * sh - top + i * dh, xx * sw - left + j * dw, Math.floor(o / times)) * kernel[(i * kw + j) * c * times + o]!;
    return sum;
  });
}

function dense(x: Tensor, kernel: ArrayLike<number>, units: number): Tensor {
  const features = x.shape.at(-1)!;
  const places = x.values.length / features;
  const values = new Float64Array(places * units);
  for (let p = 0; p < places; p++)
    for (let i = 0; i < features; i++) for (let u = 0; u < units; u++) values[p * units + u]! += x.values[p * features + i]! * kernel[i * units + u]!;
  return { shape: [...x.shape.slice(0, -1), units], values };
}

function addBias(x: Tensor, bias: Float32Array | null): Tensor {
  return bias ? each(x, (value, i) => value + bias[i % bias.length]!) : x;
}

function pool(x: Tensor, [ph, pw]: readonly [number, number], [sh, sw]: readonly [number, number], padding: Padding, isMax: boolean): Tensor {
  const [h, w, c] = x.shape as [number, number, number];
  const [oh, top] = axisOf(h, ph, sh, padding);
  const [ow, left] = axisOf(w, pw, sw, padding);
  return build([oh, ow, c], (y, xx, k) => {
    const seen: number[] = [];
    for (let i = 0; i < ph; i++)
      for (let j = 0; j < pw; j++) {
        const [row, column] = [y * sh - top + i, xx * sw - left + j];
        if (row >= 0 && column >= 0 && row < h && column < w) seen.push(at(x, row, column, k));
      }
    return isMax ? Math.max(...seen) : seen.reduce((a, b) => a + b, 0) / seen.length;
  });
}

function activate(x: Tensor, activation: Activation): Tensor {
  if (activation === 'softmax') {
    const size = x.shape.at(-1)!;
    const parts = Array.from({ length: x.values.length / size }, (_, p) => softmax(x.values.slice(p * size, (p + 1) * size)));
    return { shape: x.shape, values: Float64Array.from(parts.flat()) };
  }
  return each(x, scalarActivations[activation]);
}

const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));
const scalarActivations: Readonly<Record<Exclude<Activation, 'softmax'>, (v: number) => number>> = {
  linear: (v) => v,
  relu: (v) => Math.max(v, 0),
  relu6: (v) => Math.min(Math.max(v, 0), 6),
  elu: (v) => (v > 0 ? v : Math.exp(v) - 1),
  selu: (v) => 1.0507009873554805 * (v > 0 ? v : 1.6732632423543772 * (Math.exp(v) - 1)),
  sigmoid,
  hardSigmoid: (v) => Math.min(Math.max(0.2 * v + 0.5, 0), 1),
  tanh: Math.tanh,
  softplus: (v) => Math.log1p(Math.exp(v)),
  softsign: (v) => v / (1 + Math.abs(v)),
  swish: (v) => v * sigmoid(v),
  gelu: (v) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3))),
};
