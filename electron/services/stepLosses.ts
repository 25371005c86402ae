import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noLosses, type StepLosses } from '../core/stepLosses';

const fileName = 'losses.json';

/** The losses saved in the folder of a run; none where there are none or they cannot be read: they are there to be looked at only. */
export function readStepLosses(runFolder: string): StepLosses {
  try {
    const { at, loss } = JSON.parse(readFileSync(join(runFolder, fileName), 'utf8')) as StepLosses;
    const fits = Array.isArray(at) && Array.isArray(loss) && at.length === loss.length && [...at, ...loss].every(Number.isFinite);
    return fits ? { at, loss } : noLosses;
  } catch {
    return noLosses;
  }
}

/** Saves them whole or not at all: written under another name first. */
export function saveStepLosses(runFolder: string, { at, loss }: StepLosses): void {
  const file = join(runFolder, fileName);
  writeFileSync(`${file}.new`, JSON.stringify({ at: at.map((value) => Number(value.toFixed(4))), loss: loss.map((value) => Number(value.toPrecision(5))) }));
  renameSync(`${file}.new`, file);
}
