import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { runFfmpeg } from './ffmpeg';

/** Size of the small pictures in pixels; larger pictures are cut to it in the middle. */
export const thumbWidth = 160;
export const thumbHeight = 120;

/** A stream of JPEGs, one behind the other, cut where one ends and the next begins: inside of one no FF D9 is followed by FF D8. */
export function cutJpegs(stream: Buffer): readonly Buffer[] {
  const seam = Buffer.from([0xff, 0xd9, 0xff, 0xd8]);
  const pictures: Buffer[] = [];
  let from = 0;
  for (let at = stream.indexOf(seam); at >= 0; at = stream.indexOf(seam, from)) {
    pictures.push(stream.subarray(from, at + 2));
    from = at + 2;
  }
  if (from < stream.length) pictures.push(stream.subarray(from));
  return pictures;
}

/** Small pictures of JPEGs in their order, made by one process; null when not every one of them could be read. `large`: all have at least twice the size. */
export async function shrinkPictures(files: readonly string[], large: boolean, signal?: AbortSignal): Promise<readonly Buffer[] | null> {
  const chunks: Buffer[] = [];
  await runFfmpeg(
    [
      '-hide_banner', '-nostats', '-loglevel', 'error', '-threads', '1',
      // Half the size comes for free while a JPEG is decoded.
      ...(large ? ['-lowres', '1'] : []),
      '-f', 'image2pipe', '-c:v', 'mjpeg', '-i', 'pipe:0',
      '-vf', `scale=${thumbWidth}:${thumbHeight}:force_original_aspect_ratio=increase:flags=area:out_range=full,crop=${thumbWidth}:${thumbHeight},format=yuvj420p`,
      '-fps_mode', 'passthrough', '-q:v', '5', '-f', 'image2pipe', '-c:v', 'mjpeg', 'pipe:1',
    ],
    {
      signal,
      input: async (stdin) => {
        for (const file of files) if (!stdin.write(await readFile(file))) await once(stdin, 'drain', { signal: AbortSignal.timeout(60_000) });
      },
      onData: (chunk) => chunks.push(chunk),
    },
  );
  const pictures = cutJpegs(Buffer.concat(chunks));
  return pictures.length === files.length ? pictures : null;
}
