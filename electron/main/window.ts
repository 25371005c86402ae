import { app, BrowserWindow, nativeTheme } from 'electron';
import { join } from 'node:path';
import type { Preferences } from '../ipc/contract';
import { studioOrigin } from './scheme';

/** The one window: sandboxed, isolated, loading only from our own scheme. It is given back before it has loaded: what it asks meanwhile is answered. */
export function openWindow(resources: string): BrowserWindow {
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
