import { countFrames } from '../store/frames';
import { listClips } from '../store/clips';
import { listModels } from '../store/models';
import { listNames } from '../store/names';
import { listRounds } from '../store/rounds';
import type { ReadProject } from './projects';

export interface ProjectStatus {
  readonly classes: readonly { readonly name: string; readonly frames: number }[];
  readonly backgrounds: readonly { readonly name: string; readonly frames: number }[];
  readonly clips: number;
  readonly frames: number;
  readonly excluded: number;
  readonly unlabelled: number;
  readonly rounds: number;
  readonly models: number;
}

/** What is in a project. */
export function projectStatus(project: ReadProject): ProjectStatus {
  const { db } = project;
  const counts = countFrames(db);
  return {
    classes: listNames(db, 'classes').map(({ id, name }) => ({ name, frames: counts.perClass.get(id) ?? 0 })),
    backgrounds: listNames(db, 'backgrounds').map(({ id, name }) => ({ name, frames: counts.perBackground.get(id) ?? 0 })),
    clips: listClips(db).length,
    frames: counts.total,
    excluded: counts.excluded,
    unlabelled: counts.perClass.get(null) ?? 0,
    rounds: listRounds(db).length,
    models: listModels(db).length,
  };
}
