import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../core/errors';
import { defaultTrainingConfig } from '../core/training';
import type { HandoffResult } from '../core/exports';
import { unknownBelow, type ModelRow } from '../store/models';
import { findRound, listRounds } from '../store/rounds';
import { exportedFrames, manifestOf } from './datasetManifest';
import { projectExamples, temporaryFile, writeDatasetFile } from './datasets';
import { fillFolder, writeDataset } from './exports';
import job from './handoff/job.slurm?raw';
import rayJob from './handoff/ray_job.py?raw';
import readme from './handoff/README.md?raw';
import requirements from './handoff/requirements.txt?raw';
import train from './handoff/train.py?raw';
import type { JobContext } from './jobs';
import { modelFolder, modelMetadata } from './models';
import type { ReadProject } from './projects';
import { freeWorker, type Workers } from './workers';

export interface Handoff {
  /** Written files, relative to the folder. */
  readonly files: readonly string[];
  readonly frames: number;
  readonly parity: HandoffResult['parity'];
}

const texts: Readonly<Record<string, string>> = { 'train.py': train, 'ray_job.py': rayJob, 'job.slurm': job, 'requirements.txt': requirements, 'README.md': readme };

/** Classes, splits by clip, preprocessing and seed, for train.py and for people. */
function handoffManifest(project: ReadProject, model: ModelRow, result: HandoffResult): object {
  const { classNames, preprocessing, architecture } = modelMetadata(project, model);
  const round = (model.roundId === null ? null : findRound(project.db, model.roundId)) ?? listRounds(project.db).at(-1);
  const { clips, backgrounds, rounds } = manifestOf(project, exportedFrames(project, 'all'), () => '-');
  return {
    format: 'graft-handoff',
    formatVersion: 1,
    createdBy: 'Graft 0.1.0',
    project: project.name,
    model: { id: model.id, name: model.name, parameters: model.parameters, accuracy: model.accuracy },
    classNames,
    input: architecture.input,
    preprocessing,
    seed: round?.config.seed ?? defaultTrainingConfig.seed,
    trainingConfig: round?.config ?? null,
    splits: Object.fromEntries(Object.entries(result.splits).map(([split, shards]) => [split, { frames: shards.reduce((sum, { frames }) => sum + frames, 0), shards }])),
    // `block`: the one clip of its kind, divided in time; figures on it are optimistic.
    clips: clips.map(({ name, sha256, class: label, background, split, round: first, frames }) => ({ name, sha256, class: label, background, split, round: first, frames: frames.length })),
    backgrounds,
    rounds,
    check: { input: 'check-input.npy', output: 'check-output.npy', tolerance: 1e-4 },
  };
}

function* filesUnder(folder: string, name = ''): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) yield* filesUnder(join(folder, entry.name), `${name}${entry.name}/`);
    else yield `${name}${entry.name}`;
  }
}

/**
 * Writes a folder with which a model can be trained further on bigger machines: the model as Keras has it, the frames,
 * check pictures, and scripts. The folder is there whole, or not at all.
 * Errors: `exports:*`, `rounds:noFrames`, `models:*`, `CancelledError`.
 */
export function handOff(project: ReadProject, model: ModelRow, out: string, workers: Workers, context: JobContext): Promise<Handoff> {
  const examples = projectExamples(project, model.classNames, 'all');
  if (!examples.some(({ split }) => split === 'train')) throw new UserError('rounds:noFrames');
  return fillFolder(out, async (folder) => {
    const datasetFile = temporaryFile(project, `handoff-${randomUUID()}.json`);
    try {
      writeDatasetFile(datasetFile, { folder: project.folder, classNames: model.classNames, examples });
      const result = await freeWorker(workers).ask<HandoffResult>(
        { kind: 'handoff', job: { modelFolder: modelFolder(project, model.id), name: model.name, unknownBelow: unknownBelow(project.db, model.id), folder, datasetFile, cacheFolder: join(project.folder, 'cache') } },
        { signal: context.signal, onMessage: (message) => message.kind === 'progress' && context.report(message.progress) },
      );
      mkdirSync(join(folder, 'pictures'));
      writeDataset(project, join(folder, 'pictures'), 'tfrecord', 'all', exportedFrames(project, 'all').filter(({ split }) => split !== null), context);
      writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(handoffManifest(project, model, result), null, 1)}\n`);
      for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
      return { files: [...filesUnder(folder)].sort(), frames: examples.length, parity: result.parity };
    } finally {
      rmSync(datasetFile, { force: true });
    }
  });
}
