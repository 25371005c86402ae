import type { Command as Program } from 'commander';
import { writeFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { runDemo } from '../../services/demo';
import { bugReport, examineEngines } from '../../services/doctor';
import { freeFolder, readProject, withProject } from '../../services/projects';
import { projectStatus } from '../../services/status';
import { UserError } from '../../core/errors';
import { engineRecords } from '../engines';
import { table, type GlobalOptions } from '../io';
import { runCommand } from '../run';

function withoutHome(text: string): string {
  const home = homedir();
  return home.length > 1 ? text.replaceAll(home, '~') : text;
}

/** `doctor` and `demo`. */
export function addDoctorCommands(program: Program): void {
  program
    .command('doctor')
    .argument('[project]')
    .option('--report <file>', 'writes it without personal paths, for a bug report')
    .description('versions of every engine and a one-second trial of each')
    .addHelpText('after', '\nExample:\n  graft doctor')
    .action((path: string | undefined, options: { report?: string }, command: Program) =>
      runCommand(command.optsWithGlobals<GlobalOptions>(), async ({ terminal, workers, context }) => {
        const sources = new Map(engineRecords().map(({ name, source }) => [name === 'better-sqlite3' ? 'sqlite' : name.toLowerCase(), source] as const));
        const engines = await examineEngines(sources, workers, context);
        const project = path === undefined ? null : await withProject(() => readProject(path), (opened) => ({ name: opened.name, ...projectStatus(opened) }));
        const { say } = terminal.speaker;
        terminal.print(table([say('cli:engine'), say('cli:version'), say('cli:source'), say('cli:state')], engines.map((engine) => [engine.name, engine.version, withoutHome(engine.source), engine.ok ? say('cli:works') : (engine.problem ?? '')])));
        if (project) terminal.print(`\n${say('cli:statusLine', { clips: project.clips, frames: project.frames, excluded: project.excluded, rounds: project.rounds, models: project.models })}`);
        if (options.report) {
          writeFileSync(options.report, bugReport(engines, project, { home: homedir(), user: userInfo().username }));
          terminal.print(say('cli:reportWritten', { file: options.report }));
        }
        const broken = engines.find(({ ok }) => !ok);
        terminal.result({ engines, project });
        if (broken && !terminal.json) throw new UserError('app:engineBroken', { engine: broken.name, problem: broken.problem ?? '' });
        if (broken) process.exitCode = 1;
      }),
    );
  program
    .command('demo')
    .option('--out <folder>', 'where the sample project is made (default: Sample.graft here, or the next free name)')
    .option('--epochs <n>', 'epochs of each round')
    .description('the whole story on the sample project: films, rounds, matrix, migration, prediction')
    .addHelpText('after', '\nExample:\n  graft demo --out /tmp/Sample.graft')
    .action((options: { out?: string; epochs?: string }, command: Program) =>
      runCommand(command.optsWithGlobals<GlobalOptions>(), async ({ terminal, workers, context }) => {
        const { steps, project } = await runDemo(options.out ?? freeFolder(process.cwd(), 'Sample'), terminal.speaker, workers, context, {
          epochs: options.epochs ? Number(options.epochs) : undefined,
          onStep: (step) => terminal.print(`\n▸ ${step.title} (${step.seconds.toFixed(1)} s)\n  ${step.summary.replaceAll('\n', '\n  ')}`),
        });
        terminal.result({ steps: steps.map(({ name, seconds, summary }) => ({ name, seconds, summary })), project });
      }),
    );
}
