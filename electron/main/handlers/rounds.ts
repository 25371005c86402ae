import { join } from 'node:path';
import { noLosses } from '../../core/stepLosses';
import { compareModels } from '../../services/comparisons';
import { confidenceOf, setThreshold } from '../../services/confidence';
import { evaluateAll, evaluateModel } from '../../services/evaluations';
import { modelMetadata, resolveModel } from '../../services/models';
import { plainContext } from '../../services/jobs';
import { fineTune } from '../../services/recipe';
import { extendRound, resumeRound, trainRound, type RoundResult, type TrainingEvents } from '../../services/rounds';
import { readStepLosses } from '../../services/stepLosses';
import { askAboutAll } from '../../services/suggestions';
import { modelViews, nextRound, roundView, roundViews } from '../../services/views';
import { summarize } from '../../core/summary';
import { UserError } from '../../core/errors';
import { findRun, listEpochs, listRounds } from '../../store/rounds';
import type { RoundView } from '../../ipc/contract';
import type { JobContext } from '../../services/jobs';
import { sendEvent, type HandlersFor } from '../ipc';
import type { StudioState } from '../state';
import { roundWish } from './preparation';

type RoundCalls =
  | 'migrations:fineTune'
  | 'rounds:list' | 'rounds:next' | 'rounds:train' | 'rounds:resume' | 'rounds:extend' | 'rounds:pause' | 'rounds:epochs' | 'rounds:losses'
  | 'models:list' | 'models:summary' | 'models:evaluate' | 'models:matrix' | 'models:confidence' | 'models:setThreshold' | 'models:askAll' | 'models:compare';

/** Calls that train rounds and look at models. */
export function roundHandlers(state: StudioState): HandlersFor<RoundCalls> {
  const train = async (work: (context: JobContext, events: TrainingEvents) => Promise<RoundResult>): Promise<RoundView> => {
    const project = state.open();
    if (state.jobs.isRunning('train')) throw new UserError('rounds:alreadyTraining');
    let number = (listRounds(project.db).at(-1)?.number ?? 0) + 1;
    const { done } = state.jobs.start('train', { value: 0, title: 'jobs:training', params: { round: number } }, (context) =>
      work(context, {
        onStart: (round) => {
          number = round.number;
          state.changed('rounds');
        },
        onLoss: (at, loss, runId) => sendEvent(state.window, 'rounds:loss', { runId, at, loss }),
        onEpoch: (epoch, best, runId) => sendEvent(state.window, 'rounds:epoch', { runId, roundNumber: number, epoch, best }),
      }),
    );
    try {
      const result = await done;
      return roundView(project, result.round);
    } finally {
      state.changed('rounds');
      state.changed('models');
    }
  };
  return {
    'rounds:list': () => roundViews(state.open()),
    'rounds:next': () => nextRound(state.open()),
    'rounds:train': (wish) => train((context, events) => trainRound(state.open(), roundWish(state.open(), wish), state.workers, context, events)),
    'rounds:resume': (runId) => train((context, events) => resumeRound(state.open(), runId, state.workers, context, events)),
    'rounds:extend': (runId, epochs) => train((context, events) => extendRound(state.open(), runId, epochs, state.workers, context, events)),
    'migrations:fineTune': (modelId) => train((context, events) => fineTune(state.open(), modelId, state.workers, context, events)),
    'rounds:pause': (paused) => state.workers.trainer.pause(paused),
    'rounds:epochs': (runId) => listEpochs(state.open().db, runId),
    'rounds:losses': (runId) => {
      const { db, folder } = state.open();
      const run = findRun(db, runId);
      return run ? readStepLosses(join(folder, 'runs', run.id)) : noLosses;
    },
    'models:list': () => modelViews(state.open()),
    'models:summary': (id) => {
      const project = state.open();
      const { architecture } = modelMetadata(project, resolveModel(project, id));
      return { architecture, ...summarize(architecture) };
    },
    'models:evaluate': async (id) => {
      const project = state.open();
      const model = resolveModel(project, id);
      const evaluation = await evaluateModel(project, model, 'validation', state.workers, plainContext());
      return { ...evaluation, modelId: model.id };
    },
    'models:matrix': async () => {
      const project = state.open();
      const { done } = state.jobs.start('evaluate', { value: 0, title: 'jobs:evaluating', params: { model: '' } }, (context) => evaluateAll(project, 'validation', state.workers, context));
      return (await done).roundByBackground;
    },
    'models:confidence': (id) => {
      const project = state.open();
      return confidenceOf(project, resolveModel(project, id));
    },
    'models:setThreshold': (id, threshold) => {
      const project = state.open();
      setThreshold(project, resolveModel(project, id), threshold);
      state.changed('models');
    },
    'models:askAll': async (id) => {
      const project = state.open();
      const model = resolveModel(project, id);
      const { done } = state.jobs.start('evaluate', { value: 0, title: 'jobs:evaluating', params: { model: model.name } }, (context) => askAboutAll(project, model, state.workers, context));
      const asked = await done;
      state.changed('models');
      return asked;
    },
    'models:compare': async (first, second) => {
      const project = state.open();
      const [one, other] = [resolveModel(project, first), resolveModel(project, second)];
      const { done } = state.jobs.start('evaluate', { value: 0, title: 'jobs:evaluating', params: { model: `${one.name}, ${other.name}` } }, (context) => compareModels(project, one, other, state.workers, context));
      return done;
    },
  };
}
