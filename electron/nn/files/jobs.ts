import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { UserError } from '../../core/errors';
import { lacksNorms, withFullNorms } from '../../core/fullNorms';
import type { InputShape, Preprocessing } from '../../core/architecture';
import { parityLimit } from '../../core/exports';
import type { FileSentence, ModelFileFacts } from '../../core/modelFile';
import { outputShapes, shapeOfInput, sizeOf } from '../../core/shapes';
import type { NnContext } from '../context';
import { breathe } from '../context';
import { GraphSession } from '../graph/session';
import { saveModel } from '../modelFiles';
import { compareCheck } from './checkPictures';
import { parseNpy } from './npy';
import { readModelFile, type ModelFile } from './readModelFile';

const batchSize = 32;

interface ReadJob {
  readonly file: string;
  readonly architecture: string | null;
  readonly input: InputShape | null;
  readonly target: { readonly folder: string; readonly classNames: readonly string[] | null; readonly preprocessing: Preprocessing | null } | null;
}

/** The facts of a file; of one that comes back from a hand-off, also how close its answers are to those from there. */
async function checkedFacts({ check, facts, ...model }: ModelFile): Promise<ModelFileFacts> {
  if (!facts.handoff) return facts;
  const trainable = facts.reasons.length === 0;
  if (!check || !trainable) return { ...facts, warnings: [...facts.warnings, { key: 'models:handoffUnchecked', params: {} }] };
  const most = await compareCheck(model, check);
  const params = { count: check.count, difference: most.toExponential(1), limit: parityLimit };
  const said: FileSentence = most <= parityLimit ? { key: 'models:handoffChecked', params: { count: params.count, difference: params.difference } } : { key: 'models:handoffDiffers', params };
  return { ...facts, handoff: { ...facts.handoff, check: { pictures: check.count, maxProbabilityDifference: most } }, warnings: [...facts.warnings, said] };
}

/** Says what is in a model file, and keeps it as a model folder where `target` names one. Errors: those of `readModelFile`, `models:classesCount`. */
export async function readModelJob(job: ReadJob, context: NnContext): Promise<{ readonly kind: 'readModel'; readonly facts: ModelFileFacts }> {
  context.report({ value: null, title: 'models:readingFile', params: { file: basename(job.file) } });
  const read = await readModelFile(job.file, { architecture: job.architecture, input: job.input });
  const facts = await checkedFacts(read);
  if (!job.target) return { kind: 'readModel', facts };
  const { folder, classNames, preprocessing } = job.target;
  if (classNames && classNames.length !== facts.outputs) throw new UserError('models:classesCount', { outputs: facts.outputs, names: classNames.length });
  const { architecture, weights } = read;
  saveModel(folder, withFullNorms({ architecture, weights, classNames: classNames ?? read.classNames, preprocessing: preprocessing ?? read.preprocessing }));
  const warnings = lacksNorms(architecture) ? [...facts.warnings, { key: 'models:normsFilled', params: {} }] : facts.warnings;
  return { kind: 'readModel', facts: { ...facts, warnings } };
}

/** Raw numbers in, raw numbers out. Errors: those of `readModelFile`, `models:badNpy`, `models:arraysShape`. */
export async function predictArrays(job: { readonly file: string; readonly architecture: string | null; readonly arrays: string; readonly logits: boolean }, context: NnContext): Promise<{ readonly kind: 'predictArrays'; readonly shape: readonly number[]; readonly output: Float32Array }> {
  const { shape, values } = parseNpy(readFileSync(job.arrays), job.arrays);
  const model = await readModelFile(job.file, { architecture: job.architecture });
  const expected = shapeOfInput(model.architecture.input);
  if (shape.length !== expected.length + 1 || shape.slice(1).join() !== expected.join()) throw new UserError('models:arraysShape', { file: job.arrays, shape: shape.join(' x '), expected: expected.join(' x ') });
  const out = outputShapes(model.architecture).get(model.architecture.layers.at(-1)?.name ?? '') ?? [];
  const [count, size] = [shape[0] as number, sizeOf(expected)];
  const output = new Float32Array(count * sizeOf(out));
  const session = await GraphSession.create(model.architecture, model.preprocessing, model.weights, false);
  try {
    for (let at = 0; at < count; at += batchSize) {
      await breathe(context);
      const part = Math.min(batchSize, count - at);
      const scores = session.predictFloat(values.slice(at * size, (at + part) * size), part);
      output.set(job.logits ? scores.logits : scores.probabilities, at * sizeOf(out));
    }
  } finally {
    session.dispose();
  }
  return { kind: 'predictArrays', shape: [count, ...out], output };
}
