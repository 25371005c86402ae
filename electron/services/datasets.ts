import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Crop, Sentence } from '../core/clips';
import { UserError } from '../core/errors';
import { assignSplits, splitFrames, type ClipSplit } from '../core/split';
import type { DatasetExample, DatasetFile, Split } from '../core/training';
import { setSplits, listClips, type ClipRow } from '../store/clips';
import { frameFile, listFrames, type FrameRow } from '../store/frames';
import { listNames } from '../store/names';
import { datasetFrames, insertDataset } from '../store/datasets';
import { crossDuplicates } from './duplicates';
import type { Project, ReadProject } from './projects';

/** Splits of all clips: those decided in rounds, and for the others what a round would decide now. */
export function currentSplits(clips: readonly ClipRow[]): ReadonlyMap<number, ClipSplit> {
  const labelled = clips.filter((clip) => clip.classId !== null);
  return assignSplits(labelled.map((clip) => ({ id: clip.id, sha256: clip.sha256, classId: clip.classId as number, backgroundId: clip.backgroundId, split: clip.split })));
}

interface SplitFrame {
  readonly frame: FrameRow;
  readonly split: Split;
  readonly block: boolean;
  readonly crop: Crop | null;
}

/** Labeled, not excluded frames of clips, each with its split; frames in a guard gap are left out. */
export function splitClipFrames(project: ReadProject, clips: readonly ClipRow[]): readonly SplitFrame[] {
  const splits = currentSplits(clips);
  const result: SplitFrame[] = [];
  for (const clip of clips) {
    const split = splits.get(clip.id) ?? 'train';
    const frames = listFrames(project.db, { clipId: clip.id });
    splitFrames(split, frames.length, clip.kind).forEach((part, index) => {
      const frame = frames[index];
      if (part !== null && frame && frame.classId !== null && !frame.excluded) result.push({ frame, split: part, block: split === 'block', crop: clip.crop });
    });
  }
  return result;
}

/** Names of classes that have frames among the clips, in the order of the Board. */
export function classesOf(project: ReadProject, frames: readonly SplitFrame[]): readonly { readonly id: number; readonly name: string }[] {
  const used = new Set(frames.map(({ frame }) => frame.classId));
  return listNames(project.db, 'classes').filter(({ id }) => used.has(id));
}

const idsIn = (frames: readonly SplitFrame[], split: Split): ReadonlySet<number> => new Set(frames.filter((entry) => entry.split === split).map(({ frame }) => frame.id));

/**
 * Freezes the frames of clips as the dataset of a round. Call inside a transaction.
 * `classNames`: the order of outputs (of the start model, or of the Board).
 * Errors: `rounds:noFrames`, `rounds:oneClass`.
 */
export function freezeDataset(project: Project, clips: readonly ClipRow[], classNames: readonly string[]): number {
  setSplits(project.db, currentSplits(clips));
  const frames = splitClipFrames(project, clips);
  const ids = new Map(listNames(project.db, 'classes').map(({ id, name }) => [id, classNames.indexOf(name)]));
  const usable = frames.filter(({ frame }) => (ids.get(frame.classId as number) ?? -1) >= 0);
  if (!usable.some(({ split }) => split === 'train')) throw new UserError('rounds:noFrames');
  if (new Set(usable.map(({ frame }) => frame.classId)).size < 2) throw new UserError('rounds:oneClass');
  const optimistic = usable.some(({ block }) => block);
  const reason: Sentence | null = optimistic ? { key: 'rounds:optimisticBlock', params: { count: new Set(usable.filter(({ block }) => block).map(({ frame }) => frame.clipId)).size } } : null;
  return insertDataset(project.db, {
    classNames,
    optimistic,
    reason,
    nearDuplicates: crossDuplicates(project, idsIn(usable, 'train'), idsIn(usable, 'validation')),
    frames: usable.map(({ frame, split, crop }) => ({ frameId: frame.id, classIndex: ids.get(frame.classId as number) as number, split, sha256: frame.sha256, crop })),
  });
}

/** Writes a frozen dataset, and examples that are no part of it, as the file that a worker reads. */
export function writeFrozenDataset(project: ReadProject, datasetId: number, classNames: readonly string[], file: string, more: readonly DatasetExample[] = []): void {
  const examples = datasetFrames(project.db, datasetId).map((row): DatasetExample => ({ ...row, file: frameFile(row.sha256) }));
  writeDatasetFile(file, { folder: project.folder, classNames, examples: [...examples, ...more] });
}

/** Frames without a label that are not excluded, of clips (or parts of clips) that no figure is measured on; class -1. */
export function unlabelledExamples(project: ReadProject): readonly DatasetExample[] {
  const clips = listClips(project.db);
  const splits = currentSplits(clips);
  const backgrounds = new Map(listNames(project.db, 'backgrounds').map(({ id, name }) => [id, name]));
  return clips.flatMap((clip) => {
    const frames = listFrames(project.db, { clipId: clip.id });
    return splitFrames(splits.get(clip.id) ?? clip.split ?? 'train', frames.length, clip.kind).flatMap((part, index): DatasetExample[] => {
      const frame = frames[index];
      if (part !== 'train' || !frame || frame.classId !== null || frame.excluded) return [];
      return [{ frameId: frame.id, file: frameFile(frame.sha256), sha256: frame.sha256, classIndex: -1, split: 'train', clipId: clip.id, background: backgrounds.get(frame.backgroundId ?? -1) ?? null, crop: clip.crop }];
    });
  });
}

/** Writes a list of frames as the file that a worker reads. */
export function writeDatasetFile(file: string, dataset: DatasetFile): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(dataset));
}

/** Frames of the project as examples for a model with these classes; frames of other classes are left out. */
export function projectExamples(project: ReadProject, classNames: readonly string[], split: Split | 'all'): readonly DatasetExample[] {
  const names = new Map(listNames(project.db, 'classes').map(({ id, name }) => [id, name]));
  const backgrounds = new Map(listNames(project.db, 'backgrounds').map(({ id, name }) => [id, name]));
  return splitClipFrames(project, listClips(project.db))
    .filter((entry) => split === 'all' || entry.split === split)
    .map(({ frame, split: part, crop }) => ({
      frameId: frame.id,
      file: frameFile(frame.sha256),
      sha256: frame.sha256,
      classIndex: classNames.indexOf(names.get(frame.classId as number) ?? ''),
      split: part,
      clipId: frame.clipId,
      background: frame.backgroundId === null ? null : (backgrounds.get(frame.backgroundId) ?? null),
      crop,
    }))
    .filter(({ classIndex }) => classIndex >= 0);
}

/** An example for a picture outside the project. */
export function outsideExample(folder: string, path: string, label: { readonly classIndex: number; readonly background: string | null; readonly clip: number }, number: number): DatasetExample {
  return {
    frameId: -1 - number,
    file: relative(folder, path),
    sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
    classIndex: label.classIndex,
    split: 'test',
    clipId: -1 - label.clip,
    background: label.background,
  };
}

/** At most `most` of the examples, evenly spread over the list (clips, classes and backgrounds keep their shares). */
export function thin<T>(examples: readonly T[], most: number): readonly T[] {
  if (examples.length <= most) return examples;
  return Array.from({ length: most }, (_, index) => examples[Math.floor(((index + 0.5) * examples.length) / most)] as T);
}

/** Path for a short-lived file of this project. */
export function temporaryFile(project: ReadProject, name: string): string {
  return join(project.folder, 'tmp', name);
}
