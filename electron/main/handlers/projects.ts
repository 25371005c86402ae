import { app, type OpenDialogOptions } from 'electron';
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { CancelledError } from '../../core/errors';
import type { ProjectView } from '../../ipc/contract';
import { resumeImports } from '../../services/clips';
import { copyEnding, folderForCopy, openCopy, saveCopy } from '../../services/copies';
import { createProject, freeFolder, openProject } from '../../services/projects';
import { recentProjects } from '../../services/recent';
import { importSample } from '../../services/sample';
import { waitingImports } from '../../store/imports';
import { askForPaths, askWhereToSave } from '../dialogs';
import type { HandlersFor } from '../ipc';
import type { StudioState } from '../state';

type ProjectCalls = 'projects:recent' | 'projects:chooseNew' | 'projects:chooseOpen' | 'projects:open' | 'projects:newFor' | 'projects:sample' | 'projects:saveCopy' | 'projects:openCopy' | 'projects:close' | 'projects:current';

function open(state: StudioState, folder: string): ProjectView {
  if (state.project?.folder === folder) return state.projectView() as ProjectView;
  const project = openProject(folder);
  state.switchTo(project);
  const waiting = waitingImports(project.db).length;
  if (waiting > 0) {
    // What was acknowledged before a crash goes on by itself.
    state.jobs
      .start('import', { value: 0, title: 'jobs:importing', params: { count: waiting } }, async (context) => {
        await resumeImports(project, context);
        state.changed('clips');
      })
      .done.catch((error: unknown) => {
        if (!(error instanceof CancelledError)) state.log(`resumed import: ${String(error)}`);
      });
  }
  return state.projectView(waiting) as ProjectView;
}

/** Opens the project that the arguments of the program name (a double click on it gives its path); nothing where there is none. */
export function openNamedProject(state: StudioState, argv: readonly string[]): void {
  const folder = argv.slice(1).concat(argv.length === 1 ? argv : []).find((argument) => argument.endsWith('.graft') && existsSync(join(argument, 'project.db')));
  if (folder === undefined) return;
  try {
    open(state, resolve(folder));
  } catch (error) {
    // The window opens without it: its list of projects says what is wrong when it is opened there.
    state.log(`${folder}: ${String(error)}`);
  }
}

/** Calls that open, make and close projects. */
export function projectHandlers(state: StudioState): HandlersFor<ProjectCalls> {
  const choose = async (options: OpenDialogOptions): Promise<string | null> => (await askForPaths(state, options))[0] ?? null;
  const documents = (): string => app.getPath('documents');
  return {
    'projects:recent': () => recentProjects(state.recentFile),
    'projects:chooseNew': async () => {
      const folder = await askWhereToSave(state, { defaultPath: freeFolder(documents(), 'Project') });
      if (folder === null) return null;
      state.switchTo(createProject(folder));
      return state.projectView();
    },
    'projects:chooseOpen': async () => {
      const folder = await choose({ properties: ['openDirectory'], defaultPath: documents() });
      return folder ? open(state, folder) : null;
    },
    'projects:open': (folder) => open(state, folder),
    'projects:newFor': (paths) => {
      const first = paths[0] ?? documents();
      const parent = extname(first) === '' ? first : dirname(first);
      state.switchTo(createProject(freeFolder(documents(), basename(parent) || 'Project')));
      return state.projectView() as ProjectView;
    },
    'projects:sample': async () => {
      const project = createProject(freeFolder(documents(), 'Sample'));
      state.switchTo(project);
      const { done } = state.jobs.start('sample', { value: 0, title: 'jobs:drawingSample' }, async (context) => {
        await importSample(project, context);
        state.changed('clips');
      });
      done.catch((error: unknown) => {
        if (!(error instanceof CancelledError)) state.log(`sample: ${String(error)}`);
      });
      return state.projectView() as ProjectView;
    },
    'projects:saveCopy': async () => {
      const project = state.open();
      const file = await askWhereToSave(state, { defaultPath: join(documents(), `${project.name}${copyEnding}`), filters: [{ name: 'ZIP', extensions: ['zip'] }] });
      if (file === null) return null;
      const { done } = state.jobs.start('copy', { value: 0, title: 'jobs:savingCopy', params: { project: project.name } }, (context) => saveCopy(project, file, context));
      return (await done).file;
    },
    'projects:openCopy': async () => {
      const file = await choose({ properties: ['openFile'], defaultPath: documents(), filters: [{ name: 'ZIP', extensions: ['zip'] }] });
      if (!file) return null;
      const { done } = state.jobs.start('copy', { value: 0, title: 'jobs:openingCopy', params: { file: basename(file) } }, (context) => openCopy(file, folderForCopy(file), context));
      return open(state, await done);
    },
    'projects:close': () => {
      state.switchTo(null);
    },
    'projects:current': () => state.projectView(),
  };
}
