import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { labelsFromFolders, type Sentence } from '../core/clips';
import { UserError } from '../core/errors';
import { clipInterval, type Interval } from '../core/intervals';
import { evaluateAnswers, roundByBackground, type Evaluation, type RoundByBackground } from '../core/metrics';
import { observeResults } from '../core/observations';
import type { DatasetExample, Split } from '../core/training';
import type { EvaluateResult } from '../ipc/worker';
import { extractFrames } from '../media/extract';
import { importPicture } from '../media/pictures';
import { probeFilm } from '../media/probe';
import { findModel, listModels, predictionsOf, savePredictions, type ModelRow } from '../store/models';
import { listNames } from '../store/names';
import { outsideExample, projectExamples, writeDatasetFile } from './datasets';
import { betterStart } from './floors';
import type { JobContext } from './jobs';
import { modelFolder, roundNumber } from './models';
import { findClips, picturesOf } from './paths';
import type { Project, ReadProject } from './projects';
import { freeWorker, type Workers } from './workers';

export interface ModelEvaluation extends Evaluation {
  readonly id: string;
  readonly name: string;
  readonly round: number | null;
  /** 95 % interval of the accuracy, by drawing clips; null with too few of them. */
  readonly interval: Interval | null;
  /** Number of clips behind the figures. */
  readonly clips: number;
  /** What a user should know about them. */
  readonly observations: readonly Sentence[];
}

/** One frame with what a model said about it. */
export interface FrameAnswer {
  readonly frameId: number;
  readonly actual: number;
  readonly predicted: number;
  readonly score: number;
}

/** Asks the trainer what a model says about examples. Gives the answers in their order. */
export async function answersOf(project: ReadProject, model: ModelRow, folder: string, examples: readonly DatasetExample[], workers: Workers, context: JobContext, cacheFolder = join(project.folder, 'cache')): Promise<readonly FrameAnswer[]> {
  if (examples.length === 0) return [];
  const datasetFile = join(scratch(project), 'dataset.json');
  try {
    writeDatasetFile(datasetFile, { folder, classNames: model.classNames, examples });
    const result = await freeWorker(workers).ask<EvaluateResult>(
      { kind: 'evaluate', job: { modelFolder: modelFolder(project, model.id), datasetFile, cacheFolder } },
      { signal: context.signal, onMessage: (message) => message.kind === 'progress' && context.report(message.progress) },
    );
    return examples.map((example, index) => ({ frameId: example.frameId, actual: example.classIndex, predicted: result.predicted[index] ?? -1, score: result.scores[index] ?? 0 }));
  } finally {
    rmSync(join(datasetFile, '..'), { recursive: true, force: true });
  }
}

/** A folder for the duration of one task: in the project when it is ours to write, else in the system's temporary folder. */
function scratch(project: ReadProject): string {
  const folder = join(project.folder, 'tmp', `evaluate-${randomUUID()}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

function evaluation(project: ReadProject, model: ModelRow, examples: readonly DatasetExample[], answers: readonly FrameAnswer[], classNames: readonly string[]): ModelEvaluation {
  const readable = answers.flatMap((answer, index) => (answer.predicted < 0 ? [] : [{ ...answer, background: examples[index]?.background ?? null, clipId: examples[index]?.clipId ?? -1 }]));
  const figures = evaluateAnswers(readable, classNames);
  const clips = new Set(readable.map(({ clipId }) => clipId)).size;
  const interval = clipInterval(readable.map(({ clipId, actual, predicted }) => ({ clipId, correct: actual === predicted })));
  return { id: model.id, name: model.name, round: roundNumber(project, model), ...figures, interval, clips, observations: [...observeResults(figures, parentFigures(project, model, readable), clips), ...belowFloor(project, { ...model, accuracy: model.accuracy ?? figures.accuracy })] };
}

/** Says that training made a migrated model worse. */
function belowFloor(project: ReadProject, model: ModelRow): readonly Sentence[] {
  const start = betterStart(project, model);
  const share = (value: number | null): number => Math.round((value ?? 0) * 1000) / 10;
  return start ? [{ key: 'observations:belowFloor', params: { model: start.name, before: share(start.accuracy), after: share(model.accuracy) } }] : [];
}

/** What the parent of a model said about the same frames, where it was asked before; null without such a parent. */
function parentFigures(project: ReadProject, model: ModelRow, frames: readonly (FrameAnswer & { readonly background: string | null })[]): Evaluation | null {
  const parent = model.parentId === null ? null : findModel(project.db, model.parentId);
  if (!parent) return null;
  const said = predictionsOf(project.db, parent.id);
  const answers = frames.flatMap(({ frameId, actual, background }) => {
    const name = parent.classNames[said.get(frameId)?.classIndex ?? -1];
    return name === undefined ? [] : [{ actual, predicted: model.classNames.indexOf(name), background }];
  });
  return answers.length === frames.length ? evaluateAnswers(answers, model.classNames) : null;
}

/** How a model does on the project's own frames. With a writable project what it said is kept, for the window to show. */
export async function evaluateModel(project: Project | ReadProject, model: ModelRow, split: Split | 'all', workers: Workers, context: JobContext): Promise<ModelEvaluation> {
  const examples = projectExamples(project, model.classNames, split);
  const answers = await answersOf(project, model, project.folder, examples, workers, context);
  if ('lock' in project) {
    savePredictions(project.db, model.id, answers.filter(({ predicted }) => predicted >= 0).map((answer) => ({ frameId: answer.frameId, classIndex: answer.predicted, score: answer.score })));
  }
  return evaluation(project, model, examples, answers, model.classNames);
}

/** Every round's model on every background: forgetting shows as a figure that falls from one row to the next. */
export async function evaluateAll(project: Project | ReadProject, split: Split | 'all', workers: Workers, context: JobContext): Promise<{ readonly models: readonly ModelEvaluation[]; readonly roundByBackground: RoundByBackground }> {
  const all = listModels(project.db);
  if (all.length === 0) throw new UserError('models:none');
  const models: ModelEvaluation[] = [];
  for (const [index, model] of all.entries()) {
    context.report({ value: index / all.length, title: 'jobs:evaluating', params: { model: model.name } });
    models.push(await evaluateModel(project, model, split, workers, { ...context, report: () => undefined }));
  }
  const rows = models.filter((model) => model.round !== null).map((model) => ({ round: model.round as number, evaluation: model }));
  const backgrounds = listNames(project.db, 'backgrounds').map(({ name }) => name);
  return { models, roundByBackground: roundByBackground(rows, backgrounds) };
}

/** Brings pictures and films that are not in the project into examples, in a folder of their own. */
async function outsideExamples(paths: readonly string[], fromFolders: readonly ('class' | 'background' | '-')[], classNames: readonly string[], folder: string, context: JobContext): Promise<readonly DatasetExample[]> {
  const clips = findClips(paths);
  if (clips.length === 0) throw new UserError('clips:nothingFound', { path: paths.join(', ') });
  const examples: DatasetExample[] = [];
  for (const [number, clip] of clips.entries()) {
    const named = labelsFromFolders(clip.parts, fromFolders);
    const classIndex = classNames.indexOf(named.class ?? '');
    if (classIndex < 0) continue;
    context.report({ value: number / clips.length, title: 'jobs:reading', description: clip.path });
    const work = join(folder, `c${number}`);
    mkdirSync(work, { recursive: true });
    const files: string[] = [];
    if (clip.kind === 'film') {
      const info = await probeFilm(clip.path, context.signal);
      const { frames } = await extractFrames(clip.path, info, { kind: 'every', milliseconds: 200 }, work, { signal: context.signal });
      files.push(...frames.map(({ file }) => file));
    } else {
      for (const [index, picture] of picturesOf(clip.path).entries()) {
        const target = join(work, `p${index}.jpg`);
        await importPicture(picture, target, context.signal);
        files.push(target);
      }
    }
    for (const file of files) examples.push(outsideExample(folder, file, { classIndex, background: named.background, clip: number }, examples.length));
  }
  if (examples.length === 0) throw new UserError('evaluation:noKnownClass', { classes: classNames.join(', ') });
  return examples;
}

/** How models do on films and pictures outside the project; the last folder parts say class and background. */
export async function evaluateOutside(project: ReadProject, models: readonly ModelRow[], paths: readonly string[], fromFolders: readonly ('class' | 'background' | '-')[], workers: Workers, context: JobContext): Promise<readonly ModelEvaluation[]> {
  const folder = scratch(project);
  try {
    const results: ModelEvaluation[] = [];
    const known = new Map<string, readonly DatasetExample[]>();
    for (const model of models) {
      const key = model.classNames.join('\n');
      const examples = known.get(key) ?? (await outsideExamples(paths, fromFolders, model.classNames, join(folder, `${known.size}`), context));
      known.set(key, examples);
      const answers = await answersOf(project, model, join(folder, `${[...known.keys()].indexOf(key)}`), examples, workers, context, join(folder, 'cache'));
      results.push(evaluation(project, model, examples, answers, model.classNames));
    }
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
