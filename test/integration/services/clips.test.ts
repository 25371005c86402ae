import { copyFileSync, mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../../../electron/core/errors';
import { readJpegInfo } from '../../../electron/core/jpeg';
import { runFfmpeg } from '../../../electron/media/ffmpeg';
import type { Sampling } from '../../../electron/core/clips';
import { importClips, removeClips, resumeImports } from '../../../electron/services/clips';
import { plainContext } from '../../../electron/services/jobs';
import { redoChange, undoChange } from '../../../electron/services/labels';
import { projectStatus } from '../../../electron/services/status';
import { frameFile, listFrames } from '../../../electron/store/frames';
import { queueImports, waitingImports } from '../../../electron/store/imports';
import { readFileSync } from 'node:fs';
import { makeFilm } from '../../helpers/films';
import { temporaryProject } from '../../helpers/projects';
import { realData } from '../../helpers/shared';

let holder: ReturnType<typeof temporaryProject>;
let work: string;
beforeEach(() => {
  holder = temporaryProject();
  work = join(holder.project.folder, '..', 'films');
  mkdirSync(work);
});
afterEach(() => holder.remove());

const context = plainContext();

test('a film becomes labeled frames with their true times', async () => {
  const film = await makeFilm(work, 'a.mp4', { seconds: 2, rate: 10 });
  const [report] = await importClips(holder.project, { paths: [film], class: 'cup', background: 'table', sampling: { kind: 'every', milliseconds: 200 } }, context);
  expect(report).toMatchObject({ status: 'complete', class: 'cup', background: 'table', width: 96, height: 64, framesDecoded: 20, framesStored: 10, codec: 'h264' });
  const frames = listFrames(holder.project.db);
  expect(frames.map(({ timeMs }) => timeMs)).toEqual([0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800]);
  const bytes = readFileSync(join(holder.project.folder, frameFile(frames[3]?.sha256 ?? '')));
  expect(readJpegInfo(bytes)).toMatchObject({ width: 96, height: 64, components: 3 });
  expect(projectStatus(holder.project)).toMatchObject({ clips: 1, frames: 10, classes: [{ name: 'cup', frames: 10 }], backgrounds: [{ name: 'table', frames: 10 }] });
});

test('the same content is taken once, and says so', async () => {
  const film = await makeFilm(work, 'a.mp4');
  copyFileSync(film, join(work, 'b.mp4'));
  await importClips(holder.project, { paths: [film] }, context);
  const [again] = await importClips(holder.project, { paths: [join(work, 'b.mp4')] }, context);
  expect(again?.status).toBe('alreadyThere');
  expect(again?.reason?.key).toBe('clips:alreadyThere');
  expect(projectStatus(holder.project).clips).toBe(1);
});

test('what is no film is refused with the true reason, and leaves nothing behind', async () => {
  writeFileSync(join(work, 'text.mp4'), 'this is no film');
  writeFileSync(join(work, 'empty.mov'), '');
  await runFfmpeg(['-y', '-f', 'lavfi', '-i', 'sine=duration=1', join(work, 'sound.mkv')]);
  const reports = await importClips(holder.project, { paths: [work] }, context);
  expect(Object.fromEntries(reports.map(({ file, reason }) => [file.split('/').at(-1), reason?.key]))).toEqual({
    'empty.mov': 'clips:empty',
    'sound.mkv': 'clips:noPictureStream',
    'text.mp4': 'clips:notAFilm',
  });
  expect(projectStatus(holder.project)).toMatchObject({ clips: 0, frames: 0 });
  expect(readdirSync(join(holder.project.folder, 'clips'))).toEqual([]);
  expect(readdirSync(join(holder.project.folder, 'tmp'))).toEqual([]);
  expect(waitingImports(holder.project.db)).toEqual([]);
});

test('a film that was cut off gives the frames it has and says so', async () => {
  const film = await makeFilm(work, 'cut.mkv', { seconds: 8, size: '320x240' });
  truncateSync(film, 60_000);
  const [report] = await importClips(holder.project, { paths: [film] }, context);
  expect(report?.status).toBe('partial');
  expect(report?.framesStored).toBeGreaterThan(0);
});

test('class and background come from folder names; pictures are a clip in name order, turned upright', async () => {
  const folder = join(work, 'cup', 'kitchen');
  mkdirSync(folder, { recursive: true });
  for (const name of ['p10', 'p2']) await runFfmpeg(['-y', '-f', 'lavfi', '-i', 'color=red:size=40x20', '-frames:v', '1', join(folder, `${name}.png`)]);
  const [report] = await importClips(holder.project, { paths: [work], fromFolders: ['class', 'background'] }, context);
  expect(report).toMatchObject({ kind: 'pictures', class: 'cup', background: 'kitchen', framesStored: 2, width: 40, height: 20 });
  expect(listFrames(holder.project.db).map(({ name }) => name)).toEqual(['p2.png', 'p10.png']);
});

test('the sampling rule decides which frames are kept', async () => {
  const film = await makeFilm(work, 'a.mp4', { seconds: 4, rate: 25 });
  const stored = async (sampling: Sampling): Promise<number> => {
    const [report] = await importClips(holder.project, { paths: [film], sampling }, context);
    undoChange(holder.project);
    return report?.framesStored ?? -1;
  };
  expect(await stored({ kind: 'count', frames: 7 })).toBe(7);
  expect(await stored({ kind: 'different', frames: 9 })).toBe(9);
  expect(await stored({ kind: 'all' })).toBe(100);
});

test('undo takes an import back and redo brings it again', async () => {
  const film = await makeFilm(work, 'a.mp4');
  await importClips(holder.project, { paths: [film], class: 'cup' }, context);
  undoChange(holder.project);
  expect(projectStatus(holder.project)).toMatchObject({ clips: 0, frames: 0, classes: [] });
  redoChange(holder.project);
  expect(projectStatus(holder.project)).toMatchObject({ clips: 1, frames: 10, classes: [{ name: 'cup', frames: 10 }] });
  removeClips(holder.project, [1]);
  expect(projectStatus(holder.project).clips).toBe(0);
});

test('a queue that a crash left behind goes on without double frames', async () => {
  const film = await makeFilm(work, 'a.mp4');
  queueImports(holder.project.db, 'batch', [{ path: film, kind: 'film', class: 'cup', background: null, sampling: 'every:200ms', link: false }]);
  expect(await resumeImports(holder.project, context)).toHaveLength(1);
  expect(await resumeImports(holder.project, context)).toHaveLength(0);
  expect(projectStatus(holder.project)).toMatchObject({ clips: 1, frames: 10 });
});

test('an import can be cancelled; what is finished stays', async () => {
  const films = [await makeFilm(work, 'a.mp4'), await makeFilm(work, 'long.mp4', { seconds: 25, size: '640x480', rate: 30 }), await makeFilm(work, 'c.mp4', { seconds: 3 })];
  const abort = new AbortController();
  const done = importClips(holder.project, { paths: films, sampling: { kind: 'all' } }, { report: ({ value }) => (value ?? 0) > 0.34 && abort.abort(), signal: abort.signal });
  await expect(done).rejects.toThrow('cancelled');
  expect(waitingImports(holder.project.db)).toEqual([]);
  expect(projectStatus(holder.project).clips).toBeLessThan(3);
});

test('nothing to import is said', async () => {
  await expect(importClips(holder.project, { paths: [work] }, context)).rejects.toThrow(UserError);
});

const videos = realData('videos');
test.skipIf(!videos)('every real film is imported right or refused with a sentence', async () => {
  const reports = await importClips(holder.project, { paths: [videos as string], sampling: { kind: 'all' } }, context);
  const by = new Map(reports.map((report) => [report.file.split('/').at(-1) as string, report]));
  expect(reports).toHaveLength(28);
  expect(by.get('h264_aac_1080p_25fps.mp4')).toMatchObject({ status: 'complete', framesDecoded: 125, framesStored: 125, width: 1920, height: 1080 });
  expect(by.get('rotation_90.mov')).toMatchObject({ rotation: 90, width: 320, height: 568, framesStored: 3 });
  expect(by.get('rotation_270.mov')).toMatchObject({ rotation: 270, width: 320, height: 568 });
  expect(by.get('rotation_180.mov')).toMatchObject({ rotation: 180, width: 568, height: 320 });
  expect(by.get('h264_sar_8_9_damaged_start_60fps.mp4')).toMatchObject({ width: 640, height: 480 });
  expect(by.get('vfr_portrait_270x480_aac.mp4')).toMatchObject({ variableFrameRate: true, framesStored: 68 });
  expect(by.get('truncated_100000_bytes_1080p.mp4')?.status).toBe('partial');
  expect(by.get('audio_only_ac3.mkv')).toMatchObject({ status: 'refused', reason: { key: 'clips:noPictureStream' } });
  expect(by.get('empty_0_bytes.mov')).toMatchObject({ status: 'refused', reason: { key: 'clips:empty' } });
  expect(by.get('wrong_extension_ivf_av1_240x100.mp4')).toMatchObject({ container: 'ivf', framesStored: 24 });
  expect(by.get('vp8_alpha_320x213_odd_height.webm')).toMatchObject({ width: 320, height: 213, framesStored: 120 });
  expect(by.get('vp9_tiny_8x10.webm')).toMatchObject({ width: 8, height: 10, framesStored: 10 });
});
