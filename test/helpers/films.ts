import { join } from 'node:path';
import { runFfmpeg } from '../../electron/media/ffmpeg';

/** Makes a small film with ffmpeg: a moving test picture. */
export async function makeFilm(folder: string, name: string, options: { readonly seconds?: number; readonly size?: string; readonly rate?: number; readonly more?: readonly string[]; readonly source?: string } = {}): Promise<string> {
  const { seconds = 2, size = '96x64', rate = 10, more = [], source } = options;
  const file = join(folder, name);
  const { exitCode, stderr } = await runFfmpeg(['-hide_banner', '-loglevel', 'error', '-y', '-f', 'lavfi', '-i', source ?? `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`, '-pix_fmt', 'yuv420p', ...more, file]);
  if (exitCode !== 0) throw new Error(stderr);
  return file;
}
