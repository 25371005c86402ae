import { dialog } from 'electron';
import { basename } from 'node:path';
import { labelsFromFolders, proposeLabels, type ImportReport } from '../../core/clips';
import { importClips } from '../../services/clips';
import { findClips } from '../../services/paths';
import { listNames } from '../../store/names';
import type { HandlersFor } from '../ipc';
import type { StudioState } from '../state';

type ClipCalls = 'clips:chooseFilms' | 'clips:chooseFolder' | 'clips:propose' | 'clips:import';

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
      const { done } = state.jobs.start('import', { value: 0, title: 'jobs:importing', params: { count: wishes.length } }, async (context) => {
        const reports: ImportReport[] = [];
        try {
          // Wishes with the same labels go through the queue together.
          const groups = new Map<string, (typeof wishes)[number][]>();
          for (const wish of wishes) {
            const key = JSON.stringify([wish.class, wish.background]);
            groups.set(key, [...(groups.get(key) ?? []), wish]);
          }
          for (const group of groups.values()) {
            const first = group[0] as (typeof wishes)[number];
            reports.push(...(await importClips(project, { paths: group.map(({ path }) => path), class: first.class, background: first.background, link: !state.preferences.copyFilms }, context)));
            state.changed('clips');
          }
        } finally {
          state.changed('clips');
        }
        return reports;
      });
      return done;
    },
  };
}
