import { createHash } from 'node:crypto';
import { Random } from '../../electron/core/random';
import type { Project } from '../../electron/services/projects';
import { addName } from '../../electron/services/names';
import { insertClip } from '../../electron/store/clips';
import { insertFrames } from '../../electron/store/frames';
import { applyChange, columnChange } from '../../electron/store/journal';

/** Fills a project with clips that have frames but no pictures: for figures of large projects. */
export function fillProject(project: Project, wish: { readonly clips: number; readonly framesPerClip: number; readonly classes: readonly string[]; readonly backgrounds: readonly string[] }): void {
  const { db } = project;
  const classes = wish.classes.map((name) => addName(project, 'classes', name).id);
  const backgrounds = wish.backgrounds.map((name) => addName(project, 'backgrounds', name).id);
  const random = Random.seeded(1);
  const hex = (): string => Array.from({ length: 16 }, () => random.below(16).toString(16)).join('');
  const durationMs = wish.framesPerClip * 200;
  db.transaction(() => {
    for (let clip = 0; clip < wish.clips; clip += 1) {
      const name = `film ${clip}.mp4`;
      const id = insertClip(db, {
        sha256: createHash('sha256').update(name).digest('hex'), name, sourcePath: `/films/${name}`, storedFile: null, kind: 'film', status: 'complete', reason: null,
        classId: classes[clip % classes.length] ?? null, backgroundId: backgrounds[Math.floor(clip / classes.length) % backgrounds.length] ?? null,
        container: 'mov', codec: 'h264', width: 1920, height: 1080, rotation: 0, hdr: null, variableFrameRate: false, durationMs,
        framesDecoded: wish.framesPerClip * 6, framesStored: wish.framesPerClip, sampling: 'every:200ms', importedAt: '2026-01-01T00:00:00.000Z',
      });
      insertFrames(db, id, classes[clip % classes.length] ?? null, Array.from({ length: wish.framesPerClip }, (_, index) => ({
        timeMs: index * 200, name: null, sha256: createHash('sha256').update(`${name} ${index}`).digest('hex'), width: 640, height: 360, differenceHash: hex(), quality: { sharpness: 100, exposure: 0.5, clipped: 0 },
      })));
      applyChange(db, 'journal:imported', { clip: name, count: wish.framesPerClip }, [columnChange(db, 'clips', 'removed', [id], 0)]);
    }
  })();
}
