import type { EpochEstimate } from '../ipc/contract';
import type { EstimateResult } from '../ipc/worker';
import { splitClipFrames } from './datasets';
import type { JobContext } from './jobs';
import type { Project } from './projects';
import { planRound, type RoundWish } from './rounds';
import type { Workers } from './workers';

/**
 * How long an epoch of such a round takes on this machine, from a trial of some two seconds on noise. Reading the pictures
 * for the first time, and a teacher, come on top. Errors: `rounds:*`, `training:*`.
 */
export async function estimateEpoch(project: Project, wish: RoundWish, workers: Workers, context: JobContext): Promise<EpochEstimate> {
  const { start, config, clips } = planRound(project, wish);
  const frames = splitClipFrames(project, clips);
  const train = frames.filter(({ split }) => split === 'train').length;
  const validation = frames.filter(({ split }) => split === 'validation').length;
  const { imagesPerSecond, judgedPerSecond } = await workers.trainer.ask<EstimateResult>({ kind: 'estimate', job: { architecture: start.architecture, config, classNames: start.classNames } }, { signal: context.signal });
  return { train, validation, imagesPerSecond, secondsPerEpoch: train / imagesPerSecond + validation / judgedPerSecond };
}
