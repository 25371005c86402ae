import type { Command as Program } from 'commander';
import { cleanName } from '../../services/names';
import { addName } from '../../services/names';
import { closeProject, createProject, openProject, projectFolder, readProject, withProject } from '../../services/projects';
import { projectStatus } from '../../services/status';
import { redoChange, undoChange } from '../../services/labels';
import { table, type GlobalOptions } from '../io';
import { runCommand } from '../run';

/** `new`, `status`, `undo`, `redo`. */
export function addProjectCommands(program: Program): void {
  program
    .command('new')
    .argument('<project>', 'folder Name.graft')
    .option('--classes <names>', 'classes, with commas between')
    .description('an empty project')
    .addHelpText('after', '\nExample:\n  graft new Toys.graft --classes cup,car,duck')
    .action((path: string, options: { classes?: string }, command: Program) =>
      runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal }) => {
        const names = (options.classes ?? '').split(',').map((name) => name.trim()).filter((name) => name !== '').map(cleanName);
        const project = createProject(path);
        try {
          for (const name of names) addName(project, 'classes', name);
        } finally {
          closeProject(project);
        }
        terminal.print(terminal.speaker.say('cli:newDone', { folder: project.folder }));
        terminal.result({ project: project.folder });
      }),
    );
  program
    .command('status')
    .argument('<project>')
    .description('what is in a project')
    .addHelpText('after', '\nExample:\n  graft status Toys.graft')
    .action((path: string, _options: object, command: Program) =>
      runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal }) =>
        withProject(() => readProject(path), (project) => {
          const status = projectStatus(project);
          const { say } = terminal.speaker;
          const counts = (rows: readonly { name: string; frames: number }[], title: string): void => {
            if (rows.length > 0) terminal.print(`${table([title, say('cli:frames')], rows.map(({ name, frames }) => [name, String(frames)]))}\n`);
          };
          terminal.print(`${projectFolder(path)}\n`);
          counts(status.classes, say('cli:class'));
          counts(status.backgrounds, say('cli:background'));
          terminal.print(say('cli:statusLine', { clips: status.clips, frames: status.frames, excluded: status.excluded, rounds: status.rounds, models: status.models }));
          terminal.result({ ...status });
        }),
      ),
    );
  for (const [name, change, field, key] of [['undo', undoChange, 'undone', 'journal:undone'], ['redo', redoChange, 'redone', 'journal:redone']] as const) {
    program
      .command(name)
      .argument('<project>')
      .description(name === 'undo' ? 'takes back the last change of labels, classes, clips or frames' : 'does again what undo took back')
      .addHelpText('after', `\nExample:\n  graft ${name} Toys.graft`)
      .action((path: string, _options: object, command: Program) =>
        runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal }) =>
          withProject(() => openProject(path), (project) => {
            const entry = change(project);
            const sentence = terminal.speaker.say(entry.title, entry.params);
            terminal.print(terminal.speaker.say(key, { sentence }));
            terminal.result({ [field]: sentence });
          }),
        ),
      );
  }
}
