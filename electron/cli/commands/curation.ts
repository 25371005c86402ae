import type { Command as Program } from 'commander';
import { parseSampling, type Crop } from '../../core/clips';
import { UserError } from '../../core/errors';
import { setAside } from '../../services/clips';
import { duplicateStacks } from '../../services/duplicates';
import { mergeNames } from '../../services/names';
import { openProject, readProject, withProject, type Project } from '../../services/projects';
import { cropClips, resampleClips } from '../../services/resample';
import type { JournalEntry } from '../../store/journal';
import { findName } from '../../store/names';
import { UsageError, type GlobalOptions, type Terminal } from '../io';
import { runCommand } from '../run';

function ids(texts: readonly string[]): readonly number[] {
  return texts.map((text) => {
    const id = Number(text);
    if (!Number.isInteger(id) || id < 1) throw new UsageError(`--clip ${text}: the number of a clip is expected`);
    return id;
  });
}

function tell(terminal: Terminal, entry: JournalEntry | null): void {
  terminal.print(entry ? terminal.speaker.say(entry.title, entry.params) : terminal.speaker.say('cli:nothingChanged'));
  terminal.result({ changed: entry !== null, undoId: entry?.id ?? null });
}

function merge(project: Project, options: { readonly class?: string; readonly background?: string; readonly into: string }): JournalEntry | null {
  const table = options.class === undefined ? 'backgrounds' : 'classes';
  const idOf = (name: string): number => {
    const row = findName(project.db, table, name);
    if (!row) throw new UserError(table === 'classes' ? 'labels:noClass' : 'labels:noBackground', { name });
    return row.id;
  };
  return mergeNames(project, table, idOf(options.class ?? options.background ?? ''), idOf(options.into));
}

/** Shares of the upright picture, `x,y,width,height`; `none` takes a crop away. */
function cropOf(text: string): Crop | null {
  if (text === 'none') return null;
  const [x, y, width, height, ...rest] = text.split(',').map(Number);
  if (rest.length > 0 || [x, y, width, height].some((value) => value === undefined || !Number.isFinite(value))) throw new UsageError(`--crop ${text}: x,y,width,height as shares of the picture, e.g. 0.1,0.1,0.8,0.8, or none`);
  return { x, y, width, height } as Crop;
}

/** `merge`, `set-aside`, `resample`, `crop`, `duplicates`. */
export function addCurationCommands(program: Program): void {
  program
    .command('merge')
    .argument('<project>')
    .option('--class <name>', 'the class that is dissolved')
    .option('--background <name>', 'the background that is dissolved')
    .requiredOption('--into <name>', 'the one that takes its frames')
    .description('makes one class or background of two')
    .addHelpText('after', '\nExample:\n  graft merge Toys.graft --class mug --into cup')
    .action((path: string, options: { class?: string; background?: string; into: string }, command: Program) => {
      if ((options.class === undefined) === (options.background === undefined)) throw new UsageError('one of --class, --background');
      return runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal }) => withProject(() => openProject(path), (project) => tell(terminal, merge(project, options))));
    });
  program
    .command('set-aside')
    .argument('<project>')
    .requiredOption('--clip <id...>')
    .option('--back', 'training may use them again')
    .description('makes clips a test set that training never sees')
    .addHelpText('after', '\nExample:\n  graft set-aside Toys.graft --clip 3 4')
    .action((path: string, options: { clip: string[]; back?: boolean }, command: Program) => {
      const clips = ids(options.clip);
      return runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal }) => withProject(() => openProject(path), (project) => tell(terminal, setAside(project, clips, options.back !== true))));
    });
  program
    .command('crop')
    .argument('<project>')
    .requiredOption('--clip <id...>')
    .requiredOption('--crop <x,y,width,height>', 'shares of the upright picture; none: the whole of it')
    .description('only a part of the picture of clips counts')
    .addHelpText('after', '\nExample:\n  graft crop Toys.graft --clip 3 --crop 0.1,0.1,0.8,0.8')
    .action((path: string, options: { clip: string[]; crop: string }, command: Program) => {
      const [clips, crop] = [ids(options.clip), cropOf(options.crop)];
      return runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal }) => withProject(() => openProject(path), (project) => tell(terminal, cropClips(project, clips, crop))));
    });
  program
    .command('resample')
    .argument('<project>')
    .requiredOption('--clip <id>')
    .requiredOption('--sampling <rule>', 'every:200ms | count:40 | different:40 | all')
    .description('takes the frames of a film anew; those that stay keep their labels')
    .addHelpText('after', '\nExample:\n  graft resample Toys.graft --clip 3 --sampling every:100ms')
    .action((path: string, options: { clip: string; sampling: string }, command: Program) => {
      const [clip] = ids([options.clip]) as [number];
      const sampling = parseSampling(options.sampling);
      if (!sampling) throw new UsageError(`--sampling ${options.sampling}: every:200ms, count:40, different:40 or all`);
      return runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal, context }) => withProject(() => openProject(path), async (project) => tell(terminal, (await resampleClips(project, [clip], sampling, context)).entry)));
    });
  program
    .command('duplicates')
    .argument('<project>')
    .description('frames that look alike, in stacks, inside and across clips')
    .addHelpText('after', '\nExample:\n  graft duplicates Toys.graft')
    .action((path: string, _options: object, command: Program) =>
      runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal }) =>
        withProject(() => readProject(path), (project) => {
          const stacks = duplicateStacks(project);
          terminal.print(terminal.speaker.say('cli:stacks', { stacks: stacks.length, frames: stacks.reduce((sum, { ids: members }) => sum + members.length, 0) }));
          terminal.result({ stacks });
        }),
      ),
    );
}
