import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildPreset } from '../../../electron/core/presets';
import { defaultTrainingConfig } from '../../../electron/core/training';
import { searchStacks, duplicateStacks, knownStacks } from '../../../electron/services/duplicates';
import { freezeDataset } from '../../../electron/services/datasets';
import { frameColumns } from '../../../electron/services/frameColumns';
import { plainContext } from '../../../electron/services/jobs';
import { excludeFrames, labelFrames } from '../../../electron/services/labels';
import { setAside } from '../../../electron/services/clips';
import { listClips } from '../../../electron/store/clips';
import { datasetFrames } from '../../../electron/store/datasets';
import { insertModel, savePredictions } from '../../../electron/store/models';
import { listNames } from '../../../electron/store/names';
import { insertRound, insertRun } from '../../../electron/store/rounds';
import { fillProject } from '../../helpers/fillProject';
import { temporaryProject } from '../../helpers/projects';

let holder: ReturnType<typeof temporaryProject>;
beforeEach(() => {
  holder = temporaryProject();
});
afterEach(() => holder.remove());

function fill(clips: number, framesPerClip: number): void {
  fillProject(holder.project, { clips, framesPerClip, classes: ['cup', 'car'], backgrounds: ['table', 'desk'] });
}

/** A round of all clips with a model that has answered; gives its dataset. */
function addRound(answers: readonly { readonly frameId: number; readonly classIndex: number; readonly score: number }[]): number {
  const { db } = holder.project;
  return db.transaction(() => {
    const classNames = listNames(db, 'classes').map(({ name }) => name);
    const datasetId = freezeDataset(holder.project, listClips(db), classNames);
    const architecture = buildPreset('small', { height: 32, width: 32, channels: 3 }, classNames.length);
    const roundId = insertRound(db, { number: 1, datasetId, startModelId: null, architecture, config: defaultTrainingConfig, backgrounds: [] }, listClips(db).map(({ id }) => id));
    insertRun(db, 'run-1', roundId);
    insertModel(db, { id: 'm-1', name: 'first', parentId: null, origin: 'trained', roundId, runId: 'run-1', input: architecture.input, classNames, parameters: 1, accuracy: 1, createdAt: '2026-01-01T00:00:00.000Z' });
    db.prepare(`UPDATE runs SET state = 'done', model_id = 'm-1' WHERE id = 'run-1'`).run();
    savePredictions(db, 'm-1', answers);
    return datasetId;
  })();
}

test('columns say the part of the data, the round, the label source and the answer of the last round', () => {
  fill(9, 20);
  const before = frameColumns(holder.project, {});
  expect(before.lastAnswers).toBeUndefined();
  expect(new Set(before.splits)).toEqual(new Set([0]));
  setAside(holder.project, [2], true);
  labelFrames(holder.project, [1], 'car');
  // Frames 1 and 3 are answered as cup, frame 2 as car; frame 1 is a car by now.
  const datasetId = addRound([{ frameId: 1, classIndex: 0, score: 0.9 }, { frameId: 2, classIndex: 1, score: 0.7 }, { frameId: 3, classIndex: 0, score: 0.8 }]);
  const columns = frameColumns(holder.project, {});
  const row = (id: number): number => columns.ids.indexOf(id);
  const numbers = { train: 1, validation: 2, test: 3 };
  // The columns say what the frozen dataset says, frame by frame; what it left out is in the gap of a block.
  const frozen = new Map(datasetFrames(holder.project.db, datasetId).map(({ frameId, split }) => [frameId, numbers[split]]));
  expect(new Set(frozen.values())).toEqual(new Set([1, 2, 3]));
  expect([...columns.splits]).toEqual(columns.ids.map((id) => frozen.get(id) ?? 0));
  expect(new Set(columns.rounds)).toEqual(new Set([1]));
  expect([columns.sources[row(1)], columns.sources[row(2)]]).toEqual([3, 1]);
  const [cup, car] = listNames(holder.project.db, 'classes').map(({ id }) => id);
  expect([1, 2, 3, 4].map((id) => columns.lastAnswers?.[row(id)])).toEqual([cup, car, cup, -1]);
  expect(columns.sharpness[0]).toBe(100);

  const wrong = frameColumns(holder.project, { wrongFor: 'm-1' });
  expect(wrong.ids).toEqual([1, 2]);
  expect(wrong.answers?.map((answer) => answer.class)).toEqual(['cup', 'car']);
  expect(wrong.splits).toBeInstanceOf(Uint8Array);
  expect(wrong.sharpness).toHaveLength(2);
});

test('the search in slices finds what the search at once finds, keeps excluded frames, and is done once', async () => {
  fill(4, 50);
  const { db } = holder.project;
  db.prepare(`UPDATE frames SET difference_hash = 'ffffffffffffffff' WHERE id IN (3, 4, 60, 61)`).run();
  db.prepare(`UPDATE frames SET difference_hash = '0000000000000001' WHERE id IN (100, 180)`).run();
  const found = await searchStacks(holder.project, plainContext());
  const [large, small] = duplicateStacks(holder.project);
  expect([large?.ids, small?.ids]).toEqual([[3, 4, 60, 61], [100, 180]]);
  expect([...found.frames]).toEqual([3, 4, 60, 61, 100, 180]);
  expect([...found.stacks]).toEqual([0, 0, 0, 0, 1, 1]);

  let searches = 0;
  const known = () => knownStacks(holder.project, () => ((searches += 1), searchStacks(holder.project, plainContext())));
  await Promise.all([known(), known()]);
  excludeFrames(holder.project, [3, 60], true);
  expect([...(await known()).frames]).toEqual([3, 4, 60, 61, 100, 180]);
  expect(searches).toBe(1);
  db.prepare('UPDATE frames SET removed = 1 WHERE id = 180').run();
  expect([...(await known()).frames]).toEqual([3, 4, 60, 61]);
  expect(searches).toBe(2);
});

test('the search leaves the process free, and stops when it is cancelled', async () => {
  fill(20, 1000);
  // Hashes with few bits set have pieces in common: the slow kind.
  holder.project.db.prepare(`UPDATE frames SET difference_hash = printf('%016x', (id * 2654435761) & 0x0101010101010101)`).run();
  let longest = 0;
  let last = performance.now();
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  await searchStacks(holder.project, plainContext());
  clearInterval(beat);
  expect(longest).toBeLessThan(150);

  const abort = new AbortController();
  const search = searchStacks(holder.project, plainContext(undefined, abort.signal));
  setTimeout(() => abort.abort(), 5);
  await expect(search).rejects.toMatchObject({ name: 'CancelledError' });
});
