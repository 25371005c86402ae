import type { DatasetFormat, ModelFormat, Parity } from '../core/exports';
import type { FileSentence } from '../core/modelFile';
import type { Split } from '../core/training';

/** Calls of the window that bring models and datasets out of the project. Each asks where to save; null when the user cancelled. */
export interface ExportCalls {
  /** Writes a model in a format, read back and compared (a job). */
  'models:export': (modelId: string, format: ModelFormat) => ModelExportView | null;
  /** Writes the folder for bigger machines (a job). */
  'models:handOff': (modelId: string) => FolderExportView | null;
  /** Program that asks an exported file of that name about a picture. */
  'models:snippet': (modelId: string, format: ModelFormat, file: string | null) => string;
  /** Puts that program on the clipboard. */
  'models:copySnippet': (modelId: string, format: ModelFormat, file: string | null) => void;
  /** Writes the labeled frames (a job). */
  'datasets:export': (format: DatasetFormat, split: Split | 'all') => FolderExportView | null;
}

export interface ModelExportView {
  readonly file: string;
  readonly bytes: number;
  /** null: it could not be read back here; `notCompared` says why. */
  readonly parity: Parity | null;
  readonly notCompared: FileSentence | null;
}

export interface FolderExportView {
  readonly folder: string;
  readonly frames: number;
}
