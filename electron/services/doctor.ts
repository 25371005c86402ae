import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrialResult } from '../ipc/worker';
import { ffmpegPath, ffmpegVersion, runFfmpeg } from '../media/ffmpeg';
import { sqliteVersion } from '../store/database';
import type { JobContext } from './jobs';
import type { ProjectStatus } from './status';
import type { Workers } from './workers';

/** One engine after its one-second trial. */
export interface EngineState {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly ok: boolean;
  /** What went wrong, in the engine's own words; null when it works. */
  readonly problem: string | null;
}

type Trial = { readonly version: string; readonly source?: string };

async function attempt(name: string, source: string, trial: () => Promise<Trial>): Promise<EngineState> {
  try {
    const { version, source: found } = await trial();
    return { name, version, source: found ?? source, ok: true, problem: null };
  } catch (error) {
    return { name, version: 'unknown', source, ok: false, problem: error instanceof Error ? error.message.slice(0, 400) : String(error) };
  }
}

async function tryFfmpeg(): Promise<Trial> {
  const folder = mkdtempSync(join(tmpdir(), 'graft-doctor-'));
  try {
    await runFfmpeg(['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', 'testsrc=size=64x64:rate=5:duration=1', join(folder, 'f%d.jpg')]);
    if (readdirSync(folder).length === 0) throw new Error('a drawn film gave no frame');
    return { version: await ffmpegVersion() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Tries every engine once: a frame, a query, a training step. `sources`: where the set-up took them from. */
export async function examineEngines(sources: ReadonlyMap<string, string>, workers: Workers, context: JobContext): Promise<readonly EngineState[]> {
  const source = (name: string): string => sources.get(name) ?? 'unknown';
  return [
    { name: 'node', version: process.versions.node, source: 'system', ok: true, problem: null },
    await attempt('ffmpeg', source('ffmpeg') === 'unknown' ? ffmpegPath() : source('ffmpeg'), tryFfmpeg),
    await attempt('sqlite', source('sqlite'), async () => ({ version: sqliteVersion() })),
    await attempt('tensorflow', source('tensorflow'), async () => {
      const trial = await workers.trainer.ask<TrialResult>({ kind: 'trial' }, { signal: context.signal });
      if (!(trial.lossAfter < trial.lossBefore)) throw new Error(`a trial training did not learn: loss ${trial.lossBefore} -> ${trial.lossAfter}`);
      return { version: trial.tensorflowVersion };
    }),
  ];
}

/** Who must not be recognised in a report. */
export interface Person {
  readonly home: string;
  readonly user: string;
}

/** A text without the home folder and without the user's name where it is a part of a path. */
function withoutPerson(text: string, { home, user }: Person): string {
  const literally = (words: string): string => words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const homeless = home.length > 1 ? text.replaceAll(new RegExp(`${literally(home)}(?!\\w)`, 'g'), '~') : text;
  return user === '' ? homeless : homeless.replaceAll(new RegExp(`(?<=[\\\\/])${literally(user)}(?=[\\\\/]|$)`, 'g'), '…');
}

/**
 * The report for a bug (JSON): versions, engines and sizes. No home folder, no name of the user, and of a project
 * only its numbers: neither its name nor those of its classes and backgrounds.
 */
export function bugReport(engines: readonly EngineState[], project: ProjectStatus | null, person: Person): string {
  const clean = (text: string): string => withoutPerson(text, person);
  const numbers = project && { clips: project.clips, frames: project.frames, excluded: project.excluded, rounds: project.rounds, models: project.models, classes: project.classes.map(({ frames }) => frames), backgrounds: project.backgrounds.map(({ frames }) => frames) };
  // Before it becomes JSON, which writes the backslashes of a path twice.
  const told = engines.map((engine) => ({ ...engine, source: clean(engine.source), problem: engine.problem === null ? null : clean(engine.problem) }));
  return `${JSON.stringify({ system: `${process.platform} ${process.arch} ${release()}`, node: process.version, engines: told, project: numbers }, null, 2)}\n`;
}
