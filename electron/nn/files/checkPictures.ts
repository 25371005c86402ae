import type { Architecture } from '../../core/architecture';
import { UserError } from '../../core/errors';
import { GraphSession } from '../graph/session';
import type { StoredModel } from '../modelFiles';
import { parseNpy } from './npy';
import type { Archive } from './zip';

/** Pictures with the answers that a model gave where it was trained. */
export interface CheckPictures {
  readonly count: number;
  /** uint8 RGB, [count, height, width, 3]. */
  readonly pixels: Uint8Array;
  /** Probabilities, [count, classes]. */
  readonly answers: Float32Array;
}

const mostBytes = 100_000_000;

/** The check pictures that `train.py` of a hand-off puts into a `.keras` archive; null where there are none, or they do not fit the network. */
export function checkPictures(archive: Archive, file: string, { input }: Architecture, outputs: number): CheckPictures | null {
  try {
    const [pixels, answers] = [archive.read('graft-check-input.npy', mostBytes), archive.read('graft-check-output.npy', mostBytes)];
    if (!pixels || !answers) return null;
    const [pictures, theirs] = [parseNpy(pixels, file), parseNpy(answers, file)];
    const count = pictures.shape[0] ?? 0;
    if (count === 0 || pictures.shape.join() !== [count, input.height, input.width, 3].join() || theirs.shape.join() !== [count, outputs].join()) return null;
    return { count, pixels: Uint8Array.from(pictures.values), answers: theirs.values };
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** Largest difference in a probability between a model here and its answers from elsewhere; infinite where one is no number. */
export async function compareCheck({ architecture, preprocessing, weights }: StoredModel, check: CheckPictures): Promise<number> {
  const session = await GraphSession.create(architecture, preprocessing, weights, false);
  try {
    const { probabilities } = session.predict(check.pixels, check.count);
    const differences = probabilities.map((value, index) => Math.abs(value - (check.answers[index] as number)));
    return differences.reduce((most, value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : Math.max(most, value)), 0);
  } finally {
    session.dispose();
  }
}
