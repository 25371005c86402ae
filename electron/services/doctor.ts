import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrialResult } from '../ipc/worker';
import { ffmpegPath, ffmpegVersion, runFfmpeg } from '../media/ffmpeg';
import { sqliteVersion } from '../store/database';
import type { JobContext } from './jobs';
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
