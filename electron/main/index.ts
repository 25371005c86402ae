import { app, nativeTheme, session } from 'electron';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSpeaker } from '../services/texts';
import { createWorkers, stopWorkers } from '../services/workers';
import { configureFfmpeg, killAllFfmpeg } from '../media/ffmpeg';
import { findFrame, frameFile } from '../store/frames';
import { appHandlers } from './handlers/app';
import { clipHandlers } from './handlers/clips';
import { labelHandlers } from './handlers/labels';
import { migrationHandlers } from './handlers/migrations';
import { projectHandlers } from './handlers/projects';
import { modelFileHandlers } from './handlers/modelFiles';
import { predictionHandlers } from './handlers/predictions';
import { preparationHandlers } from './handlers/preparation';
import { roundHandlers } from './handlers/rounds';
import { serveCalls, unservedCalls } from './ipc';
import { openLog } from './log';
import { setMenu } from './menu';
import { registerScheme, serveScheme } from './scheme';
import { lockDown } from './security';
import { StudioState } from './state';
import { openWindow, resourcesFolder } from './window';
import { utilityFork } from './workers';

/** Tells the ffmpeg runner which ffmpeg the set-up found (a checkout) or the package brought along. */
function configureEngines(): void {
  const file = join(import.meta.dirname, '..', 'engines.json');
  if (!existsSync(file)) return;
  const { engines } = JSON.parse(readFileSync(file, 'utf8')) as { engines: readonly { name: string; path?: string | null }[] };
  configureFfmpeg(engines.find(({ name }) => name === 'ffmpeg')?.path ?? null);
}

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
  configureEngines();
  let state: StudioState | null = null;
  const workers = createWorkers(utilityFork(log, () => state?.preferences.threads ?? 0), log);
  const opened = new StudioState(workers, log);
  state = opened;
  nativeTheme.themeSource = opened.preferences.theme;
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
  serve(opened);
  setMenu(opened, createSpeaker(opened.language));
  opened.window = openWindow(resourcesFolder());
  app.on('second-instance', () => {
    opened.window?.restore();
    opened.window?.focus();
  });
  app.on('before-quit', () => {
    opened.jobs.cancelAll();
    killAllFfmpeg();
    stopWorkers(workers);
    opened.switchTo(null);
  });
  app.on('window-all-closed', () => app.quit());
}

// A folder of its own for tests and for several studios side by side.
if (process.env['GRAFT_USER_DATA']) app.setPath('userData', process.env['GRAFT_USER_DATA']);
if (process.env['GRAFT_DOCUMENTS']) app.setPath('documents', process.env['GRAFT_DOCUMENTS']);
app.setName('Graft');
// As root on Linux Chromium cannot be sandboxed; who starts it so has said --no-sandbox.
if (!process.argv.includes('--no-sandbox')) app.enableSandbox();
registerScheme();

if (app.requestSingleInstanceLock()) {
  void app.whenReady().then(start).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    app.exit(3);
  });
} else {
  process.stderr.write('Graft is running already: its window was brought to the front.\n');
  app.quit();
}

