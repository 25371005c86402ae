import { ProtoWriter } from './protobuf';

/** TensorFlow's numbers of its types (types.proto). */
export const dataTypes = { float: 1, int32: 3, uint8: 4, string: 7, bool: 10, int64: 9, resource: 20 } as const;
export type DataType = keyof typeof dataTypes;

export type Attribute =
  | { readonly type: DataType }
  | { readonly int: number }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly text: string }
  | { readonly ints: readonly number[] }
  | { readonly shape: readonly number[] | null };

/** A tensor of the graph: `node` or `node:output`. */
export type Ref = string;

interface Signature {
  readonly inputs: ReadonlyMap<string, { readonly ref: Ref; readonly type: DataType }>;
  readonly outputs: ReadonlyMap<string, { readonly ref: Ref; readonly type: DataType }>;
}

function shapeMessage(shape: readonly number[] | null): ProtoWriter {
  const message = new ProtoWriter();
  if (shape === null) return message.int(3, 1);
  for (const size of shape) message.message(2, new ProtoWriter().int(1, size));
  return message;
}

function attributeMessage(attribute: Attribute): ProtoWriter {
  const message = new ProtoWriter();
  if ('type' in attribute) return message.int(6, dataTypes[attribute.type]);
  if ('int' in attribute) return message.int(3, attribute.int);
  if ('float' in attribute) return message.float(4, attribute.float);
  if ('bool' in attribute) return message.int(5, attribute.bool ? 1 : 0);
  if ('text' in attribute) return message.text(2, attribute.text);
  if ('ints' in attribute) return message.message(1, new ProtoWriter().ints(3, attribute.ints));
  return message.message(7, shapeMessage(attribute.shape));
}

/** Collects the nodes of one TensorFlow graph and writes them as `saved_model.pb`. */
export class GraphBuilder {
  private readonly nodes: ProtoWriter[] = [];
  private readonly signatures = new Map<string, Signature>();
  private readonly constants = new Map<string, Ref>();
  private counter = 0;

  /** Adds an operation; gives its first output (`output(ref, k)` for the others). Names of control inputs begin with `^`. */
  op(type: string, inputs: readonly Ref[], attributes: Readonly<Record<string, Attribute>> = {}): Ref {
    const name = `${type}_${this.counter++}`;
    const node = new ProtoWriter().text(1, name).text(2, type);
    for (const input of inputs) node.text(3, input);
    for (const [key, value] of Object.entries(attributes)) node.message(5, new ProtoWriter().text(1, key).message(2, attributeMessage(value)));
    this.nodes.push(node);
    return name;
  }

  placeholder(type: DataType, shape: readonly number[] | null): Ref {
    return this.op('Placeholder', [], { dtype: { type }, shape: { shape } });
  }

  private constant(type: 'float' | 'int32', values: Float32Array | Int32Array, shape: readonly number[]): Ref {
    const key = `${type}/${shape.join()}/${Array.from(values).join()}`;
    const known = this.constants.get(key);
    if (known) return known;
    const name = `Const_${this.counter++}`;
    const tensor = new ProtoWriter().int(1, dataTypes[type]).message(2, shapeMessage(shape)).bytes(4, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    this.nodes.push(
      new ProtoWriter()
        .text(1, name)
        .text(2, 'Const')
        .message(5, new ProtoWriter().text(1, 'dtype').message(2, attributeMessage({ type })))
        .message(5, new ProtoWriter().text(1, 'value').message(2, new ProtoWriter().message(8, tensor))),
    );
    this.constants.set(key, name);
    return name;
  }

  /** A float constant; a number is a scalar. */
  float(values: number | readonly number[], shape?: readonly number[]): Ref {
    const list = typeof values === 'number' ? [values] : values;
    return this.constant('float', Float32Array.from(list), shape ?? (typeof values === 'number' ? [] : [list.length]));
  }

  /** An int32 constant; a number is a scalar. */
  int(values: number | readonly number[]): Ref {
    const list = typeof values === 'number' ? [values] : values;
    return this.constant('int32', Int32Array.from(list), typeof values === 'number' ? [] : [list.length]);
  }

  /** A float variable that lives as long as the session. */
  variable(name: string, shape: readonly number[]): Ref {
    return this.op('VarHandleOp', [], { dtype: { type: 'float' }, shape: { shape }, shared_name: { text: name }, container: { text: '' } });
  }

  read(variable: Ref): Ref {
    return this.op('ReadVariableOp', [variable], { dtype: { type: 'float' } });
  }

  assign(variable: Ref, value: Ref): Ref {
    return this.op('AssignVariableOp', [variable, value], { dtype: { type: 'float' } });
  }

  /** Two float tensors by an operation that broadcasts: `AddV2`, `Sub`, `Mul`, `RealDiv`, `Maximum`, `Minimum`. */
  binary(type: string, a: Ref, b: Ref): Ref {
    return this.op(type, [a, b], { T: { type: 'float' } });
  }

  unary(type: string, x: Ref): Ref {
    return this.op(type, [x], { T: { type: 'float' } });
  }

  reshape(x: Ref, shape: readonly number[], type: DataType = 'float'): Ref {
    return this.op('Reshape', [x, this.int(shape)], { T: { type }, Tshape: { type: 'int32' } });
  }

  shapeOf(x: Ref): Ref {
    return this.op('Shape', [x], { T: { type: 'float' }, out_type: { type: 'int32' } });
  }

  /** `Sum`, `Mean` or `Max` over axes. */
  reduce(type: string, x: Ref, axes: readonly number[], keepDims = false): Ref {
    return this.op(type, [x, this.int(axes)], { T: { type: 'float' }, Tidx: { type: 'int32' }, keep_dims: { bool: keepDims } });
  }

  cast(x: Ref, from: DataType, to: DataType): Ref {
    return this.op('Cast', [x], { SrcT: { type: from }, DstT: { type: to }, Truncate: { bool: false } });
  }

  signature(name: string, inputs: Readonly<Record<string, readonly [Ref, DataType]>>, outputs: Readonly<Record<string, readonly [Ref, DataType]>>): void {
    const tensors = (record: Readonly<Record<string, readonly [Ref, DataType]>>): Signature['inputs'] => new Map(Object.entries(record).map(([key, [ref, type]]) => [key, { ref, type }]));
    this.signatures.set(name, { inputs: tensors(inputs), outputs: tensors(outputs) });
  }

  /** The bytes of `saved_model.pb`. */
  finish(): Uint8Array {
    const graph = new ProtoWriter();
    for (const node of this.nodes) graph.message(1, node);
    graph.message(4, new ProtoWriter().int(1, 987));
    const meta = new ProtoWriter().message(1, new ProtoWriter().text(4, 'serve')).message(2, graph);
    for (const [name, { inputs, outputs }] of this.signatures) {
      const definition = new ProtoWriter();
      for (const [field, tensors] of [[1, inputs], [2, outputs]] as const) {
        for (const [key, { ref, type }] of tensors) {
          const info = new ProtoWriter().text(1, ref.includes(':') ? ref : `${ref}:0`).int(2, dataTypes[type]).message(3, shapeMessage(null));
          definition.message(field, new ProtoWriter().text(1, key).message(2, info));
        }
      }
      meta.message(5, new ProtoWriter().text(1, name).message(2, definition.text(3, 'graft')));
    }
    return new ProtoWriter().int(1, 1).message(2, meta).finish();
  }
}

/** Output number `index` of an operation. */
export function output(ref: Ref, index: number): Ref {
  return `${ref}:${index}`;
}
