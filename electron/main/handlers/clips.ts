import type { Undoable } from '../../ipc/contract';
import { dialog } from 'electron';
import { basename } from 'node:path';
import { defaultSampling, labelsFromFolders, parseSampling, proposeLabels } from '../../core/clips';
import { importClips, knownClip } from '../../services/clips';
import { resampleClip } from '../../services/resample';
import { findClips } from '../../services/paths';
import { listNames } from '../../store/names';
import type { HandlersFor } from '../ipc';
import type { StudioState } from '../state';

type ClipCalls = 'clips:chooseFilms' | 'clips:chooseFolder' | 'clips:propose' | 'clips:import' | 'clips:resample';

/** Calls that bring films in. */
export function clipHandlers(state: StudioState): HandlersFor<ClipCalls> {
  const choose = async (properties: ('openFile' | 'openDirectory' | 'multiSelections')[]): Promise<readonly string[]> => {
    const answer = state.window ? await dialog.showOpenDialog(state.window, { properties }) : await dialog.showOpenDialog({ properties });
    return answer.canceled ? [] : answer.filePaths;
  };
  return {
    'clips:chooseFilms': () => choose(['openFile', 'multiSelections']),
    'clips:chooseFolder': () => choose(['openDirectory']),
    'clips:propose': (paths) => {
      const { db } = state.open();
      const known = { classes: listNames(db, 'classes').map(({ name }) => name), backgrounds: listNames(db, 'backgrounds').map(({ name }) => name) };
      return findClips(paths).map(({ path, kind, parts }) => {
        const name = basename(path);
        const proposal = proposeLabels(parts.slice(-4), name, known);
        // Folders of a dropped tree are most often class/background.
        const dropped = paths.every((given) => given !== path && path.startsWith(given));
        const fromTree = dropped && parts.length >= 2 ? labelsFromFolders(kind === 'pictures' ? parts : parts, ['class', 'background']) : { class: null, background: null };
        return { path, name, kind, class: proposal.class ?? fromTree.class, background: proposal.background ?? fromTree.background };
      });
    },
    'clips:import': async (wishes) => {
      const project = state.open();
      // The Board fills while the import goes on, at most twice a second.
      let told = 0;
      const tellOften = (): void => {
        if (Date.now() - told < 500) return;
        told = Date.now();
        state.changed('clips');
      };
      const { done } = state.jobs.start('import', { value: 0, title: 'jobs:importing', params: { count: wishes.length } }, async (context) => {
        try {
          const link = !state.preferences.copyFilms;
          return await importClips(project, wishes.map((wish) => ({ paths: [wish.path], class: wish.class, background: wish.background, sampling: parseSampling(wish.sampling ?? '') ?? defaultSampling, stream: wish.stream ?? null, link })), {
            ...context,
            report: (progress) => {
              context.report(progress);
              tellOften();
            },
          });
        } finally {
          state.changed('clips');
        }
      });
      return done;
    },
    'clips:resample': async (clipId, rule) => {
      const project = state.open();
      const { done } = state.jobs.start('import', { value: 0, title: 'jobs:resampling', params: { clip: knownClip(project, clipId).name } }, async (context): Promise<Undoable> => {
        try {
          const { added, removed, entry } = await resampleClip(project, clipId, parseSampling(rule) ?? defaultSampling, context);
          return { changed: added + removed, sentence: entry ? { key: entry.title, params: entry.params } : null };
        } finally {
          state.changed('clips');
        }
      });
      return done;
    },
  };
}
