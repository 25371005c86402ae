import type { Command as Program } from 'commander';
import { modelFormats, type ExportModelResult, type ModelFormat } from '../../core/exports';
import { handOff } from '../../services/handoff';
import { convertModel, exportModel } from '../../services/modelExports';
import { resolveModel } from '../../services/models';
import { readProject, withProject } from '../../services/projects';
import { UsageError, type GlobalOptions, type Terminal } from '../io';
import { runCommand } from '../run';

function formatOf(text: string): ModelFormat {
  const format = modelFormats.find((name) => name === text);
  if (!format) throw new UsageError(`--format ${text}: ${modelFormats.join(', ')}`);
  return format;
}

/** Says where the file is and how close it is. */
function tell(terminal: Terminal, { file, bytes, parity, notCompared }: ExportModelResult): void {
  const { say } = terminal.speaker;
  terminal.print(say('cli:modelExported', { file, kilobytes: Math.ceil(bytes / 1024) }));
  if (notCompared) terminal.print(terminal.speaker.sentence(notCompared));
  if (parity) terminal.print(say(parity.pictures === 'frames' ? 'cli:parityFrames' : 'cli:parityRandom', { count: parity.frames, difference: parity.maxProbabilityDifference.toExponential(1) }));
  terminal.result({ file, bytes, parity, ...(notCompared ? { notCompared: terminal.speaker.sentence(notCompared) } : {}) });
}

/** `model export`. `model`: the group of commands about model files. */
export function addModelExportCommands(model: Program): void {
  model
    .command('export')
    .argument('<project>')
    .requiredOption('--model <model>', 'id, name, last or best')
    .requiredOption('--format <format>', modelFormats.join(', '))
    .requiredOption('--out <path>', 'the file, or the folder of tfjs; nothing may be there yet')
    .description('writes a model for other programs, reads it back and compares it')
    .addHelpText('after', '\nExample:\n  graft model export Toys.graft --model best --format keras --out toys.keras')
    .action((path: string, options: { model: string; format: string; out: string }, command: Program) => {
      const format = formatOf(options.format);
      return runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal, workers, context }) =>
        withProject(() => readProject(path), async (project) => tell(terminal, await exportModel(project, resolveModel(project, options.model), { format, out: options.out }, workers, context))),
      );
    });
}

/** `handoff`. */
export function addHandoffCommand(program: Program): void {
  program
    .command('handoff')
    .argument('<project>')
    .requiredOption('--model <model>', 'id, name, last or best')
    .requiredOption('--out <folder>', 'a folder that does not exist yet')
    .description('a folder with model, frames and scripts, to go on training on bigger machines')
    .addHelpText('after', '\nExample:\n  graft handoff Toys.graft --model best --out toys-handoff')
    .action((path: string, options: { model: string; out: string }, command: Program) =>
      runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal, workers, context }) =>
        withProject(() => readProject(path), async (project) => {
          const result = await handOff(project, resolveModel(project, options.model), options.out, workers, context);
          terminal.print(terminal.speaker.say('cli:handoffDone', { folder: options.out, count: result.frames }));
          terminal.result({ ...result });
        }),
      ),
    );
}

/** `convert`. */
export function addConvertCommand(program: Program): void {
  program
    .command('convert')
    .argument('<in>', 'a model file: .keras, .h5, a tfjs model.json or its folder')
    .argument('<out>', 'a name ending in .keras, .h5 or .onnx, or a folder for tfjs')
    .description('rewrites a model file in another format, reads it back and compares it')
    .addHelpText('after', '\nExample:\n  graft convert model.h5 model.onnx')
    .action((source: string, out: string, _options: object, command: Program) =>
      runCommand(command.optsWithGlobals<GlobalOptions>(), async ({ terminal, workers, context }) => tell(terminal, await convertModel(source, out, workers, context))),
    );
}
