import type { Command as Program } from 'commander';
import { folderForCopy, openCopy, saveCopy } from '../../services/copies';
import { findFilms } from '../../services/films';
import { openProject, projectFolder, readProject, withProject } from '../../services/projects';
import { table, type GlobalOptions } from '../io';
import { runCommand } from '../run';

/** `save-copy`, `open-copy`, `find-films`. */
export function addCopyCommands(program: Program): void {
  program
    .command('save-copy')
    .argument('<project>')
    .argument('<file>', 'the zip file to write')
    .description('writes a project into one file, also while it is open')
    .addHelpText('after', '\nExample:\n  graft save-copy Toys.graft Toys.graft.zip')
    .action((path: string, file: string, _options: object, command: Program) =>
      runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal, context }) =>
        withProject(() => readProject(path), async (project) => {
          const copy = await saveCopy(project, file, context);
          terminal.print(terminal.speaker.say('cli:copySaved', { file: copy.file, count: copy.files, megabytes: (copy.bytes / 1e6).toFixed(1) }));
          terminal.result({ ...copy });
        }),
      ),
    );
  program
    .command('open-copy')
    .argument('<file>', 'a file that save-copy wrote')
    .argument('[project]', 'the folder to make; without it one beside the file')
    .description('makes a project folder of such a file')
    .addHelpText('after', '\nExample:\n  graft open-copy Toys.graft.zip')
    .action((file: string, path: string | undefined, _options: object, command: Program) =>
      runCommand(command.optsWithGlobals<GlobalOptions>(), async ({ terminal, context }) => {
        const project = await openCopy(file, path === undefined ? folderForCopy(file) : projectFolder(path, true), context);
        terminal.print(terminal.speaker.say('cli:copyOpened', { folder: project }));
        terminal.result({ project });
      }),
    );
  program
    .command('find-films')
    .argument('<project>')
    .argument('<path...>', 'films, or folders to look in')
    .description('finds linked films that are not where they were, by their content')
    .addHelpText('after', '\nExample:\n  graft find-films Toys.graft ~/Videos')
    .action((path: string, places: string[], _options: object, command: Program) =>
      runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal, context }) =>
        withProject(() => openProject(path), async (project) => {
          const { found, missing } = await findFilms(project, places, context);
          terminal.print(terminal.speaker.say('cli:filmsFound', { found, missing: missing.length }));
          if (missing.length > 0) terminal.print(table([terminal.speaker.say('cli:clip'), ''], missing.map(({ name, file }) => [name, file])));
          terminal.result({ found, missing });
        }),
      ),
    );
}
