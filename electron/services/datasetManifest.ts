import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../core/errors';
import type { Split } from '../core/training';
import { listClips, type ClipRow } from '../store/clips';
import { listFrames, type FrameRow } from '../store/frames';
import { listNames } from '../store/names';
import { firstRoundOfClips, listRounds } from '../store/rounds';
import { currentSplits, projectExamples } from './datasets';
import type { ReadProject } from './projects';

/** Beside the pictures of an exported dataset: all that is needed to bring it back into a project. */
export const manifestName = 'graft-dataset.json';

const label = z.string().nullable();
const frameSchema = z.object({
  file: z.string().min(1).max(4096).refine((file) => !/^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)/.test(file)),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  timeMs: z.number(),
  name: label,
  class: label,
  labelSource: z.enum(['clip', 'segment', 'frame', 'model', 'phone']).nullable(),
  excluded: z.boolean(),
  split: z.enum(['train', 'validation', 'test']).nullable(),
});
const clipSchema = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string().min(1),
  kind: z.enum(['film', 'pictures']),
  class: label,
  background: label,
  split: z.enum(['train', 'validation', 'test', 'block']),
  round: z.number().int().nullable(),
  crop: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }).nullable(),
  container: label, codec: label,
  width: z.number().int(), height: z.number().int(), rotation: z.number(),
  hdr: label,
  variableFrameRate: z.boolean(),
  durationMs: z.number().nullable(),
  framesDecoded: z.number().int(),
  sampling: z.string(),
  frames: z.array(frameSchema),
});
const manifestSchema = z.object({
  format: z.literal('graft-dataset'),
  formatVersion: z.literal(1),
  project: z.string(),
  createdAt: z.string(),
  /** In the order of the Board. */
  classes: z.array(z.string()),
  backgrounds: z.array(z.string()),
  /** Which backgrounds each round added. */
  rounds: z.array(z.object({ number: z.number().int(), backgrounds: z.array(z.string()) })),
  clips: z.array(clipSchema),
});

export type DatasetManifest = z.infer<typeof manifestSchema>;
export type ManifestClip = z.infer<typeof clipSchema>;
export type ManifestFrame = z.infer<typeof frameSchema>;

/** One frame of an export, with all that is known about it. */
export interface ExportedFrame {
  readonly frame: FrameRow;
  readonly clip: ClipRow;
  readonly className: string | null;
  readonly background: string | null;
  /** null: a frame that nobody trains on, which the clip needs to be split alike again. */
  readonly split: Split | null;
}

/**
 * The labeled frames of a split, and, of clips whose frames are divided between training and validation, also the others:
 * the division goes by their number.
 */
export function exportedFrames(project: ReadProject, split: Split | 'all'): readonly ExportedFrame[] {
  const classes = new Map(listNames(project.db, 'classes').map(({ id, name }) => [id, name]));
  const backgrounds = new Map(listNames(project.db, 'backgrounds').map(({ id, name }) => [id, name]));
  const splits = currentSplits(listClips(project.db));
  const chosen = new Map(projectExamples(project, [...classes.values()], split).map((example) => [example.frameId, example.split]));
  return listClips(project.db).flatMap((clip) => {
    const frames = listFrames(project.db, { clipId: clip.id });
    if (!frames.some(({ id }) => chosen.has(id))) return [];
    const whole = split === 'all' && splits.get(clip.id) === 'block';
    return frames.flatMap((frame): ExportedFrame[] => {
      const part = chosen.get(frame.id) ?? null;
      if (part === null && !whole) return [];
      return [{ frame, clip, className: classes.get(frame.classId ?? -1) ?? null, background: backgrounds.get(clip.backgroundId ?? -1) ?? null, split: part }];
    });
  });
}

/** The manifest of frames that lie at `fileOf`. */
export function manifestOf(project: ReadProject, frames: readonly ExportedFrame[], fileOf: (frame: ExportedFrame) => string): DatasetManifest {
  const splits = currentSplits(listClips(project.db));
  const rounds = firstRoundOfClips(project.db);
  const classNames = new Map(listNames(project.db, 'classes').map(({ id, name }) => [id, name]));
  const byClip = new Map<number, ExportedFrame[]>();
  for (const frame of frames) byClip.set(frame.clip.id, [...(byClip.get(frame.clip.id) ?? []), frame]);
  return {
    format: 'graft-dataset',
    formatVersion: 1,
    project: project.name,
    createdAt: new Date().toISOString(),
    classes: listNames(project.db, 'classes').map(({ name }) => name),
    backgrounds: listNames(project.db, 'backgrounds').map(({ name }) => name),
    rounds: listRounds(project.db).map(({ number, backgrounds }) => ({ number, backgrounds: [...backgrounds] })),
    clips: [...byClip.values()].map((own): ManifestClip => {
      const { clip, background } = own[0] as ExportedFrame;
      const { sha256, name, kind, container, codec, width, height, rotation, hdr, variableFrameRate, durationMs, framesDecoded, sampling, crop } = clip;
      return {
        sha256, name, kind, container, codec, width, height, rotation, hdr, variableFrameRate, durationMs, framesDecoded, sampling, crop, background,
        class: classNames.get(clip.classId ?? -1) ?? null,
        split: splits.get(clip.id) ?? 'train',
        round: rounds.get(clip.id) ?? null,
        frames: own.map((entry): ManifestFrame => ({ file: fileOf(entry), sha256: entry.frame.sha256, timeMs: entry.frame.timeMs, name: entry.frame.name, class: entry.className, labelSource: entry.frame.labelSource, excluded: entry.frame.excluded, split: entry.split })),
      };
    }),
  };
}

/** Reads the manifest of an exported dataset. Errors: `exports:badManifest`. */
export function readManifest(folder: string): DatasetManifest {
  const file = join(folder, manifestName);
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const problem = error instanceof z.ZodError ? `${error.issues[0]?.path.join('.') ?? ''}: ${error.issues[0]?.message ?? ''}` : (error as Error).message;
    throw new UserError('exports:badManifest', { file, problem }, { cause: error });
  }
}
