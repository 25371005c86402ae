import type { Command as Program } from 'commander';
import { datasetFormats } from '../../core/exports';
import { exportDataset } from '../../services/exports';
import { readProject, withProject } from '../../services/projects';
import { UsageError, type GlobalOptions } from '../io';
import { runCommand } from '../run';

/** `export`. */
export function addExportCommands(program: Program): void {
  program
    .command('export')
    .argument('<project>')
    .requiredOption('--format <format>', datasetFormats.join(', '))
    .requiredOption('--out <folder>', 'a folder that does not exist yet')
    .option('--split <split>', 'train, validation, test or all', 'all')
    .description('the labeled frames as a folder per class with a list, the list alone, or for COCO or TensorFlow')
    .addHelpText('after', '\nExample:\n  graft export Toys.graft --format folders --out dataset')
    .action((path: string, options: { format: string; out: string; split: string }, command: Program) => {
      const { format, split } = options;
      const known = datasetFormats.find((name) => name === format);
      if (!known) throw new UsageError(`--format ${format}: ${datasetFormats.join(', ')}`);
      if (split !== 'train' && split !== 'validation' && split !== 'test' && split !== 'all') throw new UsageError(`--split ${split}: train, validation, test or all`);
      return runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal, context }) =>
        withProject(() => readProject(path), async (project) => {
          const result = await exportDataset(project, options.out, known, split, context);
          terminal.print(terminal.speaker.say('cli:exported', { count: result.frames, folder: options.out }));
          terminal.result({ ...result });
        }),
      );
    });
}
