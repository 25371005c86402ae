import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CancelledError } from '../../../electron/core/errors';
import { importClips } from '../../../electron/services/clips';
import { folderForCopy, openCopy, saveCopy } from '../../../electron/services/copies';
import { findFilms, missingFilms } from '../../../electron/services/films';
import { plainContext } from '../../../electron/services/jobs';
import { labelClips, undoChange } from '../../../electron/services/labels';
import { closeProject, openProject, readProject } from '../../../electron/services/projects';
import { resampleClips } from '../../../electron/services/resample';
import { projectStatus } from '../../../electron/services/status';
import { frameFile, listFrames } from '../../../electron/store/frames';
import { makeFilm } from '../../helpers/films';
import { temporaryProject } from '../../helpers/projects';

let holder: ReturnType<typeof temporaryProject>;
let work: string;
beforeEach(() => {
  holder = temporaryProject();
  work = join(holder.project.folder, '..');
});
afterEach(() => holder.remove());

const context = plainContext();

async function addFilm(name: string, link = false): Promise<string> {
  const films = join(work, 'films');
  mkdirSync(films, { recursive: true });
  const film = await makeFilm(films, name);
  await importClips(holder.project, { paths: [film], class: 'cup', background: 'desk', link }, context);
  return film;
}

test('a copy in one file, written while the project is open, is the whole project elsewhere', async () => {
  await addFilm('a.mp4');
  labelClips(holder.project, [1], 'mug');
  writeFileSync(join(holder.project.folder, 'cache', 'pixels'), 'not needed');
  const values: number[] = [];
  const { file, files } = await saveCopy(holder.project, join(work, 'Toys'), plainContext(({ value }) => values.push(value ?? 0)));
  expect(file).toBe(join(work, 'Toys.graft.zip'));
  expect(files).toBe(1 + 1 + listFrames(holder.project.db).length);
  expect(values.at(-1)).toBe(1);
  expect(readdirSync(work).filter((name) => name.endsWith('.new'))).toEqual([]);

  expect(folderForCopy(file)).toBe(join(work, 'Toys.graft'));
  const folder = await openCopy(file, folderForCopy(file), context);
  expect(existsSync(join(folder, 'cache', 'pixels'))).toBe(false);
  const copy = openProject(folder);
  try {
    expect(projectStatus(copy)).toEqual(projectStatus(holder.project));
    for (const { sha256 } of listFrames(copy.db)) expect(readFileSync(join(folder, frameFile(sha256)))).toEqual(readFileSync(join(holder.project.folder, frameFile(sha256))));
    // The journal went along: undo works there, and leaves the original alone.
    undoChange(copy);
    expect(projectStatus(copy).classes.find(({ name }) => name === 'cup')?.frames).toBeGreaterThan(0);
    expect(projectStatus(holder.project).classes.find(({ name }) => name === 'mug')?.frames).toBeGreaterThan(0);
  } finally {
    closeProject(copy);
  }
  // There already: a second one gets a number.
  expect(folderForCopy(file)).toBe(join(work, 'Toys 2.graft'));
  await expect(openCopy(file, folder, context)).rejects.toThrow('projects:exists');
});

test('what is no copy is refused, and nothing is left behind', async () => {
  await addFilm('a.mp4');
  const { file } = await saveCopy(holder.project, join(work, 'Toys'), context);
  writeFileSync(join(work, 'cut.zip'), readFileSync(file).subarray(0, 5000));
  const flipped = readFileSync(file);
  flipped.fill(7, 2000, 4000);
  writeFileSync(join(work, 'flipped.zip'), flipped);
  writeFileSync(join(work, 'text.zip'), 'hello');
  for (const name of ['cut.zip', 'flipped.zip', 'text.zip']) {
    const opened = openCopy(join(work, name), join(work, 'Out.graft'), context).then((folder) => closeProject(readProject(folder)));
    await expect(opened, name).rejects.toThrow(/projects:(noCopy|damaged)/);
    expect(readdirSync(work).filter((entry) => entry.endsWith('.new')), name).toEqual([]);
  }
});

test('cancelled, a copy leaves nothing and an older one as it was', async () => {
  await addFilm('a.mp4');
  const { file } = await saveCopy(holder.project, join(work, 'Toys'), context);
  const before = readFileSync(file);
  const abort = new AbortController();
  const cancelled = saveCopy(holder.project, join(work, 'Toys'), plainContext(() => abort.abort(), abort.signal));
  await expect(cancelled).rejects.toThrow(CancelledError);
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(readdirSync(work).filter((name) => name.endsWith('.new'))).toEqual([]);
});

test('a linked film that was renamed is found again, and its frames can be taken anew', async () => {
  const films = join(work, 'films');
  mkdirSync(films);
  const film = await makeFilm(films, 'linked.mp4', { seconds: 1 });
  await importClips(holder.project, { paths: [film], link: true }, context);
  const elsewhere = join(work, 'elsewhere');
  mkdirSync(elsewhere);
  renameSync(film, join(elsewhere, 'other name.mp4'));
  expect(missingFilms(holder.project)).toEqual([{ id: 1, name: 'linked.mp4', file: film }]);
  await makeFilm(films, 'linked.mp4', { seconds: 2 });
  // Another film of the old name lies at the old place, so nothing is missing as far as names go; take it away again.
  renameSync(join(films, 'linked.mp4'), join(elsewhere, 'linked.mp4'));
  expect(await findFilms(holder.project, [elsewhere], context)).toEqual({ found: 1, missing: [] });
  expect(missingFilms(holder.project)).toEqual([]);
  expect((await resampleClips(holder.project, [1], { kind: 'all' }, context)).added).toBeGreaterThan(0);
});
