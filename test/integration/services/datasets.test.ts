import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importClips, setAside } from '../../../electron/services/clips';
import { splitClipFrames } from '../../../electron/services/datasets';
import { importDataset } from '../../../electron/services/datasetImport';
import { exportDataset } from '../../../electron/services/exports';
import { plainContext } from '../../../electron/services/jobs';
import { excludeFrames, labelFrames } from '../../../electron/services/labels';
import type { Project } from '../../../electron/services/projects';
import { cropClips } from '../../../electron/services/resample';
import { drawSampleFilms } from '../../../electron/services/sample';
import { listClips } from '../../../electron/store/clips';
import { listFrames } from '../../../electron/store/frames';
import { undo } from '../../../electron/store/journal';
import { listNames } from '../../../electron/store/names';
import { kerasPython } from '../../helpers/keras';
import { temporaryFolder, temporaryProject } from '../../helpers/projects';
import { runPython } from '../../helpers/pythons';

const python = kerasPython(process.env['GRAFT_KERAS'] === '1');
const source = temporaryProject();
const holder = temporaryFolder();
const { project } = source;
const context = plainContext();
afterAll(() => {
  source.remove();
  holder.remove();
});

/** What a dataset is made of, without the numbers that a project gives by itself. */
function contents(of: Project): unknown {
  const clips = listClips(of.db);
  const name = (table: 'classes' | 'backgrounds', id: number | null): string | null => listNames(of.db, table).find((row) => row.id === id)?.name ?? null;
  const clipName = new Map(clips.map((clip) => [clip.id, clip.sha256]));
  return {
    classes: listNames(of.db, 'classes').map((row) => row.name),
    backgrounds: listNames(of.db, 'backgrounds').map((row) => row.name),
    clips: clips.map((clip) => ({ sha256: clip.sha256, name: clip.name, class: name('classes', clip.classId), background: name('backgrounds', clip.backgroundId), crop: clip.crop, kind: clip.kind })),
    frames: splitClipFrames(of, clips).map(({ frame, split, block, crop }) => ({ clip: clipName.get(frame.clipId), sha256: frame.sha256, timeMs: frame.timeMs, class: name('classes', frame.classId), source: frame.labelSource, split, block, crop })),
  };
}

beforeAll(async () => {
  const films = await drawSampleFilms(context, ['paper', 'toys']);
  for (const object of ['mug', 'duck', 'car']) await importClips(project, { paths: [join(films, object, 'paper'), join(films, object, 'toys')], fromFolders: ['class', 'background'] }, context);
  const [first, second, third] = listClips(project.db);
  labelFrames(project, listFrames(project.db, { clipId: first!.id }).slice(2, 4).map(({ id }) => id), 'duck');
  excludeFrames(project, listFrames(project.db, { clipId: second!.id }).slice(0, 2).map(({ id }) => id), true);
  cropClips(project, [third!.id], { x: 0.1, y: 0.2, width: 0.5, height: 0.6 });
  setAside(project, [listClips(project.db).at(-1)!.id], true);
});

describe('a dataset as folders', () => {
  const out = join(holder.folder, 'folders');
  test('comes back with labels, backgrounds, crops and splits, and a second time nothing happens', async () => {
    const result = await exportDataset(project, out, 'folders', 'all', context);
    expect(result.frames).toBe(splitClipFrames(project, listClips(project.db)).length);
    for (const file of result.files) expect(existsSync(join(out, file))).toBe(true);
    const other = temporaryProject();
    try {
      const first = await importDataset(other.project, out, context);
      expect(first.clips.map(({ status }) => status)).toEqual(listClips(project.db).map(() => 'complete'));
      expect(contents(other.project)).toEqual(contents(project));
      const again = await importDataset(other.project, out, context);
      expect(again.clips.every(({ status }) => status === 'alreadyThere')).toBe(true);
      expect(contents(other.project)).toEqual(contents(project));
      undo(other.project.db);
      expect(listClips(other.project.db)).toHaveLength(listClips(project.db).length - 1);
    } finally {
      other.remove();
    }
  });
  test('folders of pictures per class, of whatever origin, come in by their names', async () => {
    const other = temporaryProject();
    try {
      const reports = await importClips(other.project, { paths: [join(out, 'train')], fromFolders: ['class'] }, context);
      expect(reports.map(({ class: name }) => name).sort()).toEqual(['car', 'duck', 'mug']);
    } finally {
      other.remove();
    }
  });
  test('a damaged list and a missing picture get a sentence', async () => {
    const other = temporaryProject();
    try {
      const manifest = JSON.parse(readFileSync(join(out, 'graft-dataset.json'), 'utf8'));
      const broken = join(holder.folder, 'broken');
      mkdirSync(broken);
      const write = (content: unknown): void => writeFileSync(join(broken, 'graft-dataset.json'), JSON.stringify(content));
      write({ ...manifest, formatVersion: 7 });
      await expect(importDataset(other.project, broken, context)).rejects.toMatchObject({ key: 'exports:badManifest' });
      write({ ...manifest, clips: [{ ...manifest.clips[0], frames: [{ ...manifest.clips[0].frames[0], file: '../folders/train/secret.jpg' }] }] });
      await expect(importDataset(other.project, broken, context)).rejects.toMatchObject({ key: 'exports:badManifest' });
      write(manifest);
      await expect(importDataset(other.project, broken, context)).rejects.toMatchObject({ key: 'exports:frameMissing' });
      expect(listClips(other.project.db)).toHaveLength(0);
    } finally {
      other.remove();
    }
  });
  test('only a split, and nothing where something is', async () => {
    const only = await exportDataset(project, join(holder.folder, 'test-only'), 'csv', 'test', context);
    const rows = readFileSync(join(holder.folder, 'test-only/labels.csv'), 'utf8').trim().split('\n').slice(1);
    expect(rows).toHaveLength(only.frames);
    expect(rows.every((row) => row.split(',')[3] === 'test')).toBe(true);
    await expect(exportDataset(project, out, 'folders', 'all', context)).rejects.toMatchObject({ key: 'exports:folderExists' });
  });
});

test('a dataset for COCO has a category for every picture', async () => {
  const out = join(holder.folder, 'coco');
  const result = await exportDataset(project, out, 'coco', 'all', context);
  let pictures = 0;
  for (const split of ['train', 'validation', 'test']) {
    const coco = JSON.parse(readFileSync(join(out, 'annotations', `${split}.json`), 'utf8'));
    pictures += coco.images.length;
    expect(coco.annotations).toHaveLength(coco.images.length);
    expect(new Set(coco.annotations.map(({ image_id }: { image_id: number }) => image_id))).toEqual(new Set(coco.images.map(({ id }: { id: number }) => id)));
    for (const image of coco.images) expect(existsSync(join(out, 'images', image.file_name))).toBe(true);
    expect(coco.categories.map(({ name }: { name: string }) => name)).toEqual(listNames(project.db, 'classes').map(({ name }) => name));
  }
  expect(pictures).toBe(result.frames);
});

describe.skipIf(python === null)('a dataset for TensorFlow', () => {
  test('TensorFlow reads every record, its picture and its label', async () => {
    const out = join(holder.folder, 'tfrecord');
    const { frames, files } = await exportDataset(project, out, 'tfrecord', 'all', context);
    const read = runPython(python as string, 'read_tfrecord.py', files.filter((file) => file.endsWith('.tfrecord')).map((file) => join(out, file))) as { records: { sha256: string; label: number; text: string; crop: number[]; width: number; height: number; pixels: number[] }[] };
    expect(read.records).toHaveLength(frames);
    const classNames = listNames(project.db, 'classes').map(({ name }) => name);
    const known = new Map(splitClipFrames(project, listClips(project.db)).map(({ frame, crop }) => [frame.sha256, { frame, crop }]));
    for (const record of read.records) {
      const { frame, crop } = known.get(record.sha256)!;
      expect(record.text).toBe(listNames(project.db, 'classes').find(({ id }) => id === frame.classId)?.name);
      expect(classNames[record.label]).toBe(record.text);
      expect(record.pixels).toEqual([frame.height, frame.width, 3]);
      record.crop.forEach((value, index) => expect(value).toBeCloseTo(crop ? [crop.x, crop.y, crop.width, crop.height][index]! : [0, 0, 1, 1][index]!, 6));
    }
    rmSync(out, { recursive: true });
  });
});
