import type { Undoable } from '../../ipc/contract';
import { countFrames } from '../../store/frames';
import type { JournalEntry } from '../../store/journal';
import { journalState, redo, undo } from '../../store/journal';
import { removeClips, setAside } from '../../services/clips';
import { knownStacks, searchStacks } from '../../services/duplicates';
import { plainContext } from '../../services/jobs';
import { excludeFrames, labelClips, labelFrames, labelSegment, setBackground, type LabelChange } from '../../services/labels';
import { addName, hideName, mergeNames, recolourName, renameName, reorderNames } from '../../services/names';
import { resolveModel } from '../../services/models';
import { cropClips } from '../../services/resample';
import { acceptSuggestions } from '../../services/suggestions';
import { frameColumns } from '../../services/frameColumns';
import { clipViews, nameViews } from '../../services/views';
import type { HandlersFor } from '../ipc';
import type { StudioState } from '../state';

type LabelCalls =
  | 'clips:list' | 'clips:remove' | 'clips:setAside' | 'clips:crop' | 'clips:setBackground'
  | 'names:list' | 'names:add' | 'names:rename' | 'names:recolour' | 'names:reorder' | 'names:merge' | 'names:hide'
  | 'frames:list' | 'frames:duplicates' | 'labels:clips' | 'labels:frames' | 'labels:segment' | 'labels:accept' | 'labels:exclude' | 'labels:undo' | 'labels:redo' | 'labels:state';

const sentence = (entry: JournalEntry | null): { key: string; params: JournalEntry['params'] } | null => (entry ? { key: entry.title, params: entry.params } : null);

/** Calls that read and change labels, classes, backgrounds and frames. */
export function labelHandlers(state: StudioState): HandlersFor<LabelCalls> {
  const tell = (change: LabelChange): Undoable => {
    if (change.entry) state.changed('labels');
    return { changed: change.changed, sentence: sentence(change.entry) };
  };
  const tellEntry = (entry: JournalEntry | null): Undoable => tell({ changed: entry ? 1 : 0, entry });
  const moved = (entry: JournalEntry | null): ReturnType<typeof sentence> => {
    if (entry) state.changed('labels');
    return sentence(entry);
  };
  return {
    'clips:list': () => clipViews(state.open()),
    'clips:remove': (ids) => tellEntry(removeClips(state.open(), ids)),
    'clips:setBackground': (ids, background) => tell(setBackground(state.open(), ids, background)),
    'clips:setAside': (ids, aside) => tellEntry(setAside(state.open(), ids, aside)),
    'clips:crop': (ids, crop) => tellEntry(cropClips(state.open(), ids, crop)),
    'names:list': () => nameViews(state.open()),
    'names:add': (kind, name) => {
      const row = addName(state.open(), kind, name);
      state.changed('labels');
      return nameViews(state.open())[kind].find(({ id }) => id === row.id) ?? { ...row, frames: 0 };
    },
    'names:rename': (kind, id, name) => tellEntry(renameName(state.open(), kind, id, name)),
    'names:recolour': (kind, id, colour) => tellEntry(recolourName(state.open(), kind, id, colour)),
    'names:reorder': (kind, ids) => tellEntry(reorderNames(state.open(), kind, ids)),
    'names:merge': (kind, from, into) => tellEntry(mergeNames(state.open(), kind, from, into)),
    'names:hide': (kind, id, hidden) => tellEntry(hideName(state.open(), kind, id, hidden)),
    'frames:list': (filter) => frameColumns(state.open(), filter),
    'frames:duplicates': () => {
      const project = state.open();
      return knownStacks(project, () => {
        // A small search is over before anyone could read about it.
        const large = countFrames(project.db).total > 5000;
        return large ? state.jobs.start('duplicates', { value: 0, title: 'jobs:duplicates' }, (context) => searchStacks(project, context)).done : searchStacks(project, plainContext());
      });
    },
    'labels:clips': (ids, name) => tell(labelClips(state.open(), ids, name)),
    'labels:frames': (ids, name) => tell(labelFrames(state.open(), ids, name)),
    'labels:segment': (id, from, to, name) => tell(labelSegment(state.open(), id, from, to, name)),
    'labels:accept': (modelId, ids) => tell(acceptSuggestions(state.open(), resolveModel(state.open(), modelId), ids)),
    'labels:exclude': (ids, excluded) => tell(excludeFrames(state.open(), ids, excluded)),
    'labels:undo': () => moved(undo(state.open().db)),
    'labels:redo': () => moved(redo(state.open().db)),
    'labels:state': () => {
      const { undo: last, redo: next } = journalState(state.open().db);
      return { undo: sentence(last), redo: sentence(next) };
    },
  };
}
