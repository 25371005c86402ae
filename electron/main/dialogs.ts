import { dialog, type OpenDialogOptions, type SaveDialogOptions } from 'electron';
import type { StudioState } from './state';

/** Asks for files or folders with the system's dialog, over the window where there is one; an empty list when the user cancelled. */
export async function askForPaths({ window }: StudioState, options: OpenDialogOptions): Promise<readonly string[]> {
  const answer = window ? await dialog.showOpenDialog(window, options) : await dialog.showOpenDialog(options);
  return answer.canceled ? [] : answer.filePaths;
}

/** Asks where to save with the system's dialog; null when the user cancelled. */
export async function askWhereToSave({ window }: StudioState, options: SaveDialogOptions): Promise<string | null> {
  const answer = window ? await dialog.showSaveDialog(window, options) : await dialog.showSaveDialog(options);
  return answer.canceled || !answer.filePath ? null : answer.filePath;
}
