import type { ClipView, ModelView, NameView, NextRound, RoundView } from '../ipc/contract';
import { presetNames, buildPreset } from '../core/presets';
import { countParameters } from '../core/shapes';
import { listClips } from '../store/clips';
import { findDataset } from '../store/datasets';
import { countFrames, listFrames, type FrameRow } from '../store/frames';
import { findModel, listModels, type ModelRow } from '../store/models';
import { listNames } from '../store/names';
import { listRounds, listRuns, usedClips, type RoundRow } from '../store/rounds';
import { clipReport } from './clips';
import { classesOf, splitClipFrames } from './datasets';
import { floorOf, nextStart } from './floors';
import { roundNumber } from './models';
import type { ReadProject } from './projects';

const stripLength = 6;

/** Clips as the Board shows them. */
export function clipViews(project: ReadProject): readonly ClipView[] {
  const { db } = project;
  const firstRounds = new Map<number, number>();
  for (const round of listRounds(db)) for (const clipId of usedClips(db, round.id)) if (!firstRounds.has(clipId)) firstRounds.set(clipId, round.number);
  const frames = new Map<number, FrameRow[]>();
  for (const frame of listFrames(db)) {
    const list = frames.get(frame.clipId);
    if (list) list.push(frame);
    else frames.set(frame.clipId, [frame]);
  }
  return listClips(db).map((clip) => {
    const own = frames.get(clip.id) ?? [];
    const strip = Array.from({ length: Math.min(stripLength, own.length) }, (_, index) => own[Math.floor(((index + 0.5) * own.length) / Math.min(stripLength, own.length))]?.id ?? 0);
    return {
      ...clipReport(project, clip),
      id: clip.id,
      name: clip.name,
      classId: clip.classId,
      backgroundId: clip.backgroundId,
      strip,
      frames: own.length,
      excluded: own.filter(({ excluded }) => excluded).length,
      testSet: clip.split === 'test',
      sampling: clip.sampling,
      crop: clip.crop,
      firstRound: firstRounds.get(clip.id) ?? null,
      importedAt: clip.importedAt,
    };
  });
}

/** Classes and backgrounds with their frame counts. */
export function nameViews(project: ReadProject): { readonly classes: readonly NameView[]; readonly backgrounds: readonly NameView[] } {
  const counts = countFrames(project.db);
  const view = (table: 'classes' | 'backgrounds', frames: ReadonlyMap<number | null, number>): readonly NameView[] =>
    listNames(project.db, table).map(({ id, name, colour, hidden }) => ({ id, name, colour, hidden, frames: frames.get(id) ?? 0 }));
  return { classes: view('classes', counts.perClass), backgrounds: view('backgrounds', counts.perBackground) };
}

/** A round with its newest run and the model that it left. */
export function roundView(project: ReadProject, round: RoundRow): RoundView {
  const run = listRuns(project.db, round.id).at(-1) ?? null;
  const dataset = findDataset(project.db, round.datasetId);
  const model = run?.modelId ? findModel(project.db, run.modelId) : null;
  return {
    id: round.id,
    number: round.number,
    backgrounds: round.backgrounds,
    dataset: {
      train: dataset?.train ?? 0,
      validation: dataset?.validation ?? 0,
      test: dataset?.test ?? 0,
      classNames: dataset?.classNames ?? [],
      optimistic: dataset?.optimistic ?? false,
      reason: dataset?.reason ?? null,
      nearDuplicates: dataset?.nearDuplicates ?? null,
    },
    config: round.config,
    architectureName: round.architecture.name,
    input: round.architecture.input,
    startModelId: round.startModelId,
    createdAt: round.createdAt,
    runId: run?.id ?? null,
    runState: run?.state ?? null,
    runError: run?.error ?? null,
    imagesPerSecond: run?.imagesPerSecond ?? null,
    bestEpoch: run?.bestEpoch ?? null,
    engine: run?.engine ?? null,
    modelId: run?.modelId ?? null,
    accuracy: model?.accuracy ?? null,
    floor: floorOf(project, round.startModelId),
  };
}

/** All rounds, first to last. */
export function roundViews(project: ReadProject): readonly RoundView[] {
  return listRounds(project.db).map((round) => roundView(project, round));
}

/** A model with its lineage. */
export function modelView(project: ReadProject, model: ModelRow): ModelView {
  const { id, name, parentId, origin, input, classNames, parameters, accuracy, createdAt } = model;
  return { id, name, parentId, origin, round: roundNumber(project, model), input, classNames, parameters, accuracy, createdAt };
}

/** All models, oldest first. */
export function modelViews(project: ReadProject): readonly ModelView[] {
  return listModels(project.db).map((model) => modelView(project, model));
}

/** What the next round would be made of. */
export function nextRound(project: ReadProject): NextRound {
  const { db } = project;
  const used = usedClips(db);
  const clips = listClips(db);
  const added = clips.filter((clip) => !used.has(clip.id));
  const frames = splitClipFrames(project, clips);
  const names = new Map(listNames(db, 'backgrounds').map(({ id, name }) => [id, name]));
  const classNames = classesOf(project, frames).map(({ name }) => name);
  const lonely = new Set(frames.filter(({ block }) => block).map(({ frame }) => frame.clipId));
  const start = nextStart(project);
  const available = new Map<string, number>();
  for (const clip of added) {
    const name = names.get(clip.backgroundId ?? -1);
    if (name !== undefined) available.set(name, (available.get(name) ?? 0) + 1);
  }
  const training = frames.filter(({ split }) => split === 'train').length;
  const obstacle = clips.length === 0 ? 'rounds:noClips' : training === 0 ? 'rounds:noFrames' : classNames.length < 2 ? 'rounds:oneClass' : null;
  return {
    number: (listRounds(db).at(-1)?.number ?? 0) + 1,
    newClips: added.length,
    backgrounds: [...available.keys()],
    train: training,
    validation: frames.filter(({ split }) => split === 'validation').length,
    classNames,
    optimistic: lonely.size > 0,
    reason: lonely.size > 0 ? { key: 'rounds:optimisticBlock', params: { count: lonely.size } } : null,
    startModel: start ? { id: start.id, name: start.name, input: start.input } : null,
    obstacle: obstacle ? { key: obstacle, params: {} } : null,
    presets: presetNames.map((name) => ({ name, parameters: countParameters(buildPreset(name, { height: 64, width: 64, channels: 3 }, Math.max(2, classNames.length))).total })),
    available: [...available].map(([name, count]) => ({ name, clips: count })),
  };
}
