import { existsSync, openSync, readdirSync, renameSync, rmSync, writeFileSync, writeSync, closeSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Sentence } from '../../../electron/core/clips';
import { importClips } from '../../../electron/services/clips';
import { plainContext } from '../../../electron/services/jobs';
import { labelFrames, undoChange } from '../../../electron/services/labels';
import { addName } from '../../../electron/services/names';
import { closeProject, createProject, onRestored, openProject, type Project } from '../../../electron/services/projects';
import { createSpeaker } from '../../../electron/services/texts';
import { listFrames } from '../../../electron/store/frames';
import { insertModel, listModels } from '../../../electron/store/models';
import { keyOf } from '../../helpers/errors';
import { makeFilm } from '../../helpers/films';
import { temporaryFolder } from '../../helpers/projects';

let holder: ReturnType<typeof temporaryFolder>;
let told: Sentence[];
beforeEach(() => {
  holder = temporaryFolder();
  told = [];
  onRestored((sentence) => told.push(sentence));
});
afterEach(() => {
  onRestored(() => undefined);
  vi.useRealTimers();
  holder.remove();
});

async function filled(): Promise<Project> {
  const project = createProject(join(holder.folder, 'Toys'));
  addName(project, 'classes', 'cup');
  addName(project, 'classes', 'car');
  await importClips(project, { paths: [await makeFilm(holder.folder, 'one.mp4')], class: 'cup' }, plainContext());
  return project;
}

/** Writes nonsense over the pages behind the first. */
function damage(file: string): void {
  const handle = openSync(file, 'r+');
  for (let at = 4096; at < statSync(file).size; at += 4096) writeSync(handle, Buffer.alloc(512, 0xa5), 0, 512, at);
  closeSync(handle);
}

test('a damaged database gives way to its newest good backup, and a sentence says what is missing', async () => {
  const first = await filled();
  const { folder } = first;
  closeProject(first);
  // The first opening of a day backs up.
  const second = openProject(folder);
  const before = listFrames(second.db);
  await importClips(second, { paths: [await makeFilm(holder.folder, 'two.mp4', { source: 'testsrc=size=96x64:rate=10:duration=2' })], class: 'car' }, plainContext());
  const added = listFrames(second.db).length - before.length;
  expect(added).toBeGreaterThan(0);
  closeProject(second);
  // A newer backup that is itself damaged is passed over.
  writeFileSync(join(folder, 'backups', 'project.2099-01-01T00-00-00-000Z.db'), 'no database');
  damage(join(folder, 'project.db'));
  const third = openProject(folder);
  expect(listFrames(third.db)).toEqual(before);
  expect(third.db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(told).toMatchObject([{ key: 'projects:restoredWithoutFrames', params: { frames: before.length, count: added } }]);
  for (const language of ['en', 'ru'] as const) expect(createSpeaker(language).sentence(told[0] as Sentence)).toContain(String(added));
  expect(existsSync(join(folder, told[0]?.params?.['file'] as string))).toBe(true);
  // And it goes on from there.
  labelFrames(third, [before[0]?.id as number], 'car');
  closeProject(third);
  closeProject(openProject(folder));
  expect(told).toHaveLength(1);
});

test('an empty or torn database without a backup is a sentence, and nothing is written over it', async () => {
  const project = await filled();
  const { folder } = project;
  closeProject(project);
  rmSync(join(folder, 'backups'), { recursive: true });
  for (const content of ['', 'no database at all, but some text that is longer than a header of one hundred bytes. '.repeat(99)]) {
    writeFileSync(join(folder, 'project.db'), content);
    expect(await keyOf(() => openProject(folder))).toBe('projects:damagedForGood');
    expect(statSync(join(folder, 'project.db')).size).toBe(content.length);
  }
});

test.skipIf(process.platform === 'win32')('a project that vanishes while it is open is a sentence, and nothing is acknowledged', async () => {
  const project = await filled();
  const [frame] = listFrames(project.db);
  const film = await makeFilm(holder.folder, 'two.mp4', { source: 'testsrc=size=96x64:rate=10:duration=2' });
  const aside = join(holder.folder, 'aside');
  renameSync(project.folder, aside);
  expect(await keyOf(() => labelFrames(project, [frame?.id as number], 'car'))).toBe('projects:vanished');
  expect(await keyOf(() => importClips(project, { paths: [film], class: 'car' }, plainContext()))).toBe('projects:vanished');
  // Back again: it goes on as if nothing had been.
  rmSync(project.folder, { recursive: true, force: true });
  renameSync(aside, project.folder);
  expect(labelFrames(project, [frame?.id as number], 'car').entry).not.toBeNull();
  // Gone for good: closing is no crash.
  rmSync(project.folder, { recursive: true });
  closeProject(project);
  expect(await keyOf(() => openProject(project.folder))).toBe('projects:missing');
});

test('one project has one writer', async () => {
  const project = await filled();
  expect(await keyOf(() => openProject(project.folder))).toBe('projects:openElsewhere');
  expect(listFrames(project.db).length).toBeGreaterThan(0);
  closeProject(project);
});

test('a clock that jumps back changes no order: undo and the last model go by what came last', async () => {
  const project = await filled();
  const [frame] = listFrames(project.db);
  const id = frame?.id as number;
  const addModel = (name: string): void => insertModel(project.db, { id: name, name, parentId: null, origin: 'trained', roundId: null, runId: null, input: { height: 8, width: 8, channels: 3 }, classNames: ['cup', 'car'], parameters: 1, accuracy: null, createdAt: new Date().toISOString() });
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2031-05-05T12:00:00Z') });
  addModel('early');
  labelFrames(project, [id], 'car');
  vi.setSystemTime(new Date('2001-01-01T00:00:00Z'));
  addModel('late');
  labelFrames(project, [id], 'cup');
  expect(listModels(project.db).map(({ name }) => name)).toEqual(['early', 'late']);
  const classOf = (): number | null | undefined => listFrames(project.db).find((row) => row.id === id)?.classId;
  expect(classOf()).toBe(1);
  undoChange(project);
  expect(classOf()).toBe(2);
  undoChange(project);
  expect(classOf()).toBe(1);
  closeProject(project);
  expect(readdirSync(project.folder)).not.toContain('project.db-wal');
});
