/** Kernel [inputs, outputs], row-major, and bias of the layer that makes the answers. */
export interface HeadWeights {
  readonly kernel: Float64Array;
  readonly bias: Float64Array;
}

/**
 * A softmax over two classes as one sigmoid for the second: e^b / (e^a + e^b) = sigmoid(b - a).
 * @param kernel [inputs, 2]
 */
export function softmaxToSigmoid(kernel: ArrayLike<number>, bias: ArrayLike<number>): HeadWeights {
  if (bias.length !== 2) throw new Error(`a softmax of ${bias.length} classes is no single sigmoid`);
  return {
    kernel: Float64Array.from({ length: kernel.length / 2 }, (_, k) => kernel[2 * k + 1]! - kernel[2 * k]!),
    bias: Float64Array.of(bias[1]! - bias[0]!),
  };
}

/**
 * One sigmoid as a softmax over two classes: the first gets zeros, the second its numbers.
 * @param kernel [inputs, 1]
 */
export function sigmoidToSoftmax(kernel: ArrayLike<number>, bias: ArrayLike<number>): HeadWeights {
  if (bias.length !== 1) throw new Error(`${bias.length} sigmoids are no softmax of two classes`);
  return { kernel: Float64Array.from({ length: 2 * kernel.length }, (_, k) => (k % 2 === 1 ? kernel[(k - 1) / 2]! : 0)), bias: Float64Array.of(0, bias[0]!) };
}
