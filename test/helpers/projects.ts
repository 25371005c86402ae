import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeProject, createProject, type Project } from '../../electron/services/projects';

/** A folder for one test; `remove` deletes it. */
export function temporaryFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'graft-test-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** An empty project in a folder of its own. */
export function temporaryProject(): { readonly project: Project; remove(): void } {
  const { folder, remove } = temporaryFolder();
  const project = createProject(join(folder, 'Test.graft'));
  return {
    project,
    remove: () => {
      closeProject(project);
      remove();
    },
  };
}
