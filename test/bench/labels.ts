import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { excludeFrames, labelFrames, redoChange, undoChange } from '../../electron/services/labels';
import { addName } from '../../electron/services/names';
import { duplicateStacks } from '../../electron/services/duplicates';
import { closeProject, createProject, openProject } from '../../electron/services/projects';
import { frameColumns } from '../../electron/services/frameColumns';
import { clipViews, nameViews, nextRound } from '../../electron/services/views';
import { fillProject } from '../helpers/fillProject';

/** A project of 100,000 frames: opening, listing, labeling half of them at once, and undo of that. */
const frames = 100_000;
const folder = mkdtempSync(join(tmpdir(), 'graft-bench-'));
const rows: { readonly what: string; readonly median: number; readonly worst: number; readonly limit: number | null }[] = [];

/** Milliseconds of several calls; `between` is not measured. */
function measure(what: string, limit: number | null, work: () => unknown, times = 5, between: () => unknown = () => undefined): void {
  const spent = Array.from({ length: times }, () => {
    const started = performance.now();
    work();
    const milliseconds = performance.now() - started;
    between();
    return milliseconds;
  }).sort((a, b) => a - b);
  rows.push({ what, median: Math.round(spent[Math.floor(times / 2)] as number), worst: Math.round(spent.at(-1) as number), limit });
}

try {
  let project = createProject(join(folder, 'Large'));
  fillProject(project, { clips: 400, framesPerClip: frames / 400, classes: ['cup', 'car'], backgrounds: ['table', 'desk'] });
  addName(project, 'classes', 'duck');
  closeProject(project);
  const path = project.folder;
  measure('open the project', 2000, () => (project = openProject(path)), 5, () => closeProject(project));
  project = openProject(path);
  const ids = frameColumns(project, {}).ids.filter((_, index) => index % 2 === 0);
  measure('frames:list, all', 300, () => frameColumns(project, {}));
  measure('frames:list, one class', 300, () => frameColumns(project, { classId: 1 }));
  measure('clips:list', null, () => clipViews(project));
  measure('names:list', null, () => nameViews(project));
  measure('rounds:next', null, () => nextRound(project));
  measure('frames:duplicates', 30_000, () => duplicateStacks(project), 1);
  measure(`labels:frames on ${ids.length}`, 1000, () => labelFrames(project, ids, 'duck'), 5, () => undoChange(project));
  labelFrames(project, ids, 'duck');
  measure(`undo of ${ids.length} labels`, 1000, () => undoChange(project), 5, () => redoChange(project));
  measure(`labels:exclude on ${ids.length}`, 1000, () => excludeFrames(project, ids, true), 5, () => undoChange(project));
  let turn = 0;
  measure('label key on one frame', 50, () => labelFrames(project, [ids[turn] as number], turn++ % 2 === 0 ? 'duck' : 'cup'), 101);
  closeProject(project);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok: true, machine: { processor: cpus()[0]?.model ?? '?', cores: cpus().length }, frames, rows })}\n`);
else console.table(rows);
if (rows.some(({ median, limit }) => limit !== null && median > limit)) process.exitCode = 1;
