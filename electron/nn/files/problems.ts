import { UserError } from '../../core/errors';
import type { FileSentence } from '../../core/modelFile';

/** Why one layer cannot be read; caught where all of them are gathered. */
export class LayerProblem extends Error {
  constructor(
    readonly why: string,
    readonly params: FileSentence['params'] = {},
  ) {
    super(why);
  }
}

/** A sentence about one layer. */
export function layerSentence(layer: string, className: string, { why, params }: Pick<LayerProblem, 'why' | 'params'>): FileSentence {
  return { key: `models:layer${why}`, params: { layer, type: className, ...params } };
}

/** Ends the reading of a file: it is not what its name says, or damaged. `problem` is a key of `models:`. */
export function badFile(file: string, problem: string, params: FileSentence['params'] = {}): UserError {
  return new UserError(`models:${problem}`, { file, ...params });
}

/** Ends the reading with all layers that cannot be read. */
export function refusedFile(file: string, problems: readonly FileSentence[]): UserError {
  return new UserError('models:fileRefused', { file, count: problems.length }, { details: problems });
}
