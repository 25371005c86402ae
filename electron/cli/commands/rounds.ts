import type { Command as Program } from 'commander';
import { formatInputShape, parseInputShape, type Architecture } from '../../core/architecture';
import { parseFromFolders } from '../../core/clips';
import { UserError } from '../../core/errors';
import { isPreset, presetNames } from '../../core/presets';
import type { EpochMetrics } from '../../core/training';
import { readArchitectureFile } from '../../services/architectures';
import { evaluateAll, evaluateModel, evaluateOutside, type ModelEvaluation } from '../../services/evaluations';
import { resolveModel } from '../../services/models';
import { recipeOf } from '../../services/recipe';
import { openProject, readProject, withProject } from '../../services/projects';
import { extendRound, resumeRound, trainRound, type RoundResult, type TrainingEvents } from '../../services/rounds';
import { listModels } from '../../store/models';
import { percent, table, UsageError, type GlobalOptions, type Terminal } from '../io';
import { runCommand } from '../run';
import { addTrainingOptions, trainingConfig, whole, type TrainingFlags } from '../trainingOptions';

interface TrainOptions extends TrainingFlags {
  readonly backgrounds?: string;
  readonly input?: string;
  readonly architecture?: string;
  readonly from?: string;
  readonly recipe?: boolean;
}

function architectureOf(name: string | undefined): string | Architecture | null {
  if (name === undefined) return null;
  if (isPreset(name)) return name;
  if (/[./\\]/.test(name)) return readArchitectureFile(name);
  throw new UsageError(`--architecture ${name}: ${presetNames.join(', ')}, or a file`);
}

function events(terminal: Terminal): TrainingEvents {
  const { say } = terminal.speaker;
  return {
    onStart: (round) => terminal.print(say('cli:roundStarts', { round: round.number, input: formatInputShape(round.architecture.input), architecture: round.architecture.name })),
    onEpoch: (epoch, best) => {
      if (process.stderr.isTTY) terminal.print(`${say('cli:epoch', { epoch: epoch.epoch, loss: epoch.loss.toFixed(4), accuracy: percent(epoch.accuracy), validation: percent(epoch.validationAccuracy) })}${best ? ' *' : ''}`);
    },
  };
}

function epochRows(epochs: readonly EpochMetrics[]): readonly (readonly string[])[] {
  return epochs.map((epoch) => [String(epoch.epoch), epoch.loss.toFixed(4), percent(epoch.accuracy), epoch.validationLoss?.toFixed(4) ?? '–', percent(epoch.validationAccuracy), epoch.seconds.toFixed(1)]);
}

function showRound(terminal: Terminal, result: RoundResult): void {
  const { say } = terminal.speaker;
  const { dataset } = result;
  terminal.print(table([say('cli:epochHead'), say('cli:loss'), say('cli:accuracy'), say('cli:validationLoss'), say('cli:validationAccuracy'), say('cli:seconds')], epochRows(result.epochs)));
  terminal.print(`\n${say('cli:roundDone', { round: result.round.number, model: result.model.name, id: result.model.id, best: result.bestEpoch, accuracy: percent(result.model.accuracy), speed: Math.round(result.imagesPerSecond), train: dataset.train, validation: dataset.validation })}`);
  if (dataset.reason) terminal.print(terminal.speaker.sentence(dataset.reason));
  const observations = result.observations.map((observation) => terminal.speaker.sentence(observation));
  for (const observation of observations) terminal.print(`· ${observation}`);
  terminal.result({
    round: result.round.number,
    run: result.run.id,
    model: result.model.id,
    dataset: { id: dataset.id, sha256: dataset.sha256, train: dataset.train, validation: dataset.validation, test: dataset.test },
    epochs: result.epochs,
    bestEpoch: result.bestEpoch,
    imagesPerSecond: result.imagesPerSecond,
    accuracy: result.model.accuracy,
    engine: result.engine,
    optimistic: dataset.optimistic,
    reason: dataset.reason ? terminal.speaker.sentence(dataset.reason) : null,
    observations,
  });
}

/** Prints the round x background matrix and the confusion matrices. */
export function showEvaluations(terminal: Terminal, models: readonly ModelEvaluation[]): void {
  const { say } = terminal.speaker;
  for (const model of models) {
    terminal.print(say('cli:evaluationOf', { model: model.name, frames: model.frames, accuracy: percent(model.accuracy) }) + (model.interval ? ` ${say('cli:interval', { low: percent(model.interval.low), high: percent(model.interval.high), clips: model.clips })}` : ''));
    for (const observation of model.observations) terminal.print(`· ${terminal.speaker.sentence(observation)}`);
    if (models.length > 1) continue;
    terminal.print(`\n${table([say('cli:background'), say('cli:frames'), say('cli:accuracy')], model.perBackground.map((row) => [row.background, String(row.frames), percent(row.accuracy)]))}`);
    terminal.print(`\n${say('cli:confusion')}\n${table(['', ...model.classes], model.confusion.map((row, index) => [model.classes[index] ?? '', ...row.map(String)]))}`);
  }
}

/** An evaluation as JSON: sentences in words. */
function spoken(terminal: Terminal, model: ModelEvaluation): object {
  return { ...model, observations: model.observations.map((observation) => terminal.speaker.sentence(observation)) };
}

/** `train`, `resume`, `evaluate`. */
export function addRoundCommands(program: Program): void {
  const train = program
    .command('train')
    .argument('<project>')
    .option('--backgrounds <names>', 'backgrounds that this round adds, with commas between (default: all clips in no round yet)')
    .option('--input <shape>', 'height x width x channels, e.g. 64x64x1')
    .option('--architecture <name>', `${presetNames.join(', ')}, or a file`)
    .option('--from <model>', 'model whose weights it starts from; none: fresh (default: the last model)')
    .option('--recipe', 'from a migrated model: the numbers that suit what was changed; options given here count more');
  addTrainingOptions(train)
    .description('a new round: freezes its frames, trains, evaluates')
    .addHelpText('after', '\nExample:\n  graft train Toys.graft --backgrounds table --input 64x64x1 --epochs 20')
    .action((path: string, options: TrainOptions, command: Program) => {
      const config = trainingConfig(options);
      const input = options.input ? parseInputShape(options.input) : null;
      if (options.input && !input) throw new UsageError(`--input ${options.input}: height x width x channels, e.g. 64x64x1`);
      const backgrounds = options.backgrounds?.split(',').map((name) => name.trim()).filter((name) => name !== '') ?? null;
      return runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal, workers, context }) =>
        withProject(() => openProject(path), async (project) => {
          const architecture = architectureOf(options.architecture);
          const recipe = options.recipe ? recipeOf(project, options.from ?? 'last') : null;
          for (const reason of recipe?.reasons ?? []) terminal.print(`· ${terminal.speaker.sentence(reason)}`);
          showRound(terminal, await trainRound(project, { backgrounds, input, architecture, from: options.from ?? (recipe ? 'last' : null), config: { ...recipe?.config, ...config } }, workers, context, events(terminal)));
        }),
      );
    });
  program
    .command('resume')
    .argument('<project>')
    .argument('[run]')
    .option('--epochs <n>', 'goes on with a run that is done (without a name the last one) for so many epochs more')
    .description('goes on where an interrupted run stopped, or with a run that is done')
    .addHelpText('after', '\nExample:\n  graft resume Toys.graft\n  graft resume Toys.graft --epochs 10')
    .action((path: string, run: string | undefined, options: { readonly epochs?: string }, command: Program) => {
      const more = whole(options.epochs, '--epochs', 1);
      return runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal, workers, context }) =>
        withProject(() => openProject(path), async (project) => {
          const result = more === undefined ? resumeRound(project, run, workers, context, events(terminal)) : extendRound(project, run, more, workers, context, events(terminal));
          showRound(terminal, await result);
        }),
      );
    });
  addEvaluate(program);
}

interface EvaluateOptions {
  readonly model: string;
  readonly split: string;
  readonly data?: string;
  readonly fromFolders?: string;
}

function addEvaluate(program: Program): void {
  program
    .command('evaluate')
    .argument('<project>')
    .option('--model <model>', 'id, name, last, best, or all', 'last')
    .option('--split <split>', 'validation, test or all', 'validation')
    .option('--data <folder>', 'films and pictures that are not in the project')
    .option('--from-folders <pattern>', 'with --data: what the folders above each clip say', 'class/background')
    .description('how models do, per class and background')
    .addHelpText('after', '\nExample:\n  graft evaluate Toys.graft --model all')
    .action((path: string, options: EvaluateOptions, command: Program) => {
      const { split } = options;
      if (split !== 'validation' && split !== 'test' && split !== 'all') throw new UsageError(`--split ${split}: validation, test or all`);
      const fromFolders = parseFromFolders(options.fromFolders ?? 'class/background');
      if (!fromFolders) throw new UsageError(`--from-folders ${options.fromFolders}: parts are class, background or -`);
      return runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal, workers, context }) =>
        withProject(() => readProject(path), async (project) => {
          if (listModels(project.db).length === 0) throw new UserError('models:none');
          const asked = options.model === 'all' ? listModels(project.db) : [resolveModel(project, options.model)];
          if (options.data) {
            const models = await evaluateOutside(project, asked, [options.data], fromFolders, workers, context);
            showEvaluations(terminal, models);
            terminal.result({ models: models.map((model) => spoken(terminal, model)) });
            return;
          }
          if (options.model !== 'all') {
            const models = [await evaluateModel(project, asked[0] as (typeof asked)[number], split, workers, context)];
            showEvaluations(terminal, models);
            terminal.result({ models: models.map((model) => spoken(terminal, model)) });
            return;
          }
          const { models, roundByBackground: matrix } = await evaluateAll(project, split, workers, context);
          showEvaluations(terminal, models);
          const { say } = terminal.speaker;
          terminal.print(`\n${say('cli:matrix')}\n${table([say('cli:background'), ...matrix.rounds.map((round) => `${say('cli:round')} ${round}`)], matrix.backgrounds.map((name, column) => [name, ...matrix.accuracy.map((row) => percent(row[column] ?? null))]))}`);
          terminal.result({ models: models.map((model) => spoken(terminal, model)), roundByBackground: matrix });
        }),
      );
    });
}
