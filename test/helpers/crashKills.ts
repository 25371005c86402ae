import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Random } from '../../electron/core/random';
import { runFfmpeg } from '../../electron/media/ffmpeg';
import { importClips } from '../../electron/services/clips';
import { plainContext } from '../../electron/services/jobs';
import { addName } from '../../electron/services/names';
import { closeProject, createProject, openProject, type Project } from '../../electron/services/projects';
import { listClips } from '../../electron/store/clips';
import { frameFile, listFrames } from '../../electron/store/frames';
import { listModels } from '../../electron/store/models';
import { listNames } from '../../electron/store/names';
import { listEpochs, listRuns } from '../../electron/store/rounds';
import { builtWorkersFolder } from './crashing';
import { ask } from './http';
import { compare, hear, killClasses, makeKillFilms, type Known } from './killing';

/** What came of the kills. */
export interface CrashFigures {
  readonly kills: number;
  readonly killsOf: Record<Victim, number>;
  readonly acknowledged: { labels: number; imports: number; epochs: number; models: number; pictures: number; answers: number };
  /** Runs that went on after a kill. */
  readonly resumed: number;
  readonly lost: string[];
  readonly doubled: string[];
  readonly damaged: string[];
  readonly leftOver: string[];
  readonly seconds: number;
}

type Victim = 'program' | 'trainer' | 'predictor';

/** All that was acknowledged since the beginning. */
interface AllKnown extends Known {
  readonly epochs: Map<string, number>;
  readonly models: Set<string>;
  readonly pictures: Set<string>;
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** One life of the program, from its start to its kill. */
class Life {
  said = '';
  errors = '';
  readonly child: ChildProcess;
  readonly closed: Promise<unknown>;

  constructor(script: string, args: readonly string[], tmp: string) {
    this.child = spawn(process.execPath, ['--no-deprecation', script, 'child', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: tmp, TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1', TF_CPP_MIN_LOG_LEVEL: '3' },
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.said += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    this.closed = new Promise((resolve) => this.child.on('close', resolve));
  }

  /** The words behind the last line that begins with `word`. */
  last(word: string): readonly string[] {
    return [...this.said.matchAll(new RegExp(`^${word} (.*)\\n`, 'gm'))].at(-1)?.[1]?.split(' ') ?? [];
  }

  worker(name: 'trainer' | 'predictor'): number {
    return Number(this.last('workers')[name === 'trainer' ? 0 : 1] ?? 0);
  }

  /** Throws where it ended by itself. */
  check(): void {
    if (this.child.exitCode !== null) throw new Error(`the program ended by itself: ${this.errors.slice(-3000)}`);
  }
}

/** A phone that sends one picture after the other as long as the program lives; each is kept under a background of its own. */
async function phone(life: Life, shots: readonly string[], counter: { next: number }, known: AllKnown, figures: CrashFigures): Promise<void> {
  const json = { 'content-type': 'application/json' };
  while (life.child.signalCode === null && life.last('serving').length === 0) await setTimeout(20);
  const [address = '', token = ''] = life.last('serving');
  if (address === '') return;
  const paired = await ask(address, '/v1/pair', { method: 'POST', headers: { ...json, origin: address }, body: JSON.stringify({ token }) });
  const headers = { cookie: paired.headers['set-cookie']?.[0]?.split(';')[0] ?? '', origin: address };
  while (life.child.signalCode === null) {
    const shot = counter.next++;
    const file = shots[shot % shots.length] as string;
    const answer = await ask(address, '/v1/predict', { method: 'POST', headers: { ...headers, 'content-type': 'image/jpeg' }, body: readFileSync(file) });
    if (answer.status !== 200) {
      await setTimeout(50);
      continue;
    }
    figures.acknowledged.answers += 1;
    const { picture } = JSON.parse(answer.text) as { picture: string };
    const kept = await ask(address, '/v1/feedback', { method: 'POST', headers: { ...headers, ...json }, body: JSON.stringify({ picture, class: killClasses[shot % 3], background: `shot ${shot}` }) });
    if (kept.status === 200) known.pictures.add(`shot ${shot}`);
    await setTimeout(100);
  }
}

/** Takes what a life said into account; gives the step that it may have been in. */
function hearLife(life: Life, known: AllKnown, figures: CrashFigures): string | null {
  const counts = hear(known, life.said);
  figures.acknowledged.labels += counts.labels;
  figures.acknowledged.imports += counts.imports;
  for (const line of life.said.split('\n').slice(0, -1)) {
    const [word, first = '', second = ''] = line.split(' ');
    if (word === 'epoch') {
      figures.acknowledged.epochs += 1;
      known.epochs.set(first, Math.max(known.epochs.get(first) ?? 0, Number(second)));
    }
    if (word === 'trained') known.models.add(second);
    if (word === 'resuming') (figures as { resumed: number }).resumed += 1;
  }
  figures.acknowledged.models = known.models.size;
  figures.acknowledged.pictures = known.pictures.size;
  return counts.open;
}

/** Models, epochs, kept pictures and files against what was acknowledged. */
function compareRest({ db, folder }: Project, known: AllKnown, kill: number): Pick<CrashFigures, 'lost' | 'damaged' | 'leftOver'> {
  const [lost, damaged, leftOver]: [string[], string[], string[]] = [[], [], []];
  const models = new Set(listModels(db).map(({ id }) => id));
  for (const id of known.models) if (!models.has(id)) lost.push(`kill ${kill}: model ${id}`);
  for (const id of models) {
    const model = join(folder, 'models', id);
    const { weightsSha256 } = JSON.parse(readFileSync(join(model, 'metadata.json'), 'utf8')) as { weightsSha256: string };
    if (createHash('sha256').update(readFileSync(join(model, 'weights.bin'))).digest('hex') !== weightsSha256) damaged.push(`kill ${kill}: model ${id} is not whole`);
  }
  for (const name of readdirSync(join(folder, 'models'))) if (!/^m-[0-9a-f]{8}$/.test(name)) leftOver.push(`kill ${kill}: models/${name}`);
  for (const [run, epoch] of known.epochs) if (!listEpochs(db, run).some((row) => row.epoch === epoch)) lost.push(`kill ${kill}: epoch ${epoch} of ${run}`);
  for (const { id, state, modelId } of listRuns(db)) if (state === 'running' || (state === 'done') !== (modelId !== null)) damaged.push(`kill ${kill}: run ${id} is ${state}, its model ${modelId}`);
  const backgrounds = new Map(listNames(db, 'backgrounds').map(({ id, name }) => [name, id]));
  const clips = new Map(listClips(db).map((clip) => [clip.backgroundId, clip]));
  for (const name of known.pictures) {
    const clip = clips.get(backgrounds.get(name) ?? -1);
    if (!clip || listFrames(db, { clipId: clip.id }).length !== 1) lost.push(`kill ${kill}: the picture of ${name}`);
  }
  for (const { id, sha256 } of listFrames(db)) if (!existsSync(join(folder, frameFile(sha256)))) damaged.push(`kill ${kill}: the file of frame ${id} is gone`);
  return { lost, damaged, leftOver };
}

async function makeShots(folder: string): Promise<readonly string[]> {
  mkdirSync(folder);
  await runFfmpeg(['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=128x96:rate=30:duration=100', join(folder, 's%04d.jpg')]);
  return readdirSync(folder).sort().map((name) => join(folder, name));
}

async function makeCrashProject(folder: string): Promise<{ readonly path: string; readonly films: string }> {
  const films = await makeKillFilms(folder);
  const project = createProject(join(folder, 'Crash'));
  for (const name of killClasses) addName(project, 'classes', name);
  // What the rounds are made of; films without a background come and go beside them.
  for (const [film, name] of killClasses.entries()) await importClips(project, { paths: [join(films, `film${film}.mp4`)], class: name, background: 'desk' }, plainContext());
  closeProject(project);
  return { path: project.folder, films };
}

/** Kills processes of one life at random moments, the program at the end (or when `left` are done). */
async function killLife(life: Life, random: Random, left: number, figures: CrashFigures): Promise<number> {
  for (let kills = 1; ; kills += 1) {
    await setTimeout(random.below(kills === 1 ? 6000 : 2500) + 100);
    life.check();
    const chance = random.below(4);
    const victim: Victim = kills >= Math.min(4, left) || chance >= 2 ? 'program' : chance === 0 ? 'trainer' : 'predictor';
    const pid = victim === 'program' ? (life.child.pid as number) : life.worker(victim);
    if (pid === 0) {
      kills -= 1;
      continue;
    }
    const orphans = [life.worker('trainer'), life.worker('predictor')].filter((worker) => worker > 0);
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It had just been killed and is not said to be another one yet.
      kills -= 1;
      continue;
    }
    figures.killsOf[victim] += 1;
    if (victim !== 'program') continue;
    await life.closed;
    // Workers end when the program is gone; they may finish a write first.
    for (let turn = 0; turn < 200 && orphans.some(alive); turn += 1) await setTimeout(50);
    for (const worker of orphans.filter(alive)) figures.leftOver.push(`the worker ${worker} lives on without its program`);
    return kills;
  }
}

/**
 * Kills (`kill -9`) a program that imports, labels, trains and serves at once on one project, or one of its workers, `kills`
 * times at random moments, starts it again, and compares the project with all that was acknowledged. `script`: the bundle
 * that calls `crashingChild` for `child`. Needs built workers.
 */
export async function crashManyTimes(folder: string, script: string, kills: number, seed = 1): Promise<CrashFigures> {
  if (!existsSync(join(builtWorkersFolder, 'trainer.js'))) throw new Error('there are no built workers: npx electron-vite build');
  const started = Date.now();
  const { path, films } = await makeCrashProject(folder);
  const shots = await makeShots(join(folder, 'shots'));
  const tmp = join(folder, 'tmp');
  mkdirSync(tmp);
  const random = Random.seeded(seed);
  const known: AllKnown = { labels: new Map(), clips: new Map(), epochs: new Map(), models: new Set(), pictures: new Set() };
  const counter = { next: 1 };
  const figures: CrashFigures = { kills: 0, killsOf: { program: 0, trainer: 0, predictor: 0 }, acknowledged: { labels: 0, imports: 0, epochs: 0, models: 0, pictures: 0, answers: 0 }, resumed: 0, lost: [], doubled: [], damaged: [], leftOver: [], seconds: 0 };
  let done = 0;
  for (let life = 1; done < kills; life += 1) {
    const program = new Life(script, [path, films, String(seed * 1000 + life)], tmp);
    const talking = phone(program, shots, counter, known, figures);
    // The first life makes a model, so that there is something to serve from then on.
    while (life === 1 && program.last('serving').length === 0) {
      program.check();
      await setTimeout(50);
    }
    done += await killLife(program, random, kills - done, figures);
    await talking;
    if (program.last('serving').length > 0) {
      const phones = readdirSync(tmp).filter((name) => name.startsWith('graft-phone-'));
      if (phones.length > 1) figures.leftOver.push(`kill ${done}: ${phones.length} folders of phone servers`);
    }
    const open = hearLife(program, known, figures);
    const project = openProject(path);
    try {
      const [first, second] = [compare(project, known, open, done), compareRest(project, known, done)];
      figures.lost.push(...first.lost, ...second.lost);
      figures.doubled.push(...first.doubled);
      figures.damaged.push(...first.damaged, ...second.damaged);
      figures.leftOver.push(...second.leftOver);
    } finally {
      closeProject(project);
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${kills}`);
  }
  return { ...figures, kills: done, seconds: Math.round((Date.now() - started) / 1000) };
}
