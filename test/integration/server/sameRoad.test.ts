import { readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCli } from '../../helpers/cli';
import { ask } from '../../helpers/http';
import { temporaryFolder } from '../../helpers/projects';
import { askAsFrames, drawRoadPictures } from '../../helpers/road';
import { framesOf, makeServedProject, startServe } from '../../helpers/served';

const holder = temporaryFolder();
afterAll(() => holder.remove());

const types: Readonly<Record<string, string>> = { '.jpg': 'image/jpeg', '.png': 'image/png', '.webp': 'image/webp' };

test('a picture gets the same answer as a frame, in Try it and over REST: all EXIF orientations, small and large', async () => {
  const project = join(holder.folder, 'Road.graft');
  await makeServedProject(project);
  const files = await drawRoadPictures(framesOf(project)[0] ?? '', join(holder.folder, 'pictures'));
  const served = await startServe(project, '--host', '127.0.0.1');
  const tried = (await runCli('predict', project, ...files, '--json', '--quiet')).json.predictions as { file: string; scores: Record<string, number> }[];
  const rest = new Map<string, Record<string, number>>();
  for (const file of files) {
    const { status, text } = await ask(served.address, '/v1/predict', { method: 'POST', headers: { authorization: `Bearer ${served.token}`, 'content-type': types[extname(file)] ?? '' }, body: readFileSync(file) });
    expect({ file, status }).toEqual({ file, status: 200 });
    rest.set(basename(file), Object.fromEntries((JSON.parse(text) as { scores: { class: string; score: number }[] }).scores.map(({ class: name, score }) => [name, score])));
  }
  await served.stop();
  const frames = await askAsFrames(project, join(holder.folder, 'pictures'));
  expect([frames.size, tried.length]).toEqual([18, 18]);
  let largest = 0;
  for (const { file, scores } of tried) {
    const name = basename(file);
    const frame = frames.get(name);
    for (const [label, score] of Object.entries(scores)) largest = Math.max(largest, Math.abs(score - (rest.get(name)?.[label] ?? NaN)));
    expect(frame).toBeDefined();
    largest = Math.max(largest, Math.abs((scores[frame?.class ?? ''] ?? NaN) - (frame?.score ?? NaN)));
  }
  console.log(`largest difference of a probability: ${largest}`);
  expect(largest).toBeLessThanOrEqual(1e-4);
  // The answers differ between orientations, so that a picture that was not turned would show.
  expect(new Set(tried.slice(0, 8).map(({ scores }) => JSON.stringify(scores))).size).toBeGreaterThan(4);
}, 240_000);
