import { IconPhoto, IconArrowBackUp, IconArrowForwardUp, IconArrowsExchange, IconBinaryTree2, IconContrast2, IconDoorExit, IconFileImport, IconFileZip, IconPackageImport, IconFolderOpen, IconFolderPlus, IconHelp, IconLadder, IconLanguage, IconLayoutGrid, IconMoon, IconPhotoScan, IconPlayerPlay, IconPlus, IconRoute, IconSeedling, IconSettings, IconSun, type Icon } from '@tabler/icons-react';
import { chooseFilms, chooseFolder } from '../clips/importing';
import { toggleHelp } from '../help/help';
import { setPreferences } from '../settings/preferences';
import { chooseCopy, chooseProject, closeProject, newProject, openSample, saveCopy } from '../start/projects';
import { showAround } from '../tour/tour';
import { go } from '../ui/place';
import { redo, undo } from '../ui/tell';

/** Something that can be done by name (palette), by key or from the menu. */
export interface Action {
  /** Also the name under which the menu of the program asks for it. */
  readonly id: string;
  /** Key of its name. */
  readonly title: string;
  readonly group: 'go' | 'project' | 'edit' | 'help' | 'look';
  readonly icon: Icon;
  readonly needsProject: boolean;
  readonly run: () => void;
}

/** Every action of the window, by name. */
export const actions: readonly Action[] = [
  { id: 'go.board', title: 'common:places.board', group: 'go', icon: IconLayoutGrid, needsProject: true, run: () => go('board') },
  { id: 'go.frames', title: 'common:places.frames', group: 'go', icon: IconPhoto, needsProject: true, run: () => go('frames') },
  { id: 'go.rounds', title: 'common:places.rounds', group: 'go', icon: IconLadder, needsProject: true, run: () => go('rounds') },
  { id: 'go.models', title: 'common:places.models', group: 'go', icon: IconBinaryTree2, needsProject: true, run: () => go('models') },
  { id: 'go.migrate', title: 'common:places.migrate', group: 'go', icon: IconArrowsExchange, needsProject: true, run: () => go('migrate') },
  { id: 'go.try', title: 'common:places.try', group: 'go', icon: IconPhotoScan, needsProject: true, run: () => go('try') },
  { id: 'go.settings', title: 'common:places.settings', group: 'go', icon: IconSettings, needsProject: true, run: () => go('settings') },
  { id: 'project.new', title: 'start:new', group: 'project', icon: IconPlus, needsProject: false, run: () => void newProject() },
  { id: 'project.open', title: 'start:open', group: 'project', icon: IconFolderOpen, needsProject: false, run: () => void chooseProject() },
  { id: 'project.sample', title: 'start:sample', group: 'project', icon: IconSeedling, needsProject: false, run: () => void openSample() },
  { id: 'project.saveCopy', title: 'start:saveCopy', group: 'project', icon: IconFileZip, needsProject: true, run: () => void saveCopy() },
  { id: 'project.openCopy', title: 'start:openCopy', group: 'project', icon: IconPackageImport, needsProject: false, run: () => void chooseCopy() },
  { id: 'project.close', title: 'common:closeProject', group: 'project', icon: IconDoorExit, needsProject: true, run: () => void closeProject() },
  { id: 'clips.import', title: 'board:importFilms', group: 'edit', icon: IconFileImport, needsProject: true, run: () => void chooseFilms() },
  { id: 'clips.folder', title: 'board:importFolder', group: 'edit', icon: IconFolderPlus, needsProject: true, run: () => void chooseFolder() },
  { id: 'edit.undo', title: 'common:undo', group: 'edit', icon: IconArrowBackUp, needsProject: true, run: () => void undo() },
  { id: 'edit.redo', title: 'common:redo', group: 'edit', icon: IconArrowForwardUp, needsProject: true, run: () => void redo() },
  { id: 'rounds.next', title: 'ladder:nextAction', group: 'edit', icon: IconPlayerPlay, needsProject: true, run: () => go('rounds', { show: 'next' }) },
  { id: 'help', title: 'help:open', group: 'help', icon: IconHelp, needsProject: false, run: toggleHelp },
  { id: 'help.tour', title: 'tour:start', group: 'help', icon: IconRoute, needsProject: false, run: showAround },
  { id: 'look.light', title: 'settings:themeLight', group: 'look', icon: IconSun, needsProject: false, run: () => void setPreferences({ theme: 'light' }) },
  { id: 'look.dark', title: 'settings:themeDark', group: 'look', icon: IconMoon, needsProject: false, run: () => void setPreferences({ theme: 'dark' }) },
  { id: 'look.contrast', title: 'settings:themeContrast', group: 'look', icon: IconContrast2, needsProject: false, run: () => void setPreferences({ theme: 'contrast' }) },
  { id: 'look.english', title: 'settings:english', group: 'look', icon: IconLanguage, needsProject: false, run: () => void setPreferences({ language: 'en' }) },
  { id: 'look.russian', title: 'settings:russian', group: 'look', icon: IconLanguage, needsProject: false, run: () => void setPreferences({ language: 'ru' }) },
];
