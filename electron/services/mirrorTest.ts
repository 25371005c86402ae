import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../core/errors';
import type { MirrorTest } from '../core/mirrorTest';
import type { TrainingConfig } from '../core/training';
import type { TrainResult } from '../ipc/worker';
import { setSetting, setting } from '../store/settings';
import { projectExamples, temporaryFile, thin, writeDatasetFile } from './datasets';
import type { JobContext } from './jobs';
import { modelFolder } from './models';
import type { Project, ReadProject } from './projects';
import { planRound, type RoundWish } from './rounds';
import type { Workers } from './workers';

const key = 'mirror';
const epochs = 5;
/** More frames would not make the test better, only longer. */
const mostFrames = 3000;

/** Whether pictures of this project may be mirrored; null while nobody has said. */
export function mirrorAllowed(project: ReadProject): boolean | null {
  const answer = setting(project.db, key);
  return answer === 'yes' ? true : answer === 'no' ? false : null;
}

/** Keeps the answer; null asks again. */
export function allowMirror(project: Project, allowed: boolean | null): void {
  setSetting(project.db, key, allowed === null ? '' : allowed ? 'yes' : 'no');
}

/**
 * Two short trainings of the next round with the same seed, without and with mirrored pictures; nothing of them is kept.
 * Errors: `rounds:*`, `training:*`, `CancelledError`.
 */
export async function testMirror(project: Project, wish: RoundWish, workers: Workers, context: JobContext): Promise<MirrorTest> {
  const { start, config, clips } = planRound(project, wish);
  const ids = new Set(clips.map(({ id }) => id));
  const examples = thin(projectExamples(project, start.classNames, 'all').filter(({ clipId }) => ids.has(clipId)), mostFrames);
  const frames = examples.filter(({ split }) => split === 'validation').length;
  if (frames === 0) throw new UserError('rounds:noValidation');
  const folder = temporaryFile(project, `mirror-${randomUUID().slice(0, 8)}`);
  const datasetFile = join(folder, 'dataset.json');
  const accuracy = async (flip: boolean, part: number): Promise<number> => {
    // A teacher would take as long again, and says nothing about mirrors.
    const short: TrainingConfig = { ...config, teacher: undefined, unlabelled: undefined, epochs, patience: 0, thawAfter: 0, augment: { ...config.augment, flip } };
    const { epochs: history, bestEpoch } = await workers.trainer.ask<TrainResult>(
      {
        kind: 'train',
        job: { runFolder: join(folder, String(flip)), startModelFolder: start.model ? modelFolder(project, start.model.id) : null, architecture: start.architecture, datasetFile, cacheFolder: join(project.folder, 'cache'), config: short, resume: false },
      },
      {
        signal: context.signal,
        onMessage: (message) => {
          if (message.kind === 'progress') context.report({ ...message.progress, title: 'jobs:mirrorTest', params: {}, value: (part + (message.progress.value ?? 0)) / 2, etaSeconds: null });
        },
      },
    );
    return history.find(({ epoch }) => epoch === bestEpoch)?.validationAccuracy ?? 0;
  };
  try {
    writeDatasetFile(datasetFile, { folder: project.folder, classNames: start.classNames, examples });
    return { epochs, classes: start.classNames.length, frames, without: await accuracy(false, 0), mirrored: await accuracy(true, 1) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
