import { app, dialog, nativeTheme, session } from 'electron';
import { join } from 'node:path';
import { configureEngines, readEngineRecords } from '../services/engineRecords';
import { onRestored } from '../services/projects';
import { createSpeaker } from '../services/texts';
import { createWorkers, stopWorkers } from '../services/workers';
import { killAllFfmpeg } from '../media/ffmpeg';
import { findFrame, frameFile } from '../store/frames';
import { appHandlers } from './handlers/app';
import { clipHandlers } from './handlers/clips';
import { exportHandlers } from './handlers/exports';
import { labelHandlers } from './handlers/labels';
import { migrationHandlers } from './handlers/migrations';
import { openNamedProject, projectHandlers } from './handlers/projects';
import { modelFileHandlers } from './handlers/modelFiles';
import { predictionHandlers } from './handlers/predictions';
import { preparationHandlers } from './handlers/preparation';
import { roundHandlers } from './handlers/rounds';
import { servingHandlers } from './handlers/serving';
import { serveCalls, unservedCalls } from './ipc';
import { commandWords, runCommandLine } from './commandLine';
import { openLog } from './log';
import { setMenu } from './menu';
import { registerScheme, serveScheme } from './scheme';
import { lockDown } from './security';
import { StudioState } from './state';
import { openWindow, resourcesFolder, themeSource } from './window';
import { utilityFork } from './workers';

function serve(state: StudioState): void {
  serveCalls(
    {
      ...appHandlers(state),
      ...projectHandlers(state),
      ...clipHandlers(state),
      ...labelHandlers(state),
      ...preparationHandlers(state),
      ...roundHandlers(state),
      ...migrationHandlers(state),
      ...modelFileHandlers(state),
      ...predictionHandlers(state),
      ...servingHandlers(state),
      ...exportHandlers(state),
    },
    (name, error) => state.log(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  );
  const missing = unservedCalls();
  if (missing.length > 0) throw new Error(`calls without a handler: ${missing.join(', ')}`);
}

function start(): void {
  const log = openLog(join(app.getPath('userData'), 'logs', 'graft.log'));
  process.on('uncaughtException', (error) => log(error.stack ?? error.message));
  process.on('unhandledRejection', (reason) => log(String(reason instanceof Error ? reason.stack : reason)));
  configureEngines(readEngineRecords(join(import.meta.dirname, '..', 'engines.json')));
  let state: StudioState | null = null;
  const workers = createWorkers(utilityFork(log, () => state?.preferences.threads ?? 0), log);
  const opened = new StudioState(workers, log);
  state = opened;
  nativeTheme.themeSource = themeSource(opened.preferences);
  lockDown(session.defaultSession);
  serveScheme(session.defaultSession, {
    windowFolder: join(import.meta.dirname, '../renderer'),
    frame: (id) => {
      const frame = opened.project ? findFrame(opened.project.db, id) : null;
      return frame && opened.project ? join(opened.project.folder, frameFile(frame.sha256)) : null;
    },
    thumb: (id) => {
      const frame = opened.project ? findFrame(opened.project.db, id) : null;
      return frame ? (opened.thumbs?.find(frame) ?? null) : null;
    },
    picture: (key) => opened.pictureFile(key),
  });
  onRestored((sentence) => {
    const message = createSpeaker(opened.language).sentence(sentence);
    log(message);
    void (opened.window ? dialog.showMessageBox(opened.window, { type: 'warning', message }) : dialog.showMessageBox({ type: 'warning', message }));
  });
  serve(opened);
  setMenu(opened, createSpeaker(opened.language));
  opened.window = openWindow(resourcesFolder(), log);
  openNamedProject(opened, process.argv);
  app.on('second-instance', (_event, argv) => {
    openNamedProject(opened, argv);
    opened.window?.restore();
    opened.window?.focus();
  });
  // macOS names what was opened by an event of its own.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openNamedProject(opened, [path]);
  });
  app.on('before-quit', () => {
    opened.jobs.cancelAll();
    killAllFfmpeg();
    opened.phones.stop();
    stopWorkers(workers);
    opened.switchTo(null);
  });
  app.on('window-all-closed', () => app.quit());
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  app.exit(3);
}

// A folder of its own for tests and for several studios side by side.
if (process.env['GRAFT_USER_DATA']) app.setPath('userData', process.env['GRAFT_USER_DATA']);
if (process.env['GRAFT_DOCUMENTS']) app.setPath('documents', process.env['GRAFT_DOCUMENTS']);
app.setName('Graft');
// As root on Linux Chromium cannot be sandboxed; who starts it so has said --no-sandbox.
if (!process.argv.includes('--no-sandbox')) app.enableSandbox();
registerScheme();

const words = commandWords(process.argv, app.isPackaged);
if (words.length > 0 && (await import('../cli/program')).isCommand(words)) {
  void app.whenReady().then(() => runCommandLine(words)).catch(fail);
} else if (app.requestSingleInstanceLock()) {
  void app.whenReady().then(start).catch(fail);
} else {
  process.stderr.write('Graft is running already: its window was brought to the front.\n');
  app.quit();
}

