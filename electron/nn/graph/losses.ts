import type { GraphBuilder, Ref } from './builder';

/** How the loss of a training is made up; all fields at rest: the plain mean cross-entropy. */
export interface LossOptions {
  /** Share of each answer that is spread evenly over all classes (Szegedy et al. 2016), 0 to 1. */
  readonly labelSmoothing: number;
  /** What an example of each class counts; null: all the same. */
  readonly classWeights: readonly number[] | null;
  /** An old model as a teacher; null: none. */
  readonly distillation: DistillationOptions | null;
}

export interface DistillationOptions {
  /** Both answers are softened by it before they are compared (Hinton et al. 2015). */
  readonly temperature: number;
  /** Index of each class that the teacher knows, among those of the student. */
  readonly classes: readonly number[];
}

export const plainLoss: LossOptions = { labelSmoothing: 0, classWeights: null, distillation: null };

/** Placeholders that only a training with a teacher has. */
export interface TeacherInputs {
  /** float [n, classes of the teacher that the student has]. */
  readonly logits: Ref;
  /** float [n]: share of the teacher in the loss of each example. */
  readonly share: Ref;
}

export interface Losses {
  /** Mean over the batch. */
  readonly loss: Ref;
  readonly correct: Ref;
  /** Gradient of the mean loss by the logits. */
  readonly gradient: Ref;
}

const float = { T: { type: 'float' } } as const;

interface Rows {
  /** float [n] */
  readonly loss: Ref;
  /** float [n, classes] */
  readonly gradient: Ref;
}

function softmaxCrossEntropy(g: GraphBuilder, logits: Ref, targets: Ref): Rows {
  const node = g.op('SoftmaxCrossEntropyWithLogits', [logits, targets], float);
  return { loss: node, gradient: `${node}:1` };
}

/** Cross-entropy of each example against its label. */
function labelRows(g: GraphBuilder, logits: Ref, labels: Ref, classes: number, options: LossOptions): Rows {
  // The frames that have no label (-1) count for the teacher only, but the kernel wants a class of each.
  const safe = options.distillation ? g.op('Maximum', [labels, g.int(0)], { T: { type: 'int32' } }) : labels;
  let rows: Rows;
  if (options.labelSmoothing > 0) {
    const rest = options.labelSmoothing / classes;
    const targets = g.op('OneHot', [safe, g.int(classes), g.float(1 - options.labelSmoothing + rest), g.float(rest)], { ...float, TI: { type: 'int32' }, axis: { int: -1 } });
    rows = softmaxCrossEntropy(g, logits, targets);
  } else {
    const node = g.op('SparseSoftmaxCrossEntropyWithLogits', [logits, safe], { ...float, Tlabels: { type: 'int32' } });
    rows = { loss: node, gradient: `${node}:1` };
  }
  if (!options.classWeights) return rows;
  const weights = g.op('GatherV2', [g.float(options.classWeights), safe, g.int(0)], { Tparams: { type: 'float' }, Tindices: { type: 'int32' }, Taxis: { type: 'int32' }, batch_dims: { int: 0 } });
  return scaled(g, rows, weights);
}

/** Each row times its factor. */
function scaled(g: GraphBuilder, rows: Rows, factors: Ref): Rows {
  return { loss: g.binary('Mul', rows.loss, factors), gradient: g.binary('Mul', rows.gradient, g.reshape(factors, [-1, 1])) };
}

/**
 * T^2 KL(teacher || student) of each example, over the classes that the teacher knows, softened by T and renormalised on
 * both sides (Li and Hoiem 2016; Hinton et al. 2015). Gradient by a logit z: T (q - p).
 */
function teacherRows(g: GraphBuilder, logits: Ref, teacher: Ref, classes: number, { temperature, classes: known }: DistillationOptions): Rows {
  const product = (a: Ref, b: Ref, transposed: boolean): Ref => g.op('MatMul', [a, b], { ...float, transpose_a: { bool: false }, transpose_b: { bool: transposed } });
  const chosen = new Float32Array(classes * known.length);
  known.forEach((index, column) => (chosen[index * known.length + column] = 1));
  const selection = g.float([...chosen], [classes, known.length]);
  const soft = g.float(1 / temperature);
  const target = g.unary('Softmax', g.binary('Mul', teacher, soft));
  const { loss, gradient } = softmaxCrossEntropy(g, g.binary('Mul', product(logits, selection, false), soft), target);
  // The cross-entropy of the teacher's answers with themselves: what no student can go below.
  const least = softmaxCrossEntropy(g, g.binary('Mul', teacher, soft), target).loss;
  return {
    loss: g.binary('Mul', g.binary('Sub', loss, least), g.float(temperature * temperature)),
    gradient: g.binary('Mul', product(gradient, selection, true), g.float(temperature)),
  };
}

/** Writes the loss of a batch (int32 labels [n]), its gradient by the logits, and the number of right answers. */
export function crossEntropy(g: GraphBuilder, logits: Ref, labels: Ref, classes: number, options: LossOptions = plainLoss, teacher: TeacherInputs | null = null): Losses {
  let rows = labelRows(g, logits, labels, classes, options);
  if (options.distillation && teacher) {
    const own = scaled(g, rows, g.binary('Sub', g.float(1), teacher.share));
    const taught = scaled(g, teacherRows(g, logits, teacher.logits, classes, options.distillation), teacher.share);
    rows = { loss: g.binary('AddV2', own.loss, taught.loss), gradient: g.binary('AddV2', own.gradient, taught.gradient) };
  }
  const count = g.cast(g.op('Size', [labels], { T: { type: 'int32' }, out_type: { type: 'int32' } }), 'int32', 'float');
  const answer = g.op('ArgMax', [logits, g.int(1)], { ...float, Tidx: { type: 'int32' }, output_type: { type: 'int32' } });
  const right = g.cast(g.op('Equal', [answer, labels], { T: { type: 'int32' }, incompatible_shape_error: { bool: true } }), 'bool', 'float');
  return { loss: g.reduce('Mean', rows.loss, [0]), correct: g.reduce('Sum', right, [0]), gradient: g.binary('RealDiv', rows.gradient, count) };
}
