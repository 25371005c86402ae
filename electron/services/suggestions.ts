import { UserError } from '../core/errors';
import type { DatasetExample } from '../core/training';
import { listClips } from '../store/clips';
import { firstUnknownFrame, frameFile, listFrames } from '../store/frames';
import { applyChange, columnChange, type ColumnChange } from '../store/journal';
import { predictionsOf, savePredictions, type ModelRow } from '../store/models';
import { listNames } from '../store/names';
import { answersOf } from './evaluations';
import type { JobContext } from './jobs';
import type { LabelChange } from './labels';
import { ensureName } from './names';
import type { Project, ReadProject } from './projects';
import type { Workers } from './workers';

/** All frames that are not excluded, labeled or not, as examples; class -1 where the model does not know it. */
function allExamples(project: ReadProject, classNames: readonly string[]): readonly DatasetExample[] {
  const names = new Map(listNames(project.db, 'classes').map(({ id, name }) => [id, name]));
  const crops = new Map(listClips(project.db).map(({ id, crop }) => [id, crop]));
  return listFrames(project.db, { excluded: false }).map((frame) => ({
    frameId: frame.id, file: frameFile(frame.sha256), sha256: frame.sha256, classIndex: classNames.indexOf(names.get(frame.classId ?? -1) ?? ''),
    split: 'train', clipId: frame.clipId, background: null, crop: crops.get(frame.clipId) ?? null,
  }));
}

/**
 * Asks a model about every frame of the project and keeps what it says: for the queue of the hardest frames, for labels
 * that it suggests, and for comparing it with another one. Gives how many it was asked about.
 * Errors: `CancelledError`.
 */
export async function askAboutAll(project: Project, model: ModelRow, workers: Workers, context: JobContext): Promise<number> {
  const examples = allExamples(project, model.classNames);
  const answers = await answersOf(project, model, project.folder, examples, workers, context);
  const readable = answers.filter(({ predicted }) => predicted >= 0);
  savePredictions(project.db, model.id, readable.map(({ frameId, predicted, score }) => ({ frameId, classIndex: predicted, score })));
  return readable.length;
}

/** What a model says about the frames that have no label, as far as it was asked, the surest first. */
export function suggestions(project: ReadProject, model: ModelRow): readonly { readonly frameId: number; readonly class: string; readonly score: number }[] {
  const said = predictionsOf(project.db, model.id);
  return listFrames(project.db, { classId: null, excluded: false })
    .flatMap(({ id }) => {
      const answer = said.get(id);
      return answer ? [{ frameId: id, class: model.classNames[answer.classIndex] ?? '', score: answer.score }] : [];
    })
    .sort((one, other) => other.score - one.score);
}

/**
 * Gives frames the labels that a model suggested for them, as one change; the source of such a label is kept as "model".
 * Frames that the model was not asked about stay as they are. Errors: `labels:noFrame`.
 */
export function acceptSuggestions(project: Project, model: ModelRow, frameIds: readonly number[]): LabelChange {
  const { db } = project;
  const missing = firstUnknownFrame(db, frameIds);
  if (missing !== null) throw new UserError('labels:noFrame', { id: missing });
  const said = predictionsOf(db, model.id);
  const perClass = new Map<number, number[]>();
  for (const id of frameIds) {
    const answer = said.get(id);
    if (!answer) continue;
    const list = perClass.get(answer.classIndex);
    if (list) list.push(id);
    else perClass.set(answer.classIndex, [id]);
  }
  return db.transaction(() => {
    const changes: ColumnChange[] = [];
    const now = new Date().toISOString();
    let changed = 0;
    for (const [classIndex, ids] of perClass) {
      const classId = ensureName(db, 'classes', model.classNames[classIndex] ?? '', changes);
      const label = columnChange(db, 'frames', 'class_id', ids, classId);
      changes.push(label, columnChange(db, 'frames', 'label_source', label.ids, 'model'), columnChange(db, 'frames', 'labelled_at', label.ids, now));
      changed += label.ids.length;
    }
    return { changed, entry: applyChange(db, 'journal:acceptedSuggestions', { model: model.name, count: changed }, changes) };
  })();
}
