import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { frameFile } from '../store/frames';

/** Files that are hashed and written through at a time: enough to keep a disk busy, few enough for the threads of Node. */
const parallel = 8;

async function eachParallel<T>(items: readonly T[], work: (item: T, index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      await work(items[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, one));
}

async function writeThrough(path: string, flags: string): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Moves pictures to their places in a project, named by their content, and waits until the disk has them: a clip is
 * acknowledged after that, so that a power cut loses none of it. Gives their hashes (SHA-256) in the order of `files`.
 * Errors: those of the file system.
 */
export async function keepFrames(folder: string, files: readonly string[]): Promise<readonly string[]> {
  const hashes: string[] = [];
  const folders = new Set<string>();
  await eachParallel(files, async (file, index) => {
    const sha256 = createHash('sha256').update(await readFile(file)).digest('hex');
    const target = join(folder, frameFile(sha256));
    await writeThrough(file, 'r+');
    if (!folders.has(dirname(target))) await mkdir(dirname(target), { recursive: true });
    folders.add(dirname(target));
    await rename(file, target);
    hashes[index] = sha256;
  });
  // The new names themselves; Windows has no such call, and writes them through by itself.
  if (process.platform !== 'win32') await eachParallel([...folders], (path) => writeThrough(path, 'r'));
  return hashes;
}
