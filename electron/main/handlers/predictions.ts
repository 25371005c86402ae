import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Crop } from '../../core/clips';
import { UserError } from '../../core/errors';
import type { PredictionSource, PredictionView } from '../../ipc/contract';
import { plainContext } from '../../services/jobs';
import { keepPicture } from '../../services/keptPictures';
import { labelFrames } from '../../services/labels';
import { modelFolder, resolveModel } from '../../services/models';
import { roadLimits } from '../../services/pictureRoad';
import { predictFiles, saliencyOf } from '../../services/predictions';
import { findClip } from '../../store/clips';
import { findFrame, frameFile } from '../../store/frames';
import { unknownBelow, type ModelRow } from '../../store/models';
import type { Project } from '../../services/projects';
import { askForPaths } from '../dialogs';
import type { HandlersFor } from '../ipc';
import type { StudioState } from '../state';

/** File of a picture to be looked at, and the part of it that counts. Errors: `labels:noFrame`, `clips:missing`. */
function pictureOf(state: StudioState, project: Project, source: PredictionSource): { readonly path: string; readonly crop: Crop | null } {
  if (source.kind !== 'frame') {
    const path = source.kind === 'file' ? source.path : (state.pictureFile(source.key) ?? source.key);
    if (!existsSync(path)) throw new UserError('clips:missing', { file: path });
    return { path, crop: null };
  }
  const frame = findFrame(project.db, source.frameId);
  if (!frame) throw new UserError('labels:noFrame', { id: source.frameId });
  const path = join(project.folder, frameFile(frame.sha256));
  if (!existsSync(path)) throw new UserError('clips:missing', { file: path });
  return { path, crop: findClip(project.db, frame.clipId)?.crop ?? null };
}

/** Calls that ask a model about a picture. */
export function predictionHandlers(state: StudioState): HandlersFor<'predictions:choose' | 'predictions:predict' | 'predictions:saliency' | 'predictions:shot' | 'predictions:live' | 'predictions:keep'> {
  const model = (project: Project, id: string): ModelRow => {
    const row = resolveModel(project, id);
    if (!existsSync(modelFolder(project, row.id))) throw new UserError('clips:missing', { file: modelFolder(project, row.id) });
    return row;
  };
  const answer = async (project: Project, row: ModelRow, path: string, crop: Crop | null, picture: () => string): Promise<PredictionView> => {
    const [prediction] = await predictFiles(project, row, [path], state.workers, plainContext(), crop);
    if (!prediction || 'error' in prediction) throw new UserError(prediction?.error.key ?? 'clips:unreadablePicture', prediction?.error.params ?? { file: path });
    const scores = Object.entries(prediction.scores).map(([name, score]) => ({ class: name, score }));
    return {
      class: prediction.class,
      score: prediction.score,
      scores: scores.sort((a, b) => b.score - a.score),
      milliseconds: prediction.milliseconds,
      unknown: prediction.unknown,
      threshold: unknownBelow(project.db, row.id),
      picture: picture(),
    };
  };
  return {
    'predictions:choose': () => askForPaths(state, { properties: ['openFile'], filters: [{ name: 'JPEG, PNG, WebP', extensions: ['jpg', 'jpeg', 'png', 'webp', 'bmp', 'gif', 'avif', 'heic', 'tif', 'tiff'] }] }),
    'predictions:predict': async (modelId, source) => {
      const project = state.open();
      const row = model(project, modelId);
      const { path, crop } = pictureOf(state, project, source);
      return answer(project, row, path, crop, () => (source.kind === 'frame' ? `studio://project/frame/${source.frameId}` : state.showPicture(path)));
    },
    'predictions:shot': (jpeg) => state.showPicture(state.writeShot(jpeg)).split('/').at(-1) ?? '',
    'predictions:live': async (modelId, jpeg) => {
      const project = state.open();
      const file = state.writeShot(jpeg);
      try {
        return await answer(project, model(project, modelId), file, null, () => '');
      } finally {
        rmSync(file, { force: true });
      }
    },
    'predictions:keep': async (source, className, background) => {
      const project = state.open();
      const entry = source.kind === 'frame' ? labelFrames(project, [source.frameId], className).entry : (await keepPicture(project, { file: pictureOf(state, project, source).path, class: className, background, clipName: state.phoneClipName(), limits: roadLimits })).entry;
      if (entry) state.changed('clips');
      return { changed: entry ? 1 : 0, sentence: entry ? { key: entry.title, params: entry.params } : null };
    },
    'predictions:saliency': async (modelId, source) => {
      const project = state.open();
      const { path, crop } = pictureOf(state, project, source);
      const { rows, columns, weights, strongest } = await saliencyOf(project, model(project, modelId), path, state.workers, plainContext(), crop);
      return { rows, columns, weights, strongest, crop };
    },
  };
}
