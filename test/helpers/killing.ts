import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ImportReport } from '../../electron/core/clips';
import { Random } from '../../electron/core/random';
import { importClips, removeClips, resumeImports } from '../../electron/services/clips';
import { plainContext } from '../../electron/services/jobs';
import { labelFrames } from '../../electron/services/labels';
import { addName } from '../../electron/services/names';
import { closeProject, createProject, openProject, type Project } from '../../electron/services/projects';
import { listClips } from '../../electron/store/clips';
import { listFrames } from '../../electron/store/frames';
import { findName } from '../../electron/store/names';
import { usedClips } from '../../electron/store/rounds';
import { makeFilm } from './films';

/** Classes of the project that is killed. */
export const killClasses = ['cup', 'car', 'duck'] as const;

/** Says a step on standard output. Writing to a pipe is synchronous: what was said is said, whatever happens next. */
export const say = (...words: readonly (string | number)[]): void => void process.stdout.write(`${words.join(' ')}\n`);

/** Imports films and removes those that no round needs, without end. */
export async function importWithoutEnd(project: Project, films: string, random: Random): Promise<never> {
  const acknowledge = (report: ImportReport): void => {
    if (report.status === 'complete') say('imported', report.id ?? -1, report.framesStored);
  };
  await resumeImports(project, plainContext(), acknowledge);
  for (;;) {
    const used = usedClips(project.db);
    const clips = listClips(project.db).filter(({ id, kind }) => kind === 'film' && !used.has(id));
    if (clips.length >= 6) {
      const { id } = clips[random.below(clips.length)] as { id: number };
      say('removing', id);
      removeClips(project, [id]);
      say('removed', id);
    }
    const film = join(films, `film${random.below(12)}.mp4`);
    await importClips(project, { paths: [film], class: killClasses[0] }, plainContext(), acknowledge);
  }
}

/** Labels random frames, without end. */
export async function labelWithoutEnd(project: Project, random: Random, pauseMs = 2): Promise<never> {
  for (;;) {
    const frames = listFrames(project.db);
    for (let turn = 0; turn < 20 && frames.length > 0; turn += 1) {
      const frame = frames[random.below(frames.length)] as (typeof frames)[number];
      const name = killClasses[random.below(killClasses.length)] as string;
      const id = findName(project.db, 'classes', name)?.id ?? 0;
      say('labeling', frame.id, id);
      labelFrames(project, [frame.id], name);
      say('labeled', frame.id, id);
    }
    await setTimeout(pauseMs);
  }
}

/** The process that is killed: imports, labels and removes through the services, and says each step before and after. */
export async function killedChild(path: string, films: string, seed: number): Promise<never> {
  const project = openProject(path);
  const random = Random.seeded(seed);
  await Promise.all([importWithoutEnd(project, films, random), labelWithoutEnd(project, random)]);
  throw new Error('it goes on until it is killed');
}

export interface KillFigures {
  readonly kills: number;
  readonly acknowledgedLabels: number;
  readonly acknowledgedImports: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly damaged: readonly string[];
  readonly duringImport: number;
}

/** What was acknowledged so far: class of each frame, number of frames of each clip. */
export interface Known {
  readonly labels: Map<number, number>;
  readonly clips: Map<number, number>;
}

/** Takes what a killed child said into account; the step that it had begun may be done or not. */
export function hear(known: Known, said: string): { labels: number; imports: number; open: string | null } {
  const counts = { labels: 0, imports: 0, open: null as string | null };
  for (const line of said.split('\n').slice(0, -1)) {
    const [word, first = 0, second = 0] = line.split(' ').map((part, index) => (index === 0 ? part : Number(part))) as [string, number?, number?];
    if (word === 'labeling' || word === 'removing') counts.open = line;
    else counts.open = null;
    if (word === 'labeled') known.labels.set(first, second);
    if (word === 'removed') known.clips.delete(first);
    if (word === 'imported') known.clips.set(first, second);
    if (word === 'labeled') counts.labels += 1;
    if (word === 'imported') counts.imports += 1;
  }
  return counts;
}

/** What of that is not in the project. */
export function compare(project: Project, known: Known, open: string | null, kill: number): Pick<KillFigures, 'lost' | 'doubled' | 'damaged'> {
  const { db } = project;
  const [lost, doubled, damaged]: [string[], string[], string[]] = [[], [], []];
  if (db.pragma('integrity_check', { simple: true }) !== 'ok') damaged.push(`kill ${kill}`);
  const clips = new Map(listClips(db).map((clip) => [clip.id, clip]));
  if (new Set([...clips.values()].map(({ sha256 }) => sha256)).size !== clips.size) doubled.push(`kill ${kill}: a clip is there twice`);
  const [begun, id] = (open ?? '').split(' ');
  for (const [clip, frames] of known.clips) {
    const found = listFrames(db, { clipId: clip });
    if (found.length === 0 && begun === 'removing' && Number(id) === clip) known.clips.delete(clip);
    else if (found.length < frames) lost.push(`kill ${kill}: clip ${clip} has ${found.length} of ${frames} frames`);
    else if (found.length > frames || new Set(found.map(({ timeMs }) => timeMs)).size !== found.length) doubled.push(`kill ${kill}: clip ${clip}`);
  }
  for (const clip of clips.values()) if (listFrames(db, { clipId: clip.id }).length !== clip.framesStored) damaged.push(`kill ${kill}: clip ${clip.id} is not whole`);
  const labels = new Map(listFrames(db).map((frame) => [frame.id, frame.classId ?? -1]));
  for (const [frame, label] of known.labels) {
    const now = labels.get(frame);
    if (now === undefined) known.labels.delete(frame);
    else if (now !== label && !(begun === 'labeling' && Number(id) === frame)) lost.push(`kill ${kill}: frame ${frame} has class ${now}, acknowledged was ${label}`);
    else known.labels.set(frame, now);
  }
  if (readdirSync(join(project.folder, 'tmp')).length > 0) damaged.push(`kill ${kill}: something is left in tmp`);
  return { lost, doubled, damaged };
}

/** Number of files in a folder; the child may be about to make it. */
const entries = (folder: string): number => (existsSync(folder) ? readdirSync(folder).length : 0);

/** Twelve short films in a folder `films`; gives that folder. */
export async function makeKillFilms(folder: string): Promise<string> {
  const films = join(folder, 'films');
  mkdirSync(films);
  for (let film = 0; film < 12; film += 1) await makeFilm(films, `film${film}.mp4`, { source: `testsrc2=size=160x120:rate=15:duration=${2 + (film % 3)},hue=h=${film * 30}`, more: ['-c:v', 'mpeg4'] });
  return films;
}

/** Kills the importing and labeling `script` so often at random moments, and compares the project with what was said. */
export async function killManyTimes(folder: string, script: string, kills: number, seed = 1): Promise<KillFigures> {
  const films = await makeKillFilms(folder);
  const project = createProject(join(folder, 'Kill'));
  for (const name of killClasses) addName(project, 'classes', name);
  // Frames to label from the first moment on.
  await importClips(project, { paths: [0, 1].map((film) => join(films, `film${film}.mp4`)), class: killClasses[0] }, plainContext());
  closeProject(project);
  const random = Random.seeded(seed);
  const known: Known = { labels: new Map(), clips: new Map() };
  const total = { kills: 0, acknowledgedLabels: 0, acknowledgedImports: 0, lost: [] as string[], doubled: [] as string[], damaged: [] as string[], duringImport: 0 };
  for (let kill = 1; kill <= kills; kill += 1) {
    const child = spawn(process.execPath, [script, 'child', project.folder, films, String(seed * 1000 + kill)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [said, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const closed = new Promise((resolve) => child.on('close', resolve));
    await setTimeout(150 + random.below(2500));
    child.kill('SIGKILL');
    if (entries(join(project.folder, 'tmp')) > 0) total.duringImport += 1;
    await closed;
    if (child.signalCode !== 'SIGKILL') throw new Error(`the child ended by itself: ${errors}`);
    const counts = hear(known, said);
    total.acknowledgedLabels += counts.labels;
    total.acknowledgedImports += counts.imports;
    const opened = openProject(project.folder);
    try {
      const found = compare(opened, known, counts.open, kill);
      for (const part of ['lost', 'doubled', 'damaged'] as const) total[part].push(...found[part]);
    } finally {
      closeProject(opened);
    }
    total.kills = kill;
  }
  return total;
}
