import type { Padding, Size2D } from '../../core/architecture';
import type { Shape } from '../../core/shapes';
import { output, type GraphBuilder, type Ref } from './builder';
import type { BuiltLayer, LayerContext } from './layers';

const nhwc = { data_format: { text: 'NHWC' } } as const;
const float = { T: { type: 'float' } } as const;

/** What a convolution does along the picture. */
export interface Window {
  readonly strides: Size2D;
  readonly padding: Padding;
  readonly dilation: Size2D;
}

interface Values {
  readonly value: Ref;
  /** Gradient of the output -> gradients of what it reads and of the kernel. */
  readonly back: (gradient: Ref) => { readonly input: Ref; readonly kernel: Ref };
}

function plain(g: GraphBuilder, x: Ref, kernel: Ref, { strides, padding }: Pick<Window, 'strides' | 'padding'>, depthwise: boolean): Values {
  const attributes = {
    ...float,
    ...nhwc,
    strides: { ints: [1, strides[0], strides[1], 1] },
    padding: { text: padding.toUpperCase() },
    dilations: { ints: [1, 1, 1, 1] },
    explicit_paddings: { ints: [] },
    ...(depthwise ? {} : { use_cudnn_on_gpu: { bool: true } }),
  };
  const kernelShape = g.shapeOf(kernel);
  const name = depthwise ? 'DepthwiseConv2dNative' : 'Conv2D';
  return {
    value: g.op(name, [x, kernel], attributes),
    back: (dy) => ({
      kernel: g.op(`${name}BackpropFilter`, [x, kernelShape, dy], attributes),
      input: g.op(`${name}BackpropInput`, [g.shapeOf(x), kernel, dy], attributes),
    }),
  };
}

/**
 * Taps with gaps: the picture is dealt out into rate x rate small ones, each is convolved as usual, and they are put
 * together again (`tf.nn.with_space_to_batch`). TensorFlow's kernels for the processor cannot do gradients otherwise.
 */
function dilated(g: GraphBuilder, x: Ref, kernel: Ref, [height, width]: readonly [number, number], taps: Size2D, { padding, dilation }: Window, depthwise: boolean): Values {
  const sides = ([0, 1] as const).map((axis) => {
    const gaps = (taps[axis] - 1) * dilation[axis];
    const zeros = padding === 'same' ? gaps : 0;
    const before = Math.floor(zeros / 2);
    const size = (axis === 0 ? height : width) + zeros;
    return { before, after: zeros - before, extra: (dilation[axis] - (size % dilation[axis])) % dilation[axis] };
  });
  const block = g.int(dilation);
  const table = (values: readonly (readonly number[])[]): Ref => g.reshape(g.int(values.flat()), [2, 2], 'int32');
  const paddings = table(sides.map(({ before, after, extra }) => [before, after + extra]));
  const crops = table(sides.map(({ extra }) => [0, extra]));
  const types = { ...float, Tblock_shape: { type: 'int32' } } as const;
  const deal = (value: Ref, around: Ref): Ref => g.op('SpaceToBatchND', [value, block, around], { ...types, Tpaddings: { type: 'int32' } });
  const collect = (value: Ref, around: Ref): Ref => g.op('BatchToSpaceND', [value, block, around], { ...types, Tcrops: { type: 'int32' } });
  const small = plain(g, deal(x, paddings), kernel, { strides: [1, 1], padding: 'valid' }, depthwise);
  return {
    value: collect(small.value, crops),
    back: (dy) => {
      const { input, kernel: gradient } = small.back(deal(dy, crops));
      return { input: collect(input, paddings), kernel: gradient };
    },
  };
}

function split(g: GraphBuilder, x: Ref, axis: number, parts: number): readonly Ref[] {
  const node = g.op('Split', [g.int(axis), x], { ...float, num_split: { int: parts } });
  return Array.from({ length: parts }, (_, index) => (index === 0 ? node : output(node, index)));
}

function joined(g: GraphBuilder, parts: readonly Ref[], axis: number): Ref {
  return g.op('ConcatV2', [...parts, g.int(axis)], { ...float, N: { int: parts.length }, Tidx: { type: 'int32' } });
}

/** Each part of the channels with its own filters. */
function grouped(g: GraphBuilder, x: Ref, kernel: Ref, groups: number, one: (x: Ref, kernel: Ref) => Values): Values {
  const kernels = split(g, kernel, 3, groups);
  const parts = split(g, x, 3, groups).map((part, index) => one(part, kernels[index] as Ref));
  return {
    value: joined(g, parts.map(({ value }) => value), 3),
    back: (dy) => {
      const gradients = split(g, dy, 3, groups);
      const backs = parts.map(({ back }, index) => back(gradients[index] as Ref));
      return { input: joined(g, backs.map(({ input }) => input), 3), kernel: joined(g, backs.map((back) => back.kernel), 3) };
    },
  };
}

/**
 * A convolution without its bias: the weight `role` of the layer over `x` [n, height, width, channels].
 * `shape`: of `x` without the batch axis. `groups`: parts of the channels, each with its own kernels.
 */
export function convolution(context: LayerContext, x: Ref, role: 'kernel' | 'depthwise_kernel' | 'pointwise_kernel', window: Window, taps: Size2D, shape: Shape, groups = 1): BuiltLayer {
  const { g } = context;
  const kernel = context.weight(role);
  const [height, width, channels] = shape as readonly [number, number, number];
  const isDilated = window.dilation.some((rate, axis) => rate > 1 && (taps[axis] as number) > 1);
  const one = (depthwise: boolean) => (part: Ref, own: Ref): Values => (isDilated ? dilated(g, part, own, [height, width], taps, window, depthwise) : plain(g, part, own, window, depthwise));
  const eachChannel = role === 'depthwise_kernel' || (groups > 1 && groups === channels && window.strides[0] === window.strides[1]);
  if (role === 'kernel' && groups > 1 && eachChannel) {
    // One channel to a group: the kernel [h, w, 1, channels x times] is a depthwise one [h, w, channels, times].
    const built = one(true)(x, g.reshape(kernel, [...taps, channels, -1]));
    const back = (dy: Ref): ReturnType<Values['back']> => {
      const gradients = built.back(dy);
      return { ...gradients, kernel: g.reshape(gradients.kernel, [...taps, 1, -1]) };
    };
    return backOf(context, role, { value: built.value, back });
  }
  return backOf(context, role, groups > 1 ? grouped(g, x, kernel, groups, one(false)) : one(eachChannel)(x, kernel));
}

function backOf(context: LayerContext, role: string, { value, back }: Values): BuiltLayer {
  return {
    value,
    back: (dy) => {
      const gradients = back(dy);
      context.gradient(role, gradients.kernel);
      return [gradients.input];
    },
  };
}
