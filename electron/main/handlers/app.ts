import { app, nativeTheme } from 'electron';
import { ffmpegVersion } from '../../media/ffmpeg';
import { createSpeaker } from '../../services/texts';
import { setMenu } from '../menu';
import type { HandlersFor } from '../ipc';
import type { StudioState } from '../state';
import { themeSource } from '../window';

/** Calls about the program itself, and jobs. */
export function appHandlers(state: StudioState): HandlersFor<'app:info' | 'app:setPreferences' | 'jobs:list' | 'jobs:cancel'> {
  return {
    'app:info': async () => ({
      version: app.getVersion(),
      platform: process.platform,
      engines: [
        { name: 'Electron', version: process.versions.electron ?? '?' },
        { name: 'Chromium', version: process.versions.chrome ?? '?' },
        { name: 'Node', version: process.versions.node },
        { name: 'ffmpeg', version: await ffmpegVersion().catch(() => '–') },
      ],
      preferences: state.preferences,
    }),
    'app:setPreferences': ({ systemLanguage: _fixed, ...part }) => {
      const preferences = state.setPreferences(part);
      nativeTheme.themeSource = themeSource(preferences);
      // In the language and with the keys that are chosen now.
      setMenu(state, createSpeaker(state.language));
      return preferences;
    },
    'jobs:list': () => state.jobs.list(),
    'jobs:cancel': (id) => state.jobs.cancel(id),
  };
}
