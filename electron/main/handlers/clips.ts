import type { ImportReport } from '../../core/clips';
import { UserError } from '../../core/errors';
import type { Undoable } from '../../ipc/contract';
import { basename, parse } from 'node:path';
import { defaultSampling, parseSampling } from '../../core/clips';
import { proposeLabels } from '../../core/proposals';
import { clipLabels, importClips, knownClip } from '../../services/clips';
import { filmOf, filmStreams, findFilms, missingFilms } from '../../services/films';
import { resampleClips } from '../../services/resample';
import { findClips } from '../../services/paths';
import { listNames } from '../../store/names';
import { askForPaths } from '../dialogs';
import type { HandlersFor } from '../ipc';
import type { StudioState } from '../state';

type ClipCalls = 'clips:chooseFilms' | 'clips:chooseFolder' | 'clips:propose' | 'clips:import' | 'clips:resample' | 'clips:streams' | 'clips:importStream' | 'clips:missing' | 'clips:find';

/** Calls that bring films in. */
export function clipHandlers(state: StudioState): HandlersFor<ClipCalls> {
  return {
    'clips:chooseFilms': () => askForPaths(state, { properties: ['openFile', 'multiSelections'] }),
    'clips:chooseFolder': () => askForPaths(state, { properties: ['openDirectory'] }),
    'clips:propose': (paths) => {
      const { db } = state.open();
      const known = { classes: listNames(db, 'classes').map(({ name }) => name), backgrounds: listNames(db, 'backgrounds').map(({ name }) => name) };
      const found = findClips(paths);
      const proposals = proposeLabels(found.map(({ kind, path, parts, inside }) => ({ folders: parts, inside, stem: kind === 'film' ? parse(path).name : null })), known);
      return found.map(({ path, kind }, index) => ({ path, name: basename(path), kind, class: proposals[index]?.class ?? null, background: proposals[index]?.background ?? null }));
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
    'clips:streams': async (clipId) => {
      try {
        return await filmStreams(state.open(), clipId);
      } catch (error) {
        // A film that is gone, or a folder of pictures: there is nothing to choose.
        if (error instanceof UserError) return null;
        throw error;
      }
    },
    'clips:importStream': async (clipId, stream) => {
      const project = state.open();
      const clip = knownClip(project, clipId);
      const wish = { paths: [filmOf(project, clip)], stream, ...clipLabels(project, clip), sampling: parseSampling(clip.sampling) ?? defaultSampling, link: clip.storedFile === null };
      const { done } = state.jobs.start('import', { value: 0, title: 'jobs:importing', params: { count: 1 } }, (context) => importClips(project, wish, context));
      const [report] = await done;
      state.changed('clips');
      return report as ImportReport;
    },
    'clips:missing': () => missingFilms(state.open()),
    'clips:find': async () => {
      const project = state.open();
      const folders = await askForPaths(state, { properties: ['openDirectory'] });
      if (folders.length === 0) return null;
      const { done } = state.jobs.start('import', { value: 0, title: 'jobs:findingFilms', params: { count: missingFilms(project).length } }, (context) => findFilms(project, folders, context));
      const { found, missing } = await done;
      if (found > 0) state.changed('clips');
      return { found, missing: missing.length };
    },
    'clips:resample': async (clipIds, rule) => {
      const project = state.open();
      const { done } = state.jobs.start('import', { value: 0, title: 'jobs:resampling', params: { clip: knownClip(project, clipIds[0] ?? 0).name } }, async (context): Promise<Undoable> => {
        try {
          const { added, removed, entry } = await resampleClips(project, clipIds, parseSampling(rule) ?? defaultSampling, context);
          return { changed: added + removed, sentence: entry ? { key: entry.title, params: entry.params } : null };
        } finally {
          state.changed('clips');
        }
      });
      return done;
    },
  };
}
