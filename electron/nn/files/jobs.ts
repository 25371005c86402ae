import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { UserError } from '../../core/errors';
import { lacksNorms, withFullNorms } from '../../core/fullNorms';
import type { InputShape, Preprocessing } from '../../core/architecture';
import type { ModelFileFacts } from '../../core/modelFile';
import { outputShapes, shapeOfInput, sizeOf } from '../../core/shapes';
import type { NnContext } from '../context';
import { breathe } from '../context';
import { GraphSession } from '../graph/session';
import { saveModel } from '../modelFiles';
import { parseNpy } from './npy';
import { readModelFile } from './readModelFile';

const batchSize = 32;

interface ReadJob {
  readonly file: string;
  readonly architecture: string | null;
  readonly input: InputShape | null;
  readonly target: { readonly folder: string; readonly classNames: readonly string[] | null; readonly preprocessing: Preprocessing | null } | null;
}

/** Says what is in a model file, and keeps it as a model folder where `target` names one. Errors: those of `readModelFile`, `models:classesCount`. */
export async function readModelJob(job: ReadJob, context: NnContext): Promise<{ readonly kind: 'readModel'; readonly facts: ModelFileFacts }> {
  context.report({ value: null, title: 'models:readingFile', params: { file: basename(job.file) } });
  const { facts, ...model } = await readModelFile(job.file, { architecture: job.architecture, input: job.input });
  if (!job.target) return { kind: 'readModel', facts };
  const { folder, classNames, preprocessing } = job.target;
  if (classNames && classNames.length !== facts.outputs) throw new UserError('models:classesCount', { outputs: facts.outputs, names: classNames.length });
  saveModel(folder, withFullNorms({ ...model, classNames: classNames ?? model.classNames, preprocessing: preprocessing ?? model.preprocessing }));
  const warnings = lacksNorms(model.architecture) ? [...facts.warnings, { key: 'models:normsFilled', params: {} }] : facts.warnings;
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
