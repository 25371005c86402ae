import { defaultPreprocessing, type Architecture, type Preprocessing, type Weights } from '../../core/architecture';
import { UserError } from '../../core/errors';
import { weightSpecs } from '../../core/shapes';
import type { DatasetExample, DatasetFile } from '../../core/training';
import { initialWeights } from '../initialWeights';
import { loadModel } from '../modelFiles';

/** Which examples of a dataset a run trains and judges with, as indices into it. */
export interface Examples {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  /** Class of each example of the dataset. */
  readonly labels: Int32Array;
  readonly all: readonly DatasetExample[];
}

/** Readable examples with a class that the network has; a run that is `taught` also trains with frames that have none. Errors: `training:noFrames`, `training:oneClass`. */
export function chooseExamples(dataset: DatasetFile, unreadable: ReadonlySet<number>, classes: number, taught = false): Examples {
  const of = (split: string, least: number): Int32Array =>
    Int32Array.from(dataset.examples.flatMap((example, index) => (example.split === split && example.classIndex >= least && example.classIndex < classes && !unreadable.has(index) ? [index] : [])));
  const train = of('train', taught ? -1 : 0);
  if (train.length === 0) throw new UserError('training:noFrames');
  const labels = Int32Array.from(dataset.examples.map(({ classIndex }) => classIndex));
  if (!taught && new Set([...train].map((index) => labels[index])).size < 2) throw new UserError('training:oneClass');
  return { train, validation: of('validation', 0), labels, all: dataset.examples };
}

/** Training examples of each class. */
export function countClasses({ train, labels }: Examples, classes: number): readonly number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const index of train) if ((labels[index] as number) >= 0) counts[labels[index] as number] = (counts[labels[index] as number] ?? 0) + 1;
  return counts;
}

/** Weights and preprocessing of the start model, or fresh ones by the seed and the usual. Errors: `training:otherArchitecture`, `models:*`. */
export function startModel(architecture: Architecture, startModelFolder: string | null, seed: number): { readonly weights: Weights; readonly preprocessing: Preprocessing } {
  if (!startModelFolder) return { weights: initialWeights(architecture, seed), preprocessing: defaultPreprocessing(architecture.input.channels) };
  const { weights, preprocessing } = loadModel(startModelFolder);
  for (const spec of weightSpecs(architecture)) {
    const size = spec.shape.reduce((product, length) => product * length, 1);
    if (weights.get(spec.name)?.length !== size) throw new UserError('training:otherArchitecture', { weight: spec.name });
  }
  return { weights, preprocessing };
}
