import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import { UserError } from '../core/errors';
import { parityLimit } from '../core/exports';
import { preprocessingOf, type FileSentence, type ModelFileFacts, type Scaling } from '../core/modelFile';
import { insertModel, listModels, setModelAccuracy, type ModelRow } from '../store/models';
import { listNames } from '../store/names';
import { evaluateModel } from './evaluations';
import type { JobContext } from './jobs';
import { inspectModelFile, unpackModelFile, type ModelFileQuestion } from './modelFiles';
import { freeModelName, modelFolder, modelMetadata } from './models';
import { addName, cleanName } from './names';
import { countParameters } from '../core/shapes';
import type { Project, ReadProject } from './projects';
import type { Workers } from './workers';

export interface ImportModelChoices {
  /** In the order of the outputs; null: those of the file, of the project, or numbers. */
  readonly classNames: readonly string[] | null;
  readonly scaling: Scaling | null;
  readonly name: string | null;
}

export interface ImportedModel {
  readonly model: ModelRow;
  readonly facts: ModelFileFacts;
  readonly warnings: readonly FileSentence[];
}

interface ChosenClasses {
  readonly names: readonly string[];
  /** Belong into the project: somebody named them. */
  readonly named: boolean;
  readonly warning: FileSentence | null;
}

/** Class names for the outputs of a model; those that the project has, too, are spelled as there. Errors: `models:classesCount`, `models:classTwice`. */
export function chooseClasses(given: readonly string[] | null, facts: Pick<ModelFileFacts, 'outputs' | 'classNames'>, ofProject: readonly string[]): ChosenClasses {
  const spelled = (name: string): string => ofProject.find((known) => known.toLocaleLowerCase() === cleanName(name).toLocaleLowerCase()) ?? cleanName(name);
  const named = given ?? facts.classNames;
  if (named) {
    const names = named.map(spelled);
    if (names.length !== facts.outputs) throw new UserError('models:classesCount', { outputs: facts.outputs, names: names.length });
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new UserError('models:classTwice', { name: twice });
    return { names, named: true, warning: null };
  }
  if (ofProject.length === facts.outputs) return { names: ofProject, named: false, warning: { key: 'models:classesOfProject', params: { classes: ofProject.join(', ') } } };
  return { names: Array.from({ length: facts.outputs }, (_, index) => String(index)), named: false, warning: { key: 'models:classesNumbered', params: {} } };
}

/** Classes of a project, in its order. */
export function classesOf(project: ReadProject): readonly string[] {
  return listNames(project.db, 'classes').map(({ name }) => name);
}

function wishedName(file: string): string {
  const own = basename(file, extname(file));
  return own === 'model' || own === '' ? basename(dirname(file)) : own;
}

/** A quarter of a thousand outputs is no set of classes that anybody films. */
const mostAdded = 100;

/** How well it does on the project's validation frames; null where there are none, or it cannot look at pictures. */
async function accuracyOf(project: Project, model: ModelRow, facts: ModelFileFacts, workers: Workers, context: JobContext): Promise<number | null> {
  if (facts.reasons.some(({ key }) => key !== 'models:obstacleHead')) return null;
  try {
    return (await evaluateModel(project, model, 'validation', workers, context)).accuracy;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/**
 * The model of the project that a file descends from which comes back from a hand-off, and a sentence about it.
 * Errors: `models:handoffDiffers` where its check pictures say that it is not the model that was trained.
 */
function handoffParent(project: Project, { handoff }: ModelFileFacts): { readonly parent: ModelRow | null; readonly said: readonly FileSentence[] } {
  if (!handoff) return { parent: null, said: [] };
  const { parentId, check } = handoff;
  if (check && !(check.maxProbabilityDifference <= parityLimit)) throw new UserError('models:handoffDiffers', { count: check.pictures, difference: check.maxProbabilityDifference.toExponential(1), limit: parityLimit });
  const parent = listModels(project.db).find(({ id }) => id === parentId) ?? null;
  return { parent, said: [parent ? { key: 'models:handoffParent', params: { parent: parent.name } } : { key: 'models:handoffNoParent', params: { parent: parentId } }] };
}

/**
 * Takes a model file into a project, as a model that everything can be done with: a child of the one that was handed off
 * where it comes back from there (and its check pictures are answered alike), otherwise without a parent. Classes that somebody
 * named (the caller, or the file) are added to the project. Errors: `models:*` (nothing is kept then).
 */
export async function importModel(project: Project, question: ModelFileQuestion, choices: ImportModelChoices, workers: Workers, context: JobContext): Promise<ImportedModel> {
  const seen = await inspectModelFile(question, workers, context);
  const { parent, said } = handoffParent(project, seen);
  const classes = chooseClasses(choices.classNames, seen, classesOf(project));
  const id = `m-${randomUUID().slice(0, 8)}`;
  const folder = modelFolder(project, id);
  try {
    const preprocessing = choices.scaling ? preprocessingOf(choices.scaling, seen.input.channels) : null;
    const facts = await unpackModelFile(question, folder, { classNames: classes.names, preprocessing }, workers, context);
    const model: ModelRow = {
      id,
      name: freeModelName(project, choices.name?.trim() || wishedName(question.file)),
      parentId: parent?.id ?? null,
      origin: 'imported',
      roundId: null,
      runId: null,
      input: facts.input,
      classNames: classes.names,
      parameters: 0,
      accuracy: null,
      createdAt: new Date().toISOString(),
    };
    const kept = { ...model, parameters: countParameters(modelMetadata(project, model).architecture).total };
    project.db.transaction(() => insertModel(project.db, kept))();
    const known = new Set(classesOf(project));
    if (classes.named && classes.names.length <= mostAdded) for (const name of classes.names) if (!known.has(name)) addName(project, 'classes', name);
    const accuracy = await accuracyOf(project, kept, facts, workers, context);
    setModelAccuracy(project.db, id, accuracy);
    return { model: { ...kept, accuracy }, facts, warnings: [...facts.warnings, ...said, ...(classes.warning ? [classes.warning] : []), ...(choices.scaling || facts.preprocessingKnown ? [] : [facts.preprocessingReason])] };
  } catch (error) {
    if (existsSync(folder) && !project.db.prepare('SELECT 1 FROM models WHERE id = ?').get(id)) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
