import { augmentFrame } from '../../services/augmentation';
import { evaluateAll, evaluateModel } from '../../services/evaluations';
import { modelFolder, modelMetadata, resolveModel } from '../../services/models';
import { predictFiles } from '../../services/predictions';
import { plainContext } from '../../services/jobs';
import { extendRound, resumeRound, trainRound, type RoundResult, type TrainingEvents } from '../../services/rounds';
import { modelViews, nextRound, roundView, roundViews } from '../../services/views';
import { summarize } from '../../core/summary';
import { UserError } from '../../core/errors';
import { findClip } from '../../store/clips';
import { findFrame, frameFile } from '../../store/frames';
import { listEpochs, listRounds } from '../../store/rounds';
import { dialog } from 'electron';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RoundView } from '../../ipc/contract';
import type { JobContext } from '../../services/jobs';
import { sendEvent, type HandlersFor } from '../ipc';
import type { StudioState } from '../state';

type RoundCalls =
  | 'rounds:list' | 'rounds:next' | 'rounds:train' | 'rounds:resume' | 'rounds:extend' | 'rounds:augmentPreview' | 'rounds:pause' | 'rounds:epochs'
  | 'models:list' | 'models:summary' | 'models:evaluate' | 'models:matrix';

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
    'rounds:train': (wish) =>
      train((context, events) =>
        trainRound(state.open(), { backgrounds: wish.backgrounds, input: wish.input, architecture: wish.preset, from: wish.from, config: wish.config }, state.workers, context, events),
      ),
    'rounds:resume': (runId) => train((context, events) => resumeRound(state.open(), runId, state.workers, context, events)),
    'rounds:extend': (runId, epochs) => train((context, events) => extendRound(state.open(), runId, epochs, state.workers, context, events)),
    'rounds:augmentPreview': (frameId, wish, count) => augmentFrame(state.open(), frameId, wish, count, state.workers, plainContext()),
    'rounds:pause': (paused) => state.workers.trainer.pause(paused),
    'rounds:epochs': (runId) => listEpochs(state.open().db, runId),
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
  };
}

/** Calls that ask a model about a picture. */
export function predictionHandlers(state: StudioState): HandlersFor<'predictions:choose' | 'predictions:predict'> {
  return {
    'predictions:choose': async () => {
      const options = { properties: ['openFile' as const], filters: [{ name: 'JPEG, PNG', extensions: ['jpg', 'jpeg', 'png', 'bmp', 'gif'] }] };
      const answer = state.window ? await dialog.showOpenDialog(state.window, options) : await dialog.showOpenDialog(options);
      return answer.canceled ? [] : answer.filePaths;
    },
    'predictions:predict': async (modelId, source) => {
      const project = state.open();
      const model = resolveModel(project, modelId);
      const frame = source.kind === 'frame' ? findFrame(project.db, source.frameId) : null;
      if (source.kind === 'frame' && !frame) throw new UserError('labels:noFrame', { id: source.frameId });
      const path = source.kind === 'file' ? source.path : join(project.folder, frameFile(frame?.sha256 ?? ''));
      if (!existsSync(path) || !existsSync(modelFolder(project, model.id))) throw new UserError('clips:missing', { file: path });
      const [prediction] = await predictFiles(project, model, [path], state.workers, plainContext(), frame ? findClip(project.db, frame.clipId)?.crop : null);
      if (!prediction || 'error' in prediction) throw new UserError(prediction?.error.key ?? 'clips:unreadablePicture', prediction?.error.params ?? { file: path });
      const scores = Object.entries(prediction.scores).map(([name, score]) => ({ class: name, score }));
      return {
        class: prediction.class,
        score: prediction.score,
        scores: scores.sort((a, b) => b.score - a.score),
        milliseconds: prediction.milliseconds,
        picture: frame ? `studio://project/frame/${frame.id}` : state.showPicture(path),
      };
    },
  };
}
