import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { join } from 'node:path';
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { plainContext } from '../../../electron/services/jobs';
import { resumeImports } from '../../../electron/services/clips';
import { closeProject, openProject, readProject } from '../../../electron/services/projects';
import { drawSampleFilms } from '../../../electron/services/sample';
import { projectStatus } from '../../../electron/services/status';
import { listClips } from '../../../electron/store/clips';
import { listFrames } from '../../../electron/store/frames';
import { waitingImports } from '../../../electron/store/imports';
import { runCli, startCli } from '../../helpers/cli';
import { temporaryFolder } from '../../helpers/projects';

let holder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  holder = temporaryFolder();
});
afterEach(() => holder.remove());

test.skipIf(process.platform === 'win32')('kill -9 during an import: what was acknowledged is there once, and the rest goes on', async () => {
  const films = await drawSampleFilms(plainContext(), ['paper', 'toys']);
  const project = join(holder.folder, 'Crash.graft');
  await runCli('new', project);
  const paths = ['mug', 'duck', 'car'].flatMap((object) => ['paper', 'toys'].map((background) => join(films, object, background)));
  const stored = (): number => {
    const reading = readProject(project);
    try {
      return listClips(reading.db).length;
    } finally {
      closeProject(reading);
    }
  };
  // Each time a little further: by what is stored, not by the clock, so that a fast machine is killed too.
  for (const target of [0, 1, 2, 4, 6, 8]) {
    const { child, done } = startCli(['import', project, ...paths, '--from-folders', 'class/background', '--sampling', 'every:100ms', '--quiet']);
    await setTimeout(target === 0 ? 300 : 0);
    while (child.exitCode === null && stored() < target) await setTimeout(5);
    child.kill('SIGKILL');
    await done;
    const opened = openProject(project);
    try {
      expect(opened.db.pragma('integrity_check', { simple: true })).toBe('ok');
      const clips = listClips(opened.db);
      expect(new Set(clips.map(({ sha256 }) => sha256)).size).toBe(clips.length);
      // A clip is there whole, or not at all.
      for (const clip of clips) expect(listFrames(opened.db, { clipId: clip.id })).toHaveLength(clip.framesStored);
      expect(readdirSync(join(opened.folder, 'tmp'))).toEqual([]);
    } finally {
      closeProject(opened);
    }
  }
  const opened = openProject(project);
  try {
    expect(listClips(opened.db).length).toBeLessThan(12);
    expect(waitingImports(opened.db).length).toBeGreaterThan(0);
    await resumeImports(opened, plainContext());
    expect(projectStatus(opened)).toMatchObject({ clips: 12, frames: 360 });
    expect(waitingImports(opened.db)).toEqual([]);
  } finally {
    closeProject(opened);
  }
});

test.skipIf(process.platform === 'win32')('kill -9 while labeling: every acknowledged label is there', async () => {
  const films = await drawSampleFilms(plainContext(), ['paper']);
  const project = join(holder.folder, 'Labels.graft');
  await runCli('new', project, '--classes', 'mug,duck');
  await runCli('import', project, join(films, 'mug', 'paper'));
  // A process that labels one frame after the other and says so, until it is killed.
  const script = (round: number): string => `
    const Database = require('better-sqlite3');
    const db = new Database(${JSON.stringify(join(project, 'project.db'))});
    db.pragma('journal_mode = WAL'); db.pragma('synchronous = FULL');
    const ids = db.prepare('SELECT id FROM frames').all().map((row) => row.id);
    let turn = 0;
    for (;;) { const id = ids[turn % ids.length]; const label = (turn + ${round}) % 2 + 1; db.prepare('UPDATE frames SET class_id = ? WHERE id = ?').run(label, id); process.stdout.write(id + ' ' + label + '\\n'); turn += 1; }`;
  for (let round = 0; round < 10; round += 1) {
    const child = spawn(process.execPath, ['-e', script(round)], { cwd: process.cwd(), stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    await setTimeout(120 + round * 23);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('close', resolve));
    const acknowledged = new Map<number, number>();
    for (const line of said.split('\n').slice(0, -1)) acknowledged.set(Number(line.split(' ')[0]), Number(line.split(' ')[1]));
    const opened = openProject(project);
    try {
      expect(opened.db.pragma('integrity_check', { simple: true })).toBe('ok');
      const labels = new Map(listFrames(opened.db).map(({ id, classId }) => [id, classId]));
      // The last line may be on its way while the next write is done already: it may be newer, never older.
      const last = [...acknowledged.keys()].at(-1);
      for (const [id, label] of acknowledged) if (id !== last) expect({ round, id, label: labels.get(id) }).toEqual({ round, id, label });
    } finally {
      closeProject(opened);
    }
  }
});
