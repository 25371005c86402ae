import { groupHashes, HashIndex } from '../core/hashIndex';
import { frameHashes } from '../store/frames';
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
