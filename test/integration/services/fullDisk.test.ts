import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultPreprocessing } from '../../../electron/core/architecture';
import { buildPreset } from '../../../electron/core/presets';
import { weightSpecs, sizeOf } from '../../../electron/core/shapes';
import { loadModel, saveModel, type StoredModel } from '../../../electron/nn/modelFiles';
import { importClips } from '../../../electron/services/clips';
import { saveCopy } from '../../../electron/services/copies';
import { exportDataset } from '../../../electron/services/exports';
import { plainContext } from '../../../electron/services/jobs';
import { keepPicture } from '../../../electron/services/keptPictures';
import { addName } from '../../../electron/services/names';
import { closeProject, createProject } from '../../../electron/services/projects';
import { listFrames } from '../../../electron/store/frames';
import { keyOf } from '../../helpers/errors';
import { makeFilm } from '../../helpers/films';
import { temporaryFolder } from '../../helpers/projects';

const possible = process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0;
if (!possible) console.warn('SKIPPED: a small disk can be made by root on Linux only; full disks are not tested here');

let holder: ReturnType<typeof temporaryFolder>;
let disk: string;
let mounted = false;
beforeEach(() => {
  holder = temporaryFolder();
  disk = join(holder.folder, 'disk');
  mkdirSync(disk);
  mounted = possible && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]).status === 0;
});
afterEach(() => {
  if (mounted) spawnSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true, force: true });
  holder.remove();
});

/** Leaves so many bytes free on the small disk. */
function fill(leave: number): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, `filler${Date.now()}`), Buffer.alloc(Math.max(0, bavail * bsize - leave)));
}

test.skipIf(!possible)('a model or checkpoint that does not fit: a sentence, the older one stays whole, nothing half-written', async (task) => {
  if (!mounted) return task.skip();
  const architecture = buildPreset('small', { height: 16, width: 16, channels: 3 }, 2);
  const model = (value: number): StoredModel => ({ architecture, classNames: ['cup', 'car'], preprocessing: defaultPreprocessing(3), weights: new Map(weightSpecs(architecture).map(({ name, shape }) => [name, new Float32Array(sizeOf(shape)).fill(value)])) });
  const folder = join(disk, 'last');
  saveModel(folder, model(1), { 'optimizer.bin': Buffer.alloc(1000) });
  fill(8192);
  expect(await keyOf(() => saveModel(folder, model(2), { 'optimizer.bin': Buffer.alloc(1000) }))).toBe('projects:diskFull');
  expect([...(loadModel(folder).weights.values().next().value as Float32Array)][0]).toBe(1);
  expect(readdirSync(disk).filter((name) => name.startsWith('last'))).toEqual(['last']);
});

test.skipIf(!possible)('an export, a copy, a kept picture and an import that do not fit: a sentence each, nothing half-written', async (task) => {
  if (!mounted) return task.skip();
  const film = (name: string, hue: number): Promise<string> => makeFilm(holder.folder, name, { source: `testsrc2=size=640x480:rate=15:duration=4,hue=h=${hue},noise=alls=30` });
  const outside = createProject(join(holder.folder, 'Outside'));
  addName(outside, 'classes', 'cup');
  addName(outside, 'classes', 'car');
  for (const [index, name] of ['cup', 'car'].entries()) await importClips(outside, { paths: [await film(`${name}.mp4`, index * 90)], class: name, sampling: { kind: 'all' } }, plainContext());
  expect(await keyOf(() => exportDataset(outside, join(disk, 'set'), 'folders', 'all', plainContext()))).toBe('exports:diskFull');
  expect(await keyOf(() => exportDataset(outside, join(disk, 'records'), 'tfrecord', 'all', plainContext()))).toBe('exports:diskFull');
  expect(await keyOf(() => saveCopy(outside, join(disk, 'Copy.graft.zip'), plainContext()))).toBe('projects:diskFull');
  expect(readdirSync(disk)).toEqual([]);
  closeProject(outside);

  const inside = createProject(join(disk, 'Inside'));
  addName(inside, 'classes', 'cup');
  const picture = join(outside.folder, 'frames');
  const shot = join(picture, readdirSync(picture, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('.jpg')) ?? '');
  fill(8192);
  expect(await keyOf(() => keepPicture(inside, { file: shot, class: 'cup', background: null, clipName: 'phone' }))).toBe('projects:diskFull');
  expect(await keyOf(() => importClips(inside, { paths: [join(holder.folder, 'cup.mp4')], class: 'cup' }, plainContext()))).toBe('projects:diskFull');
  expect(listFrames(inside.db)).toEqual([]);
  expect(readdirSync(join(inside.folder, 'tmp'))).toEqual([]);
  expect(existsSync(join(inside.folder, 'frames')) ? readdirSync(join(inside.folder, 'frames'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jpg')) : []).toEqual([]);
  expect(inside.db.pragma('integrity_check', { simple: true })).toBe('ok');
  closeProject(inside);
});
