import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../../../electron/core/errors';
import { buildPreset } from '../../../electron/core/presets';
import { defaultTrainingConfig } from '../../../electron/core/training';
import { runFfmpeg } from '../../../electron/media/ffmpeg';
import { openPixels } from '../../../electron/nn/pixelCache';
import { importClips, setAside } from '../../../electron/services/clips';
import { freezeDataset, projectExamples } from '../../../electron/services/datasets';
import { duplicateStacks } from '../../../electron/services/duplicates';
import { plainContext } from '../../../electron/services/jobs';
import { excludeFrames, labelFrames, redoChange, undoChange } from '../../../electron/services/labels';
import { mergeNames } from '../../../electron/services/names';
import { cropClips, resampleClips } from '../../../electron/services/resample';
import { clipViews, roundViews } from '../../../electron/services/views';
import { listClips } from '../../../electron/store/clips';
import { datasetFrames, findDataset } from '../../../electron/store/datasets';
import { listFrames } from '../../../electron/store/frames';
import { findName, listNames } from '../../../electron/store/names';
import { insertRound } from '../../../electron/store/rounds';
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

async function addFilm(name: string, className: string, background: string, options: Parameters<typeof makeFilm>[2] = {}): Promise<number> {
  const film = await makeFilm(work, name, options);
  const [report] = await importClips(holder.project, { paths: [film], class: className, background }, context);
  return report?.id ?? -1;
}

/** A round as training starts one, without the training. */
function freezeRound(): number {
  const { db } = holder.project;
  return db.transaction(() => {
    const classNames = listNames(db, 'classes').map(({ name }) => name);
    const datasetId = freezeDataset(holder.project, listClips(db), classNames);
    const architecture = buildPreset('small', { height: 32, width: 32, channels: 3 }, classNames.length);
    insertRound(db, { number: 1, datasetId, startModelId: null, architecture, config: defaultTrainingConfig, backgrounds: [] }, listClips(db).map(({ id }) => id));
    return datasetId;
  })();
}

const still = (picture: string): string => `${picture}=size=160x120:rate=10:duration=2,trim=end_frame=1,loop=loop=19:size=1,setpts=N/10/TB`;

test('near-duplicates are found inside and across clips, and counted between train and validation', async () => {
  const first = await addFilm('a.mp4', 'cup', 'table', { source: still('testsrc2') });
  await runFfmpeg(['-y', '-i', join(work, 'a.mp4'), '-vf', 'eq=brightness=0.05', '-c:v', 'libx264', '-crf', '30', join(work, 'b.mp4')]);
  await importClips(holder.project, { paths: [join(work, 'b.mp4')], class: 'cup', background: 'table' }, context);
  await addFilm('c.mp4', 'car', 'table', { source: 'mandelbrot=size=160x120:rate=10:end_scale=0.01,trim=end_frame=20' });
  const [stack] = duplicateStacks(holder.project);
  expect(stack).toMatchObject({ clips: 2 });
  expect(stack?.ids).toHaveLength(20);
  expect(stack?.ids[0]).toBe(listFrames(holder.project.db, { clipId: first })[0]?.id);
  const dataset = findDataset(holder.project.db, freezeRound());
  // One of the two still films went to validation, with all its ten frames.
  expect(dataset?.nearDuplicates).toBeGreaterThanOrEqual(10);
  expect(roundViews(holder.project)[0]?.dataset.nearDuplicates).toBe(dataset?.nearDuplicates);
});

test('two classes become one, to the letter undone and redone; models keep their names', async () => {
  const clip = await addFilm('a.mp4', 'cup', 'table');
  await addFilm('b.mp4', 'mug', 'desk', { seconds: 1 });
  const { db } = holder.project;
  labelFrames(holder.project, [listFrames(db, { clipId: clip })[0]?.id ?? 0], 'mug');
  const snapshot = (): unknown => ({ frames: listFrames(db), clips: listClips(db), classes: listNames(db, 'classes'), backgrounds: listNames(db, 'backgrounds') });
  const before = snapshot();
  const [cup, mug] = [findName(db, 'classes', 'cup')?.id ?? 0, findName(db, 'classes', 'mug')?.id ?? 0];
  mergeNames(holder.project, 'classes', mug, cup);
  expect(listNames(db, 'classes').map(({ name }) => name)).toEqual(['cup']);
  expect(new Set(listFrames(db).map(({ classId }) => classId))).toEqual(new Set([cup]));
  const merged = snapshot();
  mergeNames(holder.project, 'backgrounds', findName(db, 'backgrounds', 'desk')?.id ?? 0, findName(db, 'backgrounds', 'table')?.id ?? 0);
  expect(new Set(listClips(db).map(({ backgroundId }) => backgroundId)).size).toBe(1);
  undoChange(holder.project);
  expect(snapshot()).toEqual(merged);
  undoChange(holder.project);
  expect(snapshot()).toEqual(before);
  redoChange(holder.project);
  expect(snapshot()).toEqual(merged);
  expect(() => mergeNames(holder.project, 'classes', cup, cup)).toThrow(UserError);
});

test('a clip that is set aside is never trained on, and one that was trained on cannot be set aside', async () => {
  const aside = await addFilm('a.mp4', 'cup', 'table');
  const other = await addFilm('b.mp4', 'cup', 'table', { seconds: 3 });
  await addFilm('c.mp4', 'car', 'table', { seconds: 4 });
  setAside(holder.project, [aside], true);
  expect(clipViews(holder.project).find(({ id }) => id === aside)?.testSet).toBe(true);
  undoChange(holder.project);
  expect(listClips(holder.project.db)[0]?.split).toBe(null);
  redoChange(holder.project);
  setAside(holder.project, [other], true);
  undoChange(holder.project);
  const frames = datasetFrames(holder.project.db, freezeRound());
  expect(new Set(frames.filter(({ clipId }) => clipId === aside).map(({ split }) => split))).toEqual(new Set(['test']));
  expect(frames.filter(({ clipId }) => clipId === other).some(({ split }) => split === 'train')).toBe(true);
  expect(() => setAside(holder.project, [other], true)).toThrow('clips:setAsideUsed');
  // What was undone before the round cannot make a test of what was trained on since.
  redoChange(holder.project);
  expect(listClips(holder.project.db).find(({ id }) => id === other)?.split).not.toBe('test');
  setAside(holder.project, [aside], false);
  expect(listClips(holder.project.db)[0]?.split).toBe(null);
});

test('another sampling keeps the frames that stay, with their labels; undo brings the others back', async () => {
  const clip = await addFilm('a.mp4', 'cup', 'table', { seconds: 2, rate: 10 });
  await addFilm('b.mp4', 'car', 'table', { seconds: 3 });
  const { db } = holder.project;
  const frames = (): ReturnType<typeof listFrames> => listFrames(db, { clipId: clip });
  const first = frames();
  labelFrames(holder.project, [first[1]?.id ?? 0, first[2]?.id ?? 0], 'car');
  excludeFrames(holder.project, [first[4]?.id ?? 0], true);
  const before = frames();
  const result = await resampleClips(holder.project, [clip], { kind: 'all' }, context);
  expect(result).toMatchObject({ kept: 10, added: 10, removed: 0 });
  expect(frames().map(({ timeMs }) => timeMs)).toEqual(Array.from({ length: 20 }, (_, index) => index * 100));
  expect(frames().filter(({ id }) => before.some((frame) => frame.id === id))).toEqual(before);
  expect(listClips(db)[0]).toMatchObject({ sampling: 'all', framesStored: 20 });
  const sparse = await resampleClips(holder.project, [clip], { kind: 'every', milliseconds: 400 }, context);
  expect(sparse).toMatchObject({ kept: 5, added: 0, removed: 15 });
  expect(frames().map(({ id }) => id)).toEqual([0, 2, 4, 6, 8].map((index) => first[index]?.id));
  undoChange(holder.project);
  undoChange(holder.project);
  expect(frames()).toEqual(before);
  // A frame that comes back has the label that it had.
  await resampleClips(holder.project, [clip], { kind: 'every', milliseconds: 400 }, context);
  await resampleClips(holder.project, [clip], { kind: 'every', milliseconds: 200 }, context);
  expect(frames()).toEqual(before);
  expect(readdirSync(join(holder.project.folder, 'tmp'))).toEqual([]);
  freezeRound();
  await expect(resampleClips(holder.project, [clip], { kind: 'all' }, context)).rejects.toThrow('clips:resampleUsed');
});

test('a film that is gone is named', async () => {
  const film = await makeFilm(work, 'a.mp4');
  const [report] = await importClips(holder.project, { paths: [film], link: true }, context);
  rmSync(film);
  await expect(resampleClips(holder.project, [report?.id ?? -1], { kind: 'all' }, context)).rejects.toThrow('clips:filmGone');
});

test('a crop is kept per clip, undone, frozen into the round, and cut before the picture is made small', async () => {
  const clip = await addFilm('a.mp4', 'cup', 'table', { source: 'color=red:size=96x64:rate=10:duration=2,drawbox=x=48:y=0:w=48:h=64:color=blue:t=fill' });
  const other = await addFilm('b.mp4', 'car', 'table', { seconds: 3 });
  const right = { x: 0.5, y: 0, width: 0.5, height: 1 };
  cropClips(holder.project, [clip, other], right);
  expect(clipViews(holder.project).map(({ crop }) => crop)).toEqual([right, right]);
  undoChange(holder.project);
  expect(clipViews(holder.project).map(({ crop }) => crop)).toEqual([null, null]);
  cropClips(holder.project, [clip], right);
  expect(() => cropClips(holder.project, [clip], { ...right, x: 0.8 })).toThrow('clips:badCrop');
  const frozen = datasetFrames(holder.project.db, freezeRound());
  cropClips(holder.project, [clip], null);
  expect(new Set(frozen.filter(({ clipId }) => clipId === clip).map(({ crop }) => JSON.stringify(crop)))).toEqual(new Set([JSON.stringify(right)]));
  const examples = projectExamples(holder.project, ['cup', 'car'], 'all').filter(({ clipId }) => clipId === clip).slice(0, 1);
  const pixels = async (crop: typeof right | null): Promise<number[]> => {
    const source = await openPixels({ folder: holder.project.folder, classNames: ['cup'], examples: examples.map((example) => ({ ...example, crop })) }, join(holder.project.folder, 'cache'), 1, 1, { ...context, unpaused: () => Promise.resolve() });
    const bytes = new Uint8Array(3);
    source.copy(0, bytes, 0);
    source.close();
    return [...bytes];
  };
  // Whole, cropped, and whole again from the cache: never each other's pixels.
  const whole = await pixels(null);
  const [red = 255, , blue = 0] = await pixels(right);
  expect(red).toBeLessThan(15);
  expect(blue).toBeGreaterThan(240);
  expect(whole[0]).toBeGreaterThan(100);
  expect(await pixels(null)).toEqual(whole);
});
