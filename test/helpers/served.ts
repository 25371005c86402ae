import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { drawSampleFilms } from '../../electron/services/sample';
import { plainContext } from '../../electron/services/jobs';
import { runCli, startCli } from './cli';

/** A running `graft serve`. */
export interface Served {
  readonly address: string;
  readonly token: string;
  readonly pairingUrl: string;
  readonly model: string;
  /** Process id of the command line, the parent of the predictor. */
  readonly pid: number;
  /** Ends it as Ctrl-C does; gives its exit code. */
  stop(): Promise<number | null>;
}

/** A project with drawn films of three objects on one background and one model, trained for so many epochs. */
export async function makeServedProject(project: string, epochs = 4): Promise<void> {
  const films = await drawSampleFilms(plainContext(), ['paper']);
  for (const words of [
    ['new', project, '--classes', 'mug,duck,car'],
    ['import', project, ...['mug', 'duck', 'car'].map((object) => join(films, object, 'paper')), '--from-folders', 'class/background', '--sampling', 'every:200ms'],
    ['train', project, '--input', '48x48x3', '--epochs', String(epochs)],
  ]) {
    const { code, stderr } = await runCli(...words, '--quiet', '--json');
    if (code !== 0) throw new Error(`graft ${words.join(' ')}: ${stderr}`);
  }
}

/** Starts the built `graft serve` and waits until it answers. */
export async function startServe(project: string, ...words: readonly string[]): Promise<Served> {
  const { child, done } = startCli(['serve', project, '--json', '--port', '0', ...words]);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const first = await Promise.race([once(lines, 'line').then(([line]) => JSON.parse(line as string) as Record<string, string>), done.then(({ stderr }) => Promise.reject(new Error(`serve ended: ${stderr}`)))]);
  const { address = '', token = '', pairingUrl = '', model = '' } = first;
  return {
    address, token, pairingUrl, model,
    pid: child.pid as number,
    stop: async () => {
      child.kill('SIGINT');
      return (await done).code;
    },
  };
}

/** Paths of the frames of a project. */
export function framesOf(project: string): readonly string[] {
  return readdirSync(join(project, 'frames'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jpg')).sort().map((name) => join(project, 'frames', name));
}
