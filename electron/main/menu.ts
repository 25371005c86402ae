import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { Speaker } from '../services/texts';
import type { StudioState } from './state';
import { sendEvent } from './ipc';

/** A key of the window (`mod+shift+N`) as Electron writes it; undefined for one that a menu cannot have. */
function accelerator(combo: string | undefined): string | undefined {
  if (combo === undefined || !/^(mod|alt|shift|\+)+\+[A-Z0-9,]$/.test(combo)) return undefined;
  return combo.replace('mod', 'CmdOrCtrl').replace('alt', 'Alt').replace('shift', 'Shift');
}

/** The application menu in the user's language; what it does is done by the window (`menu:command`). */
export function setMenu(state: StudioState, speaker: Speaker): void {
  const { say } = speaker;
  const { keys } = state.preferences;
  const command = (key: string, name: string, usual?: string): MenuItemConstructorOptions => ({
    label: say(`menu:${key}`),
    accelerator: keys[name] === undefined ? usual : accelerator(keys[name][0]),
    click: () => sendEvent(state.window, 'menu:command', { command: name }),
  });
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
    {
      label: say('menu:file'),
      submenu: [
        command('new', 'project.new', 'CmdOrCtrl+N'),
        command('open', 'project.open', 'CmdOrCtrl+O'),
        command('import', 'clips.import', 'CmdOrCtrl+I'),
        { type: 'separator' },
        command('saveCopy', 'project.saveCopy'),
        command('openCopy', 'project.openCopy'),
        { type: 'separator' },
        command('close', 'project.close'),
        ...(process.platform === 'darwin' ? [] : [{ label: say('menu:quit'), accelerator: 'CmdOrCtrl+Q', click: () => app.quit() }]),
      ],
    },
    {
      label: say('menu:edit'),
      submenu: [{ role: 'cut', label: say('menu:cut') }, { role: 'copy', label: say('menu:copy') }, { role: 'paste', label: say('menu:paste') }],
    },
    {
      label: say('menu:view'),
      submenu: [
        { role: 'zoomIn', label: say('menu:zoomIn') },
        { role: 'zoomOut', label: say('menu:zoomOut') },
        { role: 'resetZoom', label: say('menu:resetZoom') },
        { role: 'togglefullscreen', label: say('menu:fullScreen') },
      ],
    },
    { label: say('menu:help'), submenu: [command('helpPlace', 'help', 'F1'), command('tour', 'help.tour')] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
