import type { Architecture, InputShape, Layer } from './architecture';

type LayerDraft = Layer extends infer L ? (L extends Layer ? Omit<L, 'uid'> : never) : never;
type Preset = (classes: number) => readonly LayerDraft[];

const conv = (name: string, filters: number, activation: 'relu' | 'linear' = 'relu', useBias = true): LayerDraft => ({
  type: 'conv2d', name, filters, kernelSize: [3, 3], strides: [1, 1], padding: 'same', activation, useBias,
});
const pool = (name: string): LayerDraft => ({ type: 'maxPooling2d', name, poolSize: [2, 2], strides: [2, 2], padding: 'valid' });
const normalized = (name: string): LayerDraft => ({ type: 'batchNormalization', name, epsilon: 1e-3, momentum: 0.9 });
const relu = (name: string): LayerDraft => ({ type: 'activation', name, activation: 'relu' });
const head = (classes: number): LayerDraft => ({ type: 'dense', name: 'head', units: classes, activation: 'softmax', useBias: true });

const plainConv = (name: string, filters: number, size: number, stride: number): LayerDraft => ({
  type: 'conv2d', name, filters, kernelSize: [size, size], strides: [stride, stride], padding: 'same', activation: 'linear', useBias: false,
});

/** Two convolutions beside a skip (He et al. 2016, the basic block); where size or filters change, the skip is a 1 x 1 convolution. */
function residual(name: string, before: string, filters: number, stride: number, changes: boolean): readonly LayerDraft[] {
  const skip: readonly LayerDraft[] = changes ? [{ ...plainConv(`${name}_skip`, filters, 1, stride), inputs: [before] }, normalized(`${name}_skipnorm`)] : [];
  return [
    { ...plainConv(`${name}_conv1`, filters, 3, stride), inputs: [before] }, normalized(`${name}_norm1`), relu(`${name}_relu1`),
    plainConv(`${name}_conv2`, filters, 3, 1), normalized(`${name}_norm2`),
    ...skip,
    { type: 'add', name: `${name}_add`, inputs: [`${name}_norm2`, changes ? `${name}_skipnorm` : before] },
    relu(`${name}_out`),
  ];
}

/** Architectures by name. */
const presets: Readonly<Record<string, Preset>> = {
  tiny: (classes) => [
    conv('conv1', 8), pool('pool1'), conv('conv2', 16), pool('pool2'),
    { type: 'flatten', name: 'flatten' },
    { type: 'dense', name: 'dense1', units: 32, activation: 'relu', useBias: true },
    head(classes),
  ],
  small: (classes) => [
    conv('conv1', 16), pool('pool1'), conv('conv2', 32), pool('pool2'), conv('conv3', 64), pool('pool3'),
    { type: 'flatten', name: 'flatten' },
    { type: 'dropout', name: 'dropout', rate: 0.3 },
    { type: 'dense', name: 'dense1', units: 64, activation: 'relu', useBias: true },
    head(classes),
  ],
  'small-bn': (classes) => [
    ...[16, 32, 64].flatMap((filters, index) => [
      conv(`conv${index + 1}`, filters, 'linear', false), normalized(`norm${index + 1}`), relu(`relu${index + 1}`), pool(`pool${index + 1}`),
    ]),
    { type: 'globalAveragePooling2d', name: 'average' },
    { type: 'dense', name: 'dense1', units: 64, activation: 'relu', useBias: true },
    head(classes),
  ],
  depthwise: (classes) => [
    conv('conv1', 16, 'linear', false), normalized('norm1'), relu('relu1'), pool('pool1'),
    ...[32, 64, 96].flatMap((filters, index): readonly LayerDraft[] => [
      { type: 'separableConv2d', name: `separable${index + 1}`, filters, depthMultiplier: 1, kernelSize: [3, 3], strides: [1, 1], padding: 'same', activation: 'linear', useBias: false },
      normalized(`norm${index + 2}`), relu(`relu${index + 2}`), pool(`pool${index + 2}`),
    ]),
    { type: 'globalAveragePooling2d', name: 'average' },
    head(classes),
  ],
  deeper: (classes) => [
    conv('conv1', 16, 'linear', false), normalized('norm1'), relu('relu1'), pool('pool1'),
    ...[16, 32, 64].flatMap((filters, stage) => {
      const [first, second] = [`block${stage + 1}a`, `block${stage + 1}b`];
      const before = stage === 0 ? 'pool1' : `block${stage}b_out`;
      return [...residual(first, before, filters, stage === 0 ? 1 : 2, stage > 0), ...residual(second, `${first}_out`, filters, 1, false)];
    }),
    { type: 'globalAveragePooling2d', name: 'average' },
    head(classes),
  ],
};

export const presetNames: readonly string[] = Object.keys(presets);

/** True for the name of a preset. */
export function isPreset(name: string): boolean {
  return Object.hasOwn(presets, name);
}

/** The preset of that name for an input and a number of classes; layer ids are those of the preset. */
export function buildPreset(name: string, input: InputShape, classes: number): Architecture {
  const preset = presets[name];
  if (!preset || !isPreset(name)) throw new Error(`no preset ${name}`);
  return { formatVersion: 1, name, input, layers: preset(classes).map((layer) => ({ ...layer, uid: `${name}/${layer.name}` }) as Layer) };
}
