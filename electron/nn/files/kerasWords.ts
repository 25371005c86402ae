import { record, text, type Json } from './json';

/** Class names of Keras 1 that have another name now. */
const classes: Readonly<Record<string, string>> = {
  Convolution2D: 'Conv2D', AtrousConvolution2D: 'Conv2D', SeparableConvolution2D: 'SeparableConv2D', DepthwiseConvolution2D: 'DepthwiseConv2D', Convolution1D: 'Conv1D', Convolution3D: 'Conv3D',
  Deconvolution2D: 'Conv2DTranspose', Convolution2DTranspose: 'Conv2DTranspose', MaxPool2D: 'MaxPooling2D', AvgPool2D: 'AveragePooling2D', GlobalAvgPool2D: 'GlobalAveragePooling2D', GlobalMaxPool2D: 'GlobalMaxPooling2D',
  // tf.keras: two classes for one thing, told apart in files of TensorFlow 1.14 to 2.4.
  BatchNormalizationV1: 'BatchNormalization', BatchNormalizationV2: 'BatchNormalization',
};

/** Arguments of Keras 1 that have another name now. */
const words: Readonly<Record<string, string>> = {
  nb_filter: 'filters', subsample: 'strides', border_mode: 'padding', bias: 'use_bias', output_dim: 'units', p: 'rate', atrous_rate: 'dilation_rate', pool_length: 'pool_size',
};

const merges: Readonly<Record<string, string>> = { sum: 'Add', mul: 'Multiply', concat: 'Concatenate', ave: 'Average', max: 'Maximum' };

export interface KerasLayer {
  readonly className: string;
  readonly config: Json;
}

/** A layer in the words of Keras 2, whatever Keras wrote it. */
export function modernLayer(className: string, config: Json): KerasLayer {
  const renamed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) renamed[Object.hasOwn(words, key) ? (words[key] as string) : key] = value;
  if (typeof config['nb_row'] === 'number') renamed['kernel_size'] = [config['nb_row'], config['nb_col']];
  if (config['dim_ordering'] !== undefined) renamed['data_format'] = config['dim_ordering'] === 'th' ? 'channels_first' : 'channels_last';
  if (className === 'Merge') {
    const mode = text(config['mode']);
    if (Object.hasOwn(merges, mode)) return { className: merges[mode] as string, config: { ...renamed, axis: config['concat_axis'] ?? -1 } };
  }
  // Keras 1 padded by an object, too.
  const sides = record(config['padding']);
  if (className === 'ZeroPadding2D' && 'top_pad' in sides) renamed['padding'] = [[sides['top_pad'], sides['bottom_pad']], [sides['left_pad'], sides['right_pad']]];
  return { className: Object.hasOwn(classes, className) ? (classes[className] as string) : className, config: renamed };
}
