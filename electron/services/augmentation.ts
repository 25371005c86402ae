import { join } from 'node:path';
import { augmentationPresets } from '../core/augmentation';
import { UserError } from '../core/errors';
import type { AugmentationWish } from '../ipc/contract';
import type { AugmentResult } from '../ipc/worker';
import { findClip } from '../store/clips';
import { findFrame, frameFile } from '../store/frames';
import type { JobContext } from './jobs';
import type { ReadProject } from './projects';
import type { Workers } from './workers';

/** A frame as the first `count` epochs of a training would see it: addresses of PNG pictures (`data:`). Errors: `labels:noFrame`. */
export async function augmentFrame(project: ReadProject, frameId: number, wish: AugmentationWish, count: number, workers: Workers, context: JobContext): Promise<readonly string[]> {
  const frame = findFrame(project.db, frameId);
  if (!frame) throw new UserError('labels:noFrame', { id: frameId });
  const { height, width } = wish.input;
  // The predictor is free while the trainer trains.
  const { pictures } = await workers.predictor.ask<AugmentResult>(
    { kind: 'augment', job: { file: join(project.folder, frameFile(frame.sha256)), crop: findClip(project.db, frame.clipId)?.crop ?? null, height, width, augmentation: { ...augmentationPresets[wish.augmentation], ...wish.augment }, seed: wish.seed, frameId, count } },
    { signal: context.signal },
  );
  return pictures.map((picture) => `data:image/png;base64,${Buffer.from(picture).toString('base64')}`);
}
