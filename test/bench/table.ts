import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainContext } from '../../electron/services/jobs';
import { drawSampleFilms } from '../../electron/services/sample';
import { runCli } from '../helpers/cli';

/**
 * What migrations are worth: a network trained at 64x64x1 is changed in the ways that people ask for, and each new one is
 * measured before any training, beside plain copying of what fits ("naive") and beside training the same network from
 * scratch. `npm run bench -- table [--data FOLDER] [--epochs 20] [--only ef] [--json]`; FOLDER holds class/background/*.jpg or
 * class/background.mp4, without it the sample films are drawn. Needs a built command line.
 */
const option = (name: string): string | null => (process.argv.includes(name) ? (process.argv[process.argv.indexOf(name) + 1] ?? null) : null);
const most = Number(option('--epochs') ?? 20);
const work = mkdtempSync(join(tmpdir(), 'graft-table-'));
const project = join(work, 'Table.graft');

interface Row {
  readonly change: string;
  readonly grade: string;
  readonly sameAnswers: number;
  readonly before: number;
  readonly after: number;
  readonly naive: number | null;
  /** Epochs of training until the old accuracy was there again; 0: it never was gone; null: not within `most`. */
  readonly epochs: number | null;
  readonly scratchEpochs: number | null;
  readonly scratch: number;
}

interface Epoch {
  readonly epoch: number;
  readonly validationAccuracy: number;
}

async function graft(...words: string[]): Promise<Awaited<ReturnType<typeof runCli>>['json']> {
  const { code, json, stderr } = await runCli(...words, '--json', '--quiet');
  if (code !== 0) throw new Error(`graft ${words.join(' ')}: ${stderr}`);
  return json;
}

const reached = (epochs: readonly Epoch[], goal: number): number | null => epochs.find(({ validationAccuracy }) => validationAccuracy >= goal - 1e-9)?.epoch ?? null;

async function tryChange(change: string, source: string, words: readonly string[]): Promise<Row> {
  const migrated = await graft('migrate', project, '--model', source, ...words);
  const { check, model } = migrated;
  const goal: number = check.accuracyBefore;
  const kept = check.accuracyAfter >= goal - 1e-9;
  const { architecture } = JSON.parse(readFileSync(join(project, 'models', model, 'metadata.json'), 'utf8')) as { architecture: { input: { height: number; width: number; channels: number } } };
  const file = join(work, `${model}.json`);
  writeFileSync(file, JSON.stringify(architecture));
  const { height, width, channels } = architecture.input;
  const onward = kept ? null : await graft('train', project, '--from', model, '--recipe', '--epochs', String(most));
  const scratch = await graft('train', project, '--from', 'none', '--architecture', file, '--input', `${height}x${width}x${channels}`, '--epochs', String(most));
  const figures = (await graft('evaluate', project, '--model', scratch.model)).models[0];
  return {
    change, grade: check.grade, sameAnswers: check.sameAnswers, before: goal, after: check.accuracyAfter, naive: check.accuracyNaive ?? null,
    epochs: onward ? reached(onward.epochs, goal) : 0, scratchEpochs: reached(scratch.epochs, goal), scratch: figures.accuracy,
  };
}

async function importClass(data: string, name: string): Promise<void> {
  await graft('import', project, join(data, name), '--from-folders', 'class/background');
}

async function main(): Promise<readonly Row[]> {
  const data = option('--data') ?? (await drawSampleFilms(plainContext(), ['paper', 'desk', 'toys']));
  const classes = readdirSync(data).sort();
  const last = classes.at(-1) as string;
  await graft('new', project, '--classes', classes.join(','));
  for (const name of classes.slice(0, -1)) await importClass(data, name);
  const base: string = (await graft('train', project, '--input', '64x64x1', '--epochs', String(most))).model;
  const rows: Row[] = [];
  const only = option('--only');
  const add = async (change: string, ...words: string[]): Promise<void> => {
    if (only !== null && !only.includes(change[1] as string)) return;
    const row = await tryChange(change, base, words);
    rows.push(row);
    console.error(JSON.stringify(row));
  };
  await add('(a) 128 x 128', '--input', '128x128x1');
  await add('(a) 128 x 128, native', '--input', '128x128x1', '--route', 'native');
  await add('(b) 3 channels', '--input', '64x64x3');
  await add('(c) 1.5 x as wide', '--width', '1.5');
  for (const place of ['front', 'middle', 'top']) await add(`(d) one more layer, ${place}`, '--add-layer', place);
  await importClass(data, last);
  await add('(e) one more class', '--add-class', last);
  await add('(f) all of it', '--input', '128x128x3', '--width', '1.5', '--add-layer', 'middle', '--add-class', last);
  return rows;
}

const percent = (value: number | null): string => (value === null ? '–' : `${(value * 100).toFixed(1)} %`);
const count = (value: number | null): string => (value === null ? `not in ${most}` : String(value));

try {
  const rows = await main();
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ ok: true, epochs: most, rows })}\n`);
  else {
    console.log('| change | grade | same answers | before | after, no training | naive | epochs to the old accuracy | the same from scratch | best from scratch |');
    console.log('|---|---|---|---|---|---|---|---|---|');
    for (const row of rows) console.log(`| ${row.change} | ${row.grade} | ${percent(row.sameAnswers)} | ${percent(row.before)} | ${percent(row.after)} | ${percent(row.naive)} | ${count(row.epochs)} | ${count(row.scratchEpochs)} | ${percent(row.scratch)} |`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
