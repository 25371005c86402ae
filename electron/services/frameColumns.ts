import type { FrameColumns, FrameFilterView } from '../ipc/contract';
import { UserError } from '../core/errors';
import { splitFrames } from '../core/split';
import type { Split } from '../core/training';
import { listClips } from '../store/clips';
import { clipFrameIds, listFrameColumns, type StoredColumns } from '../store/frames';
import { answersOf, findModel, predictionsOf, type ModelRow, type PredictionRow } from '../store/models';
import { listNames } from '../store/names';
import { firstRoundOfClips, listRounds, listRuns } from '../store/rounds';
import { disagreements } from './comparisons';
import type { ReadProject } from './projects';

const splitNumbers: Readonly<Record<Split, number>> = { train: 1, validation: 2, test: 3 };

/** Which part of the data each frame belongs to (`FrameColumns.splits`): clips have one when a round used them, or were set aside. */
function splitsOf({ db }: ReadProject, { ids, clipIds }: StoredColumns): Uint8Array {
  const perClip = new Map<number, number>();
  const perFrame = new Map<number, number>();
  for (const clip of listClips(db)) {
    if (clip.split === null) continue;
    if (clip.split !== 'block') {
      perClip.set(clip.id, splitNumbers[clip.split]);
      continue;
    }
    const own = clipFrameIds(db, clip.id);
    splitFrames('block', own.length, clip.kind).forEach((part, index) => perFrame.set(own[index] as number, part === null ? 0 : splitNumbers[part]));
  }
  return Uint8Array.from(ids, (id, index) => perClip.get(clipIds[index] as number) ?? perFrame.get(id) ?? 0);
}

/** The model that the last round left; null as long as there is none. */
function lastRoundModel({ db }: ReadProject): ModelRow | null {
  for (const round of listRounds(db).toReversed()) {
    const modelId = listRuns(db, round.id).findLast((run) => run.modelId !== null)?.modelId;
    if (modelId) return findModel(db, modelId);
  }
  return null;
}

/** What the model of the last round answered, as class ids (`FrameColumns.lastAnswers`). */
function lastAnswersOf(project: ReadProject, { ids, classIds }: StoredColumns): Int32Array | undefined {
  const model = lastRoundModel(project);
  if (!model) return undefined;
  const answers = answersOf(project.db, model.id);
  const byName = new Map(listNames(project.db, 'classes').map(({ id, name }) => [name, id]));
  const known = model.classNames.map((name) => byName.get(name) ?? -2);
  const classes = new Set(known);
  return Int32Array.from(ids, (id, index) => {
    const answer = answers.get(id);
    return answer === undefined || !classes.has(classIds[index] as number) ? -1 : (known[answer] ?? -2);
  });
}

function pick<T extends FrameColumns>(columns: T, rows: readonly number[]): T {
  const picked = Object.entries(columns).map(([name, values]) => {
    const list = values as readonly unknown[] & { readonly constructor: { from(source: readonly number[], value: (row: number) => unknown): unknown } };
    return [name, list.constructor.from(rows, (row) => list[row])];
  });
  return Object.fromEntries(picked) as T;
}

/** Frames of a filter, as columns. Errors: `models:unknown`. */
export function frameColumns(project: ReadProject, filter: FrameFilterView): FrameColumns {
  const { db } = project;
  const stored = listFrameColumns(db, filter);
  const rounds = firstRoundOfClips(db);
  const lastAnswers = lastAnswersOf(project, stored);
  const columns: FrameColumns = { ...stored, rounds: Uint16Array.from(stored.clipIds, (id) => rounds.get(id) ?? 0), splits: splitsOf(project, stored), ...(lastAnswers ? { lastAnswers } : {}) };
  return askedOf(project, columns, filter) ?? columns;
}

function knownModel({ db }: ReadProject, id: string): ModelRow {
  const model = findModel(db, id);
  if (!model) throw new UserError('models:unknown', { model: id, known: '' });
  return model;
}

/** Frames by what a model said about them; null where the filter asks for nothing of the kind. */
function askedOf(project: ReadProject, columns: FrameColumns, filter: FrameFilterView): FrameColumns | null {
  const { confusion, wrongFor, hardestFor, suggestedBy, disagree } = filter;
  if (confusion) {
    return answered(project, columns, confusion.model, (answer, actual) => (actual === confusion.actual && answer.classIndex === confusion.predicted ? answer.score : null));
  }
  if (wrongFor !== undefined) return answered(project, columns, wrongFor, (answer, actual) => (actual >= 0 && answer.classIndex !== actual ? answer.score : null));
  // The wrong ones first, the surest of them on top; then the right ones, the least sure first.
  if (hardestFor !== undefined) return answered(project, columns, hardestFor, (answer, actual) => (actual < 0 ? null : answer.classIndex === actual ? 1 - answer.score : 1 + answer.score));
  if (suggestedBy !== undefined) return answered(project, columns, suggestedBy, (answer, _actual, labeled) => (labeled ? null : answer.score));
  if (disagree) {
    const frames = disagreements(project, knownModel(project, disagree.first), knownModel(project, disagree.second));
    return answered(project, columns, disagree.second, (answer, _actual, _labeled, frameId) => (frames.has(frameId) ? answer.score : null));
  }
  return null;
}

type Rank = (answer: PredictionRow, actual: number, labeled: boolean, frameId: number) => number | null;

/** Frames to which `rank` gives a number, the highest first, with what the model answered. Errors: `models:unknown`. */
function answered(project: ReadProject, columns: FrameColumns, reference: string, rank: Rank): FrameColumns {
  const { db } = project;
  const model = knownModel(project, reference);
  const indexOfClass = new Map(listNames(db, 'classes').map(({ id, name }) => [id, model.classNames.indexOf(name)]));
  const predictions = predictionsOf(db, model.id);
  const chosen: { readonly row: number; readonly prediction: PredictionRow; readonly rank: number }[] = [];
  columns.ids.forEach((id, row) => {
    const prediction = predictions.get(id);
    if (!prediction) return;
    const classId = columns.classIds[row] as number;
    const place = rank(prediction, indexOfClass.get(classId) ?? -1, classId >= 0, id);
    if (place !== null) chosen.push({ row, prediction, rank: place });
  });
  chosen.sort((one, other) => other.rank - one.rank);
  return {
    ...pick(columns, chosen.map(({ row }) => row)),
    answers: chosen.map(({ prediction }) => ({ class: model.classNames[prediction.classIndex] ?? '?', score: prediction.score })),
  };
}
