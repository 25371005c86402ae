import { CancelledError } from '../core/errors';
import { groupHashes, groupHashesInSteps, HashIndex } from '../core/hashIndex';
import { listClips } from '../store/clips';
import { clipHashesAfter, frameHashes, framesFingerprint } from '../store/frames';
import type { JobContext } from './jobs';
import type { ReadProject } from './projects';

/** Frames that look alike. Nothing is left out by itself: which of them count is for the user to say. */
export interface DuplicateStack {
  /** The sharpest of them, to be shown on top. */
  readonly best: number;
  /** In the order of clips and time. */
  readonly ids: readonly number[];
  /** From how many clips they come. */
  readonly clips: number;
}

/** Stacks of near-duplicates inside and across clips, the largest first; frames that are excluded are left out. */
export function duplicateStacks(project: ReadProject): readonly DuplicateStack[] {
  const frames = frameHashes(project.db);
  return groupHashes(frames.map(({ hash }) => hash))
    .map((group) => {
      const members = group.map((index) => frames[index] as (typeof frames)[number]);
      const best = members.reduce((sharpest, frame) => ((frame.sharpness ?? 0) > (sharpest.sharpness ?? 0) ? frame : sharpest));
      return { best: best.id, ids: members.map(({ id }) => id), clips: new Set(members.map(({ clipId }) => clipId)).size };
    })
    .sort((a, b) => b.ids.length - a.ids.length);
}

/** How many of the validation frames have a near-duplicate among the training frames: their figures flatter. */
export function crossDuplicates(project: ReadProject, train: ReadonlySet<number>, validation: ReadonlySet<number>): number {
  const frames = frameHashes(project.db);
  const index = new HashIndex();
  for (const { id, hash } of frames) if (train.has(id)) index.add(hash);
  return frames.filter(({ id, hash }) => validation.has(id) && index.find(hash) >= 0).length;
}

/** Frames of stacks, excluded ones too (they may come back), as columns of the same length: frame ids, and the numbers of their stacks. */
export interface StackColumns {
  readonly frames: Float64Array;
  readonly stacks: Int32Array;
}

/** The longest that the search keeps others waiting, in milliseconds. */
const sliceMs = 15;
const rowsAtOnce = 2000;

function breath({ db }: ReadProject, signal: AbortSignal): () => Promise<void> {
  let started = performance.now();
  return async () => {
    if (performance.now() - started < sliceMs) return;
    await new Promise((done) => setImmediate(done));
    if (signal.aborted || !db.open) throw new CancelledError();
    started = performance.now();
  };
}

/** As `duplicateStacks` over all frames, excluded ones too, in slices: other work of this process goes on between them. */
export async function searchStacks(project: ReadProject, { report, signal }: JobContext): Promise<StackColumns> {
  const rest = breath(project, signal);
  const ids: number[] = [];
  const hashes: string[] = [];
  for (const { id: clipId } of listClips(project.db)) {
    for (let after = { timeMs: -1, position: -1 }; ; ) {
      const rows = clipHashesAfter(project.db, clipId, after, rowsAtOnce);
      for (const { id, hash } of rows) {
        ids.push(id);
        hashes.push(hash);
      }
      await rest();
      const last = rows.at(-1);
      if (!last || rows.length < rowsAtOnce) break;
      after = last;
    }
  }
  const steps = groupHashesInSteps(hashes, 32);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return stackColumns(step.value, ids);
    if (step.value % 1024 === 0) report({ value: step.value / hashes.length, title: 'jobs:duplicates' });
    await rest();
  }
}

function stackColumns(groups: readonly (readonly number[])[], ids: readonly number[]): StackColumns {
  return {
    frames: Float64Array.from(groups.flat(), (at) => ids[at] as number),
    stacks: Int32Array.from(groups.flatMap((group, stack) => group.map(() => stack))),
  };
}

const searches = new WeakMap<object, { readonly fingerprint: string; readonly found: Promise<StackColumns> }>();

/**
 * The stacks of a project: what the last search found while its frames are the same (labels do not matter), else what
 * `search` finds. A search that is under way is waited for; one that failed or was cancelled is forgotten.
 */
export function knownStacks(project: ReadProject, search: () => Promise<StackColumns>): Promise<StackColumns> {
  const fingerprint = framesFingerprint(project.db);
  const known = searches.get(project.db);
  if (known?.fingerprint === fingerprint) return known.found;
  const found = search();
  searches.set(project.db, { fingerprint, found });
  found.catch(() => searches.get(project.db)?.found === found && searches.delete(project.db));
  return found;
}
