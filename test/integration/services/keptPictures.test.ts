import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { keepPicture } from '../../../electron/services/keptPictures';
import { undoChange } from '../../../electron/services/labels';
import { openProject, withProject } from '../../../electron/services/projects';
import { clipReport } from '../../../electron/services/clips';
import { findClip, listClips } from '../../../electron/store/clips';
import { findFrame } from '../../../electron/store/frames';
import { runCli } from '../../helpers/cli';
import { temporaryFolder } from '../../helpers/projects';
import { framesOf, makeServedProject } from '../../helpers/served';

const holder = temporaryFolder();
afterAll(() => holder.remove());

test('pictures that were tried are one clip per class and background until a round uses it; the same picture only gets a label', async () => {
  const project = join(holder.folder, 'Kept.graft');
  await makeServedProject(project, 1);
  const files = framesOf(project).slice(0, 4).map((file, index) => {
    const copy = join(holder.folder, `${index}.jpg`);
    copyFileSync(file, copy);
    return copy;
  });
  const keep = (index: number, name: string, background: string | null) => withProject(() => openProject(project), async (open) => {
    const { frameId } = await keepPicture(open, { file: files[index] ?? '', class: name, background, clipName: 'Pictures' });
    const frame = findFrame(open.db, frameId);
    const clip = findClip(open.db, frame?.clipId ?? -1);
    return { frameId, source: frame?.labelSource, clip: clip?.id, report: clip && clipReport(open, clip), label: frame?.classId };
  });
  const first = await keep(0, 'duck', 'kitchen');
  expect(first).toMatchObject({ source: 'phone', report: { class: 'duck', background: 'kitchen', kind: 'pictures', framesStored: 1 } });
  const second = await keep(1, 'duck', 'kitchen');
  expect(second).toMatchObject({ clip: first.clip, report: { framesStored: 2 } });
  const other = await keep(2, 'mug', null);
  expect(other.clip).not.toBe(first.clip);
  // The same picture once more, as something else: no second frame.
  const again = await keep(0, 'car', 'kitchen');
  expect({ frame: again.frameId, moved: again.label !== first.label }).toEqual({ frame: first.frameId, moved: true });
  await withProject(() => openProject(project), (open) => void undoChange(open));
  // A round uses the clip: it is closed.
  expect((await runCli('train', project, '--epochs', '1', '--quiet', '--json')).code).toBe(0);
  const later = await keep(3, 'duck', 'kitchen');
  expect(later.clip).not.toBe(first.clip);
  // All of it is taken back, one by one.
  await withProject(() => openProject(project), (open) => {
    const before = listClips(open.db).length;
    undoChange(open);
    expect(listClips(open.db).length).toBe(before - 1);
  });
}, 120_000);
