import { compareAnswers, type ModelComparison } from '../core/comparison';
import type { Split } from '../core/training';
import { predictionsOf, savePredictions, type ModelRow } from '../store/models';
import { projectExamples } from './datasets';
import { answersOf } from './evaluations';
import type { JobContext } from './jobs';
import type { Project, ReadProject } from './projects';
import type { Workers } from './workers';

/**
 * Two models on the same labeled frames (by default the validation frames), as far as both know their classes. With a
 * writable project what they said is kept, so that the frames where they differ can be shown.
 */
export async function compareModels(project: Project | ReadProject, first: ModelRow, second: ModelRow, workers: Workers, context: JobContext, split: Split | 'all' = 'validation'): Promise<ModelComparison> {
  const said = [];
  for (const [index, model] of [first, second].entries()) {
    const examples = projectExamples(project, model.classNames, split);
    const half = { ...context, report: (progress: Parameters<JobContext['report']>[0]) => context.report({ ...progress, value: progress.value === null ? null : (index + progress.value) / 2 }) };
    const answers = await answersOf(project, model, project.folder, examples, workers, half);
    const readable = answers.filter(({ predicted }) => predicted >= 0);
    if ('lock' in project) savePredictions(project.db, model.id, readable.map(({ frameId, predicted, score }) => ({ frameId, classIndex: predicted, score })));
    said.push(new Map(readable.map(({ frameId, actual, predicted }) => [frameId, { actual: model.classNames[actual] ?? '', answer: model.classNames[predicted] ?? '' }])));
  }
  const [one, other] = said;
  return compareAnswers(
    [...(one ?? [])].flatMap(([frameId, { actual, answer }]) => {
      const second = other?.get(frameId);
      return second ? [{ actual, first: answer, second: second.answer }] : [];
    }),
  );
}

/** Ids of frames about which two models were asked and said different things. */
export function disagreements(project: ReadProject, first: ModelRow, second: ModelRow): ReadonlySet<number> {
  const other = predictionsOf(project.db, second.id);
  const frames = new Set<number>();
  for (const [frameId, { classIndex }] of predictionsOf(project.db, first.id)) {
    const said = other.get(frameId);
    if (said && second.classNames[said.classIndex] !== first.classNames[classIndex]) frames.add(frameId);
  }
  return frames;
}
