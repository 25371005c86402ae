import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const largest = 2 * 1024 * 1024;

/** A log file that keeps one older piece of itself. */
export function openLog(file: string): (text: string) => void {
  mkdirSync(dirname(file), { recursive: true });
  return (text) => {
    try {
      if (existsSync(file) && statSync(file).size > largest) renameSync(file, `${file}.old`);
      appendFileSync(file, `${new Date().toISOString()} ${text}\n`);
    } catch {
      // A full disk must not end the program because of its log.
    }
  };
}
