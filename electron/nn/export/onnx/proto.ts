import { ProtoWriter } from '../../graph/protobuf';

/** Element types of `TensorProto.DataType`. */
export const elementTypes = { float: 1, uint8: 2, int64: 7 } as const;
export type ElementType = keyof typeof elementTypes;

/** An attribute of a node. */
export type Attribute = Readonly<{ int: number } | { ints: readonly number[] } | { float: number } | { text: string }>;

export interface OnnxNode {
  readonly type: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
  /** Little-endian values. */
  readonly bytes: Uint8Array;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  /** A text is a size that may be anything. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxModel {
  readonly opset: number;
  readonly irVersion: number;
  readonly producer: { readonly name: string; readonly version: string };
  readonly name: string;
  readonly description: string;
  readonly input: OnnxValue;
  readonly output: OnnxValue;
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

// Field numbers: onnx/onnx.proto of the ONNX project, which has not changed them since its first release.

function attribute(name: string, value: Attribute): ProtoWriter {
  const written = new ProtoWriter().text(1, name);
  if ('int' in value) return written.int(3, value.int).int(20, 2);
  if ('float' in value) return written.float(2, value.float).int(20, 1);
  if ('text' in value) return written.text(4, value.text).int(20, 3);
  for (const int of value.ints) written.int(8, int);
  return written.int(20, 7);
}

function node({ type, name, inputs, output, attributes }: OnnxNode): ProtoWriter {
  const written = new ProtoWriter();
  for (const input of inputs) written.text(1, input);
  written.text(2, output).text(3, name).text(4, type);
  for (const [key, value] of Object.entries(attributes)) written.message(5, attribute(key, value));
  return written;
}

function tensor({ name, shape, type, bytes }: OnnxTensor): ProtoWriter {
  const written = new ProtoWriter();
  for (const size of shape) written.int(1, size);
  return written.int(2, elementTypes[type]).text(8, name).bytes(9, bytes);
}

function value({ name, type, shape }: OnnxValue): ProtoWriter {
  const dimensions = new ProtoWriter();
  for (const size of shape) dimensions.message(1, typeof size === 'number' ? new ProtoWriter().int(1, size) : new ProtoWriter().text(2, size));
  return new ProtoWriter().text(1, name).message(2, new ProtoWriter().message(1, new ProtoWriter().int(1, elementTypes[type]).message(2, dimensions)));
}

/** An ONNX model as a file (`ModelProto`). */
export function onnxBytes(model: OnnxModel): Uint8Array {
  const graph = new ProtoWriter();
  for (const each of model.nodes) graph.message(1, node(each));
  graph.text(2, model.name);
  for (const each of model.tensors) graph.message(5, tensor(each));
  graph.text(10, model.description).message(11, value(model.input)).message(12, value(model.output));
  const written = new ProtoWriter().int(1, model.irVersion).text(2, model.producer.name).text(3, model.producer.version).message(7, graph).message(8, new ProtoWriter().text(1, '').int(2, model.opset));
  for (const [key, text] of Object.entries(model.metadata)) written.message(14, new ProtoWriter().text(1, key).text(2, text));
  return written.finish();
}
