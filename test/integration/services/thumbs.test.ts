import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readJpegInfo } from '../../../electron/core/jpeg';
import { cutJpegs } from '../../../electron/media/thumbs';
import { importClips } from '../../../electron/services/clips';
import { plainContext } from '../../../electron/services/jobs';
import { makeThumbs, missingThumbs, Thumbs } from '../../../electron/services/thumbs';
import { frameFile, listFrames } from '../../../electron/store/frames';
import { makeFilm } from '../../helpers/films';
import { temporaryProject } from '../../helpers/projects';

let holder: ReturnType<typeof temporaryProject>;
let work: string;
beforeEach(() => {
  holder = temporaryProject();
  work = join(holder.project.folder, '..', 'films');
  mkdirSync(work);
});
afterEach(() => holder.remove());

const context = plainContext();

async function addFilm(name: string, source: string): Promise<void> {
  const film = await makeFilm(work, name, { source });
  await importClips(holder.project, { paths: [film], sampling: { kind: 'all' } }, context);
}

test('every frame gets a small picture; a block that grows, or a damaged pack, is made anew', async () => {
  const { project } = holder;
  await addFilm('a.mp4', 'testsrc2=size=640x480:rate=10:duration=3');
  expect(await missingThumbs(project)).toEqual([0]);
  await makeThumbs(project, await missingThumbs(project), context);
  const thumbs = new Thumbs(project.folder);
  for (const frame of listFrames(project.db)) {
    const jpeg = thumbs.find(frame);
    expect(readJpegInfo(jpeg ?? new Uint8Array())).toMatchObject({ width: 160, height: 120 });
  }
  expect(await missingThumbs(project)).toEqual([]);

  // An upright film joins the first block and begins the second.
  await addFilm('b.mp4', 'testsrc2=size=120x400:rate=20:duration=5');
  expect(await missingThumbs(project)).toEqual([0, 1]);
  expect(thumbs.find(listFrames(project.db)[40] as { id: number; sha256: string })).toBeNull();
  await makeThumbs(project, await missingThumbs(project), context);
  for (const frame of listFrames(project.db)) expect(readJpegInfo(thumbs.find(frame) ?? new Uint8Array())).toMatchObject({ width: 160, height: 120 });

  const [pack] = readdirSync(join(project.folder, 'cache', 'thumbs'));
  writeFileSync(join(project.folder, 'cache', 'thumbs', pack ?? ''), 'not a pack');
  expect(await missingThumbs(project)).toHaveLength(1);
  rmSync(join(project.folder, 'cache', 'thumbs'), { recursive: true });
  expect(await missingThumbs(project)).toEqual([0, 1]);
});

test('a picture that cannot be read leaves its block to the large pictures', async () => {
  const { project } = holder;
  await addFilm('a.mp4', 'testsrc2=size=320x240:rate=10:duration=1');
  const [first] = listFrames(project.db);
  writeFileSync(join(project.folder, frameFile(first?.sha256 ?? '')), 'broken');
  await makeThumbs(project, await missingThumbs(project), context);
  expect(new Thumbs(project.folder).find(first as { id: number; sha256: string })).toBeNull();
});

test('JPEGs one behind the other are cut where one ends', () => {
  const jpeg = (body: number): Buffer => Buffer.from([0xff, 0xd8, body, 0xff, 0xd9]);
  expect(cutJpegs(Buffer.concat([jpeg(1), jpeg(2), jpeg(3)]))).toEqual([jpeg(1), jpeg(2), jpeg(3)]);
  expect(cutJpegs(Buffer.alloc(0))).toEqual([]);
});
