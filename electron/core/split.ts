import type { ClipKind } from './clips';
import type { Split } from './training';

/** Where the frames of a clip go; `block`: its last part is validation, because its cell has no second clip. */
export type ClipSplit = 'train' | 'validation' | 'test' | 'block';

export interface SplitClip {
  readonly id: number;
  readonly sha256: string;
  readonly classId: number;
  readonly backgroundId: number | null;
  /** Decided in an earlier round: stays for ever. */
  readonly split: ClipSplit | null;
}

/** Share of clips (of frames, inside a block) that training does not see. */
export const validationShare = 0.2;
/** Share of a block's frames between its two parts that neither side gets: neighbours in time look alike. */
export const guardShare = 0.05;

/**
 * Gives each clip without a split its own, cell by cell (class x background). Clips are put in the order of their
 * content hash, so the result depends on nothing but the clips; what was decided before is not touched.
 */
export function assignSplits(clips: readonly SplitClip[]): ReadonlyMap<number, ClipSplit> {
  const cells = new Map<string, SplitClip[]>();
  for (const clip of clips) {
    const key = `${clip.classId}/${clip.backgroundId ?? '-'}`;
    cells.set(key, [...(cells.get(key) ?? []), clip]);
  }
  const result = new Map<number, ClipSplit>();
  for (const cell of cells.values()) {
    const decided = cell.filter((clip) => clip.split !== null);
    const open = cell.filter((clip) => clip.split === null).sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
    for (const clip of decided) result.set(clip.id, clip.split as ClipSplit);
    let validation = decided.filter((clip) => clip.split === 'validation').length;
    const counted = cell.filter((clip) => clip.split !== 'test').length;
    const lonely = counted === 1;
    // The only clip with a part for training may not go to validation.
    let training = decided.filter((clip) => clip.split === 'train' || clip.split === 'block').length;
    const wanted = Math.max(1, Math.round(counted * validationShare));
    const covered = decided.some((clip) => clip.split === 'block');
    for (const clip of open) {
      if (lonely) result.set(clip.id, 'block');
      else if (training > 0 && validation < wanted && !(covered && counted <= 2)) {
        result.set(clip.id, 'validation');
        validation += 1;
      } else {
        result.set(clip.id, 'train');
        training += 1;
      }
    }
  }
  return result;
}

/**
 * Splits of the frames of one clip, by their order in time; null for frames in the guard gap of a block,
 * which belong to neither side. Fewer than five frames of a lonely clip all train.
 */
export function splitFrames(split: ClipSplit, frames: number, kind: ClipKind = 'film'): readonly (Split | null)[] {
  if (split !== 'block') return Array.from({ length: frames }, () => split);
  if (frames < 5) return Array.from({ length: frames }, () => 'train' as const);
  const validation = Math.max(1, Math.round(frames * validationShare));
  // Single photos have no neighbours in time.
  const guard = kind === 'film' && frames >= 10 ? Math.max(1, Math.round(frames * guardShare)) : 0;
  return Array.from({ length: frames }, (_, index) => {
    if (index >= frames - validation) return 'validation';
    return index >= frames - validation - guard ? null : 'train';
  });
}
