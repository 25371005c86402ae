import type { Command as Program } from 'commander';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../core/errors';
import type { Feedback } from '../../ipc/serving';
import { hostViews } from '../../services/hosts';
import { keepPicture } from '../../services/keptPictures';
import { resolveModel } from '../../services/models';
import { openProject, readProject, withProject, type Project, type ReadProject } from '../../services/projects';
import { outsideLimits, PhoneServer, qrForTerminal, servedModel, type ServingSource } from '../../services/serving';
import { UsageError, writeLog, type GlobalOptions, type Terminal } from '../io';
import { runCommand } from '../run';

interface ServeOptions {
  readonly model: string;
  readonly host?: string;
  readonly port?: string;
  readonly https?: boolean;
}

const pairingMinutes = 60;

/** Opens the project as its writer for a moment: a training may want it meanwhile. Errors: `serving:projectBusy`. */
function openBriefly(folder: string): Project {
  try {
    return openProject(folder);
  } catch (error) {
    throw error instanceof UserError && error.key === 'projects:openElsewhere' ? new UserError('serving:projectBusy') : error;
  }
}

function sourceOf(project: ReadProject, terminal: Terminal): ServingSource {
  let last: Promise<unknown> = Promise.resolve();
  const keep = (file: string, feedback: Feedback): Promise<unknown> =>
    withProject(() => openBriefly(project.folder), (writer) => keepPicture(writer, { file, ...feedback, clipName: terminal.speaker.say('serving:phoneClip', { date: new Date().toISOString().slice(0, 10) }), limits: outsideLimits }));
  return {
    project: () => project,
    // One after the other: the project has one writer.
    keep: (file, feedback) => {
      const kept = last.then(() => keep(file, feedback));
      last = kept.catch(() => undefined);
      return kept.then(() => undefined);
    },
  };
}

async function showPairing(server: PhoneServer, terminal: Terminal): Promise<void> {
  const view = server.view();
  if (!view || terminal.json) return;
  const { say } = terminal.speaker;
  terminal.print(`\n${say('cli:servePairing', { minutes: pairingMinutes })}\n`);
  terminal.print(await qrForTerminal(view.pairingUrl, process.stdout.isTTY === true));
  terminal.print(view.pairingUrl);
  terminal.print(say('cli:serveEnter'));
}

/** Until Ctrl-C; Enter shows a new QR code. */
async function untilCancelled(server: PhoneServer, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const renew = (): void => {
    server.renew();
    void showPairing(server, terminal);
  };
  if (process.stdin.isTTY) process.stdin.on('data', renew);
  // The server lives in another process: something has to keep this one alive.
  const alive = setInterval(() => undefined, 60_000);
  try {
    await new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));
  } finally {
    clearInterval(alive);
    process.stdin.off('data', renew);
    process.stdin.pause();
  }
}

/** `serve`. */
export function addServeCommands(program: Program): void {
  program
    .command('serve')
    .argument('<project>')
    .option('--model <model>', 'id, name, last or best', 'last')
    .option('--host <address>', 'address of this machine to listen on; 0.0.0.0 for all')
    .option('--port <port>', 'without it 8460, or any that is free')
    .option('--https', 'with a certificate of its own, for a live camera on the phone')
    .description('phone page and REST, until Ctrl-C')
    .addHelpText('after', '\nExample:\n  graft serve Toys.graft --host 127.0.0.1')
    .action((path: string, options: ServeOptions, command: Program) => {
      const port = options.port === undefined ? null : Number(options.port);
      if (port !== null && !(Number.isInteger(port) && port >= 0 && port <= 65535)) throw new UsageError(`--port ${options.port}: a number from 0 to 65535`);
      return runCommand(command.optsWithGlobals<GlobalOptions>(), ({ terminal, workers, context }) =>
        withProject(() => readProject(path), async (project) => {
          const { say } = terminal.speaker;
          const server = new PhoneServer(workers, writeLog, undefined, (phone) => terminal.print(say('cli:servePaired', { phone: phone.name })));
          const view = await server.start(sourceOf(project, terminal), servedModel(project, resolveModel(project, options.model)), {
            host: options.host ?? hostViews()[0]?.address ?? '127.0.0.1',
            port,
            certificateFolder: options.https === true ? join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'graft', 'certificate') : null,
            pageFolder: join(import.meta.dirname, '..', 'renderer'),
            pairingMinutes,
          });
          try {
            terminal.print(say('cli:serveAddress', { model: view.model.name, address: view.address }));
            terminal.print(say('cli:serveToken', { token: view.token }));
            if (view.fingerprint) terminal.print(say('cli:serveFingerprint', { fingerprint: view.fingerprint }));
            await showPairing(server, terminal);
            terminal.result({ address: view.address, token: view.token, pairingUrl: view.pairingUrl, model: view.model.id, fingerprint: view.fingerprint });
            await untilCancelled(server, terminal, context.signal);
            process.exitCode = 130;
          } finally {
            server.stop();
          }
        }),
      );
    });
}
