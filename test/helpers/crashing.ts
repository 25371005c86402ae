import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { forkFrom } from '../../electron/cli/engines';
import { UserError } from '../../electron/core/errors';
import { Random } from '../../electron/core/random';
import { plainContext } from '../../electron/services/jobs';
import { keepPicture } from '../../electron/services/keptPictures';
import { openProject, type Project } from '../../electron/services/projects';
import { resumableRun, resumeRound, trainRound, type RoundResult } from '../../electron/services/rounds';
import { outsideLimits, PhoneServer, servedModel } from '../../electron/services/serving';
import { createWorkers, type Workers } from '../../electron/services/workers';
import { listModels } from '../../electron/store/models';
import { listRuns } from '../../electron/store/rounds';
import { importWithoutEnd, labelWithoutEnd, say } from './killing';

/** Built entries of the workers. */
export const builtWorkersFolder = resolve(import.meta.dirname, '../../out/main');

/** Epochs of each round while it is killed. */
const roundEpochs = 4;

const isWorkerDeath = (error: unknown): boolean => error instanceof UserError && error.key === 'training:workerDied';

/** Trains rounds without end; what a kill interrupted goes on first. */
async function trainWithoutEnd(project: Project, workers: Workers): Promise<never> {
  const events = { onEpoch: ({ epoch }: { readonly epoch: number }, _best: boolean, run: string) => say('epoch', run, epoch) };
  for (;;) {
    const open = listRuns(project.db).some(({ state }) => state !== 'done');
    if (open) say('resuming', resumableRun(project).id);
    try {
      const wish = { from: 'none', backgrounds: ['desk'], input: { height: 16, width: 16, channels: 3 } as const, config: { epochs: roundEpochs, batchSize: 8 } };
      const { run, model }: RoundResult = open ? await resumeRound(project, undefined, workers, plainContext(), events) : await trainRound(project, wish, workers, plainContext(), events);
      say('trained', run.id, model.id);
    } catch (error) {
      if (!isWorkerDeath(error)) throw error;
      say('died', 'worker');
      await setTimeout(50);
    }
  }
}

/** Serves the first model to a phone, and keeps what it sends. */
async function serveWithoutEnd(project: Project, workers: Workers): Promise<void> {
  while (listModels(project.db).length === 0) await setTimeout(50);
  const server = new PhoneServer(workers, () => undefined);
  let last: Promise<unknown> = Promise.resolve();
  const [model] = listModels(project.db);
  if (!model) return;
  const source = {
    project: () => project,
    keep: (file: string, feedback: { readonly class: string; readonly background: string | null }) => {
      const kept = last.then(() => keepPicture(project, { file, ...feedback, clipName: 'phone', limits: outsideLimits }));
      last = kept.catch(() => undefined);
      return kept.then(() => undefined);
    },
  };
  const options = { host: '127.0.0.1', port: 0, certificateFolder: null, pageFolder: resolve(builtWorkersFolder, '../renderer'), pairingMinutes: 60 };
  for (;;) {
    try {
      const view = await server.start(source, servedModel(project, model), options);
      return say('serving', view.address, view.pairingUrl.split('#k=')[1] ?? '');
    } catch (error) {
      if (!isWorkerDeath(error)) throw error;
    }
  }
}

/** Says the process ids of the workers whenever they change. */
async function sayWorkers(workers: Workers): Promise<never> {
  let said = '';
  for (;;) {
    const now = `${workers.trainer.pid ?? 0} ${workers.predictor.pid ?? 0}`;
    if (now !== said) say('workers', (said = now));
    await setTimeout(10);
  }
}

/** The program that is killed: imports, labels, trains and serves at once on one project, through the services and their workers. */
export async function crashingChild(path: string, films: string, seed: number): Promise<never> {
  const project = openProject(path);
  const workers = createWorkers(forkFrom(builtWorkersFolder));
  const random = Random.seeded(seed);
  await Promise.all([importWithoutEnd(project, films, random), labelWithoutEnd(project, random, 20), trainWithoutEnd(project, workers), serveWithoutEnd(project, workers), sayWorkers(workers)]);
  throw new Error('it goes on until it is killed');
}
