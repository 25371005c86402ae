import type { Command as Program } from 'commander';
import { existsSync } from 'node:fs';
import { parseFromFolders, parseSampling, type ImportReport } from '../../core/clips';
import { UserError } from '../../core/errors';
import { importClips, resumeImports } from '../../services/clips';
import { importDataset, isDatasetFolder } from '../../services/datasetImport';
import { excludeClip, excludeFrames, labelClips, labelFrames, labelSegment, segmentFrames, type LabelChange } from '../../services/labels';
import { openProject, withProject, type Project } from '../../services/projects';
import { table, UsageError, type GlobalOptions, type Terminal } from '../io';
import { runCommand } from '../run';

interface ImportOptions {
  readonly class?: string;
  readonly background?: string;
  readonly fromFolders?: string;
  readonly sampling?: string;
  readonly stream?: string;
  readonly link?: boolean;
}

function printReports(terminal: Terminal, reports: readonly ImportReport[]): void {
  const { say } = terminal.speaker;
  const rows = reports.map((report) => [
    report.file.split(/[\\/]/).slice(-2).join('/'),
    say(`cli:status_${report.status}`),
    report.class ?? '–',
    report.background ?? '–',
    report.width ? `${report.width}x${report.height}` : '–',
    String(report.framesStored),
  ]);
  terminal.print(table([say('cli:clip'), say('cli:state'), say('cli:class'), say('cli:background'), say('cli:size'), say('cli:frames')], rows));
  for (const report of reports) if (report.reason && report.status !== 'alreadyThere') terminal.print(`${report.file.split(/[\\/]/).at(-1)}: ${terminal.speaker.sentence(report.reason)}`);
}

/** `import` and `label`. */
export function addClipCommands(program: Program): void {
  program
    .command('import')
    .argument('<project>')
    .argument('<paths...>', 'films, folders of films or pictures, and exported datasets')
    .option('--class <name>', 'class of all of them')
    .option('--background <name>', 'background of all of them')
    .option('--from-folders <pattern>', 'what the folders above each clip say, e.g. class/background; - skips one')
    .option('--sampling <rule>', 'every:200ms | count:40 | different:40 | all', 'every:200ms')
    .option('--stream <number>', 'which picture stream of a film with several, from 0 (without it the default one)')
    .option('--link', 'remember where the films are instead of copying them')
    .description('films, and folders of pictures, into a project')
    .addHelpText('after', '\nExample:\n  graft import Toys.graft films/ --from-folders class/background')
    .action((path: string, paths: string[], options: ImportOptions, command: Program) => {
      const sampling = parseSampling(options.sampling ?? 'every:200ms');
      if (!sampling) throw new UsageError(`--sampling ${options.sampling}: every:200ms, count:40, different:40 or all`);
      const stream = options.stream === undefined ? null : number(options.stream, '--stream');
      if (stream !== null && !(Number.isInteger(stream) && stream >= 0)) throw new UsageError(`--stream ${options.stream}: 0 or more`);
      const fromFolders = options.fromFolders ? parseFromFolders(options.fromFolders) : null;
      if (options.fromFolders && !fromFolders) throw new UsageError(`--from-folders ${options.fromFolders}: parts are class, background or -`);
      return runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal, context }) =>
        withProject(() => openProject(path), async (project) => {
          const missing = paths.find((file) => !existsSync(file));
          if (missing) throw new UserError('clips:missing', { file: missing });
          await resumeImports(project, context);
          const folders = paths.filter(isDatasetFolder);
          const files = paths.filter((file) => !isDatasetFolder(file));
          const datasets = [];
          for (const folder of folders) datasets.push(await importDataset(project, folder, context));
          const others = files.length === 0 ? [] : await importClips(project, { paths: files, class: options.class ?? null, background: options.background ?? null, fromFolders, sampling, stream, link: options.link ?? false }, context);
          const clips = [...datasets.flatMap((dataset) => dataset.clips), ...others];
          const said = clips.map((clip) => ({ ...clip, reason: clip.reason ? terminal.speaker.sentence(clip.reason) : null }));
          if (clips.every(({ status }) => status === 'refused')) throw new UserError('clips:nothingImported', { reason: said[0]?.reason ?? '' });
          printReports(terminal, clips);
          const rounds = datasets.flatMap((dataset) => dataset.rounds);
          for (const { number, backgrounds } of rounds) terminal.print(terminal.speaker.say('cli:datasetRound', { round: number, backgrounds: backgrounds.join(', ') }));
          terminal.result({ ...(folders.length > 0 ? { rounds } : {}), clips: said, frames: clips.reduce((sum, { status, framesStored }) => sum + (status === 'alreadyThere' ? 0 : framesStored), 0) });
        }),
      );
    });
  program
    .command('label')
    .argument('<project>')
    .option('--clip <id>', 'a whole clip, or a piece of it with --from and --to')
    .option('--from <ms>')
    .option('--to <ms>')
    .option('--frame <id...>', 'single frames')
    .option('--class <name>')
    .option('--exclude', 'leave them out of later rounds')
    .option('--include', 'take them in again')
    .description('labels a clip, a piece of it, or single frames')
    .addHelpText('after', '\nExample:\n  graft label Toys.graft --clip 3 --class cup')
    .action((path: string, options: LabelOptions, command: Program) => {
      checkLabelOptions(options);
      return runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal }) =>
        withProject(() => openProject(path), (project) => {
          const { changed, entry } = label(project, options);
          terminal.print(entry ? terminal.speaker.say(entry.title, entry.params) : terminal.speaker.say('cli:nothingChanged'));
          terminal.result({ changed, undoId: entry?.id ?? null });
        }),
      );
    });
}

interface LabelOptions {
  readonly clip?: string;
  readonly from?: string;
  readonly to?: string;
  readonly frame?: string[];
  readonly class?: string;
  readonly exclude?: boolean;
  readonly include?: boolean;
}

function number(text: string, option: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new UsageError(`${option} ${text}: a number is expected`);
  return value;
}

function checkLabelOptions(options: LabelOptions): void {
  const acts = [options.class !== undefined, options.exclude === true, options.include === true].filter(Boolean).length;
  if (acts !== 1) throw new UsageError('one of --class, --exclude, --include');
  if ((options.clip === undefined) === (options.frame === undefined)) throw new UsageError('one of --clip, --frame');
  if ((options.from === undefined) !== (options.to === undefined)) throw new UsageError('--from and --to go together');
  if (options.frame && options.from !== undefined) throw new UsageError('--from and --to need --clip');
  for (const [value, name] of [[options.clip, '--clip'], [options.from, '--from'], [options.to, '--to']] as const) if (value !== undefined) number(value, name);
  for (const id of options.frame ?? []) number(id, '--frame');
}

function label(project: Project, options: LabelOptions): LabelChange {
  const { class: className, from, to } = options;
  if (options.frame) {
    const ids = options.frame.map(Number);
    return className === undefined ? excludeFrames(project, ids, options.exclude === true) : labelFrames(project, ids, className);
  }
  const clipId = Number(options.clip);
  if (from !== undefined && to !== undefined) {
    if (className !== undefined) return labelSegment(project, clipId, Number(from), Number(to), className);
    return excludeFrames(project, segmentFrames(project, clipId, Number(from), Number(to)), options.exclude === true);
  }
  return className === undefined ? excludeClip(project, clipId, options.exclude === true) : labelClips(project, [clipId], className);
}
