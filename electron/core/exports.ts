import type { FileSentence } from './modelFile';
import type { Split } from './training';

/** Formats that a model can be written in. */
export const modelFormats = ['keras', 'h5', 'tfjs', 'onnx'] as const;
export type ModelFormat = (typeof modelFormats)[number];

/** Formats that the labeled frames can be written in. */
export const datasetFormats = ['folders', 'csv', 'coco', 'tfrecord'] as const;
export type DatasetFormat = (typeof datasetFormats)[number];

const endings: Readonly<Record<Exclude<ModelFormat, 'tfjs'>, readonly string[]>> = { keras: ['.keras'], h5: ['.h5', '.hdf5'], onnx: ['.onnx'] };

/** Usual ending of a format, with its dot; none for a folder. */
export function formatEnding(format: ModelFormat): string {
  return format === 'tfjs' ? '' : (endings[format][0] as string);
}

/** The format that a file name asks for: by its ending; a name without one of ours, or model.json, is a tfjs folder; null: another ending of a model file. */
export function formatOfName(path: string): ModelFormat | null {
  const name = path.toLowerCase();
  for (const format of ['keras', 'h5', 'onnx'] as const) if (endings[format].some((ending) => name.endsWith(ending))) return format;
  if (/(^|[/\\])model\.json$/.test(name) || !/\.[a-z0-9]{1,10}$/.test(name.replace(/[/\\]+$/, ''))) return 'tfjs';
  return null;
}

/**
 * Where a model goes: the path with the ending of its format (added where it has none of a model file), and for tfjs the
 * folder, also where its model.json was named. null: the ending is that of another format.
 */
export function modelTarget(path: string, format: ModelFormat): string | null {
  if (format === 'tfjs') {
    const folder = path.replace(/(^|[/\\])model\.json$/i, '').replace(/(.)[/\\]+$/, '$1');
    return [...Object.values(endings).flat()].some((ending) => folder.toLowerCase().endsWith(ending)) ? null : folder || '.';
  }
  const name = path.toLowerCase();
  if (endings[format].some((ending) => name.endsWith(ending))) return path;
  const foreign = [...Object.values(endings).flat(), '.json', '.tflite', '.pb', '.pt', '.pth'];
  return foreign.some((ending) => name.endsWith(ending)) || /[/\\]$/.test(path) ? null : path + formatEnding(format);
}

/** A differing answer up to here is rounding, not a mistake: two engines add the same numbers in another order. */
export const parityLimit = 1e-4;

/** Writes a model of the project in another format, reads it back, compares, and only then gives it its name. */
export interface ExportModelJob {
  /** Folder of the studio's own model. */
  readonly modelFolder: string;
  /** Name for people, kept in the file. */
  readonly name: string;
  readonly unknownBelow: number | null;
  readonly format: ModelFormat;
  /** File with its ending, or the folder of tfjs. */
  readonly target: string;
  /** An existing target gives way. */
  readonly replace: boolean;
  /** Path of a `DatasetFile` (JSON) to compare on; without frames: random pictures. */
  readonly datasetFile: string;
  readonly cacheFolder: string;
}

/** Rewrites a model file in another format. */
export interface ConvertModelJob {
  readonly source: string;
  readonly format: ModelFormat;
  readonly target: string;
}

/** How far the written file, read back, is from the model. */
export interface Parity {
  /** Pictures that both were asked about. */
  readonly frames: number;
  readonly maxProbabilityDifference: number;
  /** `frames`: the project's own; `random`: there are none, or no project. */
  readonly pictures: 'frames' | 'random';
}

export interface ExportModelResult {
  readonly kind: 'exportModel';
  /** The file, or the model.json of tfjs. */
  readonly file: string;
  readonly bytes: number;
  /** null: the file could not be read back on this machine. */
  readonly parity: Parity | null;
  /** Why not. */
  readonly notCompared: FileSentence | null;
}

/** Writes the parts of a hand-off folder that need the network. */
export interface HandoffJob {
  readonly modelFolder: string;
  readonly name: string;
  readonly unknownBelow: number | null;
  /** A folder that is there already. */
  readonly folder: string;
  /** Path of a `DatasetFile` (JSON) with the labeled frames of all splits. */
  readonly datasetFile: string;
  readonly cacheFolder: string;
}

/** A file with pixels, and the one with their labels. */
export interface HandoffShard {
  readonly pixels: string;
  readonly labels: string;
  readonly frames: number;
}

export interface HandoffResult {
  readonly kind: 'handoff';
  readonly parity: Parity;
  readonly splits: Readonly<Partial<Record<Split, readonly HandoffShard[]>>>;
}
