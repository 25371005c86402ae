import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ImportReport } from '../core/clips';
import { CancelledError } from '../core/errors';
import { sampleClips, sampleFilm } from '../core/sample/plan';
import { drawFrame } from '../core/sample/scene';
import { encodeFilm } from '../media/rawFilm';
import { cacheFolder } from './cacheFolder';
import { importClips } from './clips';
import type { JobContext } from './jobs';
import type { Project } from './projects';

/** Changes whenever the drawing changes: films drawn by an older program are not taken. */
const version = 1;

/** Folder `class/background/class_background_1.mp4` of drawn films. */
export function sampleFolder(): string {
  return join(cacheFolder(), `sample-films-${version}`);
}

/**
 * Draws the films of the sample project that are not there yet (under a minute for all), and gives their folder.
 * `backgrounds`: only these.
 */
export async function drawSampleFilms(context: JobContext, backgrounds?: readonly string[]): Promise<string> {
  const folder = sampleFolder();
  const clips = sampleClips().filter(({ background }) => !backgrounds || backgrounds.includes(background));
  const files = clips.map((clip) => ({ clip, file: join(folder, clip.class, clip.background, `${clip.class}_${clip.background}_${clip.take}.mp4`) }));
  const missing = files.filter(({ file }) => !existsSync(file));
  const total = missing.length * sampleFilm.frames;
  const started = Date.now();
  let drawn = 0;
  for (const { clip, file } of missing) {
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}.new`;
    await encodeFilm(
      sampleFilm,
      async (index) => {
        // Between two pictures the window gets its turn.
        await setImmediate();
        if (context.signal.aborted) throw new CancelledError();
        const picture = drawFrame(clip.shot, index / sampleFilm.frames, sampleFilm.width, sampleFilm.height);
        drawn += 1;
        const value = drawn / total;
        context.report({ value, title: 'jobs:drawingSample', description: `${clip.class} · ${clip.background}`, etaSeconds: ((Date.now() - started) / 1000 / value) * (1 - value) });
        return picture;
      },
      temporary,
      context.signal,
    );
    renameSync(temporary, file);
  }
  return folder;
}

/** Draws the sample films and imports them into a project, ten frames a second. */
export async function importSample(project: Project, context: JobContext): Promise<readonly ImportReport[]> {
  const folder = await drawSampleFilms(context);
  const paths = sampleClips().map((clip) => join(folder, clip.class, clip.background, `${clip.class}_${clip.background}_${clip.take}.mp4`));
  return importClips(project, { paths, fromFolders: ['class', 'background'], sampling: { kind: 'every', milliseconds: 100 } }, context);
}
