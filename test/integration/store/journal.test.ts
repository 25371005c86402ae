import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../../../electron/core/errors';
import { excludeFrames, labelClips, labelFrames, redoChange, undoChange } from '../../../electron/services/labels';
import { addName, hideName, recolourName, renameName, reorderNames } from '../../../electron/services/names';
import { closeProject, createProject, openProject, readProject, type Project } from '../../../electron/services/projects';
import { databasePath, updateSchema } from '../../../electron/store/database';
import { insertClip } from '../../../electron/store/clips';
import { insertFrames, listFrames } from '../../../electron/store/frames';
import { applyChange, columnChange } from '../../../electron/store/journal';
import { listNames } from '../../../electron/store/names';
import { schemaSteps } from '../../../electron/store/schema/steps';
import { temporaryFolder } from '../../helpers/projects';

let holder: ReturnType<typeof temporaryFolder>;
let project: Project;
beforeEach(() => {
  holder = temporaryFolder();
  project = createProject(join(holder.folder, 'Test'));
});
afterEach(() => {
  closeProject(project);
  holder.remove();
});

function addClip(frames = 5): number {
  const id = insertClip(project.db, {
    sha256: `clip-${Math.random()}`, name: 'a.mp4', sourcePath: '/a.mp4', storedFile: null, kind: 'film', status: 'complete', reason: null, classId: null, backgroundId: null,
    container: 'mov', codec: 'h264', width: 10, height: 10, rotation: 0, hdr: null, variableFrameRate: false, durationMs: 1000, framesDecoded: frames, framesStored: frames, sampling: 'all', importedAt: '2026-01-01',
  });
  insertFrames(project.db, id, null, Array.from({ length: frames }, (_, index) => ({ timeMs: index * 100, name: null, sha256: `f${index}`, width: 10, height: 10, differenceHash: null })));
  applyChange(project.db, 'journal:imported', { clip: 'a.mp4', count: frames }, [columnChange(project.db, 'clips', 'removed', [id], 0)]);
  return id;
}
const snapshot = (): unknown => ({ frames: listFrames(project.db), classes: listNames(project.db, 'classes') });

test('every change can be undone to the letter and redone to the letter, across a restart', () => {
  const clip = addClip();
  const states: unknown[] = [snapshot()];
  const ids = (): number[] => listFrames(project.db).map(({ id }) => id);
  const acts = [
    () => labelClips(project, [clip], 'cup'),
    () => addName(project, 'classes', 'car'),
    () => labelFrames(project, ids().slice(0, 2), 'car'),
    () => excludeFrames(project, ids().slice(3), true),
    () => renameName(project, 'classes', listNames(project.db, 'classes')[0]?.id ?? 0, 'mug'),
    () => recolourName(project, 'classes', listNames(project.db, 'classes')[0]?.id ?? 0, '#123456'),
    () => reorderNames(project, 'classes', listNames(project.db, 'classes').map(({ id }) => id).reverse()),
    () => hideName(project, 'classes', listNames(project.db, 'classes')[0]?.id ?? 0, true),
  ];
  for (const act of acts) {
    act();
    states.push(snapshot());
  }
  closeProject(project);
  project = openProject(project.folder);
  for (let index = acts.length - 1; index >= 0; index -= 1) {
    undoChange(project);
    expect(snapshot()).toEqual(states[index]);
  }
  for (let index = 1; index <= acts.length; index += 1) {
    redoChange(project);
    expect(snapshot()).toEqual(states[index]);
  }
  expect(() => redoChange(project)).toThrow(UserError);
});

test('a new change ends the chance to redo', () => {
  addName(project, 'classes', 'cup');
  undoChange(project);
  addName(project, 'classes', 'car');
  expect(() => redoChange(project)).toThrow('nothingToRedo');
  undoChange(project);
  expect(() => undoChange(project)).toThrow('nothingToUndo');
});

test('single labels stay when the whole clip is labeled again', () => {
  const clip = addClip();
  addName(project, 'classes', 'car');
  const first = listFrames(project.db)[0]?.id ?? 0;
  labelFrames(project, [first], 'car');
  expect(labelClips(project, [clip], 'cup').changed).toBe(4);
  expect(listFrames(project.db)[0]?.labelSource).toBe('frame');
});

test('the journal refuses columns that are not its own', () => {
  expect(() => columnChange(project.db, 'clips', 'sha256', [1], 'x')).toThrow('not journaled');
});

test('one writer at a time; readers may come in', () => {
  expect(() => openProject(project.folder)).toThrow('openElsewhere');
  const reader = readProject(project.folder);
  expect(listNames(reader.db, 'classes')).toEqual([]);
  expect(() => reader.db.exec('DELETE FROM classes')).toThrow();
  closeProject(reader);
});

test('a database from the future, a damaged one and no database are refused with a sentence', () => {
  closeProject(project);
  const db = new Database(databasePath(project.folder));
  db.pragma('user_version = 99999');
  db.close();
  expect(() => openProject(project.folder)).toThrow('fromTheFuture');
  expect(() => readProject(project.folder)).toThrow('fromTheFuture');
  writeFileSync(databasePath(project.folder), Buffer.alloc(8192, 'x'));
  expect(() => openProject(project.folder)).toThrow('damaged');
  expect(() => openProject(holder.folder)).toThrow('noProject');
  expect(() => openProject(join(holder.folder, 'nowhere'))).toThrow('missing');
  project = createProject(join(holder.folder, 'Other'));
  expect(() => createProject(project.folder)).toThrow('exists');
});

test('schema steps rise, and each leaves its version', () => {
  const versions = schemaSteps.map(({ version }) => version);
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
  expect(new Set(versions).size).toBe(versions.length);
  const db = new Database(':memory:');
  updateSchema(db, 'memory');
  expect(db.pragma('user_version', { simple: true })).toBe(versions.at(-1));
  expect(db.pragma('foreign_key_check')).toEqual([]);
  db.close();
});

test('commits are durable: WAL with full synchronisation', () => {
  expect(project.db.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(project.db.pragma('synchronous', { simple: true })).toBe(2);
});

test.skipIf(process.platform === 'win32')('kill -9 of a writer leaves no lock behind', () => {
  const folder = project.folder;
  closeProject(project);
  const script = `const D=require('better-sqlite3');const d=new D(${JSON.stringify(join(folder, 'writer.lock'))});d.exec('BEGIN EXCLUSIVE');process.kill(process.pid,'SIGKILL')`;
  const { signal } = spawnSync(process.execPath, ['-e', script], { cwd: process.cwd() });
  expect(signal).toBe('SIGKILL');
  project = openProject(folder);
  expect(project.db.open).toBe(true);
});
