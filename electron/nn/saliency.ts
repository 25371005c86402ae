import type { GraphSession } from './graph/session';

/** How much each part of a picture matters for an answer. */
export interface Saliency {
  readonly kind: 'saliency';
  readonly rows: number;
  readonly columns: number;
  /**
   * Row by row, 0 to 1: by how much the probability of the answer falls when that part is covered, over the largest such
   * fall; parts whose covering makes the answer surer are 0.
   */
  readonly weights: readonly number[];
  /** The largest fall of the probability; near 0: no single part matters. */
  readonly strongest: number;
  /** Index of the class that was answered, and its probability. */
  readonly classIndex: number;
  readonly score: number;
}

const grid = 12;
const batchSize = 48;

/** Mean of each channel of an RGB picture (bytes). */
function meanColour(pixels: Uint8Array): readonly [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  for (let at = 0; at < pixels.length; at += 3) for (let c = 0; c < 3; c += 1) sums[c] = (sums[c] as number) + (pixels[at + c] as number);
  return sums.map((sum) => Math.round((sum * 3) / pixels.length)) as [number, number, number];
}

/** The picture with a square around (row, column) of the grid in the picture's mean colour; the square is 2.5 cells wide. */
function covered(pixels: Uint8Array, height: number, width: number, row: number, column: number, colour: readonly [number, number, number], target: Uint8Array, offset: number): void {
  target.set(pixels, offset);
  const reach = 1.25;
  const top = Math.max(0, Math.floor(((row + 0.5 - reach) * height) / grid));
  const bottom = Math.min(height, Math.ceil(((row + 0.5 + reach) * height) / grid));
  const left = Math.max(0, Math.floor(((column + 0.5 - reach) * width) / grid));
  const right = Math.min(width, Math.ceil(((column + 0.5 + reach) * width) / grid));
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) for (let c = 0; c < 3; c += 1) target[offset + (y * width + x) * 3 + c] = colour[c] as number;
  }
}

/**
 * Where a model looks: covers one part of the picture after the other and watches the answer (occlusion, Zeiler and
 * Fergus 2014, "Visualizing and Understanding Convolutional Networks"). It needs no gradients and shows what the model
 * uses, the background included. `pixels`: RGB bytes at the model's input size.
 */
export function occlusionSaliency(session: GraphSession, pixels: Uint8Array): Saliency {
  const { height, width } = session.architecture.input;
  const whole = session.predict(pixels, 1).probabilities;
  const classIndex = whole.reduce((top, value, index) => (value > (whole[top] as number) ? index : top), 0);
  const score = whole[classIndex] as number;
  const colour = meanColour(pixels);
  const falls: number[] = [];
  for (let at = 0; at < grid * grid; at += batchSize) {
    const count = Math.min(batchSize, grid * grid - at);
    const batch = new Uint8Array(count * pixels.length);
    for (let k = 0; k < count; k += 1) covered(pixels, height, width, Math.floor((at + k) / grid), (at + k) % grid, colour, batch, k * pixels.length);
    const { probabilities, classes } = session.predict(batch, count);
    for (let k = 0; k < count; k += 1) falls.push(Math.max(0, score - (probabilities[k * classes + classIndex] as number)));
  }
  const strongest = Math.max(...falls);
  return { kind: 'saliency', rows: grid, columns: grid, weights: falls.map((fall) => (strongest > 0 ? fall / strongest : 0)), strongest, classIndex, score };
}
