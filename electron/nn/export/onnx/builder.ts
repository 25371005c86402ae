import type { Shape } from '../../../core/shapes';
import type { Attribute, ElementType, OnnxNode, OnnxTensor } from './proto';

const bytesOf = (values: Float32Array | BigInt64Array): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();

/** Collects the nodes and tensors of a graph. Pictures are [n, channels, height, width] inside; everything else is as in Keras. */
export class OnnxBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly tensors: OnnxTensor[] = [];
  private readonly used = new Set<string>();

  /** A name that nothing has yet. */
  private fresh(wished: string): string {
    let name = wished;
    for (let number = 2; this.used.has(name); number += 1) name = `${wished}_${number}`;
    this.used.add(name);
    return name;
  }

  /** Adds an operation and gives the name of its output. */
  op(type: string, name: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    const own = this.fresh(name);
    this.nodes.push({ type, name: own, inputs, output: own, attributes });
    return own;
  }

  private constant(name: string, shape: Shape, type: ElementType, bytes: Uint8Array): string {
    const own = this.fresh(name);
    this.tensors.push({ name: own, shape, type, bytes });
    return own;
  }

  floats(name: string, shape: Shape, values: Float32Array): string {
    return this.constant(name, shape, 'float', bytesOf(values));
  }

  float(name: string, value: number): string {
    return this.floats(name, [], Float32Array.of(value));
  }

  ints(name: string, values: readonly number[]): string {
    return this.constant(name, [values.length], 'int64', bytesOf(BigInt64Array.from(values, BigInt)));
  }

  /** From the layout of Keras to that of ONNX, for a picture; anything else stays. */
  toOnnx(name: string, x: string, shape: Shape): string {
    return shape.length === 3 ? this.op('Transpose', name, [x], { perm: { ints: [0, 3, 1, 2] } }) : x;
  }

  /** Back to the layout of Keras. */
  toKeras(name: string, x: string, shape: Shape): string {
    return shape.length === 3 ? this.op('Transpose', name, [x], { perm: { ints: [0, 2, 3, 1] } }) : x;
  }
}
