import { create } from 'zustand';
import { call } from '../studio';
import { go } from '../ui/place';
import { attempt } from '../ui/tell';

interface ImportState {
  /** The file that the sheet is about; null: no sheet. */
  readonly file: string | null;
  /** The network of a file that has weights alone. */
  readonly architecture: string | null;
}

export const useModelImport = create<ImportState>(() => ({ file: null, architecture: null }));

/** True for names of model files. */
export function isModelFileName(path: string): boolean {
  return /\.(keras|h5|hdf5)$/i.test(path) || /(^|[/\\])model\.json$/i.test(path);
}

/** Opens the sheet for a file, in the place of models. */
export function openImport(file: string): void {
  go('models');
  useModelImport.setState({ file, architecture: null });
}

/** Asks for a model file and opens the sheet for it. */
export async function chooseModelFile(): Promise<void> {
  const file = await attempt(call('models:chooseFile'));
  if (file) openImport(file);
}

export function closeImport(): void {
  useModelImport.setState({ file: null, architecture: null });
}
