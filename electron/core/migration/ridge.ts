/** Numbers row by row; what a network gives is in float32, and large. */
export type Matrix = Float32Array | Float64Array;

/** a [rows x inner] times b [inner x columns]; row-major. `turned`: a is stored as [inner x rows], or b as [columns x inner]. */
export type Multiply = (a: Matrix, b: Matrix, rows: number, inner: number, columns: number, turned?: 'a' | 'b') => Float64Array;

export interface RidgeProblem {
  /** What the layer reads, [rows x width]. */
  readonly features: Matrix;
  readonly width: number;
  /** What its outputs lack, [rows x outputs]: wanted minus given. */
  readonly residual: Float64Array;
  readonly outputs: number;
  /** Rows that are only for the test; the others are for the fit. */
  readonly heldOut: readonly boolean[];
  /** Strength, relative to the mean of the squares. */
  readonly lambda?: number;
}

export interface RidgeRefit {
  /** To be added to the kernel, [width x outputs], and to the bias. */
  readonly kernel: Float64Array;
  readonly bias: Float64Array;
  /** Root of the mean square of what is lacking on the held out rows, before and after. */
  readonly heldOutBefore: number;
  readonly heldOutAfter: number;
  /** Whether the correction helps on rows that it has not seen. */
  readonly accepted: boolean;
}

/**
 * A correction of a linear layer by ridge regression (Hoerl and Kennard 1970), centred:
 * D = argmin |F D - R|^2 + mu |D|^2 with mu = lambda tr(F F^T) / rows.
 */
export function ridgeRefit({ features, width, residual, outputs, heldOut, lambda = 0.03 }: RidgeProblem, multiply: Multiply = plainMultiply): RidgeRefit {
  const fit = heldOut.flatMap((held, row) => (held ? [] : [row]));
  const test = heldOut.flatMap((held, row) => (held ? [row] : []));
  const F = pick(features, width, fit);
  const R = pick(residual, outputs, fit);
  const meanF = centre(F, width);
  const meanR = centre(R, outputs);
  const kernel = solve(F, R, { rows: fit.length, width, outputs, lambda }, multiply);
  const bias = meanR.map((mean, o) => mean - meanF.reduce((sum, value, k) => sum + value * kernel[k * outputs + o]!, 0));
  const tested = pick(residual, outputs, test);
  const corrected = multiply(pick(features, width, test), kernel, test.length, width, outputs);
  const [heldOutBefore, heldOutAfter] = [rootMeanSquare(tested), rootMeanSquare(tested.map((value, i) => value - corrected[i]! - bias[i % outputs]!))];
  return { kernel, bias, heldOutBefore, heldOutAfter, accepted: fit.length > 0 && test.length > 0 && heldOutAfter < heldOutBefore };
}

interface Sizes {
  readonly rows: number;
  readonly width: number;
  readonly outputs: number;
  readonly lambda: number;
}

/**
 * The smaller of two systems with the same answer: (F^T F + mu I)^-1 F^T R, or in the dual form F^T (F F^T + mu I)^-1 R,
 * which costs rows^3 / 3 however wide the layer is (Saunders, Gammerman and Vovk 1998).
 */
function solve(F: Matrix, R: Float64Array, { rows, width, outputs, lambda }: Sizes, multiply: Multiply): Float64Array {
  const dual = width > rows;
  const size = dual ? rows : width;
  const gram = dual ? multiply(F, F, rows, width, rows, 'b') : multiply(F, F, width, rows, width, 'a');
  let trace = 0;
  for (let i = 0; i < size; i += 1) trace += gram[i * size + i]!;
  const mu = Math.max((lambda * trace) / Math.max(1, rows), 1e-12);
  for (let i = 0; i < size; i += 1) gram[i * size + i]! += mu;
  if (dual) return multiply(F, choleskySolve(gram, rows, R, outputs), width, rows, outputs, 'a');
  return choleskySolve(gram, width, multiply(F, R, width, rows, outputs, 'a'), outputs);
}

/** Solves A X = B for a symmetric positive definite A [n x n] (its lower half is overwritten); B is [n x columns]. */
export function choleskySolve(A: Float64Array, n: number, B: Float64Array, columns: number): Float64Array {
  for (let j = 0; j < n; j += 1) {
    for (let i = j; i < n; i += 1) {
      let sum = A[i * n + j]!;
      for (let k = 0; k < j; k += 1) sum -= A[i * n + k]! * A[j * n + k]!;
      A[i * n + j] = i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / A[j * n + j]!;
    }
  }
  const X = Float64Array.from(B);
  for (let c = 0; c < columns; c += 1) {
    for (let i = 0; i < n; i += 1) {
      let sum = X[i * columns + c]!;
      for (let k = 0; k < i; k += 1) sum -= A[i * n + k]! * X[k * columns + c]!;
      X[i * columns + c] = sum / A[i * n + i]!;
    }
    for (let i = n - 1; i >= 0; i -= 1) {
      let sum = X[i * columns + c]!;
      for (let k = i + 1; k < n; k += 1) sum -= A[k * n + i]! * X[k * columns + c]!;
      X[i * columns + c] = sum / A[i * n + i]!;
    }
  }
  return X;
}

/** Which rows to hold out: every fifth run of ten neighbours (frames of a film resemble their neighbours), every fifth row where there are few. */
export function heldOutRows(rows: number): boolean[] {
  const run = rows >= 100 ? 10 : 1;
  return Array.from({ length: rows }, (_, row) => Math.floor(row / run) % 5 === 4);
}

function plainMultiply(a: Matrix, b: Matrix, rows: number, inner: number, columns: number, turned?: 'a' | 'b'): Float64Array {
  const left = turned === 'a' ? transpose(a, inner, rows) : a;
  const right = turned === 'b' ? transpose(b, columns, inner) : b;
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i += 1) {
    for (let k = 0; k < inner; k += 1) {
      const factor = left[i * inner + k]!;
      if (factor !== 0) for (let j = 0; j < columns; j += 1) result[i * columns + j]! += factor * right[k * columns + j]!;
    }
  }
  return result;
}

function pick<T extends Matrix>(values: T, width: number, rows: readonly number[]): T {
  const result = (values instanceof Float32Array ? new Float32Array(rows.length * width) : new Float64Array(rows.length * width)) as T;
  rows.forEach((row, i) => result.set(values.subarray(row * width, (row + 1) * width), i * width));
  return result;
}

/** Takes the mean of each column away, in place, and gives it. */
function centre(values: Matrix, width: number): Float64Array {
  const means = new Float64Array(width);
  const rows = values.length / width;
  for (let row = 0; row < rows; row += 1) for (let k = 0; k < width; k += 1) means[k]! += values[row * width + k]! / rows;
  for (let row = 0; row < rows; row += 1) for (let k = 0; k < width; k += 1) values[row * width + k]! -= means[k]!;
  return means;
}

function transpose(values: Matrix, rows: number, columns: number): Float64Array {
  const result = new Float64Array(values.length);
  for (let i = 0; i < rows; i += 1) for (let j = 0; j < columns; j += 1) result[j * rows + i] = values[i * columns + j]!;
  return result;
}

function rootMeanSquare(values: Float64Array): number {
  return values.length === 0 ? 0 : Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
