import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A small JSON file of the program (not of a project): read whole, written to a temporary name and renamed. */
export function readJson<T>(file: string, fallback: T): T {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return fallback;
  }
}

/** Writes a small JSON file so that a crash leaves the old or the new one. */
export function writeJson(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export interface RecentEntry {
  readonly folder: string;
  readonly name: string;
  readonly openedAt: string;
  readonly classes: readonly string[];
  readonly frames: number;
}

const most = 12;

/** Puts a project at the head of the list. */
export function rememberProject(file: string, entry: RecentEntry): void {
  const others = readJson<readonly RecentEntry[]>(file, []).filter(({ folder }) => folder !== entry.folder);
  writeJson(file, [entry, ...others].slice(0, most));
}

/** Recent projects, newest first, each with whether its folder is gone. */
export function recentProjects(file: string): readonly (RecentEntry & { readonly missing: boolean })[] {
  return readJson<readonly RecentEntry[]>(file, []).map((entry) => ({ ...entry, missing: !existsSync(entry.folder) }));
}
