import { join } from 'node:path';
import type { ServingCalls } from '../../ipc/serving';
import { hostViews } from '../../services/hosts';
import { keepPicture } from '../../services/keptPictures';
import { resolveModel } from '../../services/models';
import { outsideLimits, servedModel, type ServingSource } from '../../services/serving';
import type { HandlersFor } from '../ipc';
import type { StudioState } from '../state';

const pairingMinutes = 10;

/** The open project, as the server for phones asks for it. */
function sourceOf(state: StudioState): ServingSource {
  return {
    project: () => state.open(),
    keep: async (file, feedback) => {
      const { entry } = await keepPicture(state.open(), { file, ...feedback, clipName: state.phoneClipName(), limits: outsideLimits });
      if (entry) state.changed('clips');
    },
  };
}

/** Calls about the server for phones and programs: off until asked for, gone with the project and the window. */
export function servingHandlers(state: StudioState): HandlersFor<keyof ServingCalls> {
  return {
    'serving:hosts': () => hostViews(),
    'serving:start': ({ modelId, host, https }) => {
      const project = state.open();
      return state.phones.start(sourceOf(state), servedModel(project, resolveModel(project, modelId)), {
        host,
        port: null,
        certificateFolder: https ? join(state.userFolder, 'certificate') : null,
        pageFolder: join(import.meta.dirname, '../renderer'),
        pairingMinutes,
      });
    },
    'serving:stop': () => state.phones.stop(),
    'serving:state': () => state.phones.view(),
    'serving:renew': () => state.phones.renew(),
    'serving:revoke': (phoneId) => state.phones.revoke(phoneId),
    'serving:model': (modelId) => {
      const project = state.open();
      return state.phones.setModel(servedModel(project, resolveModel(project, modelId)));
    },
  };
}
