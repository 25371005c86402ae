import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFfmpeg } from '../../electron/media/ffmpeg';
import { readProject, withProject } from '../../electron/services/projects';
import { listFrames } from '../../electron/store/frames';
import { runCli } from './cli';
import { withOrientation } from './exif';

/** Pictures that have to get the same answer by every way: all eight EXIF orientations, small and large, and other formats. */
export async function drawRoadPictures(frame: string, folder: string): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true });
  const made: string[] = [];
  const add = (name: string, bytes: Uint8Array): void => {
    writeFileSync(join(folder, name), bytes);
    made.push(join(folder, name));
  };
  for (const [size, width, height] of [['small', 480, 360], ['large', 1600, 1200]] as const) {
    const base = join(folder, `..`, `${size}.jpg`);
    await runFfmpeg(['-y', '-loglevel', 'error', '-i', frame, '-vf', `scale=${width}:${height},drawbox=x=10:y=10:w=${width / 3}:h=${height / 6}:color=red:t=fill`, '-q:v', '3', base]);
    for (let orientation = 1; orientation <= 8; orientation += 1) add(`${size}-${orientation}.jpg`, withOrientation(readFileSync(base), orientation));
    if (size === 'large') for (const format of ['png', 'webp']) {
      await runFfmpeg(['-y', '-loglevel', 'error', '-i', base, join(folder, `other.${format}`)]);
      made.push(join(folder, `other.${format}`));
    }
  }
  return made;
}

/** What the model says about pictures that are frames of the project: imported, and asked about as training and validation are, through the pixel cache. By file name. */
export async function askAsFrames(project: string, folder: string): Promise<ReadonlyMap<string, { readonly class: string; readonly score: number }>> {
  for (const words of [['import', project, folder]]) {
    const { code, stderr } = await runCli(...words, '--quiet', '--json');
    if (code !== 0) throw new Error(stderr);
  }
  const { json } = await runCli('suggest', project, '--above', '0', '--quiet', '--json');
  const names = await withProject(() => readProject(project), ({ db }) => new Map(listFrames(db).map(({ id, name }) => [id, name])));
  return new Map((json.suggestions as { frameId: number; class: string; score: number }[]).map((entry) => [names.get(entry.frameId) ?? '', { class: entry.class, score: entry.score }]));
}
