import type { Command as Program } from 'commander';
import { formatInputShape, parseInputShape, type InputShape } from '../../core/architecture';
import { scalingOf, scalings, type ModelFileFacts, type Scaling } from '../../core/modelFile';
import { inspectModelFile, predictArraysWith } from '../../services/modelFiles';
import { importModel } from '../../services/modelImport';
import { predictFiles, type Prediction } from '../../services/predictions';
import { openProject, withProject } from '../../services/projects';
import { UserError } from '../../core/errors';
import { percent, table, UsageError, type GlobalOptions, type Terminal } from '../io';
import { runCommand } from '../run';

const shownArrays = 20;

function inputOf(text: string | undefined): InputShape | null {
  if (text === undefined) return null;
  const input = parseInputShape(text);
  if (!input) throw new UsageError(`--input ${text}: height x width x channels, e.g. 28x28x1`);
  return input;
}

function scalingIn(text: string | undefined): Scaling | null {
  if (text === undefined) return null;
  const found = scalings.find((scaling) => scaling === text);
  if (!found) throw new UsageError(`--scaling ${text}: ${scalings.join(', ')}`);
  return found;
}

/** Predictions as a user reads them: errors in words. */
export function sayPredictions(terminal: Terminal, predictions: readonly Prediction[]): readonly (Record<string, unknown> & { readonly file: string })[] {
  return predictions.map((prediction) => {
    if ('error' in prediction) {
      const error = terminal.speaker.error(new UserError(prediction.error.key ?? 'clips:unreadablePicture', prediction.error.params ?? {}));
      terminal.print(`${prediction.file}: ${error}`);
      return { file: prediction.file, error };
    }
    terminal.print(`${prediction.file}: ${prediction.unknown ? `${terminal.speaker.say('predictions:unknown')}, ` : ''}${prediction.class} (${percent(prediction.score)})`);
    return { ...prediction };
  });
}

function factsDocument(terminal: Terminal, facts: ModelFileFacts): Record<string, unknown> {
  const { sentence } = terminal.speaker;
  return {
    format: facts.format,
    source: facts.source,
    kerasVersion: facts.kerasVersion,
    input: formatInputShape(facts.input),
    layers: facts.layers,
    parameters: facts.parameters.total,
    trainableParameters: facts.parameters.trainable,
    outputs: facts.outputs,
    classes: facts.classNames,
    scaling: scalingOf(facts.preprocessing),
    scalingReason: sentence(facts.preprocessingReason),
    handoff: facts.handoff,
    trainable: facts.trainable,
    reasons: facts.reasons.map(sentence),
    warnings: facts.warnings.map(sentence),
  };
}

function printFacts(terminal: Terminal, facts: ModelFileFacts): void {
  const { say, sentence } = terminal.speaker;
  terminal.print(table([say('cli:layer'), say('cli:type'), say('cli:outputShape'), say('cli:parametersHead')], facts.layers.map((layer) => [layer.name, layer.type, layer.outputShape.join(' x '), String(layer.parameters)])));
  terminal.print(`\n${say('cli:inspectTotal', { input: formatInputShape(facts.input), parameters: facts.parameters.total })}`);
  terminal.print(sentence(facts.preprocessingReason));
  if (facts.classNames) terminal.print(say('cli:classesInFile', { classes: facts.classNames.join(', ') }));
  for (const warning of facts.warnings) terminal.print(sentence(warning));
  terminal.print(facts.trainable ? say('cli:canTrain') : say('cli:cannotTrain', { reasons: facts.reasons.map(sentence).join(' ') }));
}

function addInspect(model: Program): void {
  model
    .command('inspect')
    .argument('<file>', 'a .h5, .hdf5 or .keras, a tfjs model.json or its folder, or a model folder of Graft')
    .option('--architecture <file>', 'the network of a file that has weights alone')
    .option('--input <shape>', 'size of the pictures, where the file leaves it open')
    .description('what is in a model file')
    .addHelpText('after', '\nExample:\n  graft model inspect toys.keras')
    .action((file: string, options: { architecture?: string; input?: string }, command: Program) => {
      const input = inputOf(options.input);
      return runCommand(command.optsWithGlobals<GlobalOptions>(), async ({ terminal, workers, context }) => {
        const facts = await inspectModelFile({ file, architecture: options.architecture ?? null, input }, workers, context);
        printFacts(terminal, facts);
        terminal.result(factsDocument(terminal, facts));
      });
    });
}

function addPredictArrays(model: Program): void {
  model
    .command('predict')
    .argument('<file>', 'a model file, as for "model inspect"')
    .requiredOption('--arrays <file>', 'a .npy file, float32, [n, height, width, channels], already scaled')
    .option('--logits', 'before the softmax at the end')
    .option('--architecture <file>', 'the network of a file that has weights alone')
    .description('raw numbers in, raw numbers out')
    .addHelpText('after', '\nExample:\n  graft model predict toys.keras --arrays pictures.npy --json')
    .action((file: string, options: { arrays: string; logits?: boolean; architecture?: string }, command: Program) =>
      runCommand(command.optsWithGlobals<GlobalOptions>(), async ({ terminal, workers, context }) => {
        const { shape, output } = await predictArraysWith({ file, arrays: options.arrays, logits: options.logits === true, architecture: options.architecture ?? null }, workers, context);
        const width = output.length / Math.max(1, shape[0] ?? 1);
        const rows = Math.min(shownArrays, shape[0] ?? 0);
        for (let row = 0; row < rows; row += 1) terminal.print(Array.from(output.subarray(row * width, row * width + Math.min(width, shownArrays)), (value) => value.toPrecision(6)).join('  ') + (width > shownArrays ? '  …' : ''));
        terminal.print(terminal.speaker.say('cli:arraysShape', { shape: shape.join(' x ') }));
        terminal.result({ shape, output: Array.from(output) });
      }),
    );
}

interface ImportOptions {
  readonly classes?: string;
  readonly scaling?: string;
  readonly architecture?: string;
  readonly input?: string;
  readonly name?: string;
  readonly check?: string[];
}

function addImport(model: Program): void {
  model
    .command('import')
    .argument('<project>')
    .argument('<file>', 'a model file, as for "model inspect"')
    .option('--classes <names>', 'names of the outputs, in their order: a,b,c')
    .option('--scaling <range>', `how pixels reach the model: ${scalings.join(', ')}`)
    .option('--architecture <file>', 'the network of a file that has weights alone')
    .option('--input <shape>', 'size of the pictures, where the file leaves it open or reads a list of numbers')
    .option('--name <name>', 'name of the model in the project')
    .option('--check <pictures...>', 'what the imported model says about these pictures')
    .description('takes a model file into a project')
    .addHelpText('after', '\nExample:\n  graft model import Toys.graft toys.keras --classes bear,car --scaling 0..1')
    .action((path: string, file: string, options: ImportOptions, command: Program) => {
      const [scaling, input] = [scalingIn(options.scaling), inputOf(options.input)];
      const classNames = options.classes === undefined ? null : options.classes.split(',').map((name) => name.trim()).filter((name) => name !== '');
      return runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal, workers, context }) =>
        withProject(() => openProject(path), async (project) => {
          const { model: kept, facts, warnings } = await importModel(project, { file, architecture: options.architecture ?? null, input }, { classNames, scaling, name: options.name ?? null }, workers, context);
          printFacts(terminal, facts);
          const said = warnings.map(terminal.speaker.sentence);
          terminal.print(`\n${terminal.speaker.say('cli:importedModel', { model: kept.name, id: kept.id, classes: kept.classNames.join(', ') })}`);
          for (const warning of said.slice(facts.warnings.length)) terminal.print(warning);
          const check = options.check ? sayPredictions(terminal, await predictFiles(project, kept, options.check, workers, context)) : null;
          terminal.result({ ...factsDocument(terminal, facts), model: kept.id, parent: kept.parentId, name: kept.name, classes: kept.classNames, parameters: kept.parameters, scaling: scaling ?? scalingOf(facts.preprocessing), accuracy: kept.accuracy, warnings: said, ...(check ? { check } : {}) });
        }),
      );
    });
}

/** `model inspect`, `model predict`, `model import`. */
export function addModelFileCommands(model: Program): void {
  addInspect(model);
  addPredictArrays(model);
  addImport(model);
}
