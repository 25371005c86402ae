import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../core/errors';
import { pictureSize, staysAsItIs } from '../core/pictureHead';
import { importPicture, type PictureLimits } from '../media/pictures';

/** Bounds for pictures that are tried out, from wherever they come. */
export const roadLimits: PictureLimits = { pixels: 100_000_000, milliseconds: 20_000 };

const headBytes = 256 * 1024;

/** The beginning of a file. Errors: `predictions:missingPicture`. */
function head(file: string): Uint8Array {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    throw new UserError('predictions:missingPicture', { file }, { cause: error });
  }
  try {
    const bytes = Buffer.alloc(headBytes);
    return bytes.subarray(0, readSync(handle, bytes, 0, headBytes, 0));
  } finally {
    closeSync(handle);
  }
}

/**
 * Brings a picture into the form in which frames are stored, as training sees them: the file itself where it has that form,
 * else `target`. Errors: `predictions:missingPicture`, `predictions:tooLarge`, `predictions:unreadablePicture`.
 */
export async function asFrame(file: string, target: string, limits: PictureLimits = roadLimits): Promise<string> {
  const bytes = head(file);
  if (staysAsItIs(bytes)) return file;
  const size = pictureSize(bytes);
  if (size && size.width * size.height > limits.pixels) throw new UserError('predictions:tooLarge', { file, width: size.width, height: size.height });
  try {
    await importPicture(file, target, undefined, limits);
  } catch (error) {
    if (error instanceof UserError && error.key.startsWith('media:')) throw error;
    throw new UserError('predictions:unreadablePicture', { file }, { cause: error });
  }
  return target;
}

/** Does something with pictures in the form of frames; what had to be made for it is gone afterwards. `made`: path, or why there is none, for each file. */
export async function withFrames<T>(files: readonly string[], work: (made: readonly (string | UserError)[]) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'graft-pictures-'));
  try {
    const made: (string | UserError)[] = [];
    for (const [index, file] of files.entries()) {
      made.push(await asFrame(file, join(folder, `${index}.jpg`)).catch((error: unknown) => {
        if (error instanceof UserError) return error;
        throw error;
      }));
    }
    return await work(made);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
