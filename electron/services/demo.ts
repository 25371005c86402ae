import { join } from 'node:path';
import { copyFileSync, rmSync } from 'node:fs';
import { frameFile, listFrames } from '../store/frames';
import { listNames } from '../store/names';
import { cutRatio } from '../core/numbers';
import { evaluateAll } from './evaluations';
import type { JobContext } from './jobs';
import { keepMigration, planFor } from './migrations';
import { resolveModel } from './models';
import { predictFiles } from './predictions';
import { closeProject, createProject, type Project } from './projects';
import { trainRound, type RoundResult } from './rounds';
import { importSample } from './sample';
import type { Speaker } from './texts';
import type { Workers } from './workers';

export interface DemoStep {
  readonly name: 'films' | 'round1' | 'round2' | 'round3' | 'matrix' | 'migration' | 'prediction';
  readonly title: string;
  readonly seconds: number;
  readonly summary: string;
}

export interface DemoOptions {
  readonly epochs?: number;
  readonly onStep?: (step: DemoStep) => void;
}

const rounds = [
  { name: 'round1', backgrounds: ['paper'] },
  { name: 'round2', backgrounds: ['wood', 'cloth'] },
  { name: 'round3', backgrounds: ['gravel', 'desk', 'toys'] },
] as const;

const demoEpochs = 20;

/**
 * The whole story on the sample project: films, three rounds at 64x64x1, the round x background matrix, the migration to
 * 128x128x3, and a picture that gets its answer. Errors: `projects:exists` and those of every step.
 */
export async function runDemo(out: string, speaker: Speaker, workers: Workers, context: JobContext, options: DemoOptions = {}): Promise<{ readonly steps: readonly DemoStep[]; readonly project: string }> {
  const project = createProject(out);
  const steps: DemoStep[] = [];
  const step = async <T>(name: DemoStep['name'], work: () => Promise<{ readonly value: T; readonly summary: string }>): Promise<T> => {
    const started = performance.now();
    const { value, summary } = await work();
    const done = { name, title: speaker.say(`demo:${name}`), seconds: (performance.now() - started) / 1000, summary };
    steps.push(done);
    options.onStep?.(done);
    return value;
  };
  try {
    await step('films', async () => {
      const clips = await importSample(project, context);
      const frames = clips.reduce((sum, clip) => sum + clip.framesStored, 0);
      return { value: null, summary: speaker.say('demo:filmsDone', { clips: clips.length, frames, classes: listNames(project.db, 'classes').map(({ name }) => name).join(', ') }) };
    });
    for (const { name, backgrounds } of rounds) await step(name, () => demoRound(project, backgrounds, options.epochs ?? demoEpochs, speaker, workers, context));
    await step('matrix', () => demoMatrix(project, speaker, workers, context));
    const migrated = await step('migration', () => demoMigration(project, speaker, workers, context));
    await step('prediction', () => demoPrediction(project, migrated, speaker, workers, context));
    return { steps, project: project.folder };
  } finally {
    closeProject(project);
  }
}

async function demoRound(project: Project, backgrounds: readonly string[], epochs: number, speaker: Speaker, workers: Workers, context: JobContext): Promise<{ value: RoundResult; summary: string }> {
  const result = await trainRound(project, { backgrounds, input: null, from: null, ...(backgrounds.includes('paper') ? { input: { height: 64, width: 64, channels: 1 } } : {}), config: { epochs, seed: 1 } }, workers, context);
  const { train, validation } = result.dataset;
  return { value: result, summary: speaker.say('demo:roundDone', { train, validation, accuracy: cutRatio(result.model.accuracy), speed: Math.round(result.imagesPerSecond) }) };
}

async function demoMatrix(project: Project, speaker: Speaker, workers: Workers, context: JobContext): Promise<{ value: null; summary: string }> {
  const { roundByBackground: matrix } = await evaluateAll(project, 'validation', workers, context);
  const width = Math.max(...matrix.backgrounds.map(({ length }) => length), 6) + 2;
  const head = ''.padEnd(10) + matrix.backgrounds.map((name) => name.padStart(width)).join('');
  const rows = matrix.rounds.map((round, index) => `${speaker.say('demo:round', { round }).padEnd(10)}${(matrix.accuracy[index] ?? []).map((value) => cutRatio(value).padStart(width)).join('')}`);
  return { value: null, summary: [head, ...rows].join('\n') };
}

async function demoMigration(project: Project, speaker: Speaker, workers: Workers, context: JobContext): Promise<{ value: Awaited<ReturnType<typeof keepMigration>>['model']; summary: string }> {
  const source = resolveModel(project, 'last');
  const plan = planFor(project, source, { input: { height: 128, width: 128, channels: 3 }, width: 1, addClasses: [], removeClasses: [], route: 'exact' });
  const { model, check } = await keepMigration(project, source, plan, null, workers, context);
  const summary = speaker.say('demo:migrationDone', {
    before: plan.parameters.before,
    after: plan.parameters.after,
    frames: check.frames,
    same: cutRatio(check.sameAnswers),
    difference: check.maxLogitDifference.toExponential(1),
    logit: check.maxLogit.toFixed(1),
    accuracyBefore: cutRatio(check.accuracyBefore),
    accuracyAfter: cutRatio(check.accuracyAfter),
    accuracyNaive: cutRatio(check.accuracyNaive),
  });
  return { value: model, summary };
}

async function demoPrediction(project: Project, model: Awaited<ReturnType<typeof keepMigration>>['model'], speaker: Speaker, workers: Workers, context: JobContext): Promise<{ value: null; summary: string }> {
  // A frame of the busiest background that training did not see.
  const frames = listFrames(project.db);
  const frame = frames[frames.length - 5];
  if (!frame || !model) throw new Error('the sample project has no frames');
  const path = join(project.folder, 'tmp', 'photo.jpg');
  copyFileSync(join(project.folder, frameFile(frame.sha256)), path);
  const [prediction] = await predictFiles(project, model, [path], workers, context);
  rmSync(path, { force: true });
  if (!prediction || 'error' in prediction) throw new Error('the sample picture could not be read');
  return { value: null, summary: speaker.say('demo:predictionDone', { class: prediction.class, score: cutRatio(prediction.score), milliseconds: Math.round(prediction.milliseconds) }) };
}
