import type { ModelFileCalls } from '../../ipc/modelFiles';
import { plainContext } from '../../services/jobs';
import { inspectModelFile } from '../../services/modelFiles';
import { importModel } from '../../services/modelImport';
import { askForPaths } from '../dialogs';
import type { HandlersFor } from '../ipc';
import type { StudioState } from '../state';

/** Calls about model files of other programs. */
export function modelFileHandlers(state: StudioState): HandlersFor<keyof ModelFileCalls> {
  return {
    'models:chooseFile': async () => (await askForPaths(state, { properties: ['openFile'], filters: [{ name: 'Keras, tfjs', extensions: ['keras', 'h5', 'hdf5', 'json'] }] }))[0] ?? null,
    'models:chooseArchitecture': async () => (await askForPaths(state, { properties: ['openFile'], filters: [{ name: 'JSON', extensions: ['json'] }] }))[0] ?? null,
    'models:inspectFile': (file, architecture, input) => inspectModelFile({ file, architecture, input }, state.workers, plainContext()),
    'models:import': async ({ file, architecture, input, classNames, scaling, name }) => {
      const project = state.open();
      const { done } = state.jobs.start('predict', { value: null, title: 'models:readingFile', params: { file: name } }, (context) => importModel(project, { file, architecture, input }, { classNames, scaling, name }, state.workers, context));
      const { model, warnings } = await done;
      state.changed('models');
      state.changed('labels');
      return { id: model.id, warnings };
    },
  };
}
