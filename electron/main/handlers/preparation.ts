import { UserError } from '../../core/errors';
import type { RoundWishView } from '../../ipc/contract';
import { removeArchitecture, saveArchitecture, savedArchitecture, savedArchitectures } from '../../services/architectures';
import { augmentFrame } from '../../services/augmentation';
import { estimateEpoch } from '../../services/estimates';
import { plainContext } from '../../services/jobs';
import { allowMirror, mirrorAllowed, testMirror } from '../../services/mirrorTest';
import type { ReadProject } from '../../services/projects';
import type { RoundWish } from '../../services/rounds';
import type { HandlersFor } from '../ipc';
import type { StudioState } from '../state';

type PreparationCalls = 'rounds:augmentPreview' | 'rounds:mirror' | 'rounds:setMirror' | 'rounds:testMirror' | 'rounds:estimate' | 'architectures:list' | 'architectures:save' | 'architectures:remove';

/** The wish of the window as services take it. */
export function roundWish(project: ReadProject, { backgrounds, input, preset, architecture, from, config }: RoundWishView): RoundWish {
  return { backgrounds, input, architecture: architecture ? savedArchitecture(project, architecture) : preset, from, config };
}

/** Calls that prepare a round: what its pictures will look like, which network it trains, how long that takes. */
export function preparationHandlers(state: StudioState): HandlersFor<PreparationCalls> {
  return {
    'rounds:augmentPreview': (frameId, wish, count) => augmentFrame(state.open(), frameId, wish, count, state.workers, plainContext()),
    'rounds:mirror': () => mirrorAllowed(state.open()),
    'rounds:setMirror': (allowed) => allowMirror(state.open(), allowed),
    'rounds:estimate': (wish) => {
      const project = state.open();
      if (state.jobs.isRunning('train')) throw new UserError('rounds:alreadyTraining');
      return estimateEpoch(project, roundWish(project, wish), state.workers, plainContext());
    },
    'architectures:list': () => savedArchitectures(state.open()),
    'architectures:save': (name, architecture) => saveArchitecture(state.open(), name, architecture),
    'architectures:remove': (name) => removeArchitecture(state.open(), name),
    'rounds:testMirror': (wish) => {
      const project = state.open();
      if (state.jobs.isRunning('train')) throw new UserError('rounds:alreadyTraining');
      return state.jobs.start('train', { value: 0, title: 'jobs:mirrorTest' }, (context) => testMirror(project, roundWish(project, wish), state.workers, context)).done;
    },
  };
}
