import { Command, CommanderError } from 'commander';
import { createRequire } from 'node:module';
import { addClipCommands } from './commands/clips';
import { addCopyCommands } from './commands/copies';
import { addCurationCommands } from './commands/curation';
import { addDoctorCommands } from './commands/doctor';
import { addExportCommands } from './commands/exports';
import { addModelCommands } from './commands/models';
import { addProjectCommands } from './commands/projects';
import { addResultCommands } from './commands/results';
import { addRoundCommands } from './commands/rounds';
import { addServeCommands } from './commands/serve';
import { reportError, createTerminal, UsageError, type GlobalOptions } from './io';


const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

function createProgram(): Command {
  const program = new Command('graft')
    .description('Graft on the command line: films into frames, frames into rounds, migrations, predictions.')
    .version(version)
    .option('--json', 'one JSON document on standard output')
    .option('--quiet', 'no progress')
    .option('--lang <language>', 'en or ru')
    .exitOverride();
  addProjectCommands(program);
  addClipCommands(program);
  addRoundCommands(program);
  addModelCommands(program);
  addResultCommands(program);
  addCurationCommands(program);
  addCopyCommands(program);
  addExportCommands(program);
  addServeCommands(program);
  addDoctorCommands(program);
  const adopt = (command: Command): void => {
    for (const child of command.commands) {
      child.exitOverride();
      // Global options are understood behind the command too.
      child.option('--json', 'one JSON document on standard output').option('--quiet', 'no progress').option('--lang <language>', 'en or ru');
      adopt(child);
    }
  };
  adopt(program);
  program.configureOutput({ writeErr: (text) => process.stderr.write(text) });
  return program;
}

function usageOf(program: Command, words: readonly string[]): string {
  let command = program;
  for (const word of words) {
    const next = command.commands.find((child) => child.name() === word);
    if (next) command = next;
  }
  const parents: string[] = [];
  for (let at: Command | null = command; at; at = at.parent) parents.unshift(at.name());
  return `usage: ${parents.join(' ')} ${command.usage()}`;
}

/** True where the words mean the command line: the name of a command, or an option of it. */
export function isCommand(words: readonly string[]): boolean {
  const [first] = words;
  return first !== undefined && (['--help', '-h', '--version', '-V'].includes(first) || createProgram().commands.some((command) => command.name() === first));
}

/** Runs one command line (without the program's own name) and sets the exit code of the process. */
export async function runProgram(words: readonly string[]): Promise<void> {
  // A closed pipe (`graft … | head`) is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  });
  const program = createProgram();
  if (words.length === 0) {
    program.outputHelp({ error: true });
    process.exitCode = 2;
    return;
  }
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    if (error instanceof CommanderError || error instanceof UsageError) {
      // commander has said what is wrong already.
      if (error instanceof UsageError) process.stderr.write(`error: ${error.message}\n`);
      process.stderr.write(`${usageOf(program, words)}\n`);
      if (words.includes('--json')) process.stdout.write(`${JSON.stringify({ ok: false, error: { kind: 'usage', message: error.message, hint: usageOf(program, words) } })}\n`);
      process.exitCode = 2;
      return;
    }
    process.exitCode = reportError(createTerminal(program.opts<GlobalOptions>()), error);
  }
}
