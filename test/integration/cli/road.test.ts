import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainContext } from '../../../electron/services/jobs';
import { drawSampleFilms } from '../../../electron/services/sample';
import { closeProject, openProject } from '../../../electron/services/projects';
import { runCli, startCli } from '../../helpers/cli';
import { temporaryFolder } from '../../helpers/projects';

/** One project that goes down the whole road, step by step: each test builds on those before. */
const holder = temporaryFolder();
const project = join(holder.folder, 'Road.graft');
let films: string;

beforeAll(async () => {
  films = await drawSampleFilms(plainContext(), ['paper', 'toys']);
});
afterAll(() => holder.remove());

describe('the road on the command line', () => {
  test('new', async () => {
    const { code, json } = await runCli('new', project, '--classes', 'mug,duck', '--json');
    expect({ code, json }).toEqual({ code: 0, json: { ok: true, project } });
  });

  test('import with class and background from folders; again changes nothing', async () => {
    const paths = ['mug', 'duck', 'car'].flatMap((object) => ['paper', 'toys'].map((background) => join(films, object, background)));
    const first = await runCli('import', project, ...paths, '--from-folders', 'class/background', '--sampling', 'every:100ms', '--json', '--quiet');
    expect(first.code).toBe(0);
    expect(first.stderr).toBe('');
    expect(first.json).toMatchObject({ ok: true, frames: 360 });
    expect(first.json.clips).toHaveLength(12);
    expect(first.json.clips[0]).toMatchObject({ status: 'complete', reason: null, class: 'mug', background: 'paper', kind: 'film', width: 192, height: 144, rotation: 0, variableFrameRate: false, framesDecoded: 30, framesStored: 30 });
    const again = await runCli('import', project, ...paths, '--from-folders', 'class/background', '--json');
    expect(again.code).toBe(0);
    expect(new Set(again.json.clips.map((clip: { status: string }) => clip.status))).toEqual(new Set(['alreadyThere']));
    expect(again.json.frames).toBe(0);
  });

  test('label, undo, redo, status', async () => {
    const change = await runCli('label', project, '--clip', '1', '--from', '0', '--to', '450', '--exclude', '--json');
    expect(change.json).toMatchObject({ ok: true, changed: 5 });
    expect((await runCli('status', project, '--json')).json.excluded).toBe(5);
    expect((await runCli('undo', project, '--json')).json.undone).toContain('5 frames');
    expect((await runCli('status', project, '--json')).json.excluded).toBe(0);
    expect((await runCli('redo', project, '--json', '--lang', 'ru')).json.redone).toContain('5 кадров');
    await runCli('undo', project);
    expect((await runCli('label', project, '--frame', '1', '2', '--class', 'duck', '--json')).json.changed).toBe(2);
    await runCli('undo', project);
    const { json } = await runCli('status', project, '--json');
    expect(json).toEqual({ ok: true, classes: [{ name: 'mug', frames: 120 }, { name: 'duck', frames: 120 }, { name: 'car', frames: 120 }], backgrounds: [{ name: 'paper', frames: 180 }, { name: 'toys', frames: 180 }], clips: 12, frames: 360, excluded: 0, unlabelled: 0, rounds: 0, models: 0 });
  });

  test('merge, set-aside, crop, resample, duplicates: each can be taken back', async () => {
    const states = [await runCli('status', project, '--json')];
    for (const words of [['merge', project, '--class', 'car', '--into', 'mug'], ['set-aside', project, '--clip', '2'], ['crop', project, '--clip', '1', '3', '--crop', '0.1,0.1,0.8,0.8'], ['resample', project, '--clip', '1', '--sampling', 'every:200ms']]) {
      const { code, json } = await runCli(...words, '--json', '--quiet');
      expect({ words, code, changed: json.changed }).toEqual({ words, code: 0, changed: true });
      states.push(await runCli('status', project, '--json'));
    }
    expect(states[1]?.json.classes).toEqual([{ name: 'mug', frames: 240 }, { name: 'duck', frames: 120 }]);
    expect(states.at(-1)?.json.frames).toBe(345);
    for (let step = 0; step < 4; step += 1) expect((await runCli('undo', project)).code).toBe(0);
    expect((await runCli('status', project, '--json')).json).toEqual(states[0]?.json);
    expect((await runCli('duplicates', project, '--json')).json.stacks).toEqual(expect.any(Array));
    expect((await runCli('crop', project, '--clip', '1', '--crop', 'half')).code).toBe(2);
    expect((await runCli('merge', project, '--class', 'nobody', '--into', 'mug')).code).toBe(1);
  });

  test('round 1 from the plain background, round 2 from its weights', async () => {
    const first = await runCli('train', project, '--backgrounds', 'paper', '--input', '64x64x1', '--epochs', '15', '--json', '--quiet');
    expect(first.code).toBe(0);
    expect(first.json).toMatchObject({ ok: true, round: 1, optimistic: false, reason: null, dataset: { train: 90, validation: 90, test: 0 } });
    expect(first.json.epochs).toHaveLength(15);
    expect(first.json.epochs[0]).toEqual({ epoch: 1, loss: expect.any(Number), accuracy: expect.any(Number), validationLoss: expect.any(Number), validationAccuracy: expect.any(Number), seconds: expect.any(Number) });
    expect(first.json.engine).toBe('graph');
    // The words of the first round may be said again, as long as they mean the same network.
    const second = await runCli('train', project, '--architecture', 'small', '--input', '64x64x1', '--epochs', '20', '--json', '--quiet');
    expect(second.json).toMatchObject({ round: 2, dataset: { train: 180, validation: 180 } });
    const { json } = await runCli('models', project, '--json');
    expect(json.models.map(({ name, parent, origin, round, input }: Record<string, unknown>) => ({ name, parent, origin, round, input }))).toEqual([
      { name: 'round-1', parent: null, origin: 'trained', round: 1, input: '64x64x1' },
      { name: 'round-2', parent: first.json.model, origin: 'trained', round: 2, input: '64x64x1' },
    ]);
  });

  test('evaluate: figures add up, and the matrix has a row per round', async () => {
    const { code, json } = await runCli('evaluate', project, '--model', 'all', '--json', '--quiet');
    expect(code).toBe(0);
    expect(json.roundByBackground).toMatchObject({ rounds: [1, 2], backgrounds: ['paper', 'toys'], frames: [[90, 90], [90, 90]] });
    expect(json.models[1].confusion.flat().reduce((a: number, b: number) => a + b, 0)).toBe(json.models[1].frames);
    expect(json.models[1].accuracy).toBeGreaterThan(0.6);
    const outside = await runCli('evaluate', project, '--data', films, '--from-folders', 'class/background', '--json', '--quiet');
    expect(outside.json.models[0].frames).toBeGreaterThan(100);
  });

  test('migrate: exact, proven, a child of its parent; --plan saves nothing', async () => {
    const plan = await runCli('migrate', project, '--model', 'last', '--input', '128x128x3', '--plan', '--json', '--quiet');
    expect(plan.json.model).toBeUndefined();
    const { code, json } = await runCli('migrate', project, '--model', 'last', '--input', '128x128x3', '--add-class', 'bird', '--json', '--quiet');
    expect(code).toBe(0);
    expect(json.check).toMatchObject({ frames: 360, sameAnswers: 1, grade: 'exact' });
    expect(json.check.maxLogitDifference).toBeLessThanOrEqual(1e-5 * Math.max(1, json.check.maxLogit));
    expect(json.check.accuracyNaive).toBeLessThan(json.check.accuracyAfter);
    expect(json.plan[0]).toEqual({ layer: 'conv1', from: 'conv1', weight: 'kernel', action: 'adapt', rule: expect.stringMatching(/H2.*C/), grade: 'exact', reason: expect.any(String), oldShape: [3, 3, 1, 16], newShape: [6, 6, 3, 16] });
    expect(json.parameters.after).toBeGreaterThan(json.parameters.before);
    const models = await runCli('models', project, '--json');
    expect(models.json.models.at(-1)).toMatchObject({ id: json.model, parent: json.source, origin: 'migrated', input: '128x128x3', classes: ['mug', 'duck', 'car', 'bird'] });
    const inspected = await runCli('model', 'inspect', join(project, 'models', json.model), '--json');
    expect(inspected.json).toMatchObject({ input: '128x128x3', parameters: json.parameters.after, trainable: true });
  });

  test('predict: a picture gets its answer, an unreadable one its error', async () => {
    const picture = join(holder.folder, 'photo.jpg');
    const frames = join(project, 'frames');
    const inner = join(frames, readdirSync(frames)[0] ?? '');
    const deep = join(inner, readdirSync(inner)[0] ?? '');
    copyFileSync(join(deep, readdirSync(deep)[0] ?? ''), picture);
    writeFileSync(join(holder.folder, 'text.jpg'), 'no picture');
    const { code, json } = await runCli('predict', project, picture, join(holder.folder, 'text.jpg'), '--json');
    expect(code).toBe(0);
    expect(json.predictions[0]).toMatchObject({ file: picture, class: expect.any(String), score: expect.any(Number) });
    expect(Object.values(json.predictions[0].scores as Record<string, number>).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4);
    expect(json.predictions[1].error).toContain('cannot be read');
  });

  test('export: a folder per class with its list, whole or not at all', async () => {
    const out = join(holder.folder, 'dataset');
    const { code, json } = await runCli('export', project, '--format', 'folders', '--out', out, '--json', '--quiet');
    expect({ code, frames: json.frames, files: json.files.length }).toEqual({ code: 0, frames: 360, files: 362 });
    expect(readdirSync(join(out, 'validation')).sort()).toEqual(['car', 'duck', 'mug']);
    const lines = readFileSync(join(out, 'labels.csv'), 'utf8').trim().split('\n');
    expect(lines[0]).toBe('file,class,background,split,clip,position,timeMs,sha256,round');
    expect(lines).toHaveLength(361);
    expect(existsSync(join(out, lines[1]?.split(',')[0] ?? ''))).toBe(true);
    expect((await runCli('export', project, '--format', 'csv', '--out', out)).code).toBe(1);
    expect((await runCli('export', project, '--format', 'zip', '--out', out)).code).toBe(2);
  });

  test('training goes on from the migrated model', async () => {
    const { code, json } = await runCli('train', project, '--epochs', '1', '--json', '--quiet');
    expect({ code, round: json.round }).toEqual({ code: 0, round: 3 });
  });

  test('kill -9 of the trainer: the run says so, and resume goes on', async () => {
    const { child, done } = startCli(['train', project, '--from', 'round-2', '--epochs', '60', '--json']);
    const runs = join(project, 'runs');
    const before = new Set(readdirSync(runs));
    let checkpoint = '';
    for (let wait = 0; wait < 600 && checkpoint === ''; wait += 1) {
      await setTimeout(50);
      checkpoint = readdirSync(runs).find((name) => !before.has(name) && existsSync(join(runs, name, 'last', 'checkpoint.json'))) ?? '';
    }
    const trainer = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')[0]);
    process.kill(trainer, 'SIGKILL');
    const killed = await done;
    expect(killed.code).toBe(1);
    expect(killed.json).toMatchObject({ ok: false, error: { kind: 'training.workerDied' } });
    const { epoch } = JSON.parse(readFileSync(join(runs, checkpoint, 'last', 'checkpoint.json'), 'utf8')) as { epoch: number };
    expect(epoch).toBeGreaterThan(0);
    const resumed = await runCli('resume', project, '--json', '--quiet');
    expect(resumed.code).toBe(0);
    expect(resumed.json).toMatchObject({ run: checkpoint, round: 4 });
    expect(resumed.json.epochs).toHaveLength(60);
  }, 240_000);

  test('migrate --pair decides what a layer follows; impossible pairs are refused with the reason', async () => {
    const { json } = await runCli('migrate', project, '--model', 'round-2', '--pair', 'conv2=fresh', '--plan', '--json', '--quiet');
    const rows = json.plan as readonly { readonly layer: string; readonly from: string | null; readonly weight: string; readonly action: string }[];
    expect(rows.find(({ layer, weight, action }) => layer === 'conv2' && weight === 'kernel' && action !== 'drop')!.from).toBeNull();
    const refused = await runCli('migrate', project, '--model', 'round-2', '--pair', 'conv2=head', '--plan');
    expect({ code: refused.code === 0, said: refused.stderr.includes('different kinds') }).toEqual({ code: false, said: true });
  });

  test('migrate --add-class starts the class from the labeled frames of the project', async () => {
    const less = await runCli('migrate', project, '--model', 'round-2', '--remove-class', 'car', '--name', 'without-car', '--json', '--quiet');
    expect(less.code).toBe(0);
    const { json } = await runCli('migrate', project, '--model', 'without-car', '--add-class', 'car', '--plan', '--json', '--quiet');
    const [start] = json.check.newClasses as readonly { readonly name: string; readonly frames: number; readonly tested: number; readonly recall: number }[];
    expect(start).toMatchObject({ name: 'car' });
    expect(start!.frames).toBeGreaterThanOrEqual(10);
    expect(start!.tested).toBeGreaterThan(0);
    expect(start!.recall).toBeGreaterThan(0.5);
    expect(json.check.grade).toBe('exact');
    expect(json.check.accuracyAfter).toBeGreaterThan(json.check.accuracyBefore - 0.1);
  });

  test('Ctrl-C ends with 130 and keeps the checkpoint', async () => {
    const { child, done } = startCli(['train', project, '--from', 'round-2', '--epochs', '500']);
    const runs = join(project, 'runs');
    const before = new Set(readdirSync(runs));
    for (let wait = 0; wait < 600; wait += 1) {
      await setTimeout(50);
      if (readdirSync(runs).some((name) => !before.has(name) && existsSync(join(runs, name, 'last', 'checkpoint.json')))) break;
    }
    child.kill('SIGINT');
    const { code, stderr } = await done;
    expect(code).toBe(130);
    expect(stderr).toContain('What was finished is kept');
  }, 120_000);
});

describe('bad input on the command line', () => {
  test('wrong usage is 2 with the usage line', async () => {
    for (const words of [['train'], ['nonsense'], ['import', project, films, '--sampling', 'often'], ['migrate', project, '--model', 'last'], ['train', project, '--input', '64'], ['label', project, '--clip', '1']]) {
      const { code, stderr } = await runCli(...words);
      expect({ words, code, usage: stderr.includes('usage: graft') }).toEqual({ words, code: 2, usage: true });
    }
    expect((await runCli('train', '--help')).stdout).toContain('Example:');
  });

  test('what the user can mend is 1 with one sentence', async () => {
    const empty = join(holder.folder, 'empty');
    mkdirSync(empty);
    const cases: [string[], RegExp][] = [
      [['status', join(holder.folder, 'nowhere.graft')], /There is no folder/],
      [['status', empty], /not a Graft project/],
      [['import', project, join(holder.folder, 'nothing.mp4')], /There is no file/],
      [['import', project, empty], /No film and no picture/],
      [['import', project, join(holder.folder, 'photo.txt')], /There is no file/],
      [['label', project, '--clip', '99', '--class', 'mug'], /no clip 99/],
      [['label', project, '--frame', '1', '--class', 'nobody'], /no class nobody/],
      [['train', project, '--backgrounds', 'moon'], /no background moon/],
      [['train', project, '--input', '96x96x3'], /Migrate it first/],
      [['train', project, '--architecture', 'tiny'], /keeps its architecture/],
      [['evaluate', project, '--model', 'nobody'], /no model nobody/],
      [['migrate', project, '--model', 'round-2', '--input', '100x64x1'], /./],
      [['new', project], /there already/],
    ];
    for (const [words, sentence] of cases) {
      const { code, stderr, json } = await runCli(...words, '--json', '--quiet');
      expect({ words, code, sentence: sentence.test(stderr.trim()), lines: stderr.trim().split('\n').length, ok: json?.ok }).toEqual({ words, code: 1, sentence: true, lines: 1, ok: false });
      expect(json.error).toEqual({ kind: expect.stringMatching(/^[a-z]+\.[A-Za-z]+$/), message: stderr.trim(), hint: expect.any(String) });
    }
  });

  test('a project that is open elsewhere can be read and not written', async () => {
    const opened = openProject(project);
    try {
      expect((await runCli('status', project, '--json')).code).toBe(0);
      expect((await runCli('undo', project, '--json')).json.error.kind).toBe('projects.openElsewhere');
    } finally {
      closeProject(opened);
    }
  });
});

test('doctor tries every engine', async () => {
  const { code, json } = await runCli('doctor', project, '--json');
  expect(code).toBe(0);
  expect(json.engines.map(({ name, ok }: { name: string; ok: boolean }) => [name, ok])).toEqual([['node', true], ['ffmpeg', true], ['sqlite', true], ['tensorflow', true]]);
});
