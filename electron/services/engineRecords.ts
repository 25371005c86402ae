import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { configureFfmpeg } from '../media/ffmpeg';

/** An engine that the set-up found, or that an installed program brings along. */
export interface EngineRecord {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  /** Absolute, or inside the resources of an installed program. */
  readonly path?: string | null;
}

/** Reads `engines.json`, which lies beside the built program; none where it is missing. */
export function readEngineRecords(file: string): readonly EngineRecord[] {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { engines: readonly EngineRecord[] }).engines;
  } catch {
    return [];
  }
}

/** Tells the ffmpeg runner which ffmpeg is meant. */
export function configureEngines(records: readonly EngineRecord[]): void {
  const path = records.find(({ name }) => name === 'ffmpeg')?.path ?? null;
  // Electron tells where its resources are; Node has no such place, and needs none: its paths are absolute.
  const { resourcesPath = '' } = process as { resourcesPath?: string };
  configureFfmpeg(path !== null && !isAbsolute(path) ? join(resourcesPath, path) : path);
}
