import i18next from 'i18next';
import type { ProjectView } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { go } from '../ui/place';
import { showProject } from '../ui/queries';
import { attempt, tell } from '../ui/tell';

async function enter(opening: Promise<ProjectView | null>): Promise<ProjectView | null> {
  const project = await attempt(opening);
  if (!project) return null;
  showProject(project);
  go('board');
  return project;
}

/** Asks for a place and starts a project there. */
export function newProject(): Promise<ProjectView | null> {
  return enter(call('projects:chooseNew'));
}

/** Asks for a project and opens it. */
export function chooseProject(): Promise<ProjectView | null> {
  return enter(call('projects:chooseOpen'));
}

/** Asks for a copy in one file, unpacks it and opens it. */
export function chooseCopy(): Promise<ProjectView | null> {
  return enter(call('projects:openCopy'));
}

/** Writes the open project into one file and says where it is. */
export async function saveCopy(): Promise<void> {
  const file = await attempt(call('projects:saveCopy'));
  if (file) tell(i18next.t('start:copySaved', { file }));
}

/** Opens a project of the list. */
export function openProject(folder: string): Promise<ProjectView | null> {
  return enter(call('projects:open', folder));
}

/** A project named after the folder of dropped films. */
export function newProjectFor(paths: readonly string[]): Promise<ProjectView | null> {
  return enter(call('projects:newFor', paths));
}

/** Makes the sample project and opens it. */
export function openSample(): Promise<ProjectView | null> {
  return enter(call('projects:sample'));
}

/** Back to the start screen. */
export async function closeProject(): Promise<void> {
  await attempt(call('projects:close'));
  showProject(null);
}
