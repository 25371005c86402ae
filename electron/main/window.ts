import { app, BrowserWindow, nativeTheme } from 'electron';
import { join } from 'node:path';
import type { Preferences } from '../ipc/contract';
import { studioOrigin } from './scheme';

const soonAgainMs = 60_000;

/** Loads the window again when its process ended: trainings, imports and the server for phones go on without it. Later, where it ends again and again. */
function comeBack(window: BrowserWindow, log: (text: string) => void): void {
  let last = 0;
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log(`the window's process is gone: ${reason}, ${exitCode}`);
    if (reason === 'clean-exit') return;
    const wait = Date.now() - last < soonAgainMs ? 5000 : 0;
    last = Date.now();
    setTimeout(() => {
      if (!window.isDestroyed()) window.webContents.reload();
    }, wait);
  });
}

/** The one window: sandboxed, isolated, loading only from our own scheme. It is given back before it has loaded: what it asks meanwhile is answered. It comes back by itself after a crash. */
export function openWindow(resources: string, log: (text: string) => void): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 820,
    minWidth: 880,
    minHeight: 560,
    show: false,
    title: 'Graft',
    icon: join(resources, 'icon.png'),
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#121714' : '#f5f2ea',
    autoHideMenuBar: process.platform !== 'darwin',
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  comeBack(window, log);
  window.on('page-title-updated', (event) => event.preventDefault());
  void window.loadURL(`${studioOrigin}/`);
  return window;
}

/** What Electron makes of the chosen theme: high contrast is drawn by the window, light or dark as the system. */
export function themeSource({ theme }: Pick<Preferences, 'theme'>): 'system' | 'light' | 'dark' {
  return theme === 'contrast' ? 'system' : theme;
}

/** Folder of the icons and other files beside the program. */
export function resourcesFolder(): string {
  return app.isPackaged ? join(process.resourcesPath, 'resources') : join(app.getAppPath(), 'resources');
}
