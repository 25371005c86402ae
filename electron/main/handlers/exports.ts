import { app, clipboard } from 'electron';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { formatEnding, type ModelFormat } from '../../core/exports';
import { snippet } from '../../core/snippets';
import { exportDataset, folderName } from '../../services/exports';
import { handOff } from '../../services/handoff';
import { exportModel } from '../../services/modelExports';
import { modelMetadata, resolveModel } from '../../services/models';
import { askWhereToSave } from '../dialogs';
import type { HandlersFor } from '../ipc';
import type { StudioState } from '../state';

/** A name in the documents that nothing has yet. */
function freePath(name: string, ending: string): string {
  for (let number = 1; ; number += 1) {
    const path = join(app.getPath('documents'), `${name}${number === 1 ? '' : ` ${number}`}${ending}`);
    if (!existsSync(path)) return path;
  }
}

/** Calls that bring models and datasets out of the project. */
export function exportHandlers(state: StudioState): HandlersFor<'models:export' | 'models:handOff' | 'models:snippet' | 'models:copySnippet' | 'datasets:export'> {
  const program = (modelId: string, format: ModelFormat, file: string | null): string => {
    const project = state.open();
    const model = resolveModel(project, modelId);
    const { architecture, classNames, preprocessing } = modelMetadata(project, model);
    const usual = `${folderName(model.name)}${formatEnding(format)}`;
    return snippet({ format, file: file === null ? usual : basename(format === 'tfjs' ? dirname(file) : file), input: architecture.input, preprocessing, classNames });
  };
  return {
    'models:export': async (modelId, format) => {
      const project = state.open();
      const model = resolveModel(project, modelId);
      const ending = formatEnding(format);
      const out = await askWhereToSave(state, { defaultPath: freePath(folderName(model.name), ending), ...(ending ? { filters: [{ name: ending.slice(1).toUpperCase(), extensions: [ending.slice(1)] }] } : {}) });
      if (out === null) return null;
      // The system's dialog has asked already whether a file may be replaced; a folder never is.
      const { done } = state.jobs.start('export', { value: 0, title: 'exports:exportingModel', params: { model: model.name } }, (context) => exportModel(project, model, { format, out, replace: format !== 'tfjs' }, state.workers, context));
      const { file, bytes, parity, notCompared } = await done;
      return { file, bytes, parity, notCompared };
    },
    'models:handOff': async (modelId) => {
      const project = state.open();
      const model = resolveModel(project, modelId);
      const folder = await askWhereToSave(state, { defaultPath: freePath(`${folderName(model.name)}-handoff`, '') });
      if (folder === null) return null;
      const { done } = state.jobs.start('export', { value: 0, title: 'exports:exportingModel', params: { model: model.name } }, (context) => handOff(project, model, folder, state.workers, context));
      return { folder, frames: (await done).frames };
    },
    'models:snippet': (modelId, format, file) => program(modelId, format, file),
    // The page itself may not touch the clipboard.
    'models:copySnippet': (modelId, format, file) => clipboard.writeText(program(modelId, format, file)),
    'datasets:export': async (format, split) => {
      const project = state.open();
      const folder = await askWhereToSave(state, { defaultPath: freePath(`${folderName(project.name)}-${format}`, '') });
      if (folder === null) return null;
      const { done } = state.jobs.start('export', { value: 0, title: 'jobs:exporting', params: { count: 0 } }, (context) => exportDataset(project, folder, format, split, context));
      return { folder, frames: (await done).frames };
    },
  };
}
