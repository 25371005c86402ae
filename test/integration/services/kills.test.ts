import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { UserError } from '../../../electron/core/errors';
import { importClips, resumeImports } from '../../../electron/services/clips';
import { plainContext } from '../../../electron/services/jobs';
import { labelFrames, undoChange } from '../../../electron/services/labels';
import { addName } from '../../../electron/services/names';
import { closeProject, createProject, openProject } from '../../../electron/services/projects';
import { listClips } from '../../../electron/store/clips';
import { listFrames } from '../../../electron/store/frames';
import { waitingImports } from '../../../electron/store/imports';
import { makeFilm } from '../../helpers/films';
import { temporaryFolder } from '../../helpers/projects';

test.skipIf(process.platform === 'win32')('ten kills -9 at random moments of importing and labeling: nothing lost, nothing doubled', () => {
  const run = spawnSync(process.execPath, [resolve(import.meta.dirname, '../../bench/run.mjs'), 'kill', '--json', '--kills', '10', '--seed', '7'], { encoding: 'utf8' });
  const figures = JSON.parse(run.stdout) as { acknowledgedLabels: number };
  expect(figures).toMatchObject({ ok: true, kills: 10, lost: [], doubled: [], damaged: [] });
  expect(figures.acknowledgedLabels).toBeGreaterThan(50);
});

/** A small disk of its own; null (with a loud line) where this user may not make one. */
function smallDisk(folder: string, size: string): (() => void) | null {
  mkdirSync(folder);
  const mounted = process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status === 0;
  if (!mounted) {
    console.warn('SKIPPED: a small disk can be made by root on Linux only; the full disk is not tested here');
    return null;
  }
  return () => void spawnSync('umount', ['-l', folder]);
}

/** What a call says when it fails. */
async function failure(work: () => unknown): Promise<unknown> {
  try {
    await work();
    return null;
  } catch (error) {
    return error;
  }
}

test('a disk that fills up: a sentence, nothing lost, and it goes on when there is room', async (task) => {
  const holder = temporaryFolder();
  const disk = join(holder.folder, 'disk');
  const unmount = smallDisk(disk, '8m');
  if (!unmount) {
    holder.remove();
    return task.skip();
  }
  try {
    const films: string[] = [];
    for (let film = 0; film < 4; film += 1) films.push(await makeFilm(holder.folder, `film${film}.mp4`, { source: `testsrc2=size=640x480:rate=15:duration=4,hue=h=${film * 50},noise=alls=20` }));
    let project = createProject(join(disk, 'Full'));
    for (const name of ['cup', 'car']) addName(project, 'classes', name);
    await importClips(project, { paths: films.slice(0, 1), class: 'cup', link: true, sampling: { kind: 'count', frames: 5 } }, plainContext());
    const before = listFrames(project.db);
    expect(before).toHaveLength(5);
    const error = await failure(() => importClips(project, { paths: films.slice(1), class: 'car', link: true, sampling: { kind: 'all' } }, plainContext()));
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).key).toBe('projects:diskFull');
    // Not one byte is left: a label is refused with the same sentence, and not half done.
    const filler = join(disk, 'filler');
    for (let bytes = Number(statfsSync(disk).bavail) * Number(statfsSync(disk).bsize); bytes > 0; bytes = Number(statfsSync(disk).bavail) * Number(statfsSync(disk).bsize)) writeFileSync(`${filler}${bytes}`, Buffer.alloc(bytes));
    let refused: unknown = null;
    const ids = listFrames(project.db).map(({ id }) => id);
    let last = listFrames(project.db);
    for (let turn = 0; turn < 2000 && refused === null; turn += 1) {
      refused = await failure(() => labelFrames(project, ids, turn % 2 === 0 ? 'car' : 'cup'));
      if (refused === null) last = listFrames(project.db);
    }
    expect((refused as UserError).key).toBe('projects:diskFull');
    expect(listFrames(project.db)).toEqual(last);
    expect(project.db.pragma('integrity_check', { simple: true })).toBe('ok');
    // Room again, a larger disk, and a new start.
    expect(spawnSync('mount', ['-o', 'remount,size=80m', disk]).status).toBe(0);
    labelFrames(project, ids, 'car');
    undoChange(project);
    expect(waitingImports(project.db).length).toBeGreaterThan(0);
    closeProject(project);
    project = openProject(project.folder);
    await resumeImports(project, plainContext());
    expect(waitingImports(project.db)).toEqual([]);
    expect(listClips(project.db).map(({ framesStored, status }) => ({ framesStored, status }))).toEqual([5, 60, 60, 60].map((framesStored) => ({ framesStored, status: 'complete' })));
    expect(listFrames(project.db)).toHaveLength(185);
    closeProject(project);
    expect(existsSync(join(project.folder, 'project.db-wal'))).toBe(false);
  } finally {
    unmount();
    rmSync(disk, { recursive: true, force: true });
    holder.remove();
  }
});
